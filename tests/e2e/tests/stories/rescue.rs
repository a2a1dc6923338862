//! Pictures that were paid for somewhere else come by the ids of their jobs.

use e2e::find::Name;
use e2e::{Story, USUAL, Way};

#[test]
fn a_list_of_job_ids_is_fetched_and_filed() {
    Story::new(Way::Direct).tell(async |studio| {
        let key = studio.key.clone();
        let one = studio.stage.api.job_from_elsewhere(&key, "a heron").await;
        let two = studio.stage.api.job_from_elsewhere(&key, "a crane").await;
        studio.open().await;
        studio.connect().await;
        let settings = studio.settings().await;
        studio.write("textbox", Name::Is("Job ids"), &format!("{one}, {two}\n{one} ../nonsense")).await;
        studio.press(Name::Is("Fetch pictures")).await;
        settings.says(&["2", "1"], USUAL).await;
        settings.close().await;
        let tiles = studio.wait_stored(2, USUAL).await;
        let mut ids: Vec<_> = tiles.iter().map(|tile| tile.job.clone()).collect();
        ids.sort();
        let mut wanted = vec![one, two];
        wanted.sort();
        assert_eq!(ids, wanted);
        studio.wait_kept_as_drawn().await;
        assert!(studio.stage.api.generates().is_empty(), "nothing was paid again");
    });
}
