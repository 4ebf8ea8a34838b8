//! Changes of a file of the learner's.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::Notify;

/// Tells of changes of a file, as long as the watcher lives.
///
/// # Errors
/// The system cannot watch the folder.
pub(crate) fn watch(file: &Path, saved: Arc<Notify>) -> io::Result<RecommendedWatcher> {
    let name = file.file_name().map(ToOwned::to_owned);
    let failed = |error: notify::Error| io::Error::other(error.to_string());
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // The folder is watched, not the file: many editors save by putting a new file in its place. That we read the
        // file ourselves is no change.
        let ours = |path: &PathBuf| path.file_name() == name.as_deref();
        if event.is_ok_and(|event| !event.kind.is_access() && event.paths.iter().any(ours)) {
            saved.notify_one();
        }
    })
    .map_err(failed)?;
    let folder = file.parent().unwrap_or(Path::new("."));
    watcher.watch(folder, RecursiveMode::NonRecursive).map_err(failed)?;
    Ok(watcher)
}
