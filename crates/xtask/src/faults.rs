//! `cargo xtask faults`: which test shows which row of the fault table.
//!
//! A test that shows rows says so in its name: it begins with their ids, two digits each, as in `n05_n06_what_…`. So the
//! table is never behind the tests: it is made from their names, and the lints fail where it was not made again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::project::Project;

/// The rows, with titles.
const ROWS: &str = "tests/faults.txt";
/// The table.
const TABLE: &str = "tests/FAULTS.md";
/// Folders with tests.
const SOURCES: [&str; 3] = ["crates", "src", "tests"];
/// The groups of rows, by the letter of their ids.
const GROUPS: [(char, &str); 6] = [
    ('N', "The network"),
    ('A', "The API's answers"),
    ('S', "The browser's storage"),
    ('T', "Tabs, lifecycle, time"),
    ('H', "Hostile input"),
    ('X', "Secrets"),
];

/// What is wanted of the table.
#[derive(Debug, clap::Args)]
pub struct FaultsArguments {
    /// Write nothing; fail where the table is not what it should be
    #[arg(long)]
    pub check: bool,
}

/// The name of a row: its group's letter and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Id(char, u8);

/// One row.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    id: Id,
    title: String,
    /// Why there can be no test here.
    note: String,
}

/// Rows and the tests that show them, `file::function`.
type Shown = BTreeMap<Id, Vec<String>>;

/// Makes the table, or checks it.
///
/// # Errors
/// When a file cannot be read, a test names a row that there is not, or the table is not up to date (`--check`).
pub fn run(project: &Project, arguments: &FaultsArguments) -> Result<()> {
    let rows = rows(&fs::read_to_string(project.root.join(ROWS)).with_context(|| format!("{ROWS} cannot be read"))?)?;
    let mut shown = Shown::new();
    for folder in SOURCES {
        scan(&project.root, &project.root.join(folder), &mut shown)?;
    }
    if let Some((id, tests)) = shown.iter().find(|(id, _)| !rows.iter().any(|row| row.id == **id)) {
        bail!("there is no row {}{}, which {} names", id.0, id.1, tests.join(", "));
    }
    let table = table(&rows, &shown);
    let path = project.root.join(TABLE);
    if arguments.check {
        if fs::read_to_string(&path).unwrap_or_default() != table {
            bail!("{TABLE} is not up to date: run `cargo xtask faults`");
        }
        return Ok(());
    }
    fs::write(&path, &table).with_context(|| format!("{TABLE} cannot be written"))?;
    println!("{TABLE}: {}", summary(&rows, &shown));
    Ok(())
}

/// Reads the rows: `id | title | note`, one to a line.
fn rows(text: &str) -> Result<Vec<Row>> {
    let mut rows: Vec<Row> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut parts = line.splitn(3, '|').map(str::trim);
        let id = parts.next().and_then(|id| id_of(&id.to_ascii_lowercase()));
        let (Some(id), Some(title)) = (id, parts.next()) else { bail!("{ROWS}: `{line}` is no row") };
        if rows.iter().any(|row| row.id == id) {
            bail!("{ROWS}: {}{} stands twice", id.0, id.1);
        }
        rows.push(Row { id, title: title.to_owned(), note: parts.next().unwrap_or_default().to_owned() });
    }
    Ok(rows)
}

/// Reads a row's name, as in `n5` or `n05`.
fn id_of(word: &str) -> Option<Id> {
    let letter = word.chars().next()?.to_ascii_uppercase();
    let number = word.get(1..)?;
    let right = GROUPS.iter().any(|(group, _)| *group == letter)
        && (1..=2).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| number.parse().ok().map(|number| Id(letter, number))).flatten()
}

/// Finds the tests of a folder and of those in it.
fn scan(root: &Path, folder: &Path, shown: &mut Shown) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                scan(root, &path, shown)?;
            }
        } else if name.ends_with(".rs") {
            let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            let file = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            for (function, ids) in tests_in(&text) {
                for id in ids {
                    shown.entry(id).or_default().push(format!("{file}::{function}"));
                }
            }
        }
    }
    Ok(())
}

/// The tests in a source text whose names begin with rows' ids, with those.
fn tests_in(text: &str) -> Vec<(String, Vec<Id>)> {
    let mut found = Vec::new();
    for line in text.lines().map(str::trim_start) {
        let line = ["pub ", "async "].iter().fold(line, |line, word| line.strip_prefix(word).unwrap_or(line));
        let Some((name, _)) = line.strip_prefix("fn ").and_then(|rest| rest.split_once(['(', '<'])) else { continue };
        // Two digits: a function `s3_…` may be about anything.
        let ids: Vec<Id> = name.split('_').map_while(|word| id_of(word).filter(|_| word.len() == 3)).collect();
        if !ids.is_empty() {
            found.push((name.to_owned(), ids));
        }
    }
    found
}

fn summary(rows: &[Row], shown: &Shown) -> String {
    let tested = rows.iter().filter(|row| shown.contains_key(&row.id)).count();
    let noted = rows.iter().filter(|row| !shown.contains_key(&row.id) && !row.note.is_empty()).count();
    let open = rows.len() - tested - noted;
    format!("{} rows; {tested} have a test, {open} have none yet, {noted} cannot be shown here", rows.len())
}

fn table(rows: &[Row], shown: &Shown) -> String {
    let mut text = String::from(
        "# Faults: what is tested where\n\nMade by `cargo xtask faults` from `faults.txt` and from the names of the tests, which begin with the rows that they\nshow. Not to be edited by hand.\n\n",
    );
    text.push_str(&summary(rows, shown));
    text.push_str(".\n");
    for (letter, title) in GROUPS {
        text.push_str(&format!("\n## {title}\n\n| row | fault | tests |\n|---|---|---|\n"));
        for row in rows.iter().filter(|row| row.id.0 == letter) {
            let tests = match shown.get(&row.id) {
                Some(tests) => tests.iter().map(|test| format!("`{test}`")).collect::<Vec<_>>().join("<br>"),
                None if row.note.is_empty() => "not yet".to_owned(),
                None => row.note.clone(),
            };
            text.push_str(&format!("| {}{} | {} | {tests} |\n", row.id.0, row.id.1, row.title));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_say_which_rows_they_show() {
        // In pieces, so that this file is not taken for a test of those rows.
        let text = [
            "#[test]\nfn ",
            "n05_a13_what_it_shows() {}\n    #[tokio::test]\n    async fn ",
            "t02_a_thing<T>() {}\n",
            "pub fn ",
            "x1_no() {}\nfn nothing() {}\nfn ",
            "n5_n06_no() {}\n// fn n07_in_a_comment()\nlet f = \"fn s01_in_a_text()\";\n",
        ]
        .concat();
        let found = tests_in(&text);
        assert_eq!(
            found,
            [
                ("n05_a13_what_it_shows".to_owned(), vec![Id('N', 5), Id('A', 13)]),
                ("t02_a_thing".to_owned(), vec![Id('T', 2)]),
            ]
        );
    }

    #[test]
    fn rows_are_read_and_wrong_ones_refused() {
        let rows = rows("# words\n\nN1 | refused\nX17 | hosts | by hand, 2026\n").unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows.last().map(|row| (row.id, row.note.as_str())), Some((Id('X', 17), "by hand, 2026")));
        for wrong in ["N1", "Q1 | what", "N1 | a\nN01 | b", "N123 | a", "N | a"] {
            assert!(super::rows(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_table_says_of_each_row_where_it_stands() {
        let rows = rows("N1 | refused\nN2 | lost\nA1 | no | not here").unwrap();
        let shown = Shown::from([(Id('N', 1), vec!["a.rs::x".to_owned(), "b.rs::y".to_owned()])]);
        let table = table(&rows, &shown);
        for line in [
            "3 rows; 1 have a test, 1 have none yet, 1 cannot be shown here.",
            "| N1 | refused | `a.rs::x`<br>`b.rs::y` |",
            "| N2 | lost | not yet |",
            "| A1 | no | not here |",
        ] {
            assert!(table.lines().any(|other| other == line), "{line}\n{table}");
        }
    }
}
