//! What the pages are told, in the form in which they are told it.

use std::{borrow::Cow, sync::Arc};

use serde::Serialize;

use crate::{
    course::{
        Difference, Lab, LabError, Lesson, Line, Mark, Outcome, Picture, Ports, Shown, Stage,
        check::why,
        lesson::{Backends, Break, exchange::sides},
        terminal::printable::{one_line, printable},
    },
    proxy::{Exchange, Message, SiteError},
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

/// Both sides of one request through the proxy.
#[derive(Serialize)]
pub(super) struct ExchangeView<'a> {
    id: u64,
    backend: Option<&'a str>,
    error: Option<Cow<'a, str>>,
    client_sent: MessageView<'a>,
    backend_received: Option<MessageView<'a>>,
    backend_answered: Option<MessageView<'a>>,
    client_got: MessageView<'a>,
    request: Vec<LineView>,
    answer: Vec<LineView>,
}

#[derive(Serialize)]
struct MessageView<'a> {
    start: Cow<'a, str>,
    headers: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

#[derive(Serialize)]
struct LineView {
    text: String,
    mark: &'static str,
    was: Option<String>,
}

/// What a program said, with nothing in it that would steer what it is pasted into.
pub(super) fn shown(text: &str) -> String {
    printable(text).into_owned()
}

impl LessonView {
    pub(super) fn of((number, lesson): (usize, &Lesson), ports: &Ports) -> Self {
        let step = |step: crate::course::Step| StepView { claim: step.claim, curl: step.curl.command(ports) };
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

impl<'a> ExchangeView<'a> {
    pub(super) fn of(id: u64, exchange: &'a Exchange) -> Self {
        let (request, answer) = sides(exchange).unwrap_or_default();
        let lines = |lines: Vec<Line>| lines.into_iter().map(LineView::from).collect();
        Self {
            id,
            backend: exchange.backend.as_deref(),
            error: exchange.error.as_deref().map(one_line),
            client_sent: MessageView::of(&exchange.client_sent),
            backend_received: exchange.backend_received.as_ref().map(MessageView::of),
            backend_answered: exchange.backend_answered.as_ref().map(MessageView::of),
            client_got: MessageView::of(&exchange.client_got),
            request: lines(request),
            answer: lines(answer),
        }
    }
}

impl<'a> MessageView<'a> {
    fn of(message: &'a Message) -> Self {
        let header = |(name, value): &'a (String, String)| (one_line(name), one_line(value));
        Self { start: one_line(&message.start), headers: message.headers.iter().map(header).collect() }
    }
}

impl From<Line> for LineView {
    fn from(line: Line) -> Self {
        let (mark, was) = match line.mark {
            Mark::Same => ("same", None),
            Mark::Added => ("added", None),
            Mark::Removed => ("removed", None),
            Mark::Changed(was) => ("changed", Some(one_line(&was).into_owned())),
        };
        Self { text: one_line(&line.text).into_owned(), mark, was }
    }
}
