//! Short names between the wasm and its glue. wasm-bindgen gives each imported and exported function a name with a
//! checksum in it, which stands in both files and which no compression can shrink: 9 kB of the page's first download.
//!
//! Only two sections of the wasm hold names that the glue knows; the rest is copied as it is. A library that reads and
//! writes all of wasm would be thirty times the code of these two.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};

/// What wasm-bindgen's own names begin with. Others belong to somebody else and stay.
const OWN: [&str; 4] = ["__wbg_", "__wbindgen_", "__wasm_bindgen_", "wasm_bindgen__convert__"];
/// Names inside the glue that stand in it hundreds of times; none is a property of anything.
const HELPERS: [&str; 14] = [
    "addHeapObject",
    "arg0",
    "arg1",
    "arg2",
    "arg3",
    "arg4",
    "getDataViewMemory0",
    "getObject",
    "getStringFromWasm0",
    "handleError",
    "isLikeNone",
    "passStringToWasm0",
    "ret",
    "result",
];
const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

/// Classes of a crate that leptos brings along (streams between JavaScript and servers): nothing here makes one, and
/// they would keep their code in the wasm because the glue could call it.
const UNUSED: &str = "IntoUnderlying";

/// Takes the unused classes out of both files, before the optimiser takes what they kept.
///
/// # Errors
/// As [`shorten`].
pub fn without_unused(wasm: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let begins = |line: &str| {
        ["export class ", "const ", "if (Symbol.dispose) "]
            .iter()
            .find_map(|start| line.strip_prefix(start))
            .is_some_and(|name| name.starts_with(UNUSED))
    };
    let mut kept = String::with_capacity(glue.len());
    let mut inside = false;
    for line in glue.lines() {
        // A class ends with a brace at the margin, a statement with its semicolon.
        if inside {
            inside = line != "}" && !(line.starts_with(' ') && line.ends_with(");") && line.contains("=> "));
            continue;
        }
        if begins(line) {
            inside = !line.ends_with(';');
            continue;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    if inside || kept.contains(UNUSED) {
        // Somebody uses them after all, or the glue is written in another way: all stays.
        return Ok((wasm.to_vec(), glue.to_owned()));
    }
    let unused = UNUSED.to_lowercase();
    Ok((rewrite(wasm, &mut |name| (!name.contains(&unused)).then(|| name.to_owned()))?, kept))
}

/// Both files with short names in the place of wasm-bindgen's, and the glue without comments and indents.
///
/// # Errors
/// When the wasm is not what rustc and wasm-bindgen write.
pub fn shorten(wasm: &[u8], glue: &str) -> Result<(Vec<u8>, String)> {
    let mut names = Names { short: BTreeMap::new(), taken: glue };
    let wasm = rewrite(wasm, &mut |name| Some(names.of(name)))?;
    for helper in HELPERS.into_iter().filter(|helper| !glue.contains(&format!(".{helper}"))) {
        names.shorten(helper);
    }
    Ok((wasm, tidy(&rename(glue, &names.short))))
}

struct Names<'a> {
    short: BTreeMap<String, String>,
    taken: &'a str,
}

impl Names<'_> {
    fn of(&mut self, name: &str) -> String {
        if OWN.iter().any(|own| name.starts_with(own)) { self.shorten(name) } else { name.to_owned() }
    }

    fn shorten(&mut self, name: &str) -> String {
        if let Some(short) = self.short.get(name) {
            return short.clone();
        }
        let mut number = self.short.len();
        let mut short = String::from("$");
        loop {
            short.push(char::from(b'a' + (number % 26) as u8));
            number /= 26;
            // Never a name that the glue uses for something else.
            if number == 0 && !self.taken.contains(&short) {
                break;
            }
        }
        self.short.insert(name.to_owned(), short.clone());
        short
    }
}

/// Bytes that are read from the front.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count).context("the wasm breaks off")?;
        self.0 = rest;
        Ok(head)
    }

    fn byte(&mut self) -> Result<u8> {
        self.take(1).map(|bytes| bytes.iter().fold(0, |_, byte| *byte))
    }

    fn number(&mut self) -> Result<usize> {
        let mut number = 0_usize;
        for place in 0..5 {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        bail!("a number in the wasm is too long")
    }

    fn name(&mut self) -> Result<&'a str> {
        let length = self.number()?;
        Ok(std::str::from_utf8(self.take(length)?)?)
    }
}

fn put_number(out: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        out.push(if number == 0 { low } else { low | 0x80 });
        if number == 0 {
            return;
        }
    }
}

fn put_name(out: &mut Vec<u8>, name: &str) {
    put_number(out, name.len());
    out.extend_from_slice(name.as_bytes());
}

/// `name` says what an import or export is called; an export without a name goes.
fn rewrite(wasm: &[u8], name: &mut dyn FnMut(&str) -> Option<String>) -> Result<Vec<u8>> {
    let mut from = Reader(wasm);
    let head = from.take(8)?;
    ensure!(head.starts_with(b"\0asm"), "this is no wasm");
    let mut out = head.to_vec();
    while !from.0.is_empty() {
        let section = from.byte()?;
        let length = from.number()?;
        let body = from.take(length)?;
        // What the linker says of itself ends here: it was for the splitter, and the optimiser would trust it.
        if section == CUSTOM && Reader(body).name().is_ok_and(|name| name == "linking" || name.starts_with("reloc.")) {
            continue;
        }
        let body = match section {
            IMPORTS | EXPORTS => entries(body, section, name)?,
            _ => body.to_vec(),
        };
        out.push(section);
        put_number(&mut out, body.len());
        out.extend(body);
    }
    Ok(out)
}

fn entries(body: &[u8], section: u8, name: &mut dyn FnMut(&str) -> Option<String>) -> Result<Vec<u8>> {
    let mut from = Reader(body);
    let count = from.number()?;
    let mut kept = 0;
    let mut out = Vec::with_capacity(body.len());
    for _ in 0..count {
        let module = if section == IMPORTS { Some(from.name()?) } else { None };
        let known = from.name()?;
        let name = name(known).or_else(|| module.map(|_| known.to_owned()));
        let rest = from.0;
        match (section, from.byte()?) {
            // An export, or an imported function: an index.
            (EXPORTS, _) | (_, 0) => drop(from.number()?),
            (_, kind @ 1..=2) => {
                if kind == 1 {
                    from.byte()?;
                }
                let bounded = from.number()? & 1 == 1;
                from.number()?;
                if bounded {
                    from.number()?;
                }
            }
            (_, 3) => drop(from.take(2)?),
            (_, kind) => bail!("an import of an unknown kind {kind}"),
        }
        let length = rest.len() - from.0.len();
        if let Some(name) = name {
            kept += 1;
            if let Some(module) = module {
                put_name(&mut out, module);
            }
            put_name(&mut out, &name);
            out.extend_from_slice(rest.get(..length).unwrap_or_default());
        }
    }
    ensure!(from.0.is_empty(), "a section of the wasm is longer than its entries");
    let mut whole = Vec::with_capacity(out.len() + 5);
    put_number(&mut whole, kept);
    whole.extend(out);
    Ok(whole)
}

/// Puts short names in the place of the long ones, whole words only.
fn rename(glue: &str, short: &BTreeMap<String, String>) -> String {
    let of_a_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut out = String::with_capacity(glue.len());
    let mut rest = glue;
    while let Some(start) = rest.find(of_a_name) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !of_a_name(c)).unwrap_or(from.len()));
        out.push_str(before);
        out.push_str(short.get(word).map_or(word, String::as_str));
        rest = after;
    }
    out + rest
}

/// Without comments, indents and empty lines. Left alone where a text might go over several lines.
pub fn tidy(glue: &str) -> String {
    if glue.lines().any(|line| line.matches('`').count() % 2 == 1) {
        return glue.to_owned();
    }
    let mut out = String::with_capacity(glue.len());
    let mut comment = false;
    for line in glue.lines().map(str::trim) {
        comment |= line.starts_with("/*");
        let ends = comment && line.ends_with("*/");
        if !comment && !line.is_empty() && !line.starts_with("//") {
            out.push_str(line);
            out.push('\n');
        }
        comment &= !ends;
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    /// A module that imports a function, a memory with a bound, a table and a global, and exports a function.
    fn module() -> Vec<u8> {
        let mut imports = vec![4];
        for (name, what) in [
            ("__wbg_log_0123456789abcdef", &[0, 0][..]),
            ("memory", &[2, 1, 1, 200, 1]),
            ("__wbindgen_table", &[1, 0x70, 0, 3]),
            ("__wbg_static_g", &[3, 0x7f, 0]),
        ] {
            put_name(&mut imports, "./app_bg.js");
            put_name(&mut imports, name);
            imports.extend_from_slice(what);
        }
        let mut exports = vec![2];
        for name in ["__wbindgen_start", "main"] {
            put_name(&mut exports, name);
            exports.extend_from_slice(&[0, 1]);
        }
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        for (section, body) in [(1, vec![1, 0x60, 0, 0]), (IMPORTS, imports), (EXPORTS, exports)] {
            wasm.push(section);
            put_number(&mut wasm, body.len());
            wasm.extend(body);
        }
        wasm
    }

    #[test]
    fn names_are_short_in_both_files_and_nothing_else_changes() {
        let glue = "/**\n * words\n */\nimports = {\n    __wbg_log_0123456789abcdef: log, $a: 1,\n};\n// more\nwasm.__wbindgen_start(); wasm.main(this.__wbg_log_0);\n";
        let (wasm, glue) = shorten(&module(), glue).unwrap();
        // `$a` is taken: the names begin after it.
        assert_eq!(glue, "imports = {\n$aa: log, $a: 1,\n};\nwasm.$d(); wasm.main(this.__wbg_log_0);\n");
        assert!(!glue.contains("0123456789abcdef") && !glue.contains("__wbindgen_start"));
        let text = String::from_utf8_lossy(&wasm).into_owned();
        for kept in ["./app_bg.js", "memory", "main"] {
            assert!(text.contains(kept), "{kept}");
        }
        assert!(!text.contains("__wb"), "{text:?}");
        // What is read again is what was written.
        assert_eq!(rewrite(&wasm, &mut |name| Some(name.to_owned())).unwrap(), wasm);
    }

    #[test]
    fn classes_that_nobody_makes_go_and_what_is_used_stays() {
        let class = "export class IntoUnderlyingSink {\n    free() {\n        wasm.intounderlyingsink_free();\n    }\n}\nif (Symbol.dispose) IntoUnderlyingSink.prototype.x = 1;\n";
        let end = "const IntoUnderlyingSinkFinalization = (typeof FinalizationRegistry === 'undefined')\n    ? { register: () => {}, unregister: () => {} }\n    : new FinalizationRegistry(ptr => wasm.intounderlyingsink_free(ptr, 1));\n";
        let rest = "wasm.main();\n";
        let mut module = module();
        let long = b"intounderlyingsink_x";
        // The exported `main` becomes one of theirs.
        let at = module.windows(5).position(|part| part == b"\x04main").unwrap();
        module.splice(at..at + 5, [&[long.len() as u8][..], long].concat());
        let section = module.iter().rposition(|byte| *byte == EXPORTS).unwrap();
        module[section + 1] += (long.len() - 4) as u8;
        let (wasm, glue) = without_unused(&module, &format!("{class}{rest}{end}")).unwrap();
        assert_eq!(glue, rest);
        assert!(!wasm.windows(long.len()).any(|part| part == long));
        let used = format!("{class}new IntoUnderlyingSink();\n{end}");
        assert_eq!(without_unused(&module, &used).unwrap(), (module.clone(), used.clone()));
        let cut = "export class IntoUnderlyingSink {\n    free() {\n".to_owned();
        assert_eq!(without_unused(&module, &cut).unwrap(), (module, cut));
    }

    #[test]
    fn what_is_broken_is_refused() {
        let whole = module();
        for end in 0..whole.len() {
            // Between two sections it is a shorter module.
            let _ = shorten(&whole[..end], "");
        }
        assert!(shorten(b"GIF89a..", "").is_err());
        assert!(shorten(&whole[..whole.len() - 3], "").is_err());
    }

    #[test]
    fn a_text_over_several_lines_is_left_alone() {
        let glue = "const a = `one\n    two`;\n";
        assert_eq!(tidy(glue), glue);
    }
}
