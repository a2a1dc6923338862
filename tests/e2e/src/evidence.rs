//! What must never happen, whatever the story was about. Looked at after each one.
//!
//! The key is a canary: a text that occurs nowhere else, so that each sighting of it is a leak. It may stand in one
//! header, on the way to one origin.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::Deserialize;
use serde_json::Value;
use thirtyfour::BrowserLogEntry;

use crate::api::hex;
use crate::netlog::{Log, origin};
use crate::studio::{Expected, Studio};

/// What was found in the page at the end of a story.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Left {
    /// Places and the text in them.
    pub places: Vec<(String, String)>,
    /// Live regions without a text.
    pub empties: Vec<String>,
}

impl Studio {
    /// Reads all places of the page in which a secret could be left. Empty when the page is not open.
    ///
    /// # Panics
    /// When they cannot be read.
    pub async fn left_behind(&self) -> Left {
        let here = self.browser.web.current_url().await.expect("an address");
        if !here.as_str().starts_with("http") {
            return Left::default();
        }
        let answer = self.browser.web.execute_async(include_str!("places.js"), vec![]).await.expect("the script runs");
        let answer: Value = answer.convert().expect("JSON");
        assert!(answer["error"].is_null(), "the page's storage cannot be read: {}", answer["error"]);
        serde_json::from_value(answer).expect("places")
    }
}

/// Encodings of a secret that are looked for.
pub fn needles(secret: &str) -> Vec<String> {
    let mut needles = vec![secret.to_owned(), secret.chars().rev().collect(), hex(secret.as_bytes())];
    // In base64 a text looks different at each of three alignments; its first and last group depend on the neighbours.
    for shift in 0..3 {
        let padded = " ".repeat(shift) + secret;
        let encoded = STANDARD_NO_PAD.encode(padded);
        needles.push(encoded[4..encoded.len() - 4].to_owned());
    }
    needles
}

/// Everything that a judge needs.
#[derive(Debug)]
pub struct Evidence {
    /// Keys of the story: the one that is right, and any other that was typed.
    pub keys: BTreeSet<String>,
    /// The console.
    pub console: Vec<BrowserLogEntry>,
    /// The network.
    pub log: Log,
    /// The page's places.
    pub left: Left,
    /// Origins that may be contacted.
    pub origins: BTreeSet<String>,
    /// Origins that may see the key.
    pub keyed: BTreeSet<String>,
    /// What the story said beforehand.
    pub expected: Expected,
    /// What the API's stand-in saw outside of the key's header: paths, queries, other headers, bodies.
    pub received: Vec<String>,
}

impl Evidence {
    /// All complaints, none if all is well.
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        self.about_the_console(&mut complaints);
        self.about_hosts(&mut complaints);
        self.about_secrets(&mut complaints);
        complaints
            .extend(self.left.empties.iter().map(|region| format!("a live region waits without a text: {region}")));
        complaints
    }

    /// Violations of the policy, errors, panics and unhandled rejections are all told as errors on the console.
    fn about_the_console(&self, complaints: &mut Vec<String>) {
        let probe = ["/flux/fetch", "404"].map(str::to_owned).to_vec();
        for entry in self.console.iter().filter(|entry| entry.level == "SEVERE") {
            let fits = |texts: &Vec<String>| texts.iter().all(|text| entry.message.contains(text));
            // The free probe of a connection asks for a made-up job, and a 404 is its good answer.
            let expected = self.expected.noise.iter().chain([&probe]).any(fits);
            if !expected {
                complaints.push(format!("console: {}", entry.message));
            }
        }
    }

    fn about_hosts(&self, complaints: &mut Vec<String>) {
        let allowed: BTreeSet<String> = self.origins.union(&self.expected.origins).cloned().collect();
        for request in self.log.requests() {
            if request.url.starts_with("http") && !allowed.contains(&request.origin()) {
                complaints.push(format!("contacted another host: {} {}", request.method, request.url));
            }
        }
    }

    /// Where a key may stand is one header; a passphrase may stand nowhere.
    fn about_secrets(&self, complaints: &mut Vec<String>) {
        for key in &self.keys {
            self.about_a_secret("key", key, complaints);
        }
        for passphrase in &self.expected.passphrases {
            self.about_a_secret("passphrase", passphrase, complaints);
        }
    }

    fn about_a_secret(&self, what: &str, secret: &str, complaints: &mut Vec<String>) {
        let needles = needles(secret);
        let holds = |text: &str| needles.iter().any(|needle| text.contains(needle));
        let places = self.left.places.iter().filter(|(_, text)| holds(text));
        complaints.extend(places.map(|(place, _)| format!("the {what} stands in {place}")));
        let said = self.console.iter().filter(|entry| holds(&entry.message));
        complaints.extend(said.map(|entry| format!("the {what} was said on the console: {}", entry.message)));
        let received = self.received.iter().filter(|text| holds(text));
        complaints.extend(received.map(|text| format!("the {what} arrived outside of its header: {text}")));
        let keyed: BTreeSet<String> = self.keyed.union(&self.expected.keyed).cloned().collect();
        for sighting in self.log.sightings(&needles) {
            if what != "key" || !sighting.is_key_header(secret) {
                complaints.push(format!("the {what} was sent outside of its header: {sighting:?}"));
            } else if !keyed.contains(&origin(&sighting.url)) {
                complaints.push(format!("the key went to {}", sighting.url));
            }
        }
    }
}
