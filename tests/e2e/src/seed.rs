//! Libraries that are there before a story begins: written straight into the studio's database, as the studio would
//! have written them, so that fifty thousand images need no fifty thousand jobs.
//!
//! Everything comes from a seed: the same rows and pictures each time (the pictures as far as the browser's encoder is
//! the same). The studio must have been opened once, so that its database is there, and must not be open now.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flux_studio_core::attempt::{FileFacts, Record, State};
use flux_studio_core::draft::Draft;
use flux_studio_core::id::{AttemptId, IdSource, JobId};
use flux_studio_core::mode::{CATALOGUE, ModeId};
use flux_studio_core::shape::Shape;
use flux_studio_core::time::Wall;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::api::hex;
use crate::browser::Browser;
use crate::studio::Studio;

/// Bytes of pictures that are written in one go, so that a slow disk has written them before the driver gives a script up.
const CHUNK_BYTES: u64 = 60_000_000;
/// Rows that are written in one go at most.
const CHUNK_ROWS: usize = 500;
/// The days over which images are spread, up to [`NOW`].
const DAYS: u64 = 60;
/// The newest image was made before this moment (2026-02-10 12:00 UTC).
const NOW: u64 = 1_770_724_800_000;
const WORDS: [&str; 40] = [
    "red",
    "fox",
    "snow",
    "harbour",
    "dawn",
    "mist",
    "lighthouse",
    "storm",
    "paper",
    "crane",
    "city",
    "glass",
    "garden",
    "astronaut",
    "violet",
    "terraced",
    "fields",
    "night",
    "train",
    "rain",
    "window",
    "oil",
    "canvas",
    "portrait",
    "heron",
    "still",
    "water",
    "mountain",
    "pine",
    "moon",
    "silver",
    "market",
    "lantern",
    "velvet",
    "owl",
    "river",
    "stone",
    "bridge",
    "autumn",
    "dog",
];

/// How the pictures of a library are.
#[derive(Clone, Copy, Debug)]
pub struct Pictures {
    /// Different drawings.
    pub drawings: usize,
    /// Width and height in pixels.
    pub edge: u32,
    /// `image/webp` or `image/jpeg`.
    pub mime: &'static str,
    /// About so many bytes each.
    pub bytes: u64,
    /// No two files are equal: each has a number in it (JPEG only).
    pub distinct: bool,
}

impl Pictures {
    /// What the API sends most: 1024², WebP, 74 kB.
    pub const USUAL: Self = Self { drawings: 24, edge: 1024, mime: "image/webp", bytes: 74_000, distinct: false };
    /// Large files, each another one.
    pub const LARGE: Self = Self { drawings: 1, edge: 1536, mime: "image/jpeg", bytes: 1_300_000, distinct: true };
    /// Few bytes each, where what is looked at is their number.
    pub const SMALL: Self = Self { drawings: 8, edge: 96, bytes: 2_000, ..Self::USUAL };
}

/// What is known of a drawing.
#[derive(Clone, Debug, Deserialize)]
struct Drawing {
    sha256: String,
    bytes: u64,
}

/// A library that grows.
#[derive(Debug)]
pub struct Seed {
    pictures: Pictures,
    drawings: Vec<Drawing>,
    /// The first drawing's bytes, where each file is made from them.
    base: Vec<u8>,
    random: fastrand::Rng,
    ids: IdSource,
    rows: usize,
}

impl Seed {
    /// A library without images.
    #[must_use]
    pub fn of(pictures: Pictures) -> Self {
        let random = fastrand::Rng::with_seed(50_000);
        Self { pictures, drawings: Vec::new(), base: Vec::new(), random, ids: IdSource::new(1), rows: 0 }
    }

    /// Lets the library grow to so many images; the answer is the SHA-256 of each new one's file. The browser is in a
    /// page of the studio's origin that lets scripts draw.
    ///
    /// # Panics
    /// When it cannot draw, or the database does not take them.
    pub async fn grow_to(&mut self, browser: &Browser, images: usize) -> Vec<String> {
        self.draw(browser).await;
        let mut sums = Vec::new();
        let chunk = CHUNK_ROWS.min((CHUNK_BYTES / self.pictures.bytes) as usize);
        while self.rows < images {
            let rows: Vec<Value> = (0..chunk.min(images - self.rows)).map(|_| self.row(&mut sums)).collect();
            let _: usize = run(browser, json!({ "put": rows })).await;
        }
        sums
    }

    /// The page forgets its drawings when it is left; they become the same ones again.
    async fn draw(&mut self, browser: &Browser) {
        let Pictures { edge, mime, bytes, .. } = self.pictures;
        self.drawings.clear();
        for seed in 0..self.pictures.drawings {
            let order = json!({"edge": edge, "mime": mime, "bytes": bytes, "seed": seed});
            self.drawings.push(run(browser, json!({ "draw": order })).await);
        }
        if self.pictures.distinct {
            let text: String = run(browser, json!({"base": null})).await;
            self.base = BASE64_STANDARD.decode(text).expect("base 64");
        }
    }

    fn row(&mut self, sums: &mut Vec<String>) -> Value {
        let number = self.rows;
        self.rows += 1;
        let picture = number % self.drawings.len();
        let drawing = &self.drawings[picture];
        let (sha256, bytes) = if self.pictures.distinct {
            let file = variant(&self.base, number);
            (hex(&Sha256::digest(&file)), file.len() as u64)
        } else {
            (drawing.sha256.clone(), drawing.bytes)
        };
        sums.push(sha256.clone());
        let file = FileFacts {
            mime: self.pictures.mime.to_owned(),
            bytes,
            sha256: sha256.clone(),
            width: self.pictures.edge,
            height: self.pictures.edge,
        };
        let row = self.record(file);
        let number = self.pictures.distinct.then_some(number);
        json!({"id": row.id.as_str(), "json": row.to_json(), "picture": picture, "number": number, "sha256": sha256})
    }

    fn record(&mut self, file: FileFacts) -> Record {
        let random = &mut self.random;
        let created = Wall(NOW - random.u64(0..DAYS * 24 * 3_600_000));
        let words = random.usize(5..16);
        let prompt: Vec<&str> = (0..words).map(|_| WORDS[random.usize(..WORDS.len())]).collect();
        let mode = ModeId::parse(CATALOGUE[random.usize(..CATALOGUE.len())].id).expect("a mode");
        let draft = Draft { prompt: prompt.join(" "), mode, shape: Shape::DEFAULT, ..Draft::default() };
        let id: AttemptId = self.ids.at(created);
        let mut row = Record::new(id, id, 1, draft.order().expect("an order"), created);
        row.state = State::Stored;
        row.job = JobId::parse(&format!("{:032x}", random.u128(..)));
        row.url = Some(format!("https://cdn.ttapi.io/flux/{:032x}.webp", random.u128(..)));
        row.quota = Some(random.u64(1..8) * 500);
        row.took_ms = Some(random.u64(5_000..60_000));
        row.sent = Some(created);
        row.accepted = Some(created);
        row.finished = Some(created.plus(row.took_ms.unwrap_or_default()));
        row.file = Some(file);
        row.favourite = random.u8(..) < 16;
        row.rating = if random.u8(..) < 32 { random.u8(1..6) } else { 0 };
        row.tags = (0..random.usize(0..3)).map(|_| WORDS[random.usize(..WORDS.len())].to_owned()).collect();
        row.tags.dedup();
        row
    }
}

impl Studio {
    /// Writes a library into the database; the answer is the SHA-256 of each file. The studio is open afterwards, in a
    /// browser that knows nothing of how that was done.
    ///
    /// # Panics
    /// As [`Seed::grow_to`].
    pub async fn with_library(&mut self, pictures: Pictures, images: usize) -> Vec<String> {
        self.open().await;
        // A page of the same origin without a program. The browser looks for its icon.
        self.expect_noise(&["favicon.ico"]);
        self.browser.web.goto(self.stage.url() + "health.txt").await.expect("the page opens");
        let sums = Seed::of(pictures).grow_to(&self.browser, images).await;
        self.browser.reopen().await;
        self.open().await;
        sums
    }
}

/// The base picture with a number in it: a JPEG comment right after the first marker.
fn variant(base: &[u8], number: usize) -> Vec<u8> {
    let (start, rest) = base.split_at(2);
    [start, &[0xFF, 0xFE, 0, 10], format!("{number:08}").as_bytes(), rest].concat()
}

async fn run<T: DeserializeOwned>(browser: &Browser, task: Value) -> T {
    let answer = browser.web.execute_async(include_str!("seed.js"), vec![task]).await.expect("the script runs");
    let answer: Value = answer.convert().expect("JSON");
    assert!(answer["error"].is_null(), "seeding: {}", answer["error"]);
    serde_json::from_value(answer["answer"].clone()).expect("the answer has its shape")
}
