//! When it is time to export the library.

use crate::limits;
use crate::time::Wall;

/// Whether the person is to be reminded: enough images are in no export, the last one is a while ago, and so is the last
/// reminder.
#[must_use]
pub fn due(unsaved: usize, exported: Option<Wall>, reminded: Option<Wall>, now: Wall) -> bool {
    let passed = |since: Option<Wall>, ms: u64| since.is_none_or(|since| now.since(since) >= ms);
    unsaved >= limits::BACKUP_DUE_IMAGES
        && passed(exported, limits::BACKUP_DUE_MS)
        && passed(reminded, limits::BACKUP_AGAIN_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_due_when_much_was_made_and_nothing_was_said_for_long() {
        const DAY: u64 = 86_400_000;
        let now = Wall(1_000 * DAY);
        let ago = |days: u64| Some(Wall(now.0 - days * DAY));
        assert!(due(50, None, None, now) && due(400, ago(14), ago(7), now));
        assert!(!due(49, None, None, now), "an afternoon's work");
        assert!(!due(400, ago(13), None, now), "exported lately");
        assert!(!due(400, ago(30), ago(6), now), "reminded lately");
    }
}
