//! The stand-in of the API as the oracle: tests take their verdict about money from here, not from the screen.

use std::collections::BTreeSet;

use flux_studio_simulator::Config;
use flux_studio_simulator::http::{Arrival, Fault, Server, ServerOptions};
use flux_studio_simulator::job::Job;
use sha2::{Digest, Sha256};

use crate::wait::{Seen, check};

/// The header by which this crate's own look at a picture is told from the page's.
const OWN: (&str, &str) = ("user-agent", "e2e");

/// The simulator.
#[derive(Debug)]
pub struct Api {
    /// The server itself, for faults and switches.
    pub server: Server,
}

impl Api {
    /// Starts it.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(config: Config) -> Self {
        let server = Server::start(ServerOptions { config, ..ServerOptions::default() }).await;
        Self { server: server.expect("the simulator starts") }
    }

    /// Makes a job that the page knows nothing of, as another browser with the same key would.
    ///
    /// # Panics
    /// When it is not accepted.
    pub async fn job_from_elsewhere(&self, key: &str, prompt: &str) -> String {
        let body = serde_json::json!({"prompt": prompt, "mode": "flux1-dev", "size": "1024x1024"});
        let post = reqwest::Client::new().post(format!("{}/flux/generate", self.server.url())).header(OWN.0, OWN.1);
        let post = post.header("tt-api-key", key).header("content-type", "application/json").body(body.to_string());
        let text = post.send().await.expect("an answer").text().await.expect("its body");
        let last = self.jobs().pop().unwrap_or_else(|| panic!("no job was made: {text}"));
        last.id.to_string()
    }

    /// Adds a fault.
    pub fn fault(&self, fault: Fault) {
        self.server.push_fault(fault);
    }

    /// What the page sent, directly or through a proxy.
    pub fn arrivals(&self) -> Vec<Arrival> {
        let mut arrivals = self.server.ledger();
        arrivals.retain(|arrival| arrival.header(OWN.0) != Some(OWN.1));
        arrivals
    }

    /// Generate calls that arrived, accepted or not.
    pub fn generates(&self) -> Vec<Arrival> {
        let mut arrivals = self.arrivals();
        arrivals.retain(Arrival::is_generate);
        arrivals
    }

    /// Jobs that were accepted, each of which froze its price.
    pub fn jobs(&self) -> Vec<Job> {
        self.server.jobs()
    }

    /// Says what is wrong when not exactly so many generate calls arrived and so many jobs were made by them.
    ///
    /// # Errors
    /// The difference.
    pub fn ledger_shows(&self, generates: usize, jobs: usize) -> Seen<()> {
        let (arrived, made) = (self.generates().len(), self.jobs().len());
        check((arrived, made) == (generates, jobs), || {
            format!("{arrived} generates and {made} jobs instead of {generates} and {jobs}")
        })
    }

    /// Quota that the jobs of this account cost so far, spent or set aside.
    pub fn charged(&self) -> u64 {
        let account = self.server.account();
        account.spent() + account.frozen()
    }

    /// SHA-256 of each job's picture, in hex.
    ///
    /// # Panics
    /// When a picture cannot be fetched.
    pub async fn pictures(&self) -> BTreeSet<String> {
        let mut sums = BTreeSet::new();
        for job in self.jobs() {
            sums.insert(self.picture(&job).await);
        }
        sums
    }

    /// SHA-256 of a job's picture, in hex.
    ///
    /// # Panics
    /// When it cannot be fetched.
    pub async fn picture(&self, job: &Job) -> String {
        let url = format!("{}{}", self.server.url(), job.image_path());
        let client = reqwest::Client::builder().user_agent(OWN.1).build().expect("a client");
        let answer = client.get(&url).send().await.and_then(reqwest::Response::error_for_status);
        let bytes = answer.expect("the picture is there").bytes().await.expect("the whole picture");
        hex(&Sha256::digest(&bytes))
    }
}

/// Bytes in lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
