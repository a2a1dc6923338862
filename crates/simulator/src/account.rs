//! The prepaid balance: quota is frozen when a job is accepted, taken when it succeeds, given back when it fails.
//!
//! Every movement is kept. Conservation is `granted == balance + frozen + spent`, at every moment.

use serde::{Deserialize, Serialize};

/// What happened to the quota of one job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Movement {
    /// Set aside at acceptance.
    Freeze,
    /// Spent at success.
    Take,
    /// Returned at failure.
    GiveBack,
}

/// One line of the account's ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// Milliseconds since 1970, on the model's clock.
    pub at_ms: u64,
    /// The job.
    pub job_id: String,
    /// What happened.
    pub movement: Movement,
    /// How much quota.
    pub quota: u64,
}

/// The account behind all keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    granted: u64,
    balance: u64,
    frozen: u64,
    spent: u64,
    charges: Vec<Charge>,
}

impl Account {
    pub(crate) fn new(granted: u64) -> Self {
        Self { granted, balance: granted, frozen: 0, spent: 0, charges: Vec::new() }
    }

    /// All quota that was ever put in.
    #[must_use]
    pub fn granted(&self) -> u64 {
        self.granted
    }

    /// Quota free to spend.
    #[must_use]
    pub fn balance(&self) -> u64 {
        self.balance
    }

    /// Quota set aside for unfinished jobs.
    #[must_use]
    pub fn frozen(&self) -> u64 {
        self.frozen
    }

    /// Quota spent for good.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.spent
    }

    /// Every movement, oldest first.
    #[must_use]
    pub fn charges(&self) -> &[Charge] {
        &self.charges
    }

    pub(crate) fn grant(&mut self, quota: u64) {
        let room = u64::MAX - self.granted;
        let quota = quota.min(room);
        self.granted += quota;
        self.balance += quota;
    }

    /// Sets quota aside; false, and nothing changes, when there is not enough.
    pub(crate) fn freeze(&mut self, at_ms: u64, job_id: &str, quota: u64) -> bool {
        let Some(rest) = self.balance.checked_sub(quota) else {
            return false;
        };
        self.balance = rest;
        self.frozen += quota;
        self.note(at_ms, job_id, Movement::Freeze, quota);
        true
    }

    /// Ends a freeze. `success` spends it, otherwise it is free again. The model calls this once for each freeze.
    pub(crate) fn settle(&mut self, at_ms: u64, job_id: &str, quota: u64, success: bool) {
        let quota = quota.min(self.frozen);
        self.frozen -= quota;
        if success {
            self.spent += quota;
            self.note(at_ms, job_id, Movement::Take, quota);
        } else {
            self.balance += quota;
            self.note(at_ms, job_id, Movement::GiveBack, quota);
        }
    }

    fn note(&mut self, at_ms: u64, job_id: &str, movement: Movement, quota: u64) {
        self.charges.push(Charge { at_ms, job_id: job_id.to_owned(), movement, quota });
    }
}
