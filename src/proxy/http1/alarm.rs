//! A clock for waits that nearly always end early: its timer is armed once for many of them.
//!
//! A timer of its own for each wait would wake the runtime again and again, and cost more than the wait's other work.

use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep_until};

/// Farther than anybody waits, near enough to be counted in.
const FOREVER: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// One timer that is cheap to put off: it is armed anew only when it rings too soon, or would ring too late.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    timer: Option<Pin<Box<Sleep>>>,
    /// Whom it wakes.
    wakes: Option<Waker>,
}

impl Alarm {
    /// Ready when the moment has come; until then the task is woken, at that moment or before.
    pub(crate) fn poll(&mut self, moment: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(moment)));
        if moment < timer.deadline() {
            timer.as_mut().reset(moment);
        } else if !timer.is_elapsed() && self.wakes.as_ref().is_some_and(|waker| waker.will_wake(cx.waker()))
        {
            // It is armed, and this task is woken by it.
            return Poll::Pending;
        }
        loop {
            if timer.as_mut().poll(cx).is_pending() {
                self.wakes = Some(cx.waker().clone());
                return Poll::Pending;
            }
            if moment <= timer.deadline() {
                return Poll::Ready(());
            }
            timer.as_mut().reset(moment);
        }
    }
}

/// The end of a wait, which may be longer than a clock can say.
pub(crate) fn moment(start: Instant, limit: Duration) -> Instant {
    start.checked_add(limit).unwrap_or(start + FOREVER)
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::sleep;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn it_rings_at_the_moment_that_it_was_last_asked_for() {
        let start = Instant::now();
        let mut alarm = Alarm::default();
        let unwoken = &mut Context::from_waker(Waker::noop());
        for (asked, before, rings) in [(10, 0, None), (19, 9, Some(19)), (80, 19, None), (20, 19, Some(20))] {
            sleep(before * SECOND - start.elapsed()).await;
            let at = start + asked * SECOND;
            match rings {
                None => assert!(alarm.poll(at, unwoken).is_pending()),
                Some(second) => {
                    poll_fn(|cx| alarm.poll(at, cx)).await;
                    assert_eq!(start.elapsed().as_secs(), second);
                }
            }
        }
        assert!(alarm.poll(moment(start, Duration::MAX), unwoken).is_pending());
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_armed_once_for_many_waits() {
        let mut alarm = Alarm::default();
        let unwoken = &mut Context::from_waker(Waker::noop());
        let first = Instant::now() + 60 * SECOND;
        for _ in 0..1000 {
            assert!(alarm.poll(Instant::now() + 60 * SECOND, unwoken).is_pending());
            sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(alarm.timer.map(|timer| timer.deadline()), Some(first));
    }
}
