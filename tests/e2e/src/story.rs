//! Telling a story: stage, browser, the story itself, and in the end, whatever happened, evidence and cleaning up.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use flux_studio_simulator::Config;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::browser::Browser;
use crate::evidence::Evidence;
use crate::netlog::Log;
use crate::stage::{Stage, Way};
use crate::studio::Studio;

/// Held by the one story that is not to be disturbed.
static ALONE: Mutex<()> = Mutex::new(());

/// What stands before a story begins.
#[derive(Debug)]
pub struct Story {
    way: Way,
    config: Config,
    below: String,
    presets: Option<String>,
    undisturbed: bool,
}

/// What is known after a story ended well.
#[derive(Debug)]
pub struct Told {
    /// What the network stack did.
    pub log: Log,
    /// The page's origin, and the one that may see the key.
    pub page: String,
    /// The origin that may see the key.
    pub keyed: String,
}

impl Story {
    /// A story on a stage, with jobs that are quick.
    #[must_use]
    pub fn new(way: Way) -> Self {
        Self { way, config: Config::quick(), below: "/".to_owned(), presets: None, undisturbed: false }
    }

    /// Changes the API's switches.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// Serves the page below this path, with a slash at both ends.
    #[must_use]
    pub fn below(mut self, path: &str) -> Self {
        path.clone_into(&mut self.below);
        self
    }

    /// What the static host presets for its visitors, in place of the `studio.json` that was built.
    #[must_use]
    pub fn preset(mut self, presets: &Value) -> Self {
        self.presets = Some(presets.to_string());
        self
    }

    /// Not beside another one of this kind: stories that keep the disk busy, and those whose verdict is a time.
    #[must_use]
    pub fn undisturbed(mut self) -> Self {
        self.undisturbed = true;
        self
    }

    /// Tells the story, then looks at the evidence.
    ///
    /// # Panics
    /// When the story does, or when the evidence is against the page.
    pub fn tell(self, story: impl AsyncFnOnce(&Studio)) -> Told {
        self.tell_of_browsers(async |studio: &mut Studio| story(studio).await)
    }

    /// The same for a story in which one browser follows another.
    ///
    /// # Panics
    /// As [`Story::tell`].
    pub fn tell_of_browsers(mut self, story: impl AsyncFnOnce(&mut Studio)) -> Told {
        // A story that failed holds nobody up.
        let _alone = self.undisturbed.then(|| ALONE.lock().unwrap_or_else(PoisonError::into_inner));
        let key = canary();
        self.config.keys = vec![key.clone()];
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let mut studio = runtime.block_on(async {
            let stage = Stage::set(self.way, self.config, &self.below, self.presets).await;
            Studio { browser: Browser::open().await, stage, key, expected: Default::default() }
        });
        let told = catch_unwind(AssertUnwindSafe(|| runtime.block_on(story(&mut studio))));
        if let Err(panic) = told {
            // Whatever the look back does, the story's own words are what failed.
            drop(catch_unwind(AssertUnwindSafe(|| runtime.block_on(look_back(&studio)))));
            drop(catch_unwind(AssertUnwindSafe(|| runtime.block_on(studio.browser.close()))));
            resume_unwind(panic);
        }
        judge(&runtime, studio)
    }
}

/// Takes the evidence and ends the browser.
fn judge(runtime: &Runtime, studio: Studio) -> Told {
    let taken = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async { (studio.left_behind().await, studio.browser.console().await) })
    }));
    let received = studio.stage.api.arrivals().iter().map(|arrival| format!("{arrival:?}")).collect();
    let bodies =
        studio.stage.api.arrivals().into_iter().map(|arrival| String::from_utf8_lossy(&arrival.body).into_owned());
    let (page, keyed) = (crate::netlog::origin(&studio.stage.url()), studio.stage.keyed_origin());
    let origins = studio.stage.origins();
    let Studio { browser, key, expected, .. } = studio;
    let expected = expected.into_inner();
    let log = runtime.block_on(browser.close());
    let (left, console) = taken.unwrap_or_else(|panic| resume_unwind(panic));
    let mut evidence = Evidence {
        keys: expected.keys.iter().cloned().chain([key]).collect(),
        console,
        log,
        left,
        origins,
        keyed: [keyed.clone()].into(),
        expected,
        received,
    };
    evidence.received.extend(bodies);
    let complaints = evidence.complaints();
    assert!(complaints.is_empty(), "the story went well, but:\n{}", complaints.join("\n"));
    Told { log: evidence.log, page, keyed }
}

/// Leaves a screenshot of a story that failed, and prints what was on the page.
async fn look_back(studio: &Studio) {
    let name = std::thread::current().name().unwrap_or("story").replace("::", "-");
    let folder = leftovers();
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(format!("{name}.png"));
    if studio.browser.web.screenshot(&path).await.is_ok() {
        eprintln!("screenshot: {}", path.display());
    }
    for entry in studio.browser.console().await {
        eprintln!("console: {} {}", entry.level, entry.message);
    }
    for arrival in studio.stage.api.arrivals() {
        let (number, method, path) = (arrival.number, &arrival.method, &arrival.path);
        eprintln!("arrival {number}: {method} {path} {} -> {:?} {:?}", arrival.kind, arrival.status, arrival.ended);
    }
    eprintln!("on the page: {}", studio.text().await);
}

/// The folder `e2e` in Cargo's target folder, which is where this program was built.
fn leftovers() -> PathBuf {
    let program = std::env::current_exe().expect("a program");
    let target = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    target.map_or_else(std::env::temp_dir, PathBuf::from).join("e2e")
}

/// A key that occurs nowhere else.
fn canary() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("CANARY-{:016x}{:016x}", random(), random())
}
