//! What changed in the studio, so that the page publishes only that.

use crate::id::AttemptId;
use crate::message::Notice;

/// Something that a screen may show has changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// One attempt.
    Record(AttemptId),
    /// Which attempts are shown, or their order.
    List,
    /// Queue, gate, key, account: what the top bar and the composer say.
    Status,
    /// The settings that hold.
    Settings,
    /// The composer's draft was changed by the studio (never by typing).
    Draft,
    /// Something to tell the person.
    Notice(Notice),
}
