//! Takes screenshots of every state of the studio, for eyes: `cargo run -p e2e --example shots -- <folder> [scene…]`.
//!
//! Each scene at the three sizes that a design is looked at in, light and dark. The built page is taken from where the
//! tests take it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};

use e2e::find::Name;
use e2e::seed::{Pictures, Seed};
use e2e::{LONG, Order, SHORT, Story, Studio, USUAL, Way};
use flux_studio_bytes::inside;
use flux_studio_simulator::config::{ImageChoice, Timing};
use flux_studio_simulator::http::{Canned, Fault, Target};
use serde_json::json;
use thirtyfour::By;

const SIZES: [(u32, u32); 3] = [(360, 740), (820, 1180), (1440, 900)];
/// Its name, and what puts its screenshots into a folder.
type Scene = (&'static str, fn(&Path));
const SCENES: [Scene; 7] = [
    ("first", first),
    ("running", running),
    ("library", library),
    ("files", files),
    ("trouble", trouble),
    ("demo", demo),
    ("long", long),
];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next().map(PathBuf::from) else {
        eprintln!("usage: shots <folder> [scene…], scenes: {}", SCENES.map(|(name, _)| name).join(" "));
        std::process::exit(2);
    };
    let wanted: Vec<String> = arguments.collect();
    std::fs::create_dir_all(&folder).expect("the folder");
    for (name, scene) in SCENES {
        if wanted.is_empty() || wanted.iter().any(|one| one == name) {
            scene(&folder);
        }
    }
}

/// One picture for each size and theme.
async fn shoot(studio: &Studio, folder: &Path, name: &str) {
    for (width, height) in SIZES {
        for theme in ["light", "dark"] {
            studio.look_at(width, height, theme).await;
            settle(studio).await;
            let path = folder.join(format!("{name}-{width}x{height}-{theme}.png"));
            studio.browser.web.screenshot(&path).await.expect("a screenshot");
            println!("{}", path.display());
        }
    }
    studio.look_at(1440, 900, "light").await;
    settle(studio).await;
}

/// Waits until transitions are over, pictures are decoded and two frames were drawn.
async fn settle(studio: &Studio) {
    const SCRIPT: &str = r#"
        const done = arguments[0];
        const frames = (n) => n ? requestAnimationFrame(() => frames(n - 1)) : finish();
        const finish = async () => {
          const moving = document.getAnimations().filter((a) => a.effect.getComputedTiming().iterations !== Infinity);
          await Promise.allSettled(moving.map((a) => a.finished));
          await Promise.allSettled([...document.images].map((picture) => picture.decode()));
          requestAnimationFrame(() => done(true));
        };
        frames(3);"#;
    studio.browser.web.execute_async(SCRIPT, vec![]).await.expect("two frames");
}

fn first(folder: &Path) {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        shoot(studio, folder, "first-visit").await;
        studio.generate(&Order::of("A lighthouse in a storm, oil on canvas")).await;
        studio.wait_status(1, "queued", USUAL).await;
        shoot(studio, folder, "no-key").await;
        let settings = studio.settings().await;
        shoot(studio, folder, "settings-first").await;
        settings.close().await;
    });
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        shoot(studio, folder, "empty").await;
        studio.generate(&Order::of("A lighthouse in a storm, oil on canvas")).await;
        studio.wait_stored(1, USUAL).await;
        studio.act(0, "Delete").await;
        studio.wait_for("button", Name::Begins("Trash"), SHORT).await;
        shoot(studio, folder, "empty-but-the-trash").await;
        studio.ctrl("k").await;
        studio.wait_for("dialog", Name::Is("Commands"), SHORT).await;
        shoot(studio, folder, "commands").await;
    });
}

fn running(folder: &Path) {
    Story::new(Way::Bundled).with(|config| config.default_timing = Timing::new(1_000, 600_000)).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("A harbour at dawn, mist over the water").size("1792x1024").count(2)).await;
        studio.generate(&Order::of("Portrait of a heron").size("1024x1792").mode("flux1-pro").count(4)).await;
        studio
            .wait_tiles("jobs that run", USUAL, |tiles| {
                tiles.iter().filter(|tile| tile.status == "running").count() == 5
            })
            .await;
        shoot(studio, folder, "running").await;
    });
}

fn library(folder: &Path) {
    let prompts = [
        "A lighthouse in a storm, oil on canvas",
        "Paper cranes over a city of glass",
        "A fox asleep in fresh snow",
        "Terraced fields under a violet sky",
        "An astronaut's garden, botanical plate",
        "Rain on the window of a night train",
    ];
    Story::new(Way::Bundled).with(|config| config.image = ImageChoice::InTurn).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        for (number, prompt) in prompts.iter().enumerate() {
            let size = ["1024x1024", "1792x1024", "1024x1792"][number % 3];
            let mode = ["flux1-dev", "flux1-schnell", "flux1-pro"][number / 2];
            studio.generate(&Order::of(prompt).size(size).mode(mode).count(2)).await;
        }
        studio
            .wait_tiles("twelve pictures", LONG, |tiles| {
                tiles.len() >= 8 && tiles.iter().all(|tile| tile.drawn && tile.status == "stored")
            })
            .await;
        shoot(studio, folder, "library").await;
        studio.action(1, "Favourite").await.expect("a tile under the pointer");
        shoot(studio, folder, "library-pointed-at").await;
        studio.act(1, "Select").await;
        studio.tile_element(3).await.unwrap().click().await.unwrap();
        shoot(studio, folder, "library-chosen").await;
        studio.press(Name::Is("Clear selection")).await;
        studio.act(5, "Delete").await;
        let search = studio.wait_for("searchbox", Name::Is("Search images"), SHORT).await;
        search.send_keys("mode:dev fox").await.unwrap();
        shoot(studio, folder, "library-found").await;
        search.send_keys(" si").await.unwrap();
        shoot(studio, folder, "library-completed").await;
        search.clear().await.unwrap();
        search.send_keys("fox").await.unwrap();
        studio.ask::<serde_json::Value>("document.querySelector('.menu summary').click()", vec![]).await;
        shoot(studio, folder, "library-searches").await;
        studio.ask::<serde_json::Value>("document.querySelector('.menu summary').click()", vec![]).await;
        search.clear().await.unwrap();
        studio.press(Name::Begins("Trash")).await;
        shoot(studio, folder, "library-trash").await;
        studio.press(Name::Begins("All")).await;
        studio.wait_tiles("pictures again", LONG, |tiles| tiles.len() >= 7).await;
        let settings = studio.settings().await;
        settings.test_says(&[]).await;
        shoot(studio, folder, "settings").await;
        let export = studio.wait_for("button", Name::Is("Export library"), SHORT).await;
        export.scroll_into_view().await.unwrap();
        export.click().await.unwrap();
        studio.wait_message("status", &["Exported"], LONG).await;
        shoot(studio, folder, "settings-exported").await;
        let input = studio.browser.web.find(By::Css("input[type=file]")).await.unwrap();
        input.send_keys(studio.browser.downloaded().pop().unwrap().display().to_string()).await.unwrap();
        studio.wait_for("dialog", Name::Is("Import library"), SHORT).await;
        shoot(studio, folder, "import").await;
        studio.press(Name::Is("Close")).await;
        studio.wait_gone("dialog", Name::Is("Import library")).await;
        settings.close().await;
        let large = studio.open_large(1).await;
        large.picture().await;
        shoot(studio, folder, "large").await;
        large.press("Zoom in").await.press("Zoom in").await;
        shoot(studio, folder, "large-zoomed").await;
        large.press("Compare").await;
        shoot(studio, folder, "large-compared").await;
        large.close().await;
        studio.act(0, "Delete").await;
        studio.wait_for("button", Name::Is("Undo"), SHORT).await;
        shoot(studio, folder, "deleted").await;
    });
}

fn files(folder: &Path) {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("A lighthouse in a storm, \"oil on canvas\"").mode("flux1-pro").count(2)).await;
        studio.wait_stored(2, USUAL).await;
        studio.act(0, "Download").await;
        let file = e2e::eventually("the file", USUAL, async || {
            studio.browser.downloaded().pop().ok_or_else(|| "there is no file yet".to_owned())
        })
        .await;
        let settings = studio.settings().await;
        let names = studio.wait_for("textbox", Name::Is("File names"), SHORT).await;
        names.scroll_into_view().await.unwrap();
        names.send_keys("{place}").await.unwrap();
        shoot(studio, folder, "settings-downloads").await;
        studio.press(Name::Is("Read settings of a file")).await;
        studio.wait_for("dialog", Name::Is("Settings of a file"), SHORT).await;
        shoot(studio, folder, "file-wanted").await;
        studio.press(Name::Is("Close")).await;
        studio.wait_gone("dialog", Name::Is("Settings of a file")).await;
        settings.close().await;
        studio.drop_file(&file).await;
        studio.wait_for("button", Name::Is("Close"), USUAL).await;
        shoot(studio, folder, "file-inside").await;
        let text = "a castle on a hill, ((detailed)), dusk\nNegative prompt: blurry, low quality\nSteps: 20, Sampler: \"Euler, a\", CFG scale: 7, Seed: 1234567, Size: 512x768, Model hash: 31e35c80fc, Model: sd_xl_base_1.0, Version: v1.6.0";
        let foreign = inside::write(std::fs::read(&file).unwrap(), text).unwrap();
        std::fs::write(&file, foreign).unwrap();
        studio.drop_file(&file).await;
        shoot(studio, folder, "file-of-others").await;
    });
}

/// Many images, and the days beside the scroll bar while they are pointed at.
fn long(folder: &Path) {
    let pictures = Pictures { edge: 256, bytes: 20_000, ..Pictures::USUAL };
    Story::new(Way::Bundled).tell_of_browsers(async |studio: &mut Studio| {
        studio.open().await;
        studio.expect_noise(&["favicon.ico"]);
        studio.browser.web.goto(studio.stage.url() + "health.txt").await.unwrap();
        Seed::of(pictures).grow_to(&studio.browser, 3_000).await;
        studio.browser.reopen().await;
        studio.open().await;
        studio.wait_tiles("pictures", LONG, |tiles| tiles.len() > 8 && tiles.iter().all(|tile| tile.drawn)).await;
        for (width, height) in SIZES {
            for theme in ["light", "dark"] {
                studio.look_at(width, height, theme).await;
                let place = json!({"type": "mouseMoved", "x": f64::from(width) - 12.0, "y": f64::from(height) * 0.5});
                studio.browser.cdp("Input.dispatchMouseEvent", place).await;
                settle(studio).await;
                let path = folder.join(format!("long-{width}x{height}-{theme}.png"));
                studio.browser.web.screenshot(&path).await.expect("a screenshot");
                println!("{}", path.display());
            }
        }
    });
}

fn trouble(folder: &Path) {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.expect_noise(&["/ttapi/", "Failed to load resource"]);
        // A picture that the proxy does not have is looked for at its own host.
        let host = studio.stage.api.server.url();
        studio.expect_contact(&host);
        studio.expect_noise(&[&host]);
        let generate = |fault: Fault, prompt: &str| studio.stage.api.fault(fault.on(Target::Generate).prompt(prompt));
        generate(Fault::respond(400, Canned::Failure("Parameter error: banned word".to_owned())), "refused");
        generate(Fault::status(429), "in a hurry");
        let page = Canned::Html("<h1>Not found</h1>".to_owned());
        studio.stage.api.fault(Fault::body(page).on(Target::Cdn).forever());
        generate(Fault::html(502), "lost");
        generate(Fault::status(402), "poor");
        studio.open().await;
        studio.connect().await;
        for prompt in [
            "A picture at risk",
            "A storm [fail:violation]",
            "Words that are refused",
            "Somebody in a hurry",
            "A letter that got lost",
        ] {
            studio.generate(&Order::of(prompt)).await;
            studio.wait_tiles(prompt, LONG, |tiles| tiles.first().is_some_and(|tile| ended(&tile.status))).await;
        }
        studio.wait_tiles("all of them", LONG, |tiles| tiles.iter().all(|tile| tile.status != "downloading")).await;
        shoot(studio, folder, "trouble").await;
        studio.generate(&Order::of("A poor poet")).await;
        studio.wait_tiles("one without quota", USUAL, |tiles| tiles.iter().any(|tile| tile.status == "queued")).await;
        shoot(studio, folder, "held-back").await;
    });
}

fn ended(status: &str) -> bool {
    ["unknown", "rejected", "failed", "at-risk", "stored", "downloading"].contains(&status)
}

fn demo(folder: &Path) {
    Story::new(Way::Refused).tell(async |studio| {
        studio.open().await;
        studio.press(Name::Is("Try the demo")).await;
        shoot(studio, folder, "demo-empty").await;
        studio.generate(&Order::of("Misty hills at dawn").size("1792x1024").mode("flux1-schnell").count(3)).await;
        studio
            .wait_tiles("the demo's pictures", LONG, |tiles| {
                tiles.len() >= 3 && tiles.iter().all(|tile| tile.drawn && tile.status == "stored")
            })
            .await;
        shoot(studio, folder, "demo").await;
    });
}
