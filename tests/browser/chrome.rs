//! A headless Chromium of our own and the driver that works it; both are gone with the value.

use std::{
    io::{BufRead, BufReader, Read, Write},
    mem::ManuallyDrop,
    net::{Ipv4Addr, TcpStream},
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;
use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};

use super::{book::Book, page::Page, tools};

const ARGUMENTS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1200,900",
];

/// A driver, and the profile of the browsers that it starts.
pub struct Chrome {
    driver: Child,
    port: u16,
    profile: TempDir,
}

impl Chrome {
    /// A driver on a free port, or word of what is missing.
    pub fn start() -> Option<Self> {
        // The port that it finds free for one kind of address may be taken for the other; then it ends at once.
        for _ in 0..3 {
            let mut command = Command::new("chromedriver");
            let spawned = command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
            let mut driver = match spawned {
                Ok(driver) => driver,
                Err(error) => {
                    let install = "install chromium and chromium-driver";
                    tools::skip(&format!("chromedriver does not run ({error}); {install}"));
                    return None;
                }
            };
            let lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
            // "ChromeDriver was started successfully on port 12345."
            let mut ports =
                lines.filter_map(|line| line.strip_suffix('.')?.rsplit_once("on port ")?.1.parse().ok());
            if let Some(port) = ports.next() {
                return Some(Self { driver, port, profile: tempfile::tempdir().unwrap() });
            }
            driver.wait().unwrap();
        }
        panic!("chromedriver finds no free port, three times");
    }

    /// The browser with a book open, as a reader opens it.
    pub async fn read(&self, book: &Book) -> Page {
        let page = self.open(&book.url).await;
        page.come(&book.address).await;
        page
    }

    /// The browser, on an empty profile, with the pages of `base` to be read.
    pub async fn open(&self, base: &str) -> Page {
        let mut wanted = DesiredCapabilities::chrome();
        for argument in ARGUMENTS {
            wanted.add_arg(argument).unwrap();
        }
        wanted.add_arg(&format!("--user-data-dir={}", self.profile.path().display())).unwrap();
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        let driver = WebDriver::new(format!("http://127.0.0.1:{}", self.port), wanted).await.unwrap();
        Page { driver: ManuallyDrop::new(driver), base: base.to_owned() }
    }
}

impl Drop for Chrome {
    fn drop(&mut self) {
        // The driver then closes its browsers, also those of a test that failed.
        if let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) {
            _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            _ = stream.write_all(b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            _ = stream.read_to_end(&mut Vec::new());
        }
        _ = self.driver.kill();
        _ = self.driver.wait();
    }
}
