//! `GracefulShutdownTimeout`: how long requests in flight may take when the server stops.

use std::{fmt, time::Duration};

use crate::proxy::{
    core::Core,
    site::directive::{Directive, Scope},
    site::number::leading_number,
    site::words::one_word,
};

/// `GracefulShutdownTimeout`, in seconds; 0 is without limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GracefulShutdownTimeout(pub(crate) Option<u32>);

/// Without the directive; Apache's default is to wait for ever, which a reader at a terminal would not.
const SECONDS: u32 = 10;

impl GracefulShutdownTimeout {
    /// The limit, if there is one.
    pub(crate) fn limit(self) -> Option<Duration> {
        let seconds = self.0.unwrap_or(SECONDS);
        (seconds > 0).then(|| Duration::from_secs(seconds.into()))
    }
}

impl fmt::Display for GracefulShutdownTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|seconds| writeln!(f, "GracefulShutdownTimeout {seconds}"))
    }
}

pub(crate) const GRACEFUL_SHUTDOWN_TIMEOUT: Directive<Core> = Directive {
    name: "GracefulShutdownTimeout",
    read: |scope: &mut Scope<'_, Core>, line| {
        scope.only_in_server("GracefulShutdownTimeout")?;
        let word = one_word(line).ok_or("GracefulShutdownTimeout takes one argument, Maximum time in seconds to wait for child processes to \
             complete transactions during shutdown")?;
        let seconds = u32::try_from(leading_number(&word)).unwrap_or(0);
        scope.server.mpm.graceful_shutdown_timeout = GracefulShutdownTimeout(Some(seconds));
        Ok(())
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_without_limit_and_the_default_has_one() {
        assert_eq!(GracefulShutdownTimeout(None).limit(), Some(Duration::from_secs(10)));
        assert_eq!(GracefulShutdownTimeout(Some(5)).limit(), Some(Duration::from_secs(5)));
        assert_eq!(GracefulShutdownTimeout(Some(0)).limit(), None);
    }
}
