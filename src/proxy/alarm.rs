//! A clock for waits that nearly always end early: it is set for each, but its timer is armed once in a long while.
//!
//! A timer of its own for each wait costs the runtime more than the wait's other work, and may wake it for nothing.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep_until};

/// Farther than anybody waits, near enough to be counted in.
const FOREVER: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// Rings when nobody has set it anew for as long as it was set for.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    at: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Alarm {
    /// Sets it, from now.
    pub(crate) fn set(&mut self, limit: Duration) {
        let now = Instant::now();
        self.at = Some(now.checked_add(limit).unwrap_or(now + FOREVER));
    }

    /// Waits until it rings; one that was never set does not.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(at) = self.at else { return Poll::Pending };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if at < timer.deadline() {
            timer.as_mut().reset(at);
        }
        loop {
            ready!(timer.as_mut().poll(cx));
            if timer.deadline() >= at {
                return Poll::Ready(());
            }
            // It was armed for an earlier wait.
            timer.as_mut().reset(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_rings_when_it_was_last_set_for() {
        let start = Instant::now();
        let mut alarm = Alarm::default();
        alarm.set(Duration::from_secs(10));
        assert!(poll_fn(|cx| Poll::Ready(alarm.poll(cx))).await.is_pending());
        sleep(Duration::from_secs(9)).await;
        alarm.set(Duration::from_secs(10));
        poll_fn(|cx| alarm.poll(cx)).await;
        assert_eq!(start.elapsed().as_secs(), 19);
        // Set for less than it is armed for.
        alarm.set(Duration::from_secs(60));
        assert!(poll_fn(|cx| Poll::Ready(alarm.poll(cx))).await.is_pending());
        alarm.set(Duration::from_secs(1));
        poll_fn(|cx| alarm.poll(cx)).await;
        assert_eq!(start.elapsed().as_secs(), 20);
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_armed_once_for_many_waits() {
        let mut alarm = Alarm::default();
        for _ in 0..1000 {
            alarm.set(Duration::from_secs(60));
            assert!(poll_fn(|cx| Poll::Ready(alarm.poll(cx))).await.is_pending());
            sleep(Duration::from_millis(1)).await;
        }
        let armed = alarm.timer.as_ref().map(|timer| timer.deadline() - Instant::now());
        assert_eq!(armed.map(|left| left.as_secs()), Some(59));
    }
}
