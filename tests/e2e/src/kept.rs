//! What the page keeps: the pictures' bytes, read from its database and not from its screen.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::studio::Studio;
use crate::wait::{SHORT, check, eventually};

/// The library's database.
pub const LIBRARY: &str = "flux-studio";

/// Pictures that one script looks at: well within its time.
const AT_ONCE: usize = 50;

/// One stored picture.
#[derive(Clone, Debug, Deserialize)]
pub struct Kept {
    /// Id of its attempt.
    pub id: String,
    /// Media type.
    pub mime: String,
    /// SHA-256 that is written beside the bytes, in hex.
    pub sha256: String,
    /// SHA-256 of the bytes, in hex.
    pub found: String,
    /// Length in bytes.
    pub length: u64,
}

impl Studio {
    /// Every stored picture of the library.
    ///
    /// # Panics
    /// When the database cannot be read.
    pub async fn kept(&self) -> Vec<Kept> {
        self.kept_in(LIBRARY).await
    }

    /// Every stored picture of a database; none where it does not exist.
    ///
    /// # Panics
    /// When the database cannot be read.
    pub async fn kept_in(&self, database: &str) -> Vec<Kept> {
        let script = include_str!("kept.js");
        let mut kept: Vec<Kept> = Vec::new();
        loop {
            let after = kept.last().map(|picture| picture.id.as_str());
            let arguments = vec![json!(database), json!(after), json!(AT_ONCE)];
            let answer = self.browser.web.execute_async(script, arguments).await.expect("the script runs");
            let answer: Value = answer.convert().expect("JSON");
            assert!(answer["error"].is_null(), "the database {database}: {}", answer["error"]);
            let rows: Vec<Kept> = serde_json::from_value(answer["rows"].clone()).expect("rows of the store bytes");
            let last = rows.len() < AT_ONCE;
            kept.extend(rows);
            if last {
                return kept;
            }
        }
    }

    /// Waits until a text stands in one of the page's databases.
    pub async fn wait_on_disk(&self, text: &str) {
        eventually(&format!("{text:?} to be on disk"), SHORT, async || {
            let left = self.left_behind().await;
            let mut databases = left.places.iter().filter(|(place, _)| place.starts_with("IndexedDB"));
            check(databases.any(|(_, held)| held.contains(text)), || "it is in no database".to_owned())
        })
        .await;
    }

    /// Waits until the disk holds exactly the pictures that the API's stand-in drew, byte for byte.
    pub async fn wait_kept_as_drawn(&self) -> Vec<Kept> {
        let drawn = self.stage.api.pictures().await;
        eventually("the pictures on disk to be those of the API", SHORT, async || {
            let kept = self.kept().await;
            for picture in &kept {
                assert_eq!(picture.sha256, picture.found, "the checksum beside {} is another one", picture.id);
            }
            let found: BTreeSet<String> = kept.iter().map(|picture| picture.found.clone()).collect();
            check(found == drawn, || format!("{} are kept, {} were drawn", kept.len(), drawn.len())).map(|()| kept)
        })
        .await
    }
}
