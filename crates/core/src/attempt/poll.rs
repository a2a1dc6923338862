//! When to ask for a job again: a schedule that never gives a paid job up and never floods the server.

use crate::limits as l;
use crate::time::{Now, Wall};

/// A moment to act. The wall clock may be set back: then the moment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The moment.
    pub at: Wall,
    set: Wall,
}

impl Due {
    /// `ms` milliseconds from now.
    #[must_use]
    pub fn after(now: Now, ms: u64) -> Due {
        Due { at: now.wall.plus(ms), set: now.wall }
    }

    /// Whether it has come.
    #[must_use]
    pub fn come(&self, now: Now) -> bool {
        now.wall >= self.at || now.wall < self.set
    }
}

/// The schedule of one job. It lives in memory: after a reload it starts afresh, which costs nothing.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The next question.
    pub due: Due,
    interval_ms: u64,
    backoff_ms: u64,
    polls: u32,
    started_mono: u64,
    refusals: u32,
    without_url: u32,
    /// When the last answer that said "pending" came.
    pending_at: Option<Wall>,
    /// The server asked to be left alone until then.
    quiet: Option<Due>,
    /// The last question got no good answer, or this one comes before its time: it needs the allowance.
    careful: bool,
    allowance: Allowance,
}

/// What the schedule says after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Ask again when due.
    Again,
    /// The API does not know the job, several times over.
    NotKnown,
    /// Enough for now.
    Patience,
    /// It stays without a usable address.
    WithoutUrl,
}

impl Plan {
    /// A job that was just accepted, or is met again after a reload. `first_ms` is when to ask first.
    #[must_use]
    pub fn new(now: Now, first_ms: u64) -> Plan {
        Plan {
            due: Due::after(now, first_ms),
            interval_ms: l::FIRST_POLL_MS,
            backoff_ms: l::BACKOFF_MIN_MS,
            polls: 0,
            started_mono: now.mono,
            refusals: 0,
            without_url: 0,
            pending_at: None,
            quiet: None,
            careful: false,
            allowance: Allowance::new(now),
        }
    }

    /// Whether the question may go out now that it is due. While answers fail and while questions are hurried, each
    /// needs the job's allowance, so that neither an outage nor a flapping line makes a storm.
    pub fn may_ask(&mut self, now: Now) -> bool {
        let wait = if self.careful { self.allowance.wait_ms(now) } else { 0 };
        if wait > 0 {
            self.due = Due::after(now, wait);
        }
        wait == 0
    }

    /// The question goes out.
    pub fn asked(&mut self, now: Now) {
        self.polls += 1;
        self.allowance.spend(now);
    }

    /// The person wants to know now.
    pub fn wanted(&mut self, now: Now) {
        self.due = Due::after(now, 0);
        self.quiet = None;
        self.careful = false;
    }

    /// A good answer: still pending. `learned_ms` is when the next question makes most sense by earlier durations.
    pub fn pending(&mut self, now: Now, visible: bool, learned_ms: Option<u64>, random: &mut fastrand::Rng) -> Next {
        self.answered();
        self.pending_at = Some(now.wall);
        self.refusals = 0;
        if self.spent(now) {
            self.due = Due::after(now, l::POLL_HIDDEN_MS);
            return Next::Patience;
        }
        if let Some(wait) = learned_ms {
            self.due = Due::after(now, if visible { wait } else { wait.max(l::POLL_HIDDEN_MS) });
            return Next::Again;
        }
        let jitter = self.interval_ms * l::POLL_JITTER_PERCENT / 100;
        let wait = self.interval_ms - jitter + random.u64(0..=2 * jitter);
        let wait = if visible { wait } else { wait.max(l::POLL_HIDDEN_MS) };
        self.due = Due::after(now, wait);
        self.interval_ms = (self.interval_ms * l::POLL_GROWTH_PERCENT / 100).min(l::POLL_MAX_MS);
        Next::Again
    }

    /// A passing fault: decorrelated jitter, or what the server asked for.
    pub fn failed(&mut self, now: Now, wait_ms: Option<u64>, busy: bool, random: &mut fastrand::Rng) -> Next {
        self.careful = true;
        if self.spent(now) {
            self.due = Due::after(now, l::POLL_HIDDEN_MS);
            return Next::Patience;
        }
        let high = self.backoff_ms.saturating_mul(3).max(l::BACKOFF_MIN_MS + 1);
        self.backoff_ms = random.u64(l::BACKOFF_MIN_MS..high).min(l::BACKOFF_MAX_MS);
        let floor = if busy { l::BACKOFF_429_MS } else { 0 };
        self.due = Due::after(now, wait_ms.unwrap_or(self.backoff_ms.max(floor)));
        // Where CORS hides how long, coming back to the page is no reason to press a busy server either.
        self.quiet = wait_ms.or(busy.then_some(l::BACKOFF_429_MS)).map(|ms| Due::after(now, ms));
        Next::Again
    }

    /// 400 or 404: a few more tries.
    pub fn not_known(&mut self, now: Now) -> Next {
        self.answered();
        self.refusals += 1;
        self.due = Due::after(now, l::POLL_REFUSAL_GAP_MS);
        if self.refusals >= l::POLL_REFUSALS {
            return Next::NotKnown;
        }
        Next::Again
    }

    /// SUCCESS without a usable address: a few more tries.
    pub fn without_url(&mut self, now: Now) -> Next {
        self.answered();
        self.without_url += 1;
        self.due = Due::after(now, l::FIRST_POLL_MS);
        if self.without_url > l::POLLS_WITHOUT_URL {
            return Next::WithoutUrl;
        }
        Next::Again
    }

    /// Ask at the next opportunity, spread over `spread_ms` so that many jobs do not ask at once; but never before the
    /// time that the server asked for.
    pub fn hurry(&mut self, now: Now, spread_ms: u64, random: &mut fastrand::Rng) {
        if self.quiet.is_some_and(|quiet| !quiet.come(now)) {
            return;
        }
        let soon = Due::after(now, random.u64(0..=spread_ms));
        if soon.at < self.due.at || self.due.come(now) {
            self.due = soon;
            self.careful = true;
        }
        // A line that comes and goes does not begin the schedule anew each time.
        if self.allowance.wait_ms(now) == 0 {
            self.interval_ms = l::FIRST_POLL_MS;
        }
    }

    /// How long a job took that is done now, as well as can be told: the middle between the last "pending" and now; a
    /// first answer that says "done" tells only that it took less.
    #[must_use]
    pub fn took_ms(&self, accepted: Wall, now: Now) -> u64 {
        let elapsed = now.wall.since(accepted);
        match self.pending_at {
            Some(pending) => elapsed.saturating_sub(now.wall.since(pending) / 2),
            None => elapsed - elapsed / 10,
        }
    }

    fn answered(&mut self) {
        self.backoff_ms = l::BACKOFF_MIN_MS;
        self.quiet = None;
        self.careful = false;
    }

    /// The budget counts polls and time awake, so that a night's sleep does not use it up.
    fn spent(&self, now: Now) -> bool {
        self.polls >= l::POLL_BUDGET || now.mono.saturating_sub(self.started_mono) >= l::POLL_BUDGET_MS
    }
}

/// How many questions (or downloads) of one job may go out while something is wrong: four at a stroke, then eight a minute, which
/// makes at most twelve in any minute (I8). Time is the monotonic clock's, so that a clock that jumps earns
/// nothing.
#[derive(Debug, Clone)]
pub struct Allowance {
    earned_ms: u64,
    at_mono: u64,
}

impl Allowance {
    const FULL_MS: u64 = l::POLL_BURST * l::POLL_SPACING_MS;

    /// All of it.
    #[must_use]
    pub fn new(now: Now) -> Allowance {
        Allowance { earned_ms: Allowance::FULL_MS, at_mono: now.mono }
    }

    fn earn(&mut self, now: Now) {
        let since = now.mono.saturating_sub(self.at_mono);
        self.earned_ms = self.earned_ms.saturating_add(since).min(Allowance::FULL_MS);
        self.at_mono = now.mono.max(self.at_mono);
    }

    /// Milliseconds until one more may go out.
    pub fn wait_ms(&mut self, now: Now) -> u64 {
        self.earn(now);
        l::POLL_SPACING_MS.saturating_sub(self.earned_ms)
    }

    /// One goes out.
    pub fn spend(&mut self, now: Now) {
        self.earn(now);
        self.earned_ms = self.earned_ms.saturating_sub(l::POLL_SPACING_MS);
    }
}

/// At most two questions a second over all jobs, four at a stroke (global token bucket).
#[derive(Debug, Clone)]
pub struct Bucket {
    tokens_milli: u64,
    at_mono: u64,
}

impl Bucket {
    const FULL: u64 = 4_000;

    /// A full bucket.
    #[must_use]
    pub fn new(now: Now) -> Bucket {
        Bucket { tokens_milli: Bucket::FULL, at_mono: now.mono }
    }

    /// Takes one token if there is one.
    pub fn take(&mut self, now: Now) -> bool {
        let earned = now.mono.saturating_sub(self.at_mono).saturating_mul(2);
        self.tokens_milli = self.tokens_milli.saturating_add(earned).min(Bucket::FULL);
        self.at_mono = now.mono.max(self.at_mono);
        if self.tokens_milli < 1_000 {
            return false;
        }
        self.tokens_milli -= 1_000;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(ms: u64) -> Now {
        Now { wall: Wall(1_000_000 + ms), mono: ms }
    }

    #[test]
    fn healthy_intervals_grow_to_eight_seconds_with_jitter() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut plan = Plan::new(now(0), l::FIRST_POLL_MS);
        assert_eq!(plan.due.at, now(2_000).wall);
        let mut t = 2_000;
        let mut last = 0;
        for _ in 0..20 {
            assert_eq!(plan.pending(now(t), true, None, &mut random), Next::Again);
            last = plan.due.at.since(now(t).wall);
            assert!((1_600..=9_600).contains(&last), "{last}");
            t += last;
        }
        assert!(last >= 6_400);
    }

    #[test]
    fn errors_back_off_to_twenty_seconds_at_the_most_and_obey_the_server() {
        let mut random = fastrand::Rng::with_seed(2);
        let mut plan = Plan::new(now(0), 0);
        for n in 0..50 {
            assert_eq!(plan.failed(now(n), None, false, &mut random), Next::Again);
            assert!((1_500..=20_000).contains(&plan.due.at.since(now(n).wall)));
        }
        plan.failed(now(60), Some(600_000), true, &mut random);
        assert_eq!(plan.due.at.since(now(60).wall), 600_000);
        let mut fresh = Plan::new(now(0), 0);
        fresh.failed(now(0), None, true, &mut random);
        assert!(fresh.due.at.since(now(0).wall) >= 5_000);
    }

    #[test]
    fn a22_the_budget_ends_in_patience_never_in_failure() {
        let mut random = fastrand::Rng::with_seed(3);
        let mut plan = Plan::new(now(0), 0);
        assert_eq!(plan.pending(now(l::POLL_BUDGET_MS), true, None, &mut random), Next::Patience);
        let mut many = Plan::new(now(0), 0);
        let mut ask = |many: &mut Plan| {
            many.asked(now(1));
            many.pending(now(1), true, None, &mut random)
        };
        let ends = (0..300).filter(|_| ask(&mut many) == Next::Patience).count();
        assert_eq!(ends, 300 - (l::POLL_BUDGET as usize - 1));
    }

    #[test]
    fn t17_a_clock_set_back_makes_everything_due() {
        let due = Due::after(now(10_000), 8_000);
        assert!(!due.come(now(11_000)));
        assert!(due.come(now(9_000)));
        assert!(due.come(now(18_000)));
    }

    #[test]
    fn a05_nothing_hurries_past_the_time_that_the_server_asked_for() {
        let mut random = fastrand::Rng::with_seed(4);
        let mut plan = Plan::new(now(0), 0);
        plan.failed(now(0), Some(7_000), true, &mut random);
        plan.hurry(now(1_000), 0, &mut random);
        assert!(!plan.due.come(now(6_999)));
        plan.hurry(now(7_000), 0, &mut random);
        assert!(plan.due.come(now(7_000)));
        plan.failed(now(7_000), Some(7_000), true, &mut random);
        plan.wanted(now(8_000));
        assert!(plan.due.come(now(8_000)) && plan.may_ask(now(8_000)), "the person may");
    }

    #[test]
    fn n16_a_job_is_asked_for_at_most_twelve_times_a_minute_while_it_fails() {
        let mut random = fastrand::Rng::with_seed(5);
        for seed in 0..50 {
            random.seed(seed);
            let mut plan = Plan::new(now(0), 0);
            let mut asked: Vec<u64> = Vec::new();
            for at in (0..600_000).step_by(100) {
                // The line comes and goes, and each time the browser says that it is online again.
                if at % 1_000 == 0 {
                    plan.hurry(now(at), 0, &mut random);
                }
                if plan.due.come(now(at)) && plan.may_ask(now(at)) {
                    plan.asked(now(at));
                    asked.push(at);
                    plan.failed(now(at), None, false, &mut random);
                }
            }
            let most = asked.iter().map(|from| asked.iter().filter(|at| (*from..from + 60_000).contains(at)).count());
            assert!(matches!(most.max(), Some(9..=12)), "seed {seed}");
        }
    }

    #[test]
    fn refusals_and_missing_addresses_have_their_own_ends() {
        let mut plan = Plan::new(now(0), 0);
        let ends: Vec<Next> = (0..3).map(|_| plan.not_known(now(0))).collect();
        assert_eq!(ends, [Next::Again, Next::Again, Next::NotKnown]);
        let ends: Vec<Next> = (0..6).map(|_| plan.without_url(now(0))).collect();
        assert_eq!(ends.last(), Some(&Next::WithoutUrl));
        assert_eq!(ends.iter().filter(|next| **next == Next::Again).count(), 5);
    }

    #[test]
    fn the_bucket_lets_two_a_second_through() {
        let mut bucket = Bucket::new(now(0));
        assert_eq!((0..10).filter(|_| bucket.take(now(0))).count(), 4);
        assert_eq!((0..10).filter(|_| bucket.take(now(1_000))).count(), 2);
        assert_eq!((0..10).filter(|_| bucket.take(now(60_000))).count(), 4);
    }
}
