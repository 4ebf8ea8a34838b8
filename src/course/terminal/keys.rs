//! Keys, one at a time.

use std::{
    io,
    sync::mpsc::{SyncSender, sync_channel},
    thread,
};

use console::Key;
use tokio::sync::mpsc;

/// Reads one key, and another whenever it is asked to: an editor has the terminal to itself in between.
pub(crate) fn read_keys() -> (SyncSender<()>, mpsc::Receiver<io::Result<Key>>) {
    // One key is asked for at a time.
    let (ask, asked) = sync_channel(1);
    let (pressed, keys) = mpsc::channel(1);
    _ = ask.send(());
    thread::spawn(move || {
        let terminal = console::Term::stdout();
        while asked.recv().is_ok() {
            if pressed.blocking_send(terminal.read_key()).is_err() {
                return;
            }
        }
    });
    (ask, keys)
}
