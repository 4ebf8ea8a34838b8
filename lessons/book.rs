//! `lesson book`: builds the book and serves it, with the lab behind its pages.

use std::{error::Error, path::Path, pin::pin, process::ExitCode};

use hop_by_hop::{
    course::{Built, Folder, Live, Terminal, book, stopped},
    lessons::LESSONS,
};
use tokio::task::spawn_blocking;

use crate::cli::BookOptions;

/// Where this program was built from, and so where its book is.
const SOURCE: &str = env!("CARGO_MANIFEST_DIR");

/// Builds the book and serves it until Ctrl-C.
pub async fn book(options: BookOptions, terminal: &Terminal) -> Result<ExitCode, Box<dyn Error>> {
    let stopped = stopped();
    let listener = book::listen(options.port)?;
    let here = listener.local_addr()?;
    let building = spawn_blocking(|| Built::of(Path::new(SOURCE)));
    let live = Live::start(&LESSONS, options.place.ports, Folder::new(&options.place.dir))?;
    let address = live.address(here);
    let built = building.await??;
    // In a folder that cannot be written a terminal does not find the lab.
    let _noted = live.note(here.port());
    terminal.say(format!("The book is at {address} (Ctrl-C stops)"))?;
    if !options.no_open
        && let Err(error) = open::that_detached(&address)
    {
        terminal.prose(&format!("No browser could be started ({error}); open {address} yourself."), "")?;
    }
    let mut serving = pin!(book::serve(built.dir(), live.clone(), listener, stopped));
    // The pages do not wait for the lab.
    let trouble = tokio::select! {
        () = serving.as_mut() => return Ok(ExitCode::SUCCESS),
        trouble = live.trouble() => trouble,
    };
    if let Some(trouble) = trouble {
        terminal.prose(&format!("Its pages cannot run anything yet: {trouble}."), "")?;
    }
    serving.await;
    Ok(ExitCode::SUCCESS)
}
