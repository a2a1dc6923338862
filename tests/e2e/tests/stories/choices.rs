//! What a person chooses before the press: what it will cost, other modes, other shapes, an address to be called. What
//! was chosen is read from the body that arrived at the API.

use e2e::find::Name;
use e2e::wait::check;
use e2e::{Order, SHORT, Story, Studio, USUAL, Way, eventually};
use flux_studio_simulator::config::{ModeList, SizeRule};
use serde_json::{Value, json};
use thirtyfour::Key;

/// The bodies of the paid requests, in the order of their arrival.
fn bodies(studio: &Studio) -> Vec<Value> {
    let read = |arrival: &flux_studio_simulator::http::Arrival| serde_json::from_slice(&arrival.body).expect("JSON");
    studio.stage.api.generates().iter().map(read).collect()
}

async fn wait_button(studio: &Studio, says: &str) {
    eventually(&format!("the button to say {says:?}"), SHORT, async || {
        let text = studio.generate_button().await?.text().await.map_err(|error| error.to_string())?;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        check(text == says, || format!("it says {text:?}"))
    })
    .await;
}

async fn offers(studio: &Studio, mode: &str) -> bool {
    studio.shows("radio", Name::Begins(mode)).await
}

#[test]
fn the_cost_stands_on_the_button_after_the_first_picture() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        wait_button(studio, "Generate 1 image").await;
        assert!(studio.text().await.contains("The cost is shown here after the first picture"));
        studio.generate(&Order::of("a till")).await;
        studio.wait_stored(1, USUAL).await;
        let each = studio.stage.api.charged();
        wait_button(studio, &format!("Generate 1 image, {each} quota")).await;
        studio.compose(&Order::of("three tills").count(3)).await;
        let said = format!("{} quota", 3 * each);
        wait_button(studio, &format!("Generate 3 images, {said}")).await;
        assert!(studio.text().await.contains(&format!("Cost {said}")));
        studio.press_generate().await;
        studio.wait_stored(4, USUAL).await;
        assert_eq!(studio.stage.api.charged(), each + 3 * each, "it cost what was said");
        // Of another mode nothing is known, and nothing is said.
        studio.compose(&Order::default().mode("flux1-pro").count(1)).await;
        wait_button(studio, "Generate 1 image").await;
        assert!(studio.text().await.contains("Cost of this choice not known yet"));
        studio.compose(&Order::default().mode("flux1-dev")).await;
        // The last words of the draft, after its mode.
        studio.write_prompt("a quiet till").await;
        studio.wait_on_disk("a quiet till").await;
        studio.reload().await;
        wait_button(studio, &format!("Generate 1 image, {each} quota")).await;
    });
}

#[test]
fn more_modes_and_a_mode_of_ones_own_are_sent_as_they_are_spelled() {
    let both = |config: &mut flux_studio_simulator::Config| {
        config.modes = ModeList::Both;
        config.extra_modes.push("my-own.mode_1".to_owned());
    };
    Story::new(Way::Bundled).with(both).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        assert!(!offers(studio, "flux-2-pro").await, "three are enough at first");
        studio.press(Name::Is("More modes")).await;
        studio.generate(&Order::of("a loom").mode("flux-2-pro")).await;
        studio.wait_stored(1, USUAL).await;

        studio.write("textbox", Name::Is("Add a mode"), "not a mode").await;
        studio.press(Name::Is("Add")).await;
        studio.wait_message("alert", &["1 to 64 letters"], SHORT).await;
        studio.write("textbox", Name::Is("Add a mode"), "my-own.mode_1").await;
        studio.key(Key::Enter).await;
        studio.wait_for("radio", Name::Begins("my-own.mode_1"), SHORT).await;
        // Enter in a field spends no money; what was added is what is chosen.
        studio.wait_ledger(1, 1).await;
        studio.generate(&Order::of("my own loom")).await;
        studio.wait_stored(2, USUAL).await;
        let modes: Vec<Value> = bodies(studio).iter().map(|body| body["mode"].clone()).collect();
        assert_eq!(modes, ["flux-2-pro", "my-own.mode_1"]);

        // It is on offer from now on, also where it is not chosen and the others are put away.
        studio.compose(&Order::default().mode("flux1-dev")).await;
        studio.press(Name::Is("Fewer modes")).await;
        studio.wait_gone("radio", Name::Begins("flux-2-pro")).await;
        studio.wait_on_disk("\"flux1-dev\"").await;
        studio.reload().await;
        assert!(offers(studio, "my-own.mode_1").await && !offers(studio, "flux-2-pro").await);
        studio.wait_ledger(2, 2).await;
    });
}

#[test]
fn an_aspect_ratio_takes_the_place_of_the_size() {
    Story::new(Way::Bundled).with(|config| config.size_rule = SizeRule::Either).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.press(Name::Is("Aspect ratios")).await;
        studio.generate(&Order::of("a horizon").size("21:9")).await;
        studio.wait_stored(1, USUAL).await;
        let image = "const image = document.querySelector('[data-testid=image-tile] img');
            return [image.naturalWidth, image.naturalHeight]";
        let drawn: (u32, u32) = studio.ask(image, vec![]).await;
        let job = studio.stage.api.jobs().remove(0);
        assert_eq!(drawn, (job.width, job.height), "it is shown as it was made");
        assert!(drawn.0 > 2 * drawn.1, "{drawn:?}");
        // The other way round the nearest size is chosen.
        studio.press(Name::Is("Sizes")).await;
        studio.generate(&Order::of("a nearer horizon")).await;
        studio.wait_stored(2, USUAL).await;
        let shapes: Vec<(Value, Value)> =
            bodies(studio).iter().map(|body| (body["aspect_ratio"].clone(), body["size"].clone())).collect();
        assert_eq!(shapes, [(json!("21:9"), Value::Null), (Value::Null, json!("1792x1024"))], "never both");
        studio.wait_ledger(2, 2).await;
    });
}

#[test]
fn a_hook_url_reaches_the_api_and_a_wrong_one_sends_nothing() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.press(Name::Is("Advanced")).await;
        let hook = "https://hooks.example/done?id=7";
        studio.write("textbox", Name::Is("Hook URL"), "http://hooks.example/").await;
        studio.generate(&Order::of("a bell")).await;
        studio.wait_message("alert", &["hook URL", "https"], SHORT).await;
        assert!(studio.tiles().await.unwrap().is_empty());
        studio.write("textbox", Name::Is("Hook URL"), hook).await;
        studio.press_generate().await;
        studio.wait_stored(1, USUAL).await;
        studio.write("textbox", Name::Is("Hook URL"), "").await;
        studio.generate(&Order::of("no bell")).await;
        studio.wait_stored(2, USUAL).await;
        let hooks: Vec<Option<Value>> = bodies(studio).iter().map(|body| body.get("hookUrl").cloned()).collect();
        assert_eq!(hooks, [Some(json!(hook)), None]);
        // Nobody but the API is told of it: whom the page contacts is looked at after every story.
        studio.wait_ledger(2, 2).await;
    });
}

/// The host's `studio.json` is a stranger's text: what is no mode in it is left out.
#[test]
fn modes_that_the_host_presets_are_offered() {
    let presets = json!({"modes": ["house-style", 7, "no mode at all", "<b>"], "apiKey": "not-from-here-0123456789"});
    let story = Story::new(Way::Direct).preset(&presets);
    story.with(|config| config.extra_modes.push("house-style".to_owned())).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        let group = studio.wait_for("radiogroup", Name::Is("Mode"), SHORT).await;
        let all = studio.browser.find_all("radio", Name::Any, Some(&group)).await.unwrap();
        assert_eq!(all.len(), 4, "the first three, and the host's one");
        studio.generate(&Order::of("a house").mode("house-style")).await;
        studio.wait_stored(1, USUAL).await;
        assert_eq!(bodies(studio)[0]["mode"], "house-style");
        assert!(studio.stage.api.generates()[0].has_key(&studio.key), "a key comes from the person alone");
        studio.wait_ledger(1, 1).await;
    });
}
