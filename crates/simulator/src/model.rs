//! The simulated service: calls in, answers out, money kept.
//!
//! It holds no clock, no socket and no randomness of its own, so the same seed and the same calls give the same answers
//! on a host and in a page.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::account::Account;
use crate::config::{Config, Cors, QueueFull, RateLimit, RetryAfter, UnknownJob};
use crate::job::{Ending, Job, Phase};
use crate::message::{ApiBody, ApiRequest, ApiResponse, ImageRequest, Made};
use crate::{fetch, generate, input};

/// Units of one token: refills of one unit per millisecond and call per minute are then exact.
const TOKEN: u64 = 60_000;

/// Version of the snapshot's layout.
const SNAPSHOT_VERSION: u32 = 1;

/// The service with its account, jobs and switches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    config: Config,
    seed: u64,
    now_ms: u64,
    account: Account,
    jobs: BTreeMap<String, Job>,
    unsettled: Vec<String>,
    bucket: Option<Bucket>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Bucket {
    units: u64,
    at_ms: u64,
}

#[derive(Serialize, Deserialize)]
struct Snapshot<M> {
    version: u32,
    model: M,
}

/// Why a snapshot was refused.
#[derive(Debug)]
pub struct SnapshotError(String);

impl std::fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a snapshot of this simulator: {}", self.0)
    }
}

impl std::error::Error for SnapshotError {}

/// Which host of the real service a path belongs to.
enum Host {
    Api,
    Cdn,
    Nowhere,
}

fn host(path: &str) -> Host {
    match path {
        "/flux/generate" | "/flux/fetch" | "/midjourney/v1/info" => Host::Api,
        _ if path.starts_with("/cdn/") => Host::Cdn,
        _ => Host::Nowhere,
    }
}

impl Model {
    /// A fresh service. Equal seeds give equal job ids, durations and pictures.
    #[must_use]
    pub fn new(config: Config, seed: u64) -> Self {
        let account = Account::new(config.start_balance);
        Self { config, seed, now_ms: 0, account, jobs: BTreeMap::new(), unsettled: Vec::new(), bucket: None }
    }

    /// The switches.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The switches, to change. Jobs that were accepted keep their course, price and format.
    pub fn config_mut(&mut self) -> &mut Config {
        &mut self.config
    }

    /// The account, as of the latest moment that the model was told.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Puts quota into the account.
    pub fn grant(&mut self, quota: u64) {
        self.account.grant(quota);
    }

    /// All jobs, oldest first.
    #[must_use]
    pub fn jobs(&self) -> Vec<&Job> {
        let mut jobs: Vec<&Job> = self.jobs.values().collect();
        jobs.sort_by_key(|job| job.number);
        jobs
    }

    /// One job.
    #[must_use]
    pub fn job(&self, id: &str) -> Option<&Job> {
        self.jobs.get(id)
    }

    /// Status of one job at the latest moment that the model was told.
    #[must_use]
    pub fn phase(&self, id: &str) -> Option<Phase> {
        self.jobs.get(id).map(|job| job.phase(self.now_ms))
    }

    /// Moves the clock to `now_ms` (milliseconds since 1970) and settles what ended. An earlier moment is ignored: a clock
    /// that jumps back must not take a finished job back.
    pub fn advance(&mut self, now_ms: u64) {
        self.now_ms = self.now_ms.max(now_ms);
        let now_ms = self.now_ms;
        let mut due: Vec<(u64, u64, String)> = Vec::new();
        self.unsettled.retain(|id| match self.jobs.get(id) {
            Some(job) if now_ms >= job.ends_ms => {
                due.push((job.ends_ms, job.number, id.clone()));
                false
            }
            _ => true,
        });
        due.sort();
        for (ends_ms, _, id) in due {
            if let Some(job) = self.jobs.get(&id) {
                self.account.settle(ends_ms, &id, job.quota, job.ending == Ending::Picture);
            }
        }
    }

    /// Everything as JSON text, for [`Model::restore`].
    #[must_use]
    pub fn snapshot(&self) -> String {
        json!(Snapshot { version: SNAPSHOT_VERSION, model: self }).to_string()
    }

    /// The model that a snapshot was taken of.
    ///
    /// # Errors
    /// The text is not a snapshot, or one of another version.
    pub fn restore(text: &str) -> Result<Self, SnapshotError> {
        let snapshot: Snapshot<Self> = serde_json::from_str(text).map_err(|error| SnapshotError(error.to_string()))?;
        if snapshot.version != SNAPSHOT_VERSION {
            return Err(SnapshotError(format!("version {}", snapshot.version)));
        }
        Ok(snapshot.model)
    }

    /// Answers one call at `now_ms`, milliseconds since 1970.
    pub fn handle(&mut self, request: &ApiRequest, now_ms: u64) -> ApiResponse {
        self.advance(now_ms);
        let mut response = if request.is_preflight() { self.preflight(request) } else { self.route(request) };
        self.add_cors(&request.path, &mut response.headers);
        response
    }

    /// CORS settings of the host that answers `path`.
    fn cors(&self, path: &str) -> Option<&Cors> {
        let cors = match host(path) {
            Host::Api => &self.config.cors_api,
            Host::Cdn => &self.config.cors_cdn,
            Host::Nowhere => return None,
        };
        cors.on.then_some(cors)
    }

    /// Adds the CORS headers that every answer under `path` carries; none where CORS is off.
    pub fn add_cors(&self, path: &str, headers: &mut Vec<(String, String)>) {
        let Some(cors) = self.cors(path) else {
            return;
        };
        headers.push(("access-control-allow-origin".to_owned(), cors.origin.clone()));
        if !cors.expose_headers.is_empty() {
            headers.push(("access-control-expose-headers".to_owned(), cors.expose_headers.join(", ")));
        }
    }

    fn preflight(&self, request: &ApiRequest) -> ApiResponse {
        let Some(cors) = self.cors(&request.path) else {
            return match host(&request.path) {
                Host::Nowhere => ApiResponse::failure(404, "Not Found"),
                Host::Api | Host::Cdn => ApiResponse::failure(405, "Method Not Allowed"),
            };
        };
        let mut response = ApiResponse::empty(cors.preflight_status);
        let mut header = |name: &str, value: String| response.headers.push((name.to_owned(), value));
        header("access-control-allow-methods", "GET, POST".to_owned());
        header("access-control-allow-headers", cors.allow_headers.join(", "));
        if cors.max_age_s > 0 {
            header("access-control-max-age", cors.max_age_s.to_string());
        }
        response
    }

    fn route(&mut self, request: &ApiRequest) -> ApiResponse {
        match host(&request.path) {
            Host::Nowhere => ApiResponse::failure(404, "Not Found"),
            Host::Cdn if request.method == "GET" => self.picture(&request.path),
            Host::Cdn => ApiResponse::failure(405, "Method Not Allowed"),
            Host::Api => match self.refuse_key(request).or_else(|| self.refuse_rate(request)) {
                Some(refusal) => refusal,
                None => match (request.path.as_str(), request.method.as_str()) {
                    ("/flux/generate", "POST") => self.generate(request),
                    ("/flux/fetch", "GET" | "POST") => self.fetch(request),
                    ("/midjourney/v1/info", "GET") => self.info(),
                    _ => ApiResponse::failure(405, "Method Not Allowed"),
                },
            },
        }
    }

    fn refuse_key(&self, request: &ApiRequest) -> Option<ApiResponse> {
        let key = request.find_header("tt-api-key").unwrap_or_default();
        if self.config.blocked_keys.iter().any(|blocked| blocked == key) {
            return Some(ApiResponse::failure(403, "Your account has been blocked."));
        }
        if self.config.keys.iter().any(|known| known == key) {
            return None;
        }
        // Without `data`, unlike every other failure.
        let body = json!({"status": "FAILED", "message": "Wrong TT-API-KEY or email is not activated."});
        Some(ApiResponse::json(401, &body))
    }

    fn refuse_rate(&mut self, request: &ApiRequest) -> Option<ApiResponse> {
        let limit = self.config.rate_limit?;
        if !limit.all_calls && request.path != "/flux/generate" {
            return None;
        }
        let full = u64::from(limit.burst) * TOKEN;
        let now_ms = self.now_ms;
        let bucket = self.bucket.get_or_insert(Bucket { units: full, at_ms: now_ms });
        let refill = now_ms.saturating_sub(bucket.at_ms).saturating_mul(u64::from(limit.per_minute));
        bucket.units = bucket.units.saturating_add(refill).min(full);
        bucket.at_ms = now_ms;
        match bucket.units.checked_sub(TOKEN) {
            Some(rest) => {
                bucket.units = rest;
                None
            }
            None => {
                let missing = TOKEN - bucket.units;
                Some(too_many(limit, missing, now_ms))
            }
        }
    }

    fn generate(&mut self, request: &ApiRequest) -> ApiResponse {
        let Some(body) = input::json_object(request) else {
            return ApiResponse::failure(400, "Parameter error");
        };
        let order = match generate::validate(&self.config, &body) {
            Ok(order) => order,
            Err(message) => return ApiResponse::failure(400, &message),
        };
        if self.config.queue_limit.is_some_and(|limit| self.unsettled.len() >= limit as usize) {
            return match self.config.queue_full {
                QueueFull::Status499 => ApiResponse::failure(499, "Queue exhausted"),
                QueueFull::Status400 => ApiResponse::failure(400, "queue is full"),
            };
        }
        let quota = order.quota;
        let number = self.jobs.len() as u64 + 1;
        let job = order.into_job(&self.config, self.seed, number, self.now_ms);
        if !self.account.freeze(self.now_ms, &job.id, quota) {
            return ApiResponse::failure(402, "Insufficient quota, please recharge.");
        }
        let mut response = ApiResponse::json(200, &generate::accepted(&self.config, &job.id));
        response.made = Some(Made { job_id: job.id.clone(), quota });
        self.unsettled.push(job.id.clone());
        self.jobs.insert(job.id.clone(), job);
        // A job of no duration ends at once.
        self.advance(self.now_ms);
        response
    }

    fn fetch(&mut self, request: &ApiRequest) -> ApiResponse {
        let Some(id) = input::field(request, "jobId").filter(|id| !id.is_empty()) else {
            return ApiResponse::failure(400, "The job id field is required.");
        };
        let now_ms = self.now_ms;
        let Some(job) = self.jobs.get_mut(&id) else {
            let message = "Job not found";
            return match self.config.unknown_job {
                UnknownJob::NotFound => ApiResponse::failure(404, message),
                UnknownJob::BadRequest => ApiResponse::failure(400, message),
                UnknownJob::OkFailed => ApiResponse::failure(200, message),
            };
        };
        let gone = self.config.url_lifetime_ms.is_some_and(|life| now_ms >= job.address_ms.saturating_add(life));
        if self.config.renew_url && gone && job.phase(now_ms) == Phase::Success {
            job.address_number += 1;
            job.address_ms = now_ms;
        }
        ApiResponse::json(200, &fetch::answer(&self.config, job, now_ms))
    }

    fn info(&self) -> ApiResponse {
        let body = json!({
            "status": "SUCCESS",
            "message": "success",
            "data": {
                "email": "someone@example.invalid",
                "balance": self.account.balance(),
                "freeze_balance": self.account.frozen(),
                "max_queue": self.config.queue_limit.unwrap_or(5),
            },
        });
        ApiResponse::json(200, &body)
    }

    fn picture(&self, path: &str) -> ApiResponse {
        // `/cdn/<date>/<job>[_n].<extension>`
        let name = path.rsplit('/').next().unwrap_or_default();
        let stem = name.split('.').next().unwrap_or_default();
        let id = stem.split('_').next().unwrap_or_default();
        let Some(job) = self.jobs.get(id).filter(|job| job.phase(self.now_ms) == Phase::Success) else {
            return plain(404, "no such picture");
        };
        let old = job.image_path() != path;
        let gone = self.config.url_lifetime_ms.is_some_and(|life| self.now_ms >= job.address_ms.saturating_add(life));
        if old || gone {
            // An address that a renewal replaced is gone; one that never was is unknown.
            let replaced = old && job.address_number > 1;
            return plain(if gone || replaced { self.config.url_gone_status } else { 404 }, "no such picture");
        }
        ApiResponse {
            status: 200,
            headers: vec![
                ("content-type".to_owned(), job.format.media_type().to_owned()),
                ("cache-control".to_owned(), "public, max-age=2592000".to_owned()),
            ],
            body: ApiBody::Image(ImageRequest {
                prompt: job.prompt.clone(),
                job_id: job.id.clone(),
                seed: job.seed,
                width: job.width,
                height: job.height,
                format: job.format,
            }),
            made: None,
        }
    }
}

fn plain(status: u16, text: &str) -> ApiResponse {
    ApiResponse {
        status,
        headers: vec![("content-type".to_owned(), "text/plain".to_owned())],
        body: ApiBody::Bytes(text.as_bytes().to_vec()),
        made: None,
    }
}

/// 429 with the wished form of `Retry-After`. `missing` are the units until there is a token.
fn too_many(limit: RateLimit, missing: u64, now_ms: u64) -> ApiResponse {
    let mut response = ApiResponse::failure(429, "Too Many Requests");
    let wait_ms = missing.div_ceil(u64::from(limit.per_minute.max(1)));
    let value = match limit.retry_after {
        RetryAfter::Absent => return response,
        RetryAfter::Seconds => wait_ms.div_ceil(1_000).max(1).to_string(),
        RetryAfter::Date => {
            let whole_seconds = now_ms.saturating_add(wait_ms).div_ceil(1_000);
            httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(whole_seconds.min(LAST_HTTP_DATE_S)))
        }
    };
    response.headers.push(("retry-after".to_owned(), value));
    response
}

/// End of the year 9999, the last that an HTTP date can name.
const LAST_HTTP_DATE_S: u64 = 253_402_300_799;
