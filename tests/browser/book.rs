//! `lesson book`, run for real on free ports, with a folder of its own; and a plain file server.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use axum::Router;
use hop_by_hop::course::book;
use tempfile::TempDir;
use tower_http::services::ServeDir;

/// The book with its lab; it ends with the value.
pub struct Book {
    process: Child,
    pub url: String,
    /// The same with the key of this run, as the terminal shows it.
    pub address: String,
    pub folder: TempDir,
}

impl Book {
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_lesson"));
        command.args(["book", "--no-open", "--port", "0", "--ports", "0,0,0", "--dir"]).arg(folder.path());
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let address = first.split_whitespace().find(|word| word.starts_with("http://")).expect("its address");
        let url = address.split('#').next().unwrap().to_owned();
        Self { process, url, address: address.to_owned(), folder }
    }

    /// The lessons that the progress file says are done.
    pub fn done(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder.path().join("progress")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

impl Drop for Book {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

/// The book built for any host; the folder is gone with the first value.
pub fn still() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("book");
    book::build(&Path::new(env!("CARGO_MANIFEST_DIR")).join("book"), &to).unwrap();
    (folder, to)
}

/// Serves files as any host does, until the runtime ends; the address.
pub async fn host(folder: &Path) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let files = Router::new().fallback_service(ServeDir::new(folder));
    tokio::spawn(async move { axum::serve(listener, files).await });
    url
}

/// The pages of the built book that a reader is led to.
pub fn pages(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut pages: Vec<_> = names.filter(|name| name.ends_with(".html")).collect();
    // The index is the introduction; the others are for those without scripts, for print, and for what is missing.
    pages.retain(|name| !["404.html", "toc.html", "print.html", "index.html"].contains(&name.as_str()));
    pages.sort();
    pages
}
