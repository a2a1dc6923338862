//! Every switch of the simulated API, as plain data.
//!
//! The public documentation of the API moved over time and real hosts speak both versions, so each difference is one switch
//! here instead of a guess in the code. All of it is serde data: a test sets fields, the control interface merges JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Key that [`Config::default`] accepts. It is as long as a real one, so that a client's own checks let it through.
pub const DEFAULT_KEY: &str = "sim-key-0123456789abcdef";

/// Under which name the answer to `POST /flux/generate` carries the job id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdKey {
    /// `data.jobId`, the first documentation.
    #[default]
    JobId,
    /// `data.job_id`, some later pages.
    JobIdSnake,
    /// Both of them inside `data`.
    Both,
    /// `jobId` beside `status`, with `data` null.
    TopLevel,
    /// `job_id` beside `status`, with `data` null.
    TopLevelSnake,
}

/// Which words stand in `message` when all is well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageStyle {
    /// `""` on generate and while a job runs, `"success"` on a finished fetch.
    #[default]
    Seed,
    /// The other way round: `"success"` on generate, null while a job runs, `""` on a finished fetch.
    Later,
}

/// Which modes exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModeList {
    /// The three of 2024: `flux1-dev`, `flux1-schnell`, `flux1-pro`.
    #[default]
    Y2024,
    /// The nine of 2026; `flux1-schnell` is gone.
    Y2026,
    /// Every mode of both lists.
    Both,
}

/// What generate asks for as the shape of the picture. Both fields at once are always refused: a client has to choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SizeRule {
    /// `size` is required and `aspect_ratio` unknown (2024).
    #[default]
    SizeRequired,
    /// `size` or `aspect_ratio`, or neither for `1:1` (2026).
    Either,
}

/// How fetch answers for an id that it never made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownJob {
    /// HTTP 404 with the failure body.
    #[default]
    NotFound,
    /// HTTP 400 with the failure body.
    BadRequest,
    /// HTTP 200 with `status: "FAILED"`.
    OkFailed,
}

/// Type of `quota` in a finished fetch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaStyle {
    /// `"3"`.
    #[default]
    Text,
    /// `3`.
    Number,
}

/// What `data` is while a job runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingData {
    /// `"data": null`.
    #[default]
    Null,
    /// No `data` at all.
    Absent,
    /// `"data": {}`.
    Empty,
    /// Mode, id, prompt and size, but no quota and a null `imageUrl`.
    Partial,
}

/// Where a running job says how far it is, as text from `"0"` to `"100"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Nowhere, as most of the time.
    #[default]
    Off,
    /// `progress` beside `status`.
    TopLevel,
    /// `data.progress`.
    Data,
}

/// Under which name a finished fetch carries the address of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UrlKey {
    /// `data.imageUrl`.
    #[default]
    ImageUrl,
    /// `data.image_url`.
    ImageUrlSnake,
    /// `data.imageUrl` as a list of one.
    List,
}

/// What fetch echoes as `data.mode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModeEcho {
    /// What was sent.
    #[default]
    Same,
    /// `flux-dev` for `flux1-dev`, as one page of the documentation shows.
    Short,
}

/// File format of the pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageFormat {
    /// PNG, extension `.png`.
    #[default]
    Png,
    /// WebP, extension `.webp`.
    Webp,
    /// JPEG, extension `.jpg`.
    Jpeg,
}

impl ImageFormat {
    /// Extension of the file name in the picture's address, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Jpeg => "jpg",
        }
    }

    /// Value of `Content-Type`.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// Which format the next job gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageChoice {
    /// Always PNG (2024).
    #[default]
    Png,
    /// Always WebP (2026).
    Webp,
    /// Always JPEG.
    Jpeg,
    /// PNG, WebP, JPEG in turn, by the number of the job.
    InTurn,
}

impl ImageChoice {
    /// Format of job number `number` (from 1).
    #[must_use]
    pub const fn format(self, number: u64) -> ImageFormat {
        match self {
            Self::Png => ImageFormat::Png,
            Self::Webp => ImageFormat::Webp,
            Self::Jpeg => ImageFormat::Jpeg,
            Self::InTurn => match number % 3 {
                1 => ImageFormat::Png,
                2 => ImageFormat::Webp,
                _ => ImageFormat::Jpeg,
            },
        }
    }
}

/// How a full queue is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueFull {
    /// HTTP 499 with JSON.
    #[default]
    Status499,
    /// HTTP 400 "queue is full".
    Status400,
}

/// Shape of `Retry-After` on 429.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryAfter {
    /// No such header, as documented (not).
    #[default]
    Absent,
    /// Whole seconds until a token is there, at least 1.
    Seconds,
    /// An HTTP date.
    Date,
}

/// Token bucket in front of every keyed call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateLimit {
    /// Calls that may come at once.
    pub burst: u32,
    /// Calls that come back each minute.
    pub per_minute: u32,
    /// Whether fetch and info take tokens as well, or only generate.
    pub all_calls: bool,
    /// Shape of `Retry-After`.
    pub retry_after: RetryAfter,
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { burst: 10, per_minute: 60, all_calls: true, retry_after: RetryAfter::Absent }
    }
}

/// CORS of one host. Off by default: nothing suggests that the real hosts allow it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cors {
    /// Whether any CORS header is sent at all.
    pub on: bool,
    /// Value of `Access-Control-Allow-Origin`.
    pub origin: String,
    /// Value of `Access-Control-Allow-Headers` on preflights.
    pub allow_headers: Vec<String>,
    /// Value of `Access-Control-Expose-Headers`; empty means that the header is left out.
    pub expose_headers: Vec<String>,
    /// `Access-Control-Max-Age` on preflights, seconds; 0 leaves it out, so that each call is preflighted.
    pub max_age_s: u32,
    /// HTTP status of an allowed preflight.
    pub preflight_status: u16,
}

impl Default for Cors {
    fn default() -> Self {
        Self {
            on: false,
            origin: "*".to_owned(),
            allow_headers: ["tt-api-key", "content-type"].map(str::to_owned).to_vec(),
            expose_headers: Vec::new(),
            max_age_s: 600,
            preflight_status: 204,
        }
    }
}

impl Cors {
    /// CORS switched on with the default lists.
    #[must_use]
    pub fn on() -> Self {
        Self { on: true, ..Self::default() }
    }
}

/// How long a job of one mode takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    /// Milliseconds in `PENDING_QUEUE`.
    pub pending_ms: u64,
    /// Milliseconds in `ON_QUEUE` after that.
    pub running_ms: u64,
}

impl Timing {
    /// A timing from its two parts, milliseconds.
    #[must_use]
    pub const fn new(pending_ms: u64, running_ms: u64) -> Self {
        Self { pending_ms, running_ms }
    }
}

/// All switches. [`Config::default`] speaks as in 2024, with CORS off and jobs of one to eight seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Keys that are accepted.
    pub keys: Vec<String>,
    /// Keys of blocked accounts: 403.
    pub blocked_keys: Vec<String>,
    /// Name of the id in generate's answer.
    pub id_key: IdKey,
    /// Words in `message`.
    pub messages: MessageStyle,
    /// The modes.
    pub modes: ModeList,
    /// Further modes on top of the list.
    pub extra_modes: Vec<String>,
    /// Size, or size or aspect ratio.
    pub size_rule: SizeRule,
    /// Whether `model` stands in for a missing `mode`; otherwise that is a 400.
    pub accept_model: bool,
    /// Longest prompt in characters; longer is a 400.
    pub max_prompt_chars: usize,
    /// Answer to an id that was never made.
    pub unknown_job: UnknownJob,
    /// Type of `quota`.
    pub quota: QuotaStyle,
    /// Whether `data.jobId` of a fetch differs from the id that was asked for (which stays at the top level).
    pub differing_inner_id: bool,
    /// What fetch echoes as mode.
    pub mode_echo: ModeEcho,
    /// What `data` is while a job runs.
    pub pending_data: PendingData,
    /// Where progress is told.
    pub progress: Progress,
    /// Name of the picture's address.
    pub url_key: UrlKey,
    /// File format of the pictures.
    pub image: ImageChoice,
    /// What stands before `/cdn/…` in picture addresses: an origin without a trailing slash.
    pub image_base: String,
    /// Milliseconds from the issue of a picture's address until it is gone; `None` is for ever.
    pub url_lifetime_ms: Option<u64>,
    /// HTTP status of a picture whose address is gone.
    pub url_gone_status: u16,
    /// Whether a fetch after that gives a fresh address.
    pub renew_url: bool,
    /// CORS of the API.
    pub cors_api: Cors,
    /// CORS of the picture host.
    pub cors_cdn: Cors,
    /// Token bucket; `None` is no limit.
    pub rate_limit: Option<RateLimit>,
    /// Unfinished jobs at which generate is refused; `None` is no limit. Told as `max_queue` by info.
    pub queue_limit: Option<u32>,
    /// How a full queue is refused.
    pub queue_full: QueueFull,
    /// Quota that the account starts with. Read when a model is made; later see [`crate::Model::grant`].
    pub start_balance: u64,
    /// Prices in quota by `mode size`, for example `flux1-pro 1792x1024`, or by mode alone.
    pub prices: BTreeMap<String, u64>,
    /// Price of what the table does not know.
    pub default_price: u64,
    /// Durations by mode.
    pub timings: BTreeMap<String, Timing>,
    /// Duration of a mode that the table does not know.
    pub default_timing: Timing,
    /// Spread of durations in percent to either side, drawn from the seed. 0 makes them exact.
    pub jitter_percent: u8,
    /// Words (letter case ignored) that make generate answer 400.
    pub refused_words: Vec<String>,
    /// Words (letter case ignored) that make an accepted job fail with `[Banned prompt detected]`.
    pub banned_words: Vec<String>,
    /// Whether `[fail:timeout]`, `[fail:violation]`, `[fail:quota]`, `[fail:internal]`, `[fail:empty]`, `[fail:null]` in a
    /// prompt make an accepted job fail with that reason.
    pub fail_markers: bool,
}

/// Modes of the documentation of 2024.
pub const MODES_2024: [&str; 3] = ["flux1-dev", "flux1-schnell", "flux1-pro"];

/// Modes of the documentation of 2026.
pub const MODES_2026: [&str; 9] = [
    "flux1-dev",
    "flux1-pro",
    "flux-kontext-pro",
    "flux-kontext-max",
    "flux-2-pro",
    "flux-2-flex",
    "flux-2-max",
    "flux-2-klein-4b",
    "flux-2-klein-9b",
];

impl Default for Config {
    fn default() -> Self {
        Self {
            keys: vec![DEFAULT_KEY.to_owned()],
            blocked_keys: Vec::new(),
            id_key: IdKey::default(),
            messages: MessageStyle::default(),
            modes: ModeList::default(),
            extra_modes: Vec::new(),
            size_rule: SizeRule::default(),
            accept_model: false,
            max_prompt_chars: 8_000,
            unknown_job: UnknownJob::default(),
            quota: QuotaStyle::default(),
            differing_inner_id: false,
            mode_echo: ModeEcho::default(),
            pending_data: PendingData::default(),
            progress: Progress::default(),
            url_key: UrlKey::default(),
            image: ImageChoice::default(),
            image_base: "https://cdnb.ttapi.invalid".to_owned(),
            url_lifetime_ms: None,
            url_gone_status: 404,
            renew_url: false,
            cors_api: Cors::default(),
            cors_cdn: Cors::default(),
            rate_limit: None,
            queue_limit: None,
            queue_full: QueueFull::default(),
            start_balance: 1_000,
            prices: default_prices(),
            default_price: 2,
            timings: [
                ("flux1-schnell", Timing::new(300, 1_200)),
                ("flux1-dev", Timing::new(600, 3_400)),
                ("flux1-pro", Timing::new(800, 7_200)),
            ]
            .map(|(mode, timing)| (mode.to_owned(), timing))
            .into(),
            default_timing: Timing::new(600, 5_000),
            jitter_percent: 15,
            refused_words: Vec::new(),
            banned_words: ["gore", "beheading"].map(str::to_owned).to_vec(),
            fail_markers: true,
        }
    }
}

impl Config {
    /// For tests: each job is pending for 20 ms, runs for 40 ms, without spread.
    #[must_use]
    pub fn quick() -> Self {
        Self { timings: BTreeMap::new(), default_timing: Timing::new(20, 40), jitter_percent: 0, ..Self::default() }
    }

    /// For the demo inside a page: every mode, either shape, a balance that lasts, pictures under a name that no DNS knows.
    #[must_use]
    pub fn demo() -> Self {
        Self {
            modes: ModeList::Both,
            size_rule: SizeRule::Either,
            image_base: "https://demo.invalid".to_owned(),
            start_balance: 10_000,
            progress: Progress::TopLevel,
            ..Self::default()
        }
    }

    /// Whether this mode exists.
    #[must_use]
    pub fn knows_mode(&self, mode: &str) -> bool {
        let listed = match self.modes {
            ModeList::Y2024 => MODES_2024.contains(&mode),
            ModeList::Y2026 => MODES_2026.contains(&mode),
            ModeList::Both => MODES_2024.contains(&mode) || MODES_2026.contains(&mode),
        };
        listed || self.extra_modes.iter().any(|extra| extra == mode)
    }

    /// Price in quota. `shape` is the size or aspect ratio as it was sent.
    #[must_use]
    pub fn price(&self, mode: &str, shape: &str) -> u64 {
        let by_both = self.prices.get(&format!("{mode} {shape}"));
        by_both.or_else(|| self.prices.get(mode)).copied().unwrap_or(self.default_price)
    }

    /// Duration of a job in this mode, before the spread.
    #[must_use]
    pub fn timing(&self, mode: &str) -> Timing {
        self.timings.get(mode).copied().unwrap_or(self.default_timing)
    }
}

/// Two prices are public: `flux1-pro 1792x1024` is 3 and `flux1-dev 1024x1024` is 1. The others are invented around them.
fn default_prices() -> BTreeMap<String, u64> {
    [
        ("flux1-schnell", 1),
        ("flux1-dev", 1),
        ("flux1-dev 1024x1792", 2),
        ("flux1-dev 1792x1024", 2),
        ("flux1-pro", 3),
        ("flux1-pro 1024x1024", 2),
        ("flux-kontext-pro", 4),
        ("flux-kontext-max", 8),
        ("flux-2-pro", 4),
        ("flux-2-flex", 6),
        ("flux-2-max", 8),
        ("flux-2-klein-4b", 1),
        ("flux-2-klein-9b", 2),
    ]
    .map(|(name, price)| (name.to_owned(), price))
    .into()
}
