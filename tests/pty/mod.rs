//! The `lesson` command in a pseudo-terminal: type to it, and read the screen as the learner sees it.

use std::{
    io::{Read, Write},
    num::NonZero,
    path::Path,
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long the screen may take to show what is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Screen {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    bytes: Receiver<Vec<u8>>,
    screen: vt100::Parser,
}

fn size(rows: u16, cols: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn whole(size: u16) -> NonZero<u16> {
    NonZero::new(size).unwrap()
}

impl Screen {
    /// Starts `lesson` with these arguments and more environment, in a terminal of 80 columns.
    pub fn start(arguments: &[&str], environment: &[(&str, &str)], folder: &Path) -> Self {
        let (rows, cols) = (1000, 80);
        let pty = native_pty_system().openpty(size(rows, cols)).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_lesson"));
        command.args(arguments);
        command.cwd(folder);
        command.env_remove("CARGO");
        command.env_remove("NO_COLOR");
        command.env("TERM", "xterm-256color");
        environment.iter().for_each(|(name, value)| command.env(name, value));
        let child = pty.slave.spawn_command(command).unwrap();
        let mut output = pty.master.try_clone_reader().unwrap();
        let keys = pty.master.take_writer().unwrap();
        let (send, bytes) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = output.read(&mut buffer) {
                if send.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            master: pty.master,
            keys,
            bytes,
            screen: vt100::Parser::new(whole(rows), whole(cols), 0),
        }
    }

    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    pub fn resize(&mut self, rows: u16, cols: u16) {
        self.master.resize(size(rows, cols)).unwrap();
        self.screen.screen_mut().set_size(whole(rows), whole(cols));
    }

    /// The screen as text, without blanks at the ends of lines.
    pub fn text(&self) -> String {
        let contents = self.screen.screen().contents();
        contents.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned() + "\n"
    }

    /// Whether anything on the screen has a colour.
    pub fn has_colour(&self) -> bool {
        let screen = self.screen.screen();
        let (rows, cols) = screen.size();
        (0..rows.get()).any(|row| {
            (0..cols.get())
                .any(|col| screen.cell(row, col).is_some_and(|cell| cell.fgcolor() != vt100::Color::Default))
        })
    }

    /// Waits until the screen shows `part` this many times.
    pub fn wait_for_times(&mut self, part: &str, times: usize) {
        let end = Instant::now() + PATIENCE;
        while self.text().matches(part).count() < times {
            let left = end.saturating_duration_since(Instant::now());
            match self.bytes.recv_timeout(left) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(error) => panic!("no '{part}' ({error}) on the screen:\n{}", self.text()),
            }
        }
    }

    pub fn wait_for(&mut self, part: &str) {
        self.wait_for_times(part, 1);
    }

    /// Reads what is left until the program ends; returns its exit code.
    pub fn end(&mut self) -> u32 {
        let end = Instant::now() + PATIENCE;
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < end, "it does not end:\n{}", self.text());
            if let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(20)) {
                self.screen.process(&bytes);
            }
        }
        while let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(200)) {
            self.screen.process(&bytes);
        }
        self.child.wait().unwrap().exit_code()
    }

    pub fn id(&self) -> u32 {
        self.child.process_id().unwrap()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
