//! Bad input of a person: each has a sentence, nothing is sent, and what was typed stays.

use e2e::find::Name;
use e2e::{Order, SHORT, Story, Studio, USUAL, Way};

/// Nothing reached the API but what costs nothing.
fn nothing_was_ordered(studio: &Studio) {
    assert!(studio.stage.api.generates().is_empty());
    assert_eq!(studio.stage.api.charged(), 0);
}

#[test]
fn an_empty_prompt() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.press_generate().await;
        studio.wait_message("alert", &["prompt is empty"], SHORT).await;
        assert!(studio.tiles().await.unwrap().is_empty());
        nothing_was_ordered(studio);
    });
}

#[test]
fn a_prompt_that_is_too_long() {
    let prompt = "so long ".repeat(1_250);
    let prompt = prompt.trim();
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of(prompt)).await;
        studio.wait_message("alert", &["prompt", "9999"], SHORT).await;
        assert_eq!(studio.prompt().await, prompt, "every letter is still there");
        assert!(studio.tiles().await.unwrap().is_empty());
        nothing_was_ordered(studio);
    });
}

#[test]
fn no_key() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.generate(&Order::of("a knock on the door")).await;
        let tiles = studio.wait_status(1, "queued", SHORT).await;
        assert!(tiles[0].text.to_lowercase().contains("key"), "{}", tiles[0].text);
        assert_eq!(studio.prompt().await, "a knock on the door");
        assert!(studio.stage.api.arrivals().is_empty(), "without a key nothing is sent at all");
        // It waits, and goes on by itself.
        studio.connect().await;
        studio.wait_stored(1, USUAL).await;
        studio.wait_ledger(1, 1).await;
    });
}

#[test]
fn a_malformed_key() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        let settings = studio.settings().await;
        let too_long = "k".repeat(200);
        for (key, words) in [("tiny", "too short"), ("two words and a space", "space"), (too_long.as_str(), "too long")]
        {
            settings.write_key(key).await;
            settings.save().await;
            let text = settings.says(&["key", words], SHORT).await;
            assert!(!text.contains(key), "a key is never repeated: {text}");
        }
        settings.close().await;
        assert!(studio.stage.api.arrivals().is_empty());
    });
}

#[test]
fn a_malformed_proxy() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.write_prompt("still here").await;
        let settings = studio.settings().await;
        for (proxy, words) in [
            ("http://proxy.example/ttapi", "https"),
            ("https://user@proxy.example", "user name"),
            ("https://", "not a complete address"),
            ("ftp://proxy.example", "https"),
            ("https://proxy.example/?x=1", "?"),
        ] {
            settings.addresses(None, Some(proxy)).await;
            settings.save().await;
            settings.says(&["Proxy URL", words], SHORT).await;
        }
        settings.addresses(Some("api.ttapi.io/x y"), None).await;
        settings.save().await;
        settings.says(&["API base URL"], SHORT).await;
        settings.close().await;
        assert_eq!(studio.prompt().await, "still here");
        // What was refused was not stored either.
        studio.reload().await;
        let _settings = studio.settings().await;
        let field = studio.browser.find("textbox", Name::Is("Proxy URL"), None).await.unwrap();
        let stored = field.prop("value").await.unwrap().unwrap_or_default();
        assert!(!stored.contains("proxy.example"), "{stored}");
        assert!(studio.stage.api.arrivals().is_empty());
    });
}

/// A port that nobody listens on.
async fn closed_port() -> String {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

#[test]
fn a_host_that_does_not_answer() {
    Story::new(Way::Direct).tell(async |studio| {
        let nobody = closed_port().await;
        // The person named it. It cannot be told who would have listened there.
        studio.expect_key_at(&nobody);
        studio.expect_noise(&[nobody.as_str(), "ERR_CONNECTION_REFUSED"]);
        studio.open().await;
        let settings = studio.settings().await;
        settings.addresses(Some(&nobody), Some("")).await.write_key(&studio.key.clone()).await.save().await;
        settings.close().await;
        studio.generate(&Order::of("is anybody there")).await;
        studio.wait_status(1, "queued", USUAL).await;
        studio.wait_message("alert", &["answer"], USUAL).await;
        assert_eq!(studio.prompt().await, "is anybody there");
        nothing_was_ordered(studio);
    });
}

/// The wall that everybody meets first: the API sends no CORS headers.
#[test]
fn an_api_that_refuses_browsers() {
    Story::new(Way::Refused).tell(async |studio| {
        studio.expect_noise(&["/flux/fetch", "CORS"]);
        studio.expect_noise(&["/flux/fetch", "ERR_FAILED"]);
        // Whether anybody is there is found out by a look at the address itself, without the key.
        studio.expect_noise(&[&studio.stage.api.server.url(), "404"]);
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("a closed shop")).await;
        studio.wait_status(1, "queued", USUAL).await;
        studio.wait_message("alert", &["cargo xtask run"], USUAL).await;
        assert_eq!(studio.prompt().await, "a closed shop");
        nothing_was_ordered(studio);
        let with_key = studio.stage.api.arrivals().into_iter().any(|arrival| arrival.has_key(&studio.key));
        assert!(!with_key, "a refused preflight is the end: the key was not sent");
    });
}

/// Prompts that would be something else than text in another place: shown as text, sent and kept as they are, and the
/// grid stands.
#[test]
fn h03_prompts_that_are_not_only_words() {
    let astronaut = "\u{1F469}\u{200D}\u{1F680}".repeat(200);
    let wide = "W".repeat(4_000);
    let prompts = [
        "<img src=x onerror=\"document.title='taken over'\"><script>document.title='taken over'</script>",
        "{{7*7}} ${7*7} </textarea></script>{% raw %}",
        "\u{202e}gpj.exe\u{2066} \u{200b}zero\u{feff} \u{e0041}tag",
        "a\0b\u{7}c\u{1b}[31m",
        astronaut.as_str(),
        wide.as_str(),
    ];
    Story::new(Way::Bundled).tell(async |studio| {
        const TYPE: &str = "const box = document.querySelector('textarea'); box.value = arguments[0];
            box.dispatchEvent(new Event('input', {bubbles: true})); return box.value === arguments[0]";
        studio.open().await;
        studio.connect().await;
        for prompt in prompts {
            let typed: bool = studio.ask(TYPE, vec![prompt.into()]).await;
            assert!(typed, "{prompt:?} stands in the box");
            let number = studio.stage.api.jobs().len();
            studio.press_generate().await;
            e2e::eventually("the job", USUAL, async || {
                e2e::wait::check(studio.stage.api.jobs().len() == number + 1, || "there is none yet".to_owned())
            })
            .await;
        }
        // Half of a letter is no text: it is replaced before it is sent, and what is kept is what was sent.
        let _: bool = studio.ask(&TYPE.replace("arguments[0]", "'half \\ud83d letter'"), vec![]).await;
        studio.press_generate().await;
        let count = prompts.len() + 1;
        let tiles = studio.wait_stored(count, e2e::LONG).await;
        let sent: Vec<String> = studio.stage.api.jobs().iter().rev().map(|job| job.prompt.clone()).collect();
        let mut wanted: Vec<&str> = prompts.to_vec();
        wanted.push("half \u{fffd} letter");
        wanted.reverse();
        assert_eq!(sent, wanted, "byte for byte");
        for prompt in sent {
            let json = serde_json::to_string(&prompt).unwrap();
            studio.wait_on_disk(json.trim_matches('"')).await;
        }
        assert_eq!(tiles.len(), count);
        let (title, wide): (String, bool) =
            studio.ask("return [document.title, document.documentElement.scrollWidth > innerWidth]", vec![]).await;
        assert_ne!(title, "taken over");
        assert!(!wide, "nothing sticks out of the page");
        let strangers: u32 =
            studio.ask("return document.querySelectorAll('img[onerror], main script').length", vec![]).await;
        assert_eq!(strangers, 0);
        // A megabyte is refused, and stays in the box.
        let _: bool = studio.ask(TYPE, vec!["x".repeat(1 << 20).into()]).await;
        studio.press_generate().await;
        studio.wait_message("alert", &["prompt", "1048576"], SHORT).await;
        assert_eq!(studio.stage.api.generates().len(), count);
    });
}
