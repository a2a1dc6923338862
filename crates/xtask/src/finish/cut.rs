//! Cuts the program in two: what every visit needs, and the dialogs, which are loaded when the first of them opens (see
//! `src/ui/dialogs.rs`). Trunk hands the program to wasm-bindgen in one piece; here that is done again with the cut one.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use wasm_split_cli_support::{Options, transform};

use super::names::{take, write};
use crate::exec;
use crate::project::Project;

/// The splitter's own script, as the cut program names it.
const LINK: &str = "./__wasm_split.js";
/// How the splitter's script loads a part. The page's policy and hosts that do not know wasm's media type want it otherwise.
const STREAMED: &str = "WebAssembly.instantiateStreaming(src, imports)";

/// Puts the cut program into the place of trunk's: the glue, the wasm, and a file `split_<part>.wasm` for each part.
///
/// # Errors
/// When the program has no relocations (see `.cargo/config.toml`), or the splitter's script is not what is expected.
pub fn cut(project: &Project, folder: &Path, profile: &str, name: &str) -> Result<()> {
    let built = project.target.join("wasm32-unknown-unknown").join(profile).join(format!("{name}.wasm"));
    let whole = fs::read(&built).with_context(|| format!("{} could not be read", built.display()))?;
    let work = project.target.join("cut");
    fs::remove_dir_all(&work).ok();
    fs::create_dir_all(&work)?;
    let (main, script) = (work.join(format!("{name}.wasm")), format!("./{name}.js"));
    let mut options = Options::new(&whole);
    options.output_dir = &work;
    options.main_out_path = &main;
    options.link_name = LINK;
    options.main_module = &script;
    let parts = transform(options).map_err(|error| anyhow!("{error:#}")).context("the program could not be cut")?;
    ensure!(!parts.split_modules.is_empty(), "there is nothing to cut off in {}", built.display());
    let mut bindgen = exec::command(project, "wasm-bindgen");
    bindgen.args([
        "--target",
        "web",
        "--no-typescript",
        "--keep-lld-exports",
        "--remove-name-section",
        "--remove-producers-section",
    ]);
    exec::run(bindgen.args(["--out-name", name, "--out-dir"]).args([folder, &main]))?;
    for part in &parts.split_modules {
        let file = part.file_name().context("a part without a name")?;
        fs::copy(part, folder.join(file))?;
    }
    let glue = folder.join(format!("{name}.js"));
    let text = joined(&fs::read_to_string(&glue)?, &fs::read_to_string(work.join(LINK))?)?;
    fs::write(glue, text)?;
    Ok(())
}

/// The glue with the splitter's script in it: one file, one checksum, one download.
fn joined(glue: &str, script: &str) -> Result<String> {
    let import = glue.lines().find(|line| line.starts_with("import * as ") && line.contains(LINK));
    let import = import.context("the glue does not import the splitter's script")?;
    let name = import.split_whitespace().nth(3).context("the glue's import has another shape")?;
    let mut exports = Vec::new();
    let mut rest = String::new();
    for line in script.lines().filter(|line| !line.starts_with("import ")) {
        let line = match line.strip_prefix("export const ") {
            Some(export) => {
                exports.extend(export.split_whitespace().next());
                format!("const {export}")
            }
            None => line.replace(STREAMED, "WebAssembly.instantiate(await (await src).arrayBuffer(), imports)"),
        };
        rest.push_str(&line);
        rest.push('\n');
    }
    ensure!(!exports.is_empty() && !rest.contains("instantiateStreaming"), "the splitter's script has another shape");
    Ok(format!("{}\n{rest}const {name} = {{ {} }};\n", glue.replace(import, ""), exports.join(", ")))
}

/// Gives the parts their final names, and tells the glue their names and checksums.
pub fn settle_parts(folder: &Path, name: &str) -> Result<()> {
    let path = folder.join(format!("{name}.js"));
    let mut glue = fs::read_to_string(&path).context("the build left no glue")?;
    for file in fs::read_dir(folder)? {
        let file = file?.file_name().to_string_lossy().into_owned();
        let Some(part) = file.strip_prefix("split_").and_then(|rest| rest.strip_suffix(".wasm")) else { continue };
        let named = write(folder, &format!("{name}-{part}"), "wasm", &take(folder, &file)?)?;
        let fetched = format!("new URL(\"./{file}\", import.meta.url)");
        ensure!(glue.matches(&fetched).count() == 1, "the glue does not load {file} once");
        let address = format!("new URL(\"{}\", import.meta.url)", named.address());
        glue = glue.replace(
            &fetched,
            &format!("{address}, {{ credentials: \"same-origin\", integrity: \"{}\" }}", named.integrity),
        );
    }
    fs::write(path, glue)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    const GLUE: &str =
        "import * as import1 from \"./__wasm_split.js\"\n\nconst imports = { \"./__wasm_split.js\": import1 };\n";
    const SCRIPT: &str = "import { initSync } from \"./app.js\";\nexport const load_a = wrap(() => {\n const src = fetch(new URL(\"./split_a.wasm\", import.meta.url));\n return (WebAssembly.instantiateStreaming(src, imports));\n});\n";

    #[test]
    fn the_script_becomes_part_of_the_glue() {
        let text = joined(GLUE, SCRIPT).unwrap();
        assert!(!text.contains("import * as") && !text.contains("import {") && !text.contains("export"), "{text}");
        assert!(text.contains("const load_a = wrap(") && text.ends_with("const import1 = { load_a };\n"), "{text}");
        assert!(text.contains("arrayBuffer()"), "{text}");
    }

    #[test]
    fn what_has_another_shape_is_refused() {
        assert!(joined("const x = 1;", SCRIPT).is_err());
        assert!(joined(GLUE, "const x = 1;").is_err());
        assert!(joined(GLUE, &SCRIPT.replace("(src, imports)", "(src)")).is_err());
    }

    #[test]
    fn parts_get_names_and_checksums() {
        let folder = std::env::temp_dir().join(format!("xtask-cut-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("app.js"), joined(GLUE, SCRIPT).unwrap()).unwrap();
        fs::write(folder.join("split_a.wasm"), "abc").unwrap();
        settle_parts(&folder, "app").unwrap();
        let glue = fs::read_to_string(folder.join("app.js")).unwrap();
        assert!(glue.contains("new URL(\"./app-a-ba7816bf8f01cfea.wasm\", import.meta.url), { credentials"), "{glue}");
        assert!(glue.contains("integrity: \"sha384-ywB1P0WjXou1oD1pmsZQ"), "{glue}");
        assert!(folder.join("app-a-ba7816bf8f01cfea.wasm").is_file() && !folder.join("split_a.wasm").exists());
        // A part that the glue does not know.
        fs::write(folder.join("split_b.wasm"), "abc").unwrap();
        assert!(settle_parts(&folder, "app").is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
