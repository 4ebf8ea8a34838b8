//! What happens during a practice: a save, a key, a signal.

use std::{
    io,
    path::{Path, PathBuf},
    thread,
};

use console::Key;
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;

/// One thing that happened.
pub(super) enum Event {
    /// The learner's file may have changed.
    Changed,
    /// A key was pressed, or the terminal is gone.
    Key(io::Result<Key>),
    /// Ctrl-C, or SIGTERM.
    Stopped,
}

/// Tells of each change of a file, as long as the watcher lives.
///
/// # Errors
/// The system cannot watch the folder.
pub(super) fn watch(file: &Path, events: mpsc::UnboundedSender<Event>) -> io::Result<RecommendedWatcher> {
    let name = file.file_name().map(ToOwned::to_owned);
    let failed = |error: notify::Error| io::Error::other(error.to_string());
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // The folder is watched, not the file: many editors save by putting a new file in its place. That we read the
        // file ourselves is no change.
        let ours = |path: &PathBuf| path.file_name() == name.as_deref();
        if event.is_ok_and(|event| !event.kind.is_access() && event.paths.iter().any(ours)) {
            _ = events.send(Event::Changed);
        }
    })
    .map_err(failed)?;
    let folder = file.parent().unwrap_or(Path::new("."));
    watcher.watch(folder, RecursiveMode::NonRecursive).map_err(failed)?;
    Ok(watcher)
}

/// Reads one key whenever it is asked to, so that an editor has the terminal to itself in between.
pub(super) fn read_keys(events: mpsc::UnboundedSender<Event>) -> std::sync::mpsc::Sender<()> {
    let (ask, asked) = std::sync::mpsc::channel();
    _ = ask.send(());
    thread::spawn(move || {
        let terminal = console::Term::stdout();
        while asked.recv().is_ok() {
            if events.send(Event::Key(terminal.read_key())).is_err() {
                return;
            }
        }
    });
    ask
}
