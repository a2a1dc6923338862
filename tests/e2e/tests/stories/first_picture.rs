//! The main road: a key, a prompt, Generate, and the picture is there and stays.

use e2e::wait::check;
use e2e::{LONG, Order, SHORT, Story, USUAL, Way, eventually};
use flux_studio_simulator::config::{IdKey, ImageChoice, MessageStyle, PendingData, QuotaStyle, SizeRule, UrlKey};

const MODES: [&str; 3] = ["flux1-schnell", "flux1-dev", "flux1-pro"];
const TILE_SIZES: &str = "return [...document.querySelectorAll('[data-testid=image-tile] img')]
    .map((img) => [img.alt, img.naturalWidth, img.naturalHeight])";
const SIZES: [&str; 3] = ["1024x1024", "1024x1792", "1792x1024"];

#[test]
fn each_mode_makes_a_picture_in_each_size() {
    let told = Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        for mode in MODES {
            for size in SIZES {
                studio.generate(&Order::of(&format!("a lighthouse, {mode}, {size}")).mode(mode).size(size)).await;
            }
        }
        studio.wait_stored(9, LONG).await;

        let mut ordered: Vec<(String, String)> =
            studio.stage.api.jobs().into_iter().map(|job| (job.mode, job.size.unwrap())).collect();
        ordered.sort();
        let mut wanted: Vec<(String, String)> =
            MODES.iter().flat_map(|mode| SIZES.map(|size| ((*mode).to_owned(), size.to_owned()))).collect();
        wanted.sort();
        assert_eq!(ordered, wanted);
        studio.wait_ledger(9, 9).await;
        studio.wait_kept_as_drawn().await;

        // In the grid, too, whoever asks a picture for its size is told the picture's and not the thumbnail's.
        eventually("pictures of the right size in the grid", SHORT, async || {
            let sizes: Vec<(String, u32, u32)> = studio.ask(TILE_SIZES, vec![]).await;
            let right = sizes.iter().filter(|(alt, width, height)| alt.ends_with(&format!("{width}x{height}")));
            check(right.count() == 9, || format!("{sizes:?}"))
        })
        .await;

        // Each is as large as it was ordered, seen with the eyes of a person who pages through them.
        let large = studio.open_large(0).await;
        let mut seen = vec![large.picture().await];
        while seen.len() < 9 {
            large.press("Next").await;
            seen.push(large.wait_other(&seen.last().unwrap().0).await);
        }
        for (alt, (width, height)) in &seen {
            assert!(alt.ends_with(&format!("{width}x{height}")), "{alt} is {width} by {height} pixels");
        }
        large.close().await;
    });
    assert_eq!(told.log.origins(), [told.page].into(), "with the bundled proxy the page talks to nobody else");
}

#[test]
fn four_pictures_from_one_press_are_four_jobs() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("four seasons").count(4)).await;
        let tiles = studio.wait_stored(4, LONG).await;
        assert!(tiles.iter().all(|tile| tile.alts == ["four seasons"]), "the alt is the prompt: {tiles:#?}");
        let mut told: Vec<String> = tiles.iter().map(|tile| tile.job.clone()).collect();
        let mut made: Vec<String> = studio.stage.api.jobs().into_iter().map(|job| job.id).collect();
        told.sort();
        made.sort();
        assert_eq!(told, made, "each tile says its job");
        studio.wait_ledger(4, 4).await;
    });
}

/// What the API says differs between its documents and over the years; each spelling ends in a picture.
fn each_spelling(name: &str, change: impl Fn(&mut flux_studio_simulator::Config)) {
    Story::new(Way::Bundled).with(change).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of(name).count(2)).await;
        studio.wait_stored(2, USUAL).await;
        studio.wait_ledger(2, 2).await;
        studio.wait_kept_as_drawn().await;
    });
}

#[test]
fn a12_the_id_under_job_id_in_data() {
    each_spelling("job_id", |config| {
        config.id_key = IdKey::JobIdSnake;
        config.messages = MessageStyle::Later;
        config.quota = QuotaStyle::Number;
    });
}

#[test]
fn a12_the_id_under_both_names() {
    each_spelling("both", |config| {
        config.id_key = IdKey::Both;
        config.differing_inner_id = true;
        config.pending_data = PendingData::Absent;
    });
}

#[test]
fn a12_the_id_beside_the_status() {
    each_spelling("top level", |config| {
        config.id_key = IdKey::TopLevel;
        config.url_key = UrlKey::ImageUrlSnake;
        config.pending_data = PendingData::Partial;
    });
}

#[test]
fn a12_the_snake_id_beside_the_status() {
    each_spelling("top level, snake", |config| {
        config.id_key = IdKey::TopLevelSnake;
        config.url_key = UrlKey::List;
        config.pending_data = PendingData::Empty;
        config.size_rule = SizeRule::Either;
    });
}

/// PNG, WebP and JPEG: kept as what the bytes are.
#[test]
fn each_format_is_kept_as_what_it_is() {
    Story::new(Way::Bundled).with(|config| config.image = ImageChoice::InTurn).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("three formats").count(3)).await;
        studio.wait_stored(3, USUAL).await;
        let mut types: Vec<String> = studio.wait_kept_as_drawn().await.into_iter().map(|kept| kept.mime).collect();
        types.sort();
        assert_eq!(types, ["image/jpeg", "image/png", "image/webp"]);
    });
}
