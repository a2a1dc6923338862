//! What is promised while a world lives, checked at every question and every answer by what changed: no request of a kind
//! runs twice at once for one attempt, an outage makes no storm, and nothing leaves for anywhere but the connection.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use flux_studio_core::id::AttemptId;

/// Questions about one job in any minute while its answers fail (I8).
const A_MINUTE: usize = 12;
/// Questions of one tab at a stroke, and in a second after that.
const BURST: u64 = 4_000;
const A_SECOND: u64 = 2;

#[derive(Default)]
pub struct Promises {
    /// Attempts that a person did something to.
    pub acted: BTreeSet<AttemptId>,
    asking: HashMap<(usize, AttemptId), u64>,
    fetching: HashSet<(usize, AttemptId)>,
    /// Times of the questions in a row that got no good answer.
    failed: HashMap<(usize, AttemptId), VecDeque<u64>>,
    /// How full each tab's second is, in thousandths of a question, and when that was so.
    full: HashMap<usize, (u64, u64)>,
}

impl Promises {
    /// A question goes out. Answers how many of this tab's are on their way now.
    pub fn asked(&mut self, tab: usize, id: &AttemptId, mono: u64) -> usize {
        let twice = self.asking.insert((tab, *id), mono);
        assert!(twice.is_none(), "tab {tab} asks for {id} while it is asking already");
        let (level, at) = self.full.get(&tab).copied().unwrap_or((0, mono));
        let level = level.saturating_sub((mono - at) * A_SECOND) + 1_000;
        assert!(level <= BURST, "I8: tab {tab} asks more than twice a second");
        self.full.insert(tab, (level, mono));
        self.asking.keys().filter(|(asking, _)| *asking == tab).count()
    }

    /// Its answer reaches the tab.
    pub fn answered(&mut self, tab: usize, id: &AttemptId, good: bool) {
        let asked = self.asking.remove(&(tab, *id)).expect("an answer to a question");
        if good {
            self.failed.remove(&(tab, *id));
            return;
        }
        let row = self.failed.entry((tab, *id)).or_default();
        row.push_back(asked);
        while row.front().is_some_and(|first| asked - first >= 60_000) {
            row.pop_front();
        }
        assert!(row.len() <= A_MINUTE, "I8: {} failing questions about {id} within a minute", row.len());
    }

    /// A download starts.
    pub fn fetched(&mut self, tab: usize, id: &AttemptId) {
        assert!(self.fetching.insert((tab, *id)), "tab {tab} fetches {id} while it is fetching it already");
    }

    /// How many are on their way.
    pub fn fetching(&self) -> usize {
        self.fetching.len()
    }

    /// It ends.
    pub fn arrived(&mut self, tab: usize, id: &AttemptId) {
        self.fetching.remove(&(tab, *id));
    }

    /// The person asks: that is more than the schedule would.
    pub fn act(&mut self, id: &AttemptId) {
        self.acted.insert(*id);
        self.failed.retain(|(_, failed), _| failed != id);
    }

    /// Another tab leads: its schedules begin anew.
    pub fn lead(&mut self, tab: usize) {
        self.failed.retain(|(failed, _), _| *failed != tab);
    }
}
