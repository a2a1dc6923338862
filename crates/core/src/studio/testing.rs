//! "Test connection": says in one sentence what is wrong and how to mend it. CORS is the first wall that everybody
//! meets, so its sentence names the command that gets round it.

use crate::address::Connection;
use crate::api::info::Account;
use crate::api::{HttpOutcome, Lost, generate};
use crate::attempt::Hold;
use crate::change::Change;
use crate::effect::{Effect, Purpose};
use crate::event::Reach;
use crate::message::{self, Sentence};
use crate::studio::Studio;
use crate::view::{Test, quota_text};

impl Studio {
    pub(super) fn start_test(&mut self) {
        let failed = match (&self.connection, self.key) {
            (None, _) => Some(message::hold(&Hold::Address)),
            (_, false) => Some(message::key(crate::secret::KeyProblem::Empty)),
            _ => None,
        };
        match failed {
            Some(sentence) => self.test = Test::Done(false, sentence),
            None => {
                self.test = Test::Running;
                self.probe(Purpose::Test);
            }
        }
        self.out.changes.push(Change::Status);
    }

    pub(super) fn test_answered(&mut self, outcome: &HttpOutcome, reach: Reach) {
        let proxied = self.connection.as_ref().is_some_and(Connection::proxied);
        let holder = self.connection.as_ref().map(Connection::holder).unwrap_or_default();
        match verdict(outcome, reach, &holder, proxied) {
            Some(sentence) => self.test = Test::Done(false, sentence),
            // The API (or something that speaks like it) answered: the account's balance settles it.
            None => match self.connection.as_ref().map(Connection::info) {
                Some(url) => {
                    self.unsure = matches!(outcome, HttpOutcome::Answer(answer) if answer.status == 404);
                    self.out.effects.push(Effect::Account { url });
                }
                None => self.test = Test::Idle,
            },
        }
        self.out.changes.push(Change::Status);
    }

    pub(super) fn account_read(&mut self, account: Option<Account>) {
        self.account = account;
        if self.test == Test::Running {
            self.test = match account {
                Some(account) if account.balance == Some(0) => {
                    Test::Done(false, say("The key works, but the account has no quota left.", "Top it up at TTAPI."))
                }
                Some(account) => Test::Done(true, well(account)),
                None if self.unsure => Test::Done(
                    false,
                    say(
                        "The server answers, but not like the API: it may be the wrong address (404).",
                        "Check the API base URL and the proxy.",
                    ),
                ),
                None => Test::Done(true, say("The key works.", "")),
            };
            // What was wrong is mended: the queue may go on by itself only where the person asks; this was a question.
            if matches!(self.test, Test::Done(true, _))
                && self
                    .gate
                    .hold
                    .as_ref()
                    .is_some_and(|hold| matches!(hold, Hold::Unreachable | Hold::Cors | Hold::Policy))
            {
                self.gate.mended();
            }
        }
        self.out.changes.push(Change::Status);
    }
}

fn well(account: Account) -> Sentence {
    let mut what = "The key works.".to_owned();
    if let Some(balance) = account.balance {
        what.push_str(&format!(" Balance {} quota", quota_text(balance)));
        match account.max_queue {
            Some(jobs) => what.push_str(&format!(", {jobs} jobs at once.")),
            None => what.push('.'),
        }
    }
    say(what, "")
}

fn say(what: impl Into<String>, next: impl Into<String>) -> Sentence {
    Sentence { what: what.into(), money: "", next: next.into() }
}

/// What is wrong; `None` where the API itself seems to have answered.
fn verdict(outcome: &HttpOutcome, reach: Reach, holder: &str, proxied: bool) -> Option<Sentence> {
    let answer = match outcome {
        HttpOutcome::Answer(answer) => answer,
        HttpOutcome::Lost(lost) => return Some(lost_verdict(lost, reach, holder, proxied)),
    };
    if answer.not_sent {
        return Some(say(
            "The proxy answers, but it cannot reach the API.",
            "Check the internet connection of the machine that runs the proxy.",
        ));
    }
    let readable = matches!(
        generate::classify(outcome),
        generate::Outcome::Held(_) | generate::Outcome::Rejected(_) | generate::Outcome::Accepted(_)
    );
    match (answer.status, generate::classify(outcome)) {
        (401..=403, generate::Outcome::Held(hold)) => {
            let sentence = message::hold(&hold);
            Some(say(
                sentence.what,
                match hold {
                    Hold::NoQuota(_) => "Top the account up at TTAPI.",
                    Hold::Blocked(_) => "Ask TTAPI about it.",
                    _ => "Paste the right key from your TTAPI account.",
                },
            ))
        }
        (500..=599, _) => Some(say(
            format!("{holder} answers with error {}.", answer.status),
            "The API or something in front of it has a problem; try again later.",
        )),
        (429 | 499, _) => None,
        (200..=299 | 400 | 404, _) if readable => None,
        (200, generate::Outcome::Unknown(crate::attempt::Doubt::NoId(_))) => None,
        (status, _) => Some(say(
            format!("{holder} answers, but it is not the API ({status})."),
            "It is probably the wrong address: check the API base URL and the proxy.",
        )),
    }
}

fn lost_verdict(lost: &Lost, reach: Reach, holder: &str, proxied: bool) -> Sentence {
    match (lost, reach) {
        (Lost::Policy, _) => message::hold(&Hold::Policy),
        (Lost::NoKey, _) => message::hold(&Hold::NoKey),
        (Lost::Timeout, _) => {
            say(format!("{holder} gave no answer within 20 seconds."), "Check the address, or try again later.")
        }
        (Lost::Body(status, _), _) => say(
            format!("The answer of {holder} broke off ({status})."),
            "Try again; if it stays so, the proxy or the network is at fault.",
        ),
        (Lost::Network, Reach::Offline) => {
            say("This machine seems to be offline.", "Check the network, then test again.")
        }
        (Lost::Network, Reach::Portal) => {
            say("The network answers with a log-in page of its own.", "Log in there, then test again.")
        }
        (Lost::Network, Reach::Alive) if proxied => say(
            format!("{holder} is there, but it refuses this page (CORS)."),
            "The proxy must allow this page's origin and the header TT-API-KEY; or start the bundled one with: cargo xtask run",
        ),
        (Lost::Network, Reach::Alive) => say(
            format!("{holder} is there, but it refuses web pages (CORS)."),
            "Use a proxy. The bundled one starts with: cargo xtask run (then open the address that it prints); or enter another under Proxy URL.",
        ),
        (Lost::Network, Reach::Dead | Reach::NotAsked) => say(
            format!("{holder} cannot be reached."),
            "Check the address for typing errors; a local proxy must be running and your browser may ask to allow it.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Answer;

    fn text(outcome: &HttpOutcome, reach: Reach) -> String {
        verdict(outcome, reach, "https://p.example", false).map(|s| s.text()).unwrap_or_default()
    }

    fn answer(status: u16, body: &str) -> HttpOutcome {
        HttpOutcome::Answer(Answer { status, body: body.as_bytes().to_vec(), ..Answer::default() })
    }

    #[test]
    fn n20_n22_n23_n24_n25_each_cause_has_its_own_sentence() {
        let failed = r#"{"status":"FAILED","message":"no"}"#;
        let table = [
            (answer(401, failed), Reach::NotAsked, "refused the key"),
            (answer(402, failed), Reach::NotAsked, "too little quota"),
            (answer(403, failed), Reach::NotAsked, "blocks this account"),
            (answer(502, "<html>"), Reach::NotAsked, "error 502"),
            (answer(200, "<html>"), Reach::NotAsked, "not the API"),
            (answer(404, "<html>"), Reach::NotAsked, "wrong address"),
            (HttpOutcome::Lost(Lost::Network), Reach::Alive, "cargo xtask run"),
            (HttpOutcome::Lost(Lost::Network), Reach::Dead, "cannot be reached"),
            (HttpOutcome::Lost(Lost::Network), Reach::Dead, "your browser may ask to allow it"),
            (HttpOutcome::Lost(Lost::Network), Reach::Offline, "offline"),
            (HttpOutcome::Lost(Lost::Network), Reach::Portal, "log-in page"),
            (HttpOutcome::Lost(Lost::Timeout), Reach::Dead, "20 seconds"),
            (HttpOutcome::Lost(Lost::Policy), Reach::NotAsked, "policy"),
        ];
        for (outcome, reach, part) in table {
            let said = text(&outcome, reach);
            assert!(said.contains(part), "{said:?} lacks {part:?}");
        }
        for good in [
            answer(404, failed),
            answer(400, failed),
            answer(200, failed),
            answer(200, r#"{"status":"ON_QUEUE"}"#),
            answer(429, failed),
        ] {
            assert_eq!(text(&good, Reach::NotAsked), "");
        }
    }
}
