//! Keys that are commands, not text: the terminal does not echo them.

/// Keeps typed keys off the screen as long as it lives; then the terminal is as it was.
#[derive(Debug)]
pub(crate) struct NoEcho {
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
}

#[cfg(unix)]
mod unix {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

    use super::NoEcho;

    impl NoEcho {
        pub(crate) fn start() -> Self {
            let input = rustix::stdio::stdin();
            let before = tcgetattr(input).ok();
            if let Some(mut quiet) = before.clone() {
                quiet.local_modes -= LocalModes::ECHO | LocalModes::ICANON;
                _ = tcsetattr(input, OptionalActions::Now, &quiet);
            }
            Self { before }
        }
    }

    impl Drop for NoEcho {
        fn drop(&mut self) {
            if let Some(before) = &self.before {
                _ = tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, before);
            }
        }
    }
}

#[cfg(not(unix))]
impl NoEcho {
    pub(crate) fn start() -> Self {
        Self {}
    }
}
