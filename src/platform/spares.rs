//! Job ids of paid requests for which the database has no room (FAULTS S3): a hundred bytes each in local storage, which
//! has a quota of its own. Never anything else, and never the key.

use flux_studio_core::id::{AttemptId, JobId};
use web_sys::Storage;

/// What their names begin with; the attempt's id follows.
const MARK: &str = "flux-studio-job-";

fn storage() -> Option<Storage> {
    // Throws where the person blocks storage.
    web_sys::window()?.local_storage().ok().flatten()
}

/// Keeps a job id, or takes it away. Where that fails too, the id is on the screen.
pub fn set(id: &AttemptId, job: Option<&JobId>) {
    let Some(storage) = storage() else { return };
    let name = format!("{MARK}{id}");
    let _ = match job {
        Some(job) => storage.set_item(&name, job.as_str()),
        None => storage.remove_item(&name),
    };
}

/// All that lie there.
#[must_use]
pub fn all() -> Vec<(AttemptId, JobId)> {
    let Some(storage) = storage() else { return Vec::new() };
    let names = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok().flatten());
    let read = |name: String| {
        let id = AttemptId::parse(name.strip_prefix(MARK)?)?;
        Some((id, JobId::parse(&storage.get_item(&name).ok()??)?))
    };
    names.filter_map(read).collect()
}
