//! What the pages are told, in the form in which they are told it.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    course::{
        check::why,
        lab::{Lab, lab_error::LabError},
        lesson::{
            Backends, Break, Lesson, Shown, Stage,
            expect::Difference,
            picture::Picture,
            ports::Ports,
            step::{Outcome, Step},
        },
        terminal::printable::printable,
    },
    proxy::SiteError,
};

/// The answer to `GET /live/session`: all that a page needs to begin.
#[derive(Serialize)]
pub(super) struct Session<'a> {
    pub seal: &'a str,
    pub ports: Ports,
    pub trouble: Option<String>,
    pub theirs: Vec<String>,
    pub lessons: Vec<LessonView>,
    pub stage: Option<Arc<StageView>>,
    pub done: Arc<[String]>,
}

#[derive(Serialize)]
pub(super) struct LessonView {
    number: usize,
    stem: &'static str,
    directive: &'static str,
    title: &'static str,
    learned: &'static str,
    has_site: bool,
    steps: Vec<StepView>,
    breaks: Vec<BreakView>,
}

#[derive(Serialize)]
struct StepView {
    claim: &'static str,
    curl: String,
}

#[derive(Serialize)]
struct BreakView {
    name: &'static str,
    what: &'static str,
    curl: Option<String>,
}

/// What runs in the lab now, and how it was meant.
#[derive(Clone, Debug, Serialize)]
pub(super) struct StageView {
    pub stem: &'static str,
    pub state: String,
    pub site: Option<String>,
    pub running: bool,
    pub refused: Option<ErrorView>,
    pub backends: [bool; 2],
    pub svg: String,
}

/// What is wrong: where, in whose words, and what to do.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ErrorView {
    pub line: Option<usize>,
    pub text: String,
    pub remedy: String,
}

/// How one step went.
#[derive(Serialize)]
pub(super) struct ResultView {
    step: usize,
    claim: &'static str,
    curl: String,
    passed: bool,
    shown: String,
    differences: Vec<DifferenceView>,
    why: Option<String>,
}

#[derive(Serialize)]
struct DifferenceView {
    what: String,
    expected: String,
    actual: String,
}

/// What a program said, with nothing in it that would steer what it is pasted into.
pub(super) fn shown(text: &str) -> String {
    printable(text).into_owned()
}

impl LessonView {
    pub(super) fn of((number, lesson): (usize, &Lesson), ports: &Ports) -> Self {
        let step = |step: Step| StepView { claim: step.claim, curl: step.curl.command(ports) };
        Self {
            number,
            stem: lesson.stem,
            directive: lesson.directive,
            title: lesson.title,
            learned: lesson.learned,
            has_site: (lesson.after)(ports).site.is_some(),
            steps: (lesson.steps)(ports).into_iter().map(step).collect(),
            breaks: (lesson.breaks)(ports).iter().map(|broken| BreakView::of(broken, ports)).collect(),
        }
    }
}

impl BreakView {
    fn of(broken: &Break, ports: &Ports) -> Self {
        let curl = match &broken.shown {
            Shown::Request(step) => Some(step.curl.command(ports)),
            Shown::Configtest | Shown::Start => None,
        };
        Self { name: broken.name, what: broken.what, curl }
    }
}

impl StageView {
    /// The stage as it really runs in the lab.
    pub(super) fn of(
        stem: &'static str,
        state: String,
        stage: &Stage,
        lab: &Lab,
        set: Result<(), LabError>,
    ) -> Self {
        let backends = lab.backends_run();
        let real = stage.clone().with(Backends::of(backends));
        let running = lab.proxy_runs();
        let svg = Picture { proxy_runs: running, ..Picture::of(&real, lab.ports()) }.svg();
        let unreadable = stage.site.as_deref().and_then(|site| site.parse::<crate::proxy::Site>().err());
        let refused = unreadable.map(ErrorView::from).or_else(|| set.err().map(ErrorView::from));
        Self { stem, state, site: stage.site.clone(), running, refused, backends, svg }
    }
}

impl ErrorView {
    pub(super) fn new(text: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { line: None, text: shown(&text.into()), remedy: shown(&remedy.into()) }
    }
}

impl From<SiteError> for ErrorView {
    fn from(error: SiteError) -> Self {
        Self { line: Some(error.line), ..Self::new(error.text, error.remedy) }
    }
}

impl From<LabError> for ErrorView {
    fn from(error: LabError) -> Self {
        if let LabError::Serve(error) = &error {
            return Self::new(error.to_string(), error.remedy());
        }
        let said = error.to_string();
        let (text, remedy) = said.split_once("; ").unwrap_or((&said, "try again"));
        Self::new(text, remedy)
    }
}

impl ResultView {
    pub(super) fn of(number: usize, outcome: &Outcome, ports: &Ports) -> Self {
        let difference = |Difference { what, expected, actual }: Difference| DifferenceView {
            what,
            expected,
            actual: shown(&actual),
        };
        Self {
            step: number,
            claim: outcome.step.claim,
            curl: outcome.step.curl.command(ports),
            passed: outcome.passed(),
            shown: shown(&outcome.shown(ports)),
            differences: outcome.differences.iter().cloned().map(difference).collect(),
            why: why(outcome, ports).map(|why| shown(&why)),
        }
    }
}
