//! Makes trunk's output into the files that are served: optimised, named by content, tied together by checksums, and
//! with a page that carries no leftovers of the build. Trunk calls it as its `post_build` hook, on the staging folder, so a
//! failure leaves the last good `dist/` in place and `trunk build` alone gives the same files as `cargo xtask build`.

mod cut;
mod html;
mod names;
mod short;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use crate::project::Project;
use crate::tools;
pub use html::{Tag, scan};
use names::{Named, take, write};

/// The app's name in trunk's output (`data-bin` in index.html).
const APP: &str = "flux-studio";
/// The worker's name in trunk's output.
const WORKER: &str = "flux-studio-bytes";
/// What stands in the scripts of `public/` until the names are known.
const PLACEHOLDER: &str = "\"@FILES@\"";
/// A service worker must keep its address from version to version, so it alone has no hash.
const SERVICE_WORKER: &str = "sw.js";

/// Finishes the folder that trunk names in the environment of its hooks.
///
/// # Errors
/// When not called by trunk, or when a file of the build is missing or is not what the page expects.
pub fn run(project: &Project) -> Result<()> {
    let Some(folder) = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from) else {
        bail!("finish-dist is called by trunk; `cargo xtask build` is what you want");
    };
    let release = env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    cut::cut(project, &folder, if release { "release" } else { "debug" }, APP)?;
    if release {
        for name in [APP, WORKER] {
            let (wasm, glue) = (folder.join(format!("{name}_bg.wasm")), folder.join(format!("{name}.js")));
            let (smaller, text) = short::without_unused(&fs::read(&wasm)?, &fs::read_to_string(&glue)?)?;
            fs::write(&wasm, smaller)?;
            fs::write(&glue, text)?;
        }
        for wasm in files_below(&folder)?.iter().filter(|path| path.extension().is_some_and(|kind| kind == "wasm")) {
            tools::optimise(project, wasm)?;
        }
    }
    finish(&folder)
}

/// Everything but the optimiser: names, checksums, the page.
fn finish(folder: &Path) -> Result<()> {
    settle_snippets(folder)?;
    cut::settle_parts(folder, APP)?;
    let worker = worker(folder)?;
    let app = program(folder, APP)?;

    let mut scripts = vec![worker.address()];
    if folder.join(SERVICE_WORKER).is_file() {
        scripts.push(format!("./{SERVICE_WORKER}"));
    }
    let files = json!({
        "glue": app.glue.address(),
        "wasm": app.wasm.address(),
        "wasmIntegrity": app.wasm.integrity,
        "scripts": scripts,
    });
    let boot = templated(folder, "boot", &files)?;

    let path = folder.join("index.html");
    let page = fs::read_to_string(&path).context("the build left no index.html")?;
    let page = self::page(folder, &page, &Parts { app, boot, worker })?;
    fs::write(&path, page).context("index.html could not be written")
}

/// One wasm program: the JavaScript that wasm-bindgen wrote for it and the wasm itself.
struct Program {
    glue: Named,
    wasm: Named,
}

/// What the page refers to.
struct Parts {
    app: Program,
    boot: Named,
    worker: Named,
}

/// Gives a program's two files their final names. The glue's own default address for the wasm is kept true.
fn program(folder: &Path, name: &str) -> Result<Program> {
    let plain = format!("{name}_bg.wasm");
    let glue = String::from_utf8(take(folder, &format!("{name}.js"))?)?;
    let (wasm, glue) = short::shorten(&take(folder, &plain)?, &glue)?;
    let wasm = write(folder, name, "wasm", &wasm)?;
    let glue = glue.replace(&plain, &wasm.file);
    let glue = write(folder, name, "js", glue.as_bytes())?;
    Ok(Program { glue, wasm })
}

/// Gives the worker's files their final names; its address is that of the loader.
fn worker(folder: &Path) -> Result<Named> {
    let Program { glue, wasm } = program(folder, WORKER)?;
    let files = json!({ "glue": glue.address(), "wasm": wasm.address(), "wasmIntegrity": wasm.integrity });
    templated(folder, "worker", &files)
}

/// Writes the names of the files that belong together into a script from `public/`.
fn templated(folder: &Path, stem: &str, files: &serde_json::Value) -> Result<Named> {
    let script = String::from_utf8(take(folder, &format!("{stem}.js"))?)?;
    ensure!(script.matches(PLACEHOLDER).count() == 1, "public/{stem}.js has no single {PLACEHOLDER}");
    write(folder, stem, "js", short::tidy(&script.replace(PLACEHOLDER, &files.to_string())).as_bytes())
}

/// wasm-bindgen writes JavaScript that crates bring along into `snippets/`, trunk copies what earlier builds left there
/// too. What the glue imports goes to a folder whose name changes with the content, the rest goes.
fn settle_snippets(folder: &Path) -> Result<()> {
    let snippets = folder.join("snippets");
    if !snippets.is_dir() {
        return Ok(());
    }
    let glue = folder.join(format!("{APP}.js"));
    let text = fs::read_to_string(&glue).context("the build left no glue")?;
    let mut imported = Vec::new();
    for file in files_below(&snippets)? {
        let relative = file.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
        if text.contains(&format!("./{relative}")) {
            imported.push((relative, fs::read(&file)?));
        }
    }
    fs::remove_dir_all(&snippets)?;
    let mut text = text;
    for (relative, bytes) in imported {
        let stem = relative.trim_end_matches(".js").replace('/', "-");
        let named = write(folder, &stem, "js", &bytes)?;
        text = text.replace(&format!("./{relative}"), &named.address());
    }
    fs::write(&glue, text)?;
    Ok(())
}

/// All files in a folder and its folders, sorted.
///
/// # Errors
/// When a folder cannot be read.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} could not be read", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The page with its references in place and without comments and marks of the build.
fn page(folder: &Path, page: &str, parts: &Parts) -> Result<String> {
    let (tags, comments) = scan(page)?;
    let mut changes: Vec<_> = comments.into_iter().map(|span| (span, String::new())).collect();
    let mut styles = Vec::new();
    let (mut program, mut boot, mut worker) = (0, 0, 0);
    for tag in &tags {
        let text = match tag.name() {
            "link" if tag.is("rel", "rust") => {
                program += 1;
                early(&parts.app)
            }
            "link" if tag.is("rel", "stylesheet") => {
                styles.push(tag.clone());
                continue;
            }
            "script" if tag.is("src", "boot.js") => {
                boot += 1;
                format!(r#"<script src="{}" integrity="{}" defer>"#, parts.boot.address(), parts.boot.integrity)
            }
            "script" => bail!("the page has a script beside boot.js"),
            "meta" if tag.is("name", "flux-studio-worker") => {
                worker += 1;
                format!(r#"<meta name="flux-studio-worker" content="{}">"#, parts.worker.address())
            }
            "style" => bail!("the page has an inline style, which its policy forbids"),
            _ if tag.get("style").is_some() => {
                bail!("<{}> has a style attribute, which the page's policy forbids", tag.name())
            }
            _ => continue,
        };
        changes.push((tag.span.clone(), text));
    }
    ensure!(
        (program, boot, worker) == (1, 1, 1),
        "index.html lacks the program's link, boot.js or the worker's meta element, or has one twice"
    );
    changes.extend(style(folder, &styles)?);
    Ok(html::replace(page, changes))
}

/// The early downloads: the glue as a module with its checksum, the wasm as boot.js will fetch it. The wasm's checksum is
/// in boot.js alone: browsers do not check it on this kind of preload, and Chromium warns of one.
fn early(app: &Program) -> String {
    format!(
        "<link rel=\"modulepreload\" href=\"{}\" integrity=\"{}\">\n<link rel=\"preload\" href=\"{}\" as=\"fetch\" type=\"application/wasm\" crossorigin>",
        app.glue.address(),
        app.glue.integrity,
        app.wasm.address()
    )
}

/// Makes one file of all style files, in the order in which the page names them.
fn style(folder: &Path, links: &[Tag]) -> Result<Vec<(std::ops::Range<usize>, String)>> {
    let mut text = String::new();
    for link in links {
        let file = link.get("href").unwrap_or_default().trim_start_matches("./");
        text.push_str(&String::from_utf8(take(folder, file)?)?);
        text.push('\n');
    }
    let minified = match minifier::css::minify(&text) {
        Ok(minified) => minified.to_string(),
        Err(message) => bail!("the style could not be read: {message}"),
    };
    let named = write(folder, "style", "css", minified.as_bytes())?;
    let link = format!(r#"<link rel="stylesheet" href="{}" integrity="{}">"#, named.address(), named.integrity);
    let one = std::iter::once(link).chain(std::iter::repeat(String::new()));
    Ok(links.iter().map(|link| link.span.clone()).zip(one).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    const PAGE: &str = r#"<!doctype html>
<head><!-- why -->
<link data-trunk rel="rust" data-trunk-id="0">
<meta name="flux-studio-worker" content="worker.js">
<link rel="stylesheet" href="./a.css" integrity="x"/>
<link rel="stylesheet" href="./b.css" integrity="y"/>
<script src="boot.js" defer></script>
</head>
"#;

    /// A folder as trunk leaves it; the name keeps tests apart that run side by side.
    fn staged(name: &str, page: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("xtask-finish-{name}-{}", std::process::id()));
        fs::remove_dir_all(&folder).ok();
        fs::create_dir_all(folder.join("snippets/used")).unwrap();
        fs::create_dir_all(folder.join("snippets/stale")).unwrap();
        let files = [
            ("index.html", page),
            ("flux-studio.js", "import './snippets/used/inline0.js'; new URL('flux-studio_bg.wasm', import.meta.url)"),
            ("flux-studio_bg.wasm", "\0asm\x01\0\0\0"),
            ("flux-studio-bytes.js", "worker glue"),
            ("flux-studio-bytes_bg.wasm", "\0asm\x01\0\0\0"),
            ("boot.js", "const FILES = \"@FILES@\";"),
            ("worker.js", "const FILES = \"@FILES@\";"),
            ("a.css", ".a { color: red; }"),
            ("b.css", "/* b */ .b  { color: blue; }"),
            ("snippets/used/inline0.js", "used"),
            ("snippets/stale/inline0.js", "stale"),
        ];
        for (name, text) in files {
            fs::write(folder.join(name), text).unwrap();
        }
        folder
    }

    /// The one file of this kind under its final name, and what it says.
    fn only(folder: &Path, stem: &str, extension: &str) -> (String, String) {
        let named = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let hash = name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(extension));
            hash.is_some_and(|hash| hash.len() == 17)
        };
        let found: Vec<_> = files_below(folder).unwrap().into_iter().filter(named).collect();
        let [path] = found.as_slice() else { unreachable!("{stem}…{extension}: {found:?}") };
        (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap())
    }

    #[test]
    fn files_are_named_by_content_and_refer_to_each_other() {
        let folder = staged("whole", PAGE);
        finish(&folder).unwrap();
        let page = fs::read_to_string(folder.join("index.html")).unwrap();
        let (wasm, _) = only(&folder, "flux-studio", ".wasm");
        let (glue, glue_text) = only(&folder, "flux-studio", ".js");
        let (snippet, _) = only(&folder, "snippets-used-inline0", ".js");
        let (boot, boot_text) = only(&folder, "boot", ".js");
        let (worker, worker_text) = only(&folder, "worker", ".js");
        let (worker_glue, _) = only(&folder, "flux-studio-bytes", ".js");
        let (worker_wasm, _) = only(&folder, "flux-studio-bytes", ".wasm");
        let (style, style_text) = only(&folder, "style", ".css");

        assert_eq!(glue_text.trim(), format!("import './{snippet}'; new URL('{wasm}', import.meta.url)"));
        for part in [&glue, &wasm, &worker] {
            assert!(boot_text.contains(&format!("\"./{part}\"")), "{boot_text}");
        }
        for part in [&worker_glue, &worker_wasm] {
            assert!(worker_text.contains(&format!("\"./{part}\"")), "{worker_text}");
        }
        for part in [&glue, &wasm, &worker, &boot, &style] {
            assert!(page.contains(&format!("\"./{part}\"")), "{part} in {page}");
        }
        for left in ["data-trunk", "<!--", "/a.css", "/b.css"] {
            assert!(!page.contains(left), "{left} in {page}");
        }
        assert_eq!(style_text.trim(), ".a{color:red;}.b{color:blue;}");
        // Nothing is left under the names of the build, nothing stale comes along.
        assert_eq!(files_below(&folder).unwrap().len(), 9);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_service_worker_may_be_registered() {
        let folder = staged("service", PAGE);
        fs::write(folder.join(SERVICE_WORKER), "").unwrap();
        finish(&folder).unwrap();
        assert!(only(&folder, "boot", ".js").1.contains("\"./sw.js\""));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_page_that_its_policy_would_break_is_refused() {
        let cases = [
            ("twice", PAGE.replace("</head>", "<script src=\"boot.js\"></script></head>"), "twice"),
            ("inline", PAGE.replace("</head>", "<script>1</script></head>"), "beside boot.js"),
            ("style", PAGE.replace("</head>", "<style>a{}</style></head>"), "inline style"),
            ("attribute", PAGE.replace("</head>", "</head><p style=\"color:red\">"), "style attribute"),
            ("none", PAGE.replace("flux-studio-worker", "other"), "lacks"),
        ];
        for (name, page, message) in cases {
            let folder = staged(name, &page);
            let error = finish(&folder).expect_err(name).to_string();
            assert!(error.contains(message), "{name}: {error}");
            fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn minifying_keeps_what_newer_css_says() {
        let css = ".a { &:hover > .b { width: calc(100% - (2 * var(--x)) + 1px); } & .c { translate: 0 -200%; content: \"  /* x */ \"; } }\n@container m (width > 30rem) and (height <= 2rem) { .d { color: light-dark(#fff, rgb(0 0 0 / 50%)); } }";
        let minified = minifier::css::minify(css).map(|minified| minified.to_string()).unwrap_or_default();
        let kept = [
            "&:hover>.b{",
            "calc(100% - (2 * var(--x)) + 1px)",
            "& .c{",
            "0 -200%",
            "\"  /* x */ \"",
            "(width>30rem) and (height <=2rem)",
        ];
        for part in kept {
            assert!(minified.contains(part), "{part} in {minified}");
        }
    }
}
