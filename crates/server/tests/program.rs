//! The program: its flags, what it prints, and what it does not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::process::Stdio;

use support::{Act, Ask, KEY, PAGE, Upstream, answer, dist};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flux-studio-server"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

#[tokio::test]
async fn it_prints_its_address_and_then_errors_only() {
    let upstream = Upstream::start(|_| Act::Say(answer(307, "Location: https://evil.example/\r\n", ""))).await;
    let dist = dist();
    let mut child = program()
        .args(["--port", "0", "--dist"])
        .arg(dist.path())
        .arg("--upstream")
        .arg(upstream.url().as_str())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    output.read_line(&mut first).await.unwrap();
    let address = first.split("http://").nth(1).unwrap().split('/').next().unwrap().parse().unwrap();
    assert_eq!(Ask::get("/").at(address).await.text(), PAGE);
    Ask::generate("id").at(address).await.is_of_the_proxy(502, "sent");
    child.start_kill().unwrap();
    let mut rest = String::new();
    output.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "");
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).await.unwrap();
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(errors.contains("redirect") && !errors.contains(KEY), "{errors}");
}

#[tokio::test]
async fn it_refuses_what_cannot_work_in_one_sentence() {
    for (arguments, words) in [
        (&["--dist", "no-such-folder"][..], "cargo xtask build"),
        (&["--upstream", "http://api.ttapi.io"], "https"),
        (&["--allow-image-host", "https://x"], "image host"),
    ] {
        let output = program().args(arguments).output().await.unwrap();
        assert!(!output.status.success());
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.starts_with("error: ") && errors.contains(words), "{errors}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn it_ends_on_an_interrupt() {
    let dist = dist();
    let mut child = program().args(["--port", "0", "--dist"]).arg(dist.path()).spawn().unwrap();
    let mut first = String::new();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    output.read_line(&mut first).await.unwrap();
    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().await.unwrap().success());
    let ended = tokio::time::timeout(std::time::Duration::from_secs(10), child.wait()).await;
    assert!(ended.unwrap().unwrap().success());
}
