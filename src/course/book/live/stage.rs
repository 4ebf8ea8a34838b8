//! What a page can do: bring the lab to a stage, run a step, break the proxy, check a lesson.

use std::sync::Arc;

use serde::Serialize;
use tokio::{sync::OwnedMutexGuard, task::spawn_blocking};

use super::{
    Live, Opened,
    news::Item,
    refusal::Refusal,
    site,
    view::{ErrorView, ResultView, StageView, shown},
};
use crate::course::{
    check::steps_at_any_turn,
    lesson::{Lesson, Shown, Stage, ports::Ports, step::Step},
};

/// How a break showed itself.
#[derive(Serialize)]
pub(super) struct Broken {
    stage: Arc<StageView>,
    curl: Option<String>,
    shown: Option<String>,
    log: Option<String>,
    error: Option<ErrorView>,
}

/// The verdict on a lesson.
#[derive(Serialize)]
pub(super) struct Checked {
    passed: bool,
    results: Vec<ResultView>,
    learned: &'static str,
}

impl Live {
    /// Brings the lab to a stage that the lesson has.
    pub(super) async fn stage(&self, stem: &str, state: &str) -> Result<Arc<StageView>, Refusal> {
        let lesson = self.lesson(stem)?;
        let place = self.lab().await?;
        Ok(self.bring(place, lesson, state).await?.1)
    }

    /// Runs the learner's own site; one that is not taken changes nothing.
    pub(super) async fn site(&self, stem: &str, text: String) -> Result<Arc<StageView>, Refusal> {
        let lesson = self.lesson(stem)?;
        let place = self.lab().await?;
        let after = (lesson.after)(place.lab()?.ports());
        if after.site.is_none() {
            let remedy = "switch its servers on and off instead";
            return Err(Refusal::site(ErrorView::new("this lesson has no site file", remedy)));
        }
        site::read(&text, place.lab()?.ports()).map_err(Refusal::site)?;
        let stage = Stage::text(text).with(after.backends);
        Ok(self.set(place, lesson, "mine", stage).await?.1)
    }

    /// Runs one step against whatever runs now.
    pub(super) async fn run(&self, stem: &str, number: usize) -> Result<ResultView, Refusal> {
        let lesson = self.lesson(stem)?;
        let place = self.lab().await?;
        let ports = place.lab()?.ports();
        let step = || number.checked_sub(1).and_then(|at| (lesson.steps)(ports).into_iter().nth(at));
        let mut outcome = step().ok_or_else(|| Refusal::unknown("step"))?.run(ports).await;
        if let (false, true, Some(step)) = (outcome.passed(), lesson.takes_turns, step()) {
            // The proxy may be at any turn: one request more, and it is at the other.
            let again = step.run(ports).await;
            outcome = if again.passed() { again } else { outcome };
        }
        Ok(ResultView::of(number, &outcome, ports))
    }

    /// Breaks the proxy, and shows what then happens.
    pub(super) async fn broken(&self, stem: &str, name: &str) -> Result<Broken, Refusal> {
        let lesson = self.lesson(stem)?;
        let place = self.lab().await?;
        let broken = lesson.broken(name, place.lab()?.ports()).ok_or_else(|| Refusal::unknown("break"))?;
        let (place, stage) = self.set(place, lesson, &format!("break:{name}"), broken.stage).await?;
        let mut told = Broken { error: stage.refused.clone(), stage, curl: None, shown: None, log: None };
        if let Shown::Request(step) = broken.shown {
            let ports = place.lab()?.ports();
            told.curl = Some(step.curl.command(ports));
            let (text, log) = self.logged(step, ports).await;
            (told.shown, told.log) = (Some(text), log);
        }
        Ok(told)
    }

    /// Runs a lesson's steps against what runs now; if all pass, the lesson is done.
    pub(super) async fn check(&self, stem: &str) -> Result<Checked, Refusal> {
        let lesson = self.lesson(stem)?;
        let place = self.lab().await?;
        let ports = place.lab()?.ports();
        let outcomes = steps_at_any_turn(lesson, ports).await;
        let results = outcomes.iter().enumerate().map(|(at, outcome)| ResultView::of(at + 1, outcome, ports));
        let results = results.collect();
        let passed = outcomes.iter().all(|outcome| outcome.passed());
        if passed {
            self.done(lesson.stem).map_err(|error| Refusal::failed(&error.to_string()))?;
        }
        Ok(Checked { passed, results, learned: lesson.learned })
    }

    /// What a request shows, and what the proxy logs about it.
    async fn logged(&self, step: Step, ports: &Ports) -> (String, Option<String>) {
        let mut happens = self.news.listen();
        let outcome = step.run(ports).await;
        let asked = format!("GET {} ", outcome.step.curl.path);
        let mut log = None;
        // The exchange is told before its answer goes out.
        while let Ok(item) = happens.try_recv() {
            match item {
                // The reader's own requests go through the same proxy meanwhile.
                Item::Exchange(_, exchange) if exchange.client_sent.start.starts_with(&asked) => {
                    log = exchange.error.clone();
                }
                _ => {}
            }
        }
        (shown(&outcome.shown(ports)), log.map(|log| shown(&log)))
    }

    /// Brings the lab to `before`, `after` or `break:NAME`.
    pub(super) async fn bring(
        &self,
        place: OwnedMutexGuard<Opened>,
        lesson: &'static Lesson,
        state: &str,
    ) -> Result<(OwnedMutexGuard<Opened>, Arc<StageView>), Refusal> {
        let ports = place.lab()?.ports();
        let stage = match state.strip_prefix("break:") {
            Some(name) => lesson.broken(name, ports).map(|broken| broken.stage),
            None if state == "before" => Some((lesson.before)(ports)),
            None if state == "after" => Some((lesson.after)(ports)),
            None => None,
        };
        let stage = stage.ok_or_else(|| Refusal::unknown("stage"))?;
        self.set(place, lesson, state, stage).await
    }

    /// Brings the lab to a stage and tells every page, even if the one that asked goes away meanwhile.
    async fn set(
        &self,
        mut place: OwnedMutexGuard<Opened>,
        lesson: &'static Lesson,
        state: &str,
        stage: Stage,
    ) -> Result<(OwnedMutexGuard<Opened>, Arc<StageView>), Refusal> {
        let (news, state) = (self.news.clone(), state.to_owned());
        let set = spawn_blocking(move || {
            let set = place.set(&stage);
            let view = StageView::of(lesson.stem, state, &stage, place.lab()?, set);
            Ok((place, news.stage(view)))
        });
        let ended = |_| Err(Refusal::failed("the lab cannot be set up"));
        set.await.unwrap_or_else(ended)
    }
}
