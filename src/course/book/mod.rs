//! The book: built from its chapters and the lessons' transcripts, and served on loopback.

pub(crate) mod built;
pub(crate) mod drawing;
pub(crate) mod live;
mod own_folder;
pub(crate) mod transcript;

use std::{
    fmt, fs, io,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::Router;
use hyper_util::service::TowerToHyperService;
use mdbook_driver::{MDBook, config::Config};
use tower_http::services::{ServeDir, ServeFile};

use self::live::Live;
use crate::course::lab::served::{self, Limits};

/// How many connections of browsers and terminals the book has at once.
const MOST: usize = 256;

/// Why there is no book to read.
#[derive(Debug)]
pub enum BookError {
    /// The folder has no `book.toml`.
    NoBook(PathBuf),
    /// A chapter or the configuration cannot be read, or the pages cannot be written.
    Build(String),
    /// Another program has the port.
    Taken(u16),
    /// The system refuses to listen.
    System(io::Error),
}

/// Builds the book in the folder `book` into the folder `to`, whose former content is lost: for any static host.
///
/// # Errors
/// A folder without a book, or what mdBook says.
pub fn build(book: &Path, to: &Path) -> Result<(), BookError> {
    build_with(book, to, |_| Ok(()))
}

/// The same with the parts that talk to the lab, if the book has them: `live/start.js`, the modules beside it, and
/// their style.
///
/// # Errors
/// As for [`build`], or a module that cannot be copied.
pub fn build_live(book: &Path, to: &Path) -> Result<(), BookError> {
    let live = book.join("live");
    if !live.is_dir() {
        return build(book, to);
    }
    build_with(book, to, |config| {
        for (key, file) in [("additional-js", "live/start.js"), ("additional-css", "live/live.css")] {
            let key = format!("output.html.{key}");
            let mut files: Vec<String> = config.get(&key)?.unwrap_or_default();
            files.push(file.to_owned());
            config.set(key, files)?;
        }
        Ok(())
    })?;
    // mdBook copies what it names in a page; modules are named by each other.
    for file in fs::read_dir(live).map_err(BookError::System)? {
        let file = file.map_err(BookError::System)?;
        if file.path().extension().is_some_and(|extension| extension == "js") {
            fs::copy(file.path(), to.join("live").join(file.file_name())).map_err(BookError::System)?;
        }
    }
    Ok(())
}

fn build_with(
    book: &Path,
    to: &Path,
    change: impl FnOnce(&mut Config) -> mdbook_driver::errors::Result<()>,
) -> Result<(), BookError> {
    let settings = book.join("book.toml");
    if !settings.is_file() {
        return Err(BookError::NoBook(book.to_owned()));
    }
    let said = |error: mdbook_driver::errors::Error| BookError::Build(format!("{error:#}"));
    // Not `MDBook::load`: that also takes settings from the environment.
    let mut config = Config::from_disk(settings).map_err(said)?;
    config.build.build_dir = std::path::absolute(to).map_err(BookError::System)?;
    change(&mut config).map_err(said)?;
    MDBook::load_with_config(book, config).and_then(|book| book.build()).map_err(said)
}

/// A listener on loopback for [`serve`]; port 0 is any free one.
///
/// # Errors
/// A port that is taken, named.
pub fn listen(port: u16) -> Result<TcpListener, BookError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => BookError::Taken(port),
        _ => BookError::System(error),
    })
}

/// Serves a built book, and the lab behind its pages, until `stop` is ready.
pub async fn serve(dir: &Path, live: Arc<Live>, listener: TcpListener, stop: impl Future<Output = ()>) {
    let missing = ServeFile::new(dir.join("404.html"));
    let pages = ServeDir::new(dir).not_found_service(missing);
    let app = live.router(Router::new().fallback_service(pages));
    let listening = listener.set_nonblocking(true).and_then(|()| tokio::net::TcpListener::from_std(listener));
    let Ok(listener) = listening else { return };
    // A browser keeps its connections open; the reader who stops the book need not wait for that.
    served::serve(listener, Limits::of(MOST), false, TowerToHyperService::new(app), stop).await;
}

impl fmt::Display for BookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBook(folder) => write!(
                f,
                "there is no book in {}; run the command in the folder of the course, where book/book.toml is",
                folder.display()
            ),
            Self::Build(said) => write!(f, "the book cannot be built: {said}; mend that and run it again"),
            Self::Taken(port) => write!(
                f,
                "port {port}, where the book was to be, is taken by another program; \
                 stop that program, or take any free port: lesson book --port 0"
            ),
            Self::System(error) => write!(f, "the system refuses to show the book: {error}; try again"),
        }
    }
}

impl std::error::Error for BookError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_a_book_is_named_with_what_to_do() {
        let error = build(Path::new("no-such-folder"), Path::new("nowhere")).unwrap_err().to_string();
        assert!(error.contains("no-such-folder") && error.contains("book/book.toml"), "{error}");
    }

    #[test]
    fn a_taken_port_is_named_with_what_to_do() {
        let taken = listen(0).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = listen(port).unwrap_err().to_string();
        assert!(error.contains(&port.to_string()) && error.contains("--port 0"), "{error}");
    }
}
