//! `lesson book`: builds the book and serves it.

use std::{error::Error, path::Path, process::ExitCode};

use hop_by_hop::course::{Terminal, book, stopped};

/// Where this program was built from, and so where its book is.
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/book");

/// Builds the book and serves it until Ctrl-C.
pub async fn book(port: u16, open: bool, terminal: &Terminal) -> Result<ExitCode, Box<dyn Error>> {
    let stopped = stopped();
    let listener = book::listen(port)?;
    let built = tempfile::tempdir()?;
    book::build_live(Path::new(SOURCE), built.path())?;
    let address = format!("http://{}/", listener.local_addr()?);
    terminal.say(format!("The book is at {address} (Ctrl-C stops)"))?;
    if open && let Err(error) = open::that_detached(&address) {
        terminal.prose(&format!("No browser could be started ({error}); open {address} yourself."), "")?;
    }
    book::serve(built.path(), listener, stopped).await;
    Ok(ExitCode::SUCCESS)
}
