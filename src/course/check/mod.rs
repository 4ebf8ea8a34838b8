//! The checker: every step of the lessons, on private ports, with a verdict for people or for programs.

pub(crate) mod junit;
pub(crate) mod pasted;
pub(crate) mod why;

use std::io;

use serde::Serialize;

use self::{pasted::Pasted, why::Try};
use crate::course::{
    lab::{Lab, lab_error::LabError},
    lesson::{Backends, Lesson, Stage, curl::Failure, ports::Ports, step::Outcome},
    terminal::Terminal,
};

/// The verdict on several lessons, as `lesson check --json` prints it.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Each lesson's verdict.
    pub lessons: Vec<LessonReport>,
    /// Whether every step of every lesson passed.
    pub passed: bool,
    #[serde(skip)]
    about: Option<&'static str>,
}

/// The verdict on one lesson.
#[derive(Clone, Debug, Serialize)]
pub struct LessonReport {
    /// Its number.
    pub number: usize,
    /// Its name.
    pub stem: &'static str,
    /// Whether every step passed.
    pub passed: bool,
    /// Each step's verdict.
    pub steps: Vec<StepReport>,
    #[serde(skip)]
    outcomes: Vec<Outcome>,
}

/// The verdict on one step.
#[derive(Clone, Debug, Serialize)]
pub struct StepReport {
    /// What is true when it passes.
    pub claim: &'static str,
    /// The command that shows it.
    pub curl: String,
    /// Whether it passed.
    pub passed: bool,
    /// What must come back.
    pub expected: String,
    /// What came back.
    pub actual: String,
    /// The likeliest reason, if it did not pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What a check without a target is about.
const ABOUT: &str = "The course checks itself: each lesson as it is when solved, on ports of its own. \
                     Your own site files are tried by practice, and any other proxy by check --target.";

/// Runs the steps of numbered lessons in their finished state, each lesson in a lab of its own.
///
/// # Errors
/// A lab that cannot be set up.
pub async fn check(lessons: impl IntoIterator<Item = (usize, Lesson)>) -> Result<Report, LabError> {
    let mut reports = Vec::new();
    for (number, lesson) in lessons {
        let mut lab = Lab::new(Ports::ANY, None).await?;
        lab.set(&(lesson.after)(lab.ports()))?;
        let outcomes = steps(&lesson, lab.ports()).await;
        reports.push(LessonReport::new((number, lesson), outcomes, lab.ports(), &Ports::GUIDE));
    }
    Ok(Report::new(reports, Some(ABOUT)))
}

/// Runs the steps against a proxy that runs already, on `front`, in front of the lab's backends on `ports`.
///
/// # Errors
/// A backend's port that is taken.
pub async fn check_target(
    lessons: impl IntoIterator<Item = (usize, Lesson)>,
    ports: Ports,
    front: u16,
) -> Result<Report, LabError> {
    let mut lab = Lab::behind(ports, front).await?;
    lab.set(&Stage::backends(Backends::Both))?;
    let mut reports = Vec::new();
    for (number, lesson) in lessons {
        let outcomes = steps_at_any_turn(&lesson, lab.ports()).await;
        reports.push(LessonReport::new((number, lesson), outcomes, lab.ports(), lab.ports()));
    }
    Ok(Report::new(reports, None))
}

/// Runs a lesson's steps in their order; after one that nobody answered the others are not asked.
async fn steps(lesson: &Lesson, ports: &Ports) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    for step in (lesson.steps)(ports) {
        let nobody = outcomes.last().and_then(|outcome| outcome.reply.as_ref().err().copied());
        outcomes.push(match nobody {
            Some(failure @ (Failure::Late | Failure::Refused)) => step.not_asked(failure),
            _ => step.run(ports).await,
        });
    }
    outcomes
}

/// The same for a proxy that runs already, and may be at any turn: one request more, and it is at the other.
pub(crate) async fn steps_at_any_turn(lesson: &Lesson, ports: &Ports) -> Vec<Outcome> {
    let outcomes = steps(lesson, ports).await;
    if !lesson.takes_turns || outcomes.iter().all(Outcome::passed) {
        return outcomes;
    }
    if let Some(step) = (lesson.steps)(ports).into_iter().next() {
        step.run(ports).await;
    }
    let again = steps(lesson, ports).await;
    if again.iter().all(Outcome::passed) { again } else { outcomes }
}

/// The likeliest reason why a step that was run here did not pass.
pub(crate) fn why(outcome: &Outcome, ports: &Ports) -> Option<String> {
    if outcome.passed() || outcome.is_not_asked() {
        return None;
    }
    let pasted = Pasted::read(&outcome.shown(ports));
    let (command, unfinished, environment) = (None, None, None);
    let step = &outcome.step;
    Try { step, ports, learner: false, command, pasted: &pasted, unfinished, environment }.why()
}

impl LessonReport {
    /// The report of steps that ran on `ports`, written as if they had run on `shown`.
    fn new(
        (number, lesson): (usize, Lesson),
        mut outcomes: Vec<Outcome>,
        ports: &Ports,
        shown: &Ports,
    ) -> Self {
        for difference in outcomes.iter_mut().flat_map(|outcome| &mut outcome.differences) {
            difference.expected = ports.rewrite(&difference.expected, shown);
            difference.actual = ports.rewrite(&difference.actual, shown);
        }
        let steps: Vec<_> = outcomes.iter().map(|outcome| StepReport::new(outcome, ports, shown)).collect();
        let passed = steps.iter().all(|step| step.passed);
        Self { number, stem: lesson.stem, passed, steps, outcomes }
    }
}

impl StepReport {
    fn new(outcome: &Outcome, ports: &Ports, shown: &Ports) -> Self {
        let step = &outcome.step;
        Self {
            claim: step.claim,
            curl: step.curl.command(shown),
            passed: outcome.passed(),
            expected: ports.rewrite(&step.expect.to_string(), shown),
            actual: ports.rewrite(&outcome.actual(ports), shown),
            why: why(outcome, ports).map(|why| ports.rewrite(&why, shown)),
        }
    }
}

impl Report {
    fn new(lessons: Vec<LessonReport>, about: Option<&'static str>) -> Self {
        Self { passed: lessons.iter().all(|lesson| lesson.passed), lessons, about }
    }

    /// A tick or a cross for each step, and what is not as expected.
    ///
    /// # Errors
    /// As [`Terminal::say`].
    pub fn print(&self, terminal: &Terminal) -> io::Result<()> {
        if let Some(about) = self.about {
            terminal.prose(about, "")?;
        }
        for lesson in &self.lessons {
            terminal.heading(&format!("Lesson {}: {}", lesson.number, lesson.stem))?;
            for (at, (outcome, step)) in lesson.outcomes.iter().zip(&lesson.steps).enumerate() {
                terminal.verdict(at + 1, outcome, &step.curl)?;
                step.why.iter().try_for_each(|why| terminal.prose(&format!("why: {why}"), "    "))?;
            }
        }
        let steps = || self.lessons.iter().flat_map(|lesson| &lesson.steps);
        let passed = steps().filter(|step| step.passed).count();
        terminal.say(format!("\n{passed} of {} steps passed", steps().count()))
    }
}
