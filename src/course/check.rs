//! The checker: every step of the lessons, on private ports, with a verdict for people or for programs.

use std::io;

use serde::Serialize;

use super::{
    lab::{Lab, LabError},
    lesson::Lesson,
    ports::Ports,
    step::Outcome,
    terminal::Terminal,
};

/// The verdict on several lessons, as `lesson check --json` prints it.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Each lesson's verdict.
    pub lessons: Vec<LessonReport>,
    /// Whether every step of every lesson passed.
    pub passed: bool,
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
    outcomes: Vec<(Outcome, String)>,
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
}

/// Runs the steps of numbered lessons in their finished state, each lesson in a lab of its own.
///
/// # Errors
/// A lab that cannot be set up.
pub async fn check(lessons: impl IntoIterator<Item = (usize, Lesson)>) -> Result<Report, LabError> {
    let mut reports = Vec::new();
    for (number, lesson) in lessons {
        let mut lab = Lab::new(Ports::ANY, None).await?;
        lab.set(&(lesson.after)(lab.ports()))?;
        let mut outcomes = Vec::new();
        for step in (lesson.steps)(lab.ports()) {
            let command = step.curl.command(&Ports::GUIDE);
            outcomes.push((step.run(lab.ports()).await, command));
        }
        reports.push(LessonReport::new(number, lesson.stem, outcomes, lab.ports()));
    }
    Ok(Report { passed: reports.iter().all(|report| report.passed), lessons: reports })
}

impl LessonReport {
    fn new(number: usize, stem: &'static str, outcomes: Vec<(Outcome, String)>, ports: &Ports) -> Self {
        let step = |(outcome, curl): &(Outcome, String)| StepReport {
            claim: outcome.step.claim,
            curl: curl.clone(),
            passed: outcome.passed(),
            expected: ports.as_in_the_guide(&outcome.step.expect.to_string()),
            actual: ports.as_in_the_guide(&outcome.actual(ports)),
        };
        let steps: Vec<_> = outcomes.iter().map(step).collect();
        Self { number, stem, passed: steps.iter().all(|step| step.passed), steps, outcomes }
    }
}

impl Report {
    /// A tick or a cross for each step, and what is not as expected.
    ///
    /// # Errors
    /// As [`Terminal::say`].
    pub fn print(&self, terminal: &Terminal) -> io::Result<()> {
        for lesson in &self.lessons {
            terminal.heading(&format!("Lesson {}: {}", lesson.number, lesson.stem))?;
            for (at, (outcome, command)) in lesson.outcomes.iter().enumerate() {
                terminal.verdict(at + 1, outcome, command)?;
            }
        }
        let steps = || self.lessons.iter().flat_map(|lesson| &lesson.steps);
        let passed = steps().filter(|step| step.passed).count();
        terminal.say(format!("\n{passed} of {} steps passed", steps().count()))
    }
}
