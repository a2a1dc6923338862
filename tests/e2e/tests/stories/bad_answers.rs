//! Bad answers to a paid request: each has its own status and sentence, says what became of the money, and is never
//! followed by a second request.

use std::time::Duration;

use e2e::find::Name;
use e2e::{LONG, Order, SHORT, Story, Studio, Tile, USUAL, Way};
use flux_studio_simulator::http::{Arrival, Canned, Fault, Target, Wire};
use serde_json::json;

const PROMPT: &str = "a message in a bottle";

/// Orders one picture and waits until its tile has this status and says these words.
async fn ends(studio: &Studio, status: &str, words: &[&str]) -> Tile {
    // Browsers tell every failed request on the console.
    studio.expect_noise(&["/ttapi/", "Failed to load resource"]);
    studio.open().await;
    studio.connect().await;
    studio.generate(&Order::of(PROMPT)).await;
    let tiles = studio.wait_status(1, status, USUAL).await;
    let text = tiles[0].text.to_lowercase();
    for word in words {
        assert!(text.contains(&word.to_lowercase()), "the tile should say {word:?}: {}", tiles[0].text);
    }
    assert_eq!(studio.prompt().await, PROMPT, "what was typed stays");
    tiles[0].clone()
}

/// Not accepted, so not charged; the person may try again.
fn is_rejected(fault: Fault, words: &[&str]) {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.stage.api.fault(fault.clone().on(Target::Generate));
        let tile = ends(studio, "rejected", words).await;
        assert_eq!(tile.job, "", "nothing was accepted");
        studio.wait_ledger(1, 0).await;
        assert_eq!(studio.stage.api.charged(), 0);
        // Retry is the person's decision, and makes one request.
        studio.act(0, "Retry").await;
        studio.wait_tiles("the second try", USUAL, |tiles| tiles.iter().any(|tile| tile.status == "stored")).await;
        studio.wait_ledger(2, 1).await;
    });
}

/// Perhaps accepted and perhaps charged: exactly one request, and three ways out.
fn is_unknown(fault: Fault, made: usize) {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.stage.api.fault(fault.clone().on(Target::Generate));
        ends(studio, "unknown", &["may have been charged"]).await;
        studio.wait_ledger(1, made).await;
        for button in ["Attach job id", "Send again", "Write off"] {
            studio.wait_action(0, button).await;
        }
        studio.reload().await;
        studio.wait_status(1, "unknown", USUAL).await;
        studio.wait_ledger(1, made).await;
    });
}

#[test]
fn a01_a_400_with_a_message() {
    is_rejected(Fault::respond(400, Canned::Failure("Parameter error: banned word".to_owned())), &["banned word"]);
}

#[test]
fn a05_a_429() {
    is_rejected(Fault::status(429), &["too many"]);
}

#[test]
fn a09_a_499_with_json() {
    is_rejected(Fault::respond(499, Canned::Failure("Queue exhausted".to_owned())), &["queue"]);
}

#[test]
fn a_200_that_says_failed() {
    is_rejected(Fault::respond(200, Canned::Failure("Not today".to_owned())), &["not today"]);
}

#[test]
fn a09_a_499_without_json() {
    is_unknown(Fault::empty(499), 0);
}

#[test]
fn a10_a_500_in_html() {
    is_unknown(Fault::html(500), 0);
}

#[test]
fn a10_a_502_in_html_for_a_job_that_was_made() {
    is_unknown(Fault::html(502).job(true), 1);
}

#[test]
fn a13_a26_html_instead_of_json() {
    is_unknown(Fault::html(200), 0);
}

#[test]
fn a13_an_answer_without_an_id() {
    is_unknown(Fault::remove("/data/jobId"), 1);
}

#[test]
fn n08_an_answer_that_breaks_off() {
    is_unknown(Fault::wire(Wire::Truncate { keep: 12 }), 1);
}

#[test]
fn n04_a_connection_that_breaks_after_the_request_was_read() {
    is_unknown(Fault::reset_after_body(true), 1);
}

/// The lost id of a paid job is found in the account and attached: the picture arrives, for no further money.
#[test]
fn a_lost_job_id_can_be_attached() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.stage.api.fault(Fault::remove("/data/jobId").on(Target::Generate));
        ends(studio, "unknown", &["may have been charged"]).await;
        let job = studio.stage.api.jobs()[0].id.clone();
        studio.act(0, "Attach job id").await;
        studio.wait_for("dialog", Name::Is("Attach job id"), SHORT).await;
        // The one field that this asks for has the focus.
        studio.type_keys(&job).await;
        studio.key(thirtyfour::Key::Enter).await;
        let tiles = studio.wait_stored(1, USUAL).await;
        assert_eq!(tiles[0].job, job);
        studio.wait_ledger(1, 1).await;
        studio.wait_kept_as_drawn().await;
    });
}

/// One doubt holds its batch back. Written off, it says so, stays in the books, and the others go.
#[test]
fn a_doubt_that_is_written_off_lets_its_batch_go_on() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.expect_noise(&["/ttapi/", "502"]);
        studio.stage.api.fault(Fault::html(502).job(true).on(Target::Generate));
        // The other one that goes out at once is answered when the doubt is on disk.
        let late = Wire::Delay { headers_ms: 1_500, body_ms: 0 };
        studio.stage.api.fault(Fault::wire(late).on(Target::Generate).method("POST").times(1));
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of(PROMPT).count(4)).await;
        let count = |tiles: &[Tile], status: &str| tiles.iter().filter(|tile| tile.status == status).count();
        let counts = |tiles: &[Tile]| ["unknown", "stored", "queued"].map(|status| count(tiles, status));
        // Two go out at once.
        let tiles = studio.wait_tiles("one doubt", USUAL, |tiles| counts(tiles) == [1, 1, 2]).await;
        studio.wait_ledger(2, 2).await;
        let doubt = tiles.iter().position(|tile| tile.status == "unknown").unwrap();
        studio.act(doubt, "Write off").await;
        let tiles = studio.wait_tiles("the others", USUAL, |tiles| counts(tiles) == [1, 3, 0]).await;
        assert!(tiles[doubt].text.contains("Written off"), "{}", tiles[doubt].text);
        assert!(tiles[doubt].text.contains("may have been charged"), "{}", tiles[doubt].text);
        studio.wait_action(doubt, "Attach job id").await;
        assert!(studio.action(doubt, "Write off").await.is_err(), "once is enough");
        studio.reload().await;
        studio.wait_tiles("the same", USUAL, |tiles| counts(tiles) == [1, 3, 0]).await;
        studio.wait_ledger(4, 4).await;
    });
}

/// The API is done and says no address. After five more questions nobody asks any more, until the person wants to.
#[test]
fn a18_check_now_fetches_a_picture_whose_address_came_late() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.stage.api.fault(Fault::remove("/data/imageUrl").on(Target::Fetch).forever());
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of(PROMPT)).await;
        let tiles = studio.wait_status(1, "at-risk", LONG).await;
        assert!(tiles[0].text.contains("without giving an address"), "{}", tiles[0].text);
        let job = studio.stage.api.jobs()[0].id.clone();
        let asked = || {
            let about = |arrival: &Arrival| String::from_utf8_lossy(&arrival.body).contains(&job);
            studio.stage.api.arrivals().iter().filter(|arrival| arrival.is_fetch() && about(arrival)).count()
        };
        let before = asked();
        studio.stage.api.server.clear_faults();
        // The time in which five questions went out brings no sixth by itself.
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(asked(), before);
        studio.act(0, "Check now").await;
        studio.wait_stored(1, USUAL).await;
        assert_eq!(asked(), before + 1, "one question");
        studio.wait_ledger(1, 1).await;
        studio.wait_kept_as_drawn().await;
    });
}

#[test]
fn a_job_that_the_server_fails() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("a storm [fail:violation]")).await;
        let tiles = studio.wait_status(1, "failed", USUAL).await;
        assert!(tiles[0].text.contains("prompt violation"), "the server's words are shown: {}", tiles[0].text);
        assert!(!tiles[0].job.is_empty());
        assert_eq!(studio.stage.api.charged(), 0);
        studio.wait_ledger(1, 1).await;
    });
}

/// The picture is paid for, and what comes in its place is no picture: nothing is kept as one, and it is tried again
/// until the real one comes.
#[test]
fn a30_h02_a_picture_that_is_html() {
    Story::new(Way::Bundled).tell(async |studio| {
        let page = Canned::Html("<!doctype html><script>document.title = 'taken over'</script>".to_owned());
        studio.stage.api.fault(Fault::body(page).on(Target::Cdn).forever());
        // When the proxy has no picture, the picture's own host is asked too; it allows no page to read it.
        let host = studio.stage.api.server.url();
        studio.expect_contact(&host);
        studio.expect_noise(&[&host, "CORS"]);
        studio.expect_noise(&[&host, "ERR_FAILED"]);
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of(PROMPT)).await;
        let tiles = studio.wait_status(1, "at-risk", LONG).await;
        assert!(tiles[0].text.to_lowercase().contains("not stored"), "{}", tiles[0].text);
        assert!(studio.kept().await.is_empty(), "nothing is kept as a picture that is none");
        assert_ne!(studio.browser.web.title().await.unwrap(), "taken over");
        // The server gets well, and so does the tile.
        studio.stage.api.server.clear_faults();
        studio.wait_stored(1, LONG).await;
        studio.wait_kept_as_drawn().await;
        studio.wait_ledger(1, 1).await;
    });
}

/// An address that no picture may have is never fetched.
#[test]
fn h01_a_picture_at_a_forbidden_address() {
    Story::new(Way::Bundled).tell(async |studio| {
        let bad = json!("http://192.168.0.1/picture.png");
        studio.stage.api.fault(Fault::url(bad).forever());
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of(PROMPT)).await;
        // Five more polls, some seconds apart.
        let tiles = studio.wait_status(1, "at-risk", LONG).await;
        assert!(tiles[0].text.contains("192.168.0.1"), "{}", tiles[0].text);
        studio.wait_ledger(1, 1).await;
    });
}

/// Polls may fail in every way: the job is paid for, and is not given up.
#[test]
fn a11_polls_that_fail_do_not_lose_the_job() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.expect_noise(&["/ttapi/", "Failed to load resource"]);
        // The probe of the connection is the first fetch.
        let polls = |fault: Fault| fault.on(Target::Fetch).skip(1);
        studio.stage.api.fault(polls(Fault::html(502)));
        studio.stage.api.fault(polls(Fault::html(200)));
        studio.stage.api.fault(polls(Fault::respond(200, Canned::Malformed)));
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of(PROMPT)).await;
        studio.wait_stored(1, LONG).await;
        studio.wait_ledger(1, 1).await;
    });
}
