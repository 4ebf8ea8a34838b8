//! Keys, one at a time.

use std::{io, thread};

use console::Key;
use tokio::sync::mpsc;

/// Reads one key, and another whenever it is asked to: an editor has the terminal to itself in between.
pub(crate) fn read_keys() -> (std::sync::mpsc::Sender<()>, mpsc::UnboundedReceiver<io::Result<Key>>) {
    let (ask, asked) = std::sync::mpsc::channel();
    let (pressed, keys) = mpsc::unbounded_channel();
    _ = ask.send(());
    thread::spawn(move || {
        let terminal = console::Term::stdout();
        while asked.recv().is_ok() {
            if pressed.send(terminal.read_key()).is_err() {
                return;
            }
        }
    });
    (ask, keys)
}
