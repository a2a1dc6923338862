//! The right to send one paid request.

use crate::attempt::Record;
use crate::id::AttemptId;

/// Proof that the store has committed an attempt as `Sending` under its lock: made by the store's adapter when the
/// compare-and-set succeeded, and used up by turning it into a [`SendPermit`].
#[derive(Debug)]
pub struct Claim {
    row: Box<Record>,
}

impl Claim {
    /// For the store's adapter alone: the row as it was committed.
    #[must_use]
    pub fn committed(row: Box<Record>) -> Claim {
        Claim { row }
    }

    /// The attempt that was claimed.
    #[must_use]
    pub fn id(&self) -> &AttemptId {
        &self.row.id
    }

    /// Takes the row and the permit out; only the studio calls this, when it hears of the commit.
    #[must_use]
    pub(crate) fn split(self) -> (Record, SendPermit) {
        let permit = SendPermit { id: self.row.id };
        (*self.row, permit)
    }
}

/// The right to send one paid request: made only from a [`Claim`], moved into the one `fetch` and gone with it. It is
/// neither `Clone` nor `Copy`, so a second request needs a second commit.
///
/// ```compile_fail
/// fn twice(permit: flux_studio_core::attempt::permit::SendPermit) {
///     let _again = permit.clone();
/// }
/// ```
/// ```compile_fail
/// fn forge(id: flux_studio_core::id::AttemptId) {
///     let _permit = flux_studio_core::attempt::permit::SendPermit { id };
/// }
/// ```
/// ```compile_fail
/// fn send(_: flux_studio_core::attempt::permit::SendPermit) {}
/// fn twice(permit: flux_studio_core::attempt::permit::SendPermit) {
///     send(permit);
///     send(permit);
/// }
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct SendPermit {
    id: AttemptId,
}

impl SendPermit {
    /// The attempt that may be sent.
    #[must_use]
    pub fn id(&self) -> &AttemptId {
        &self.id
    }

    /// Uses the permit up: called by the HTTP adapter in the line before its one `fetch`.
    #[must_use]
    pub fn spend(self) -> AttemptId {
        self.id
    }
}
