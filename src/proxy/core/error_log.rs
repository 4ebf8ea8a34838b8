//! The error log: lines in Apache's form, written by a thread of its own, so that whoever says them never waits for a
//! terminal or a pipe that nobody reads.

use std::{
    collections::VecDeque,
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use log::{LevelFilter, Log, Metadata, Record};

use crate::proxy::site::log_item::escape_log_item;

/// How many bytes may wait to be written; a line beyond is dropped, and counted.
const WAITING: usize = 256 * 1024;
/// How long the end of a program waits for them.
const LIMIT: Duration = Duration::from_secs(1);

/// Lines that a thread of their own writes, each in one write.
#[derive(Clone)]
pub struct Lines(Arc<Shared>);

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    more: Condvar,
    written: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<String>,
    bytes: usize,
    dropped: u64,
    writing: bool,
}

impl Lines {
    /// Lines that go to this writer, which may block.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn to(writer: impl Write + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let lines = Self(shared.clone());
        thread::Builder::new().name("log".to_owned()).spawn(move || shared.write(writer))?;
        Ok(lines)
    }

    /// Writes this, which may be several lines, soon; if too much waits already, never.
    pub fn say(&self, mut text: String) {
        text.push('\n');
        let mut queue = self.0.lock();
        if queue.bytes + text.len() > WAITING {
            queue.dropped += 1;
        } else {
            queue.bytes += text.len();
            queue.waiting.push_back(text);
        }
        self.0.more.notify_one();
    }

    /// Waits until all is written, but not for ever.
    pub fn flush(&self) {
        let busy = |queue: &mut Queue| queue.writing || queue.dropped > 0 || !queue.waiting.is_empty();
        _ = self.0.written.wait_timeout_while(self.0.lock(), LIMIT, busy);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes for as long as the program runs.
    fn write(&self, mut writer: impl Write) {
        let mut queue = self.lock();
        loop {
            let text = match (queue.waiting.pop_front(), queue.dropped) {
                (Some(text), _) => text,
                (None, 0) => {
                    self.written.notify_all();
                    queue = self.more.wait(queue).unwrap_or_else(PoisonError::into_inner);
                    continue;
                }
                (None, dropped) => {
                    queue.dropped = 0;
                    format!("[core:warn] {dropped} lines were dropped, as nobody read those before them\n")
                }
            };
            queue.bytes = queue.waiting.iter().map(String::len).sum();
            queue.writing = true;
            drop(queue);
            // Where nobody reads any more there is nobody to tell.
            _ = writer.write_all(text.as_bytes()).and_then(|()| writer.flush());
            queue = self.lock();
            queue.writing = false;
        }
    }
}

/// Apache's error log, without the time.
pub struct ErrorLog(pub Lines);

impl Log for ErrorLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= LevelFilter::Warn
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            self.0.say(line(record));
        }
    }

    fn flush(&self) {
        self.0.flush();
    }
}

/// One line, whatever is said.
fn line(record: &Record<'_>) -> String {
    let level = record.level().as_str().to_ascii_lowercase();
    escape_log_item(&format!("[{}:{level}] {}", record.target(), record.args()))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Each write waits until somebody takes it.
    struct Pipe(mpsc::SyncSender<String>);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            _ = self.0.send(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nobody_waits_for_a_pipe_that_is_not_read_and_what_was_dropped_is_told() {
        let (pipe, read) = mpsc::sync_channel(0);
        let lines = Lines::to(Pipe(pipe)).unwrap();
        let long = "x".repeat(1000);
        for _ in 0..1000 {
            lines.say(long.clone());
        }
        let mut written = 0;
        let told = loop {
            let line = read.recv().unwrap();
            if line.starts_with("[core:warn] ") {
                break line;
            }
            assert_eq!(line, format!("{long}\n"), "one write a line");
            written += 1;
        };
        assert!((WAITING / 1001..1000).contains(&written), "{written}");
        assert!(told.contains(&format!(" {} lines were dropped", 1000 - written)), "{told}");
        lines.flush();
        assert!(read.try_recv().is_err());
    }

    #[test]
    fn a_record_is_one_line() {
        let said = format_args!("{}", "/x\\n\n[proxy:warn] forged\x1b[2J\u{9b}").to_string();
        let record =
            |text: &str| line(&Record::builder().target("proxy").args(format_args!("{text}")).build());
        assert_eq!(record(&said), r"[proxy:info] /x\n\n[proxy:warn] forged\x1b[2J\xc2\x9b");
    }
}
