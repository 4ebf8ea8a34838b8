//! A lesson: before, after, and the steps that tell them apart.

pub(crate) mod curl;
pub(crate) mod diff;
pub(crate) mod exchange;
pub(crate) mod expect;
pub(crate) mod message;
pub(crate) mod picture;
pub(crate) mod ports;
pub(crate) mod step;

use self::{curl::Curl, expect::Expect, ports::Ports, step::Step};
use crate::proxy::Site;

/// One lesson of the course. At least one step fails on `before`; every step passes on `after`.
#[derive(Clone, Copy, Debug)]
pub struct Lesson {
    /// Its name everywhere: the file of its code, its chapter, its snapshot.
    pub stem: &'static str,
    /// The directive that it adds, or what else.
    pub directive: &'static str,
    /// What it is about, in a few words.
    pub title: &'static str,
    /// What is to be seen, in a sentence.
    pub question: &'static str,
    /// Nudges for whoever practises, from vague to plain; the lines themselves come after the last.
    pub hints: &'static [&'static str],
    /// What was learned, in a sentence.
    pub learned: &'static str,
    /// The state that is wanting.
    pub before: fn(&Ports) -> Stage,
    /// The same with one thing more.
    pub after: fn(&Ports) -> Stage,
    /// What to ask, and what must come back.
    pub steps: fn(&Ports) -> Vec<Step>,
    /// Whether an answer depends on whose turn it is.
    pub takes_turns: bool,
    /// Ways to break what was built, each with what then happens.
    pub breaks: fn(&Ports) -> Vec<Break>,
}

/// What runs in the lab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The backends.
    pub backends: Backends,
    /// The site file of the proxy, if there is one; it need not be one that can be read.
    pub site: Option<String>,
}

/// Which backends run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backends {
    /// None.
    None,
    /// The first.
    One,
    /// The second.
    Two,
    /// Both.
    Both,
}

/// What the first backend says at `/`, and the second.
pub(crate) const GREETINGS: [&str; 2] = ["Hello world!", "Howdy world!"];

/// A way to break a lesson's proxy: a stage, and the step that shows what then happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// Its name in the snapshot and the chapter.
    pub name: &'static str,
    /// What was done.
    pub what: &'static str,
    /// What runs then.
    pub stage: Stage,
    /// What that leads to.
    pub shown: Shown,
}

/// How a break shows itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// `configtest` refuses the site file.
    Configtest,
    /// The site file is fine, and yet the proxy does not start.
    Start,
    /// A request goes wrong.
    Request(Step),
}

impl Lesson {
    /// The break of that name, in a lab with these ports.
    pub fn broken(&self, name: &str, ports: &Ports) -> Option<Break> {
        (self.breaks)(ports).into_iter().find(|broken| broken.name == name)
    }
}

impl Backends {
    /// Those that run: whether the first does, and the second.
    pub fn of(each: [bool; 2]) -> Self {
        match each {
            [false, false] => Self::None,
            [true, false] => Self::One,
            [false, true] => Self::Two,
            [true, true] => Self::Both,
        }
    }

    /// Whether the first runs, and the second.
    pub fn each(self) -> [bool; 2] {
        [matches!(self, Self::One | Self::Both), matches!(self, Self::Two | Self::Both)]
    }
}

impl Break {
    /// A site file that `configtest` refuses.
    pub fn configtest(name: &'static str, what: &'static str, stage: Stage) -> Self {
        Self { name, what, stage, shown: Shown::Configtest }
    }

    /// A site file that is fine, for a proxy that does not start.
    pub fn start(name: &'static str, what: &'static str, stage: Stage) -> Self {
        Self { name, what, stage, shown: Shown::Start }
    }

    /// A request, and what then comes back.
    pub fn request(name: &'static str, what: &'static str, stage: Stage, curl: Curl, expect: Expect) -> Self {
        Self { name, what, stage, shown: Shown::Request(Step::new(what, curl, expect)) }
    }
}

impl Stage {
    /// Backends, and no proxy.
    pub fn backends(backends: Backends) -> Self {
        Self { backends, site: None }
    }

    /// Both backends, and a proxy with this site.
    pub fn site(site: &Site) -> Self {
        Self::text(site.to_string())
    }

    /// Both backends, and a proxy with this site file.
    pub fn text(site: String) -> Self {
        Self { backends: Backends::Both, site: Some(site) }
    }

    /// The same with one text of the site file replaced.
    pub fn replace(mut self, from: &str, to: &str) -> Self {
        self.site = self.site.map(|site| site.replace(from, to));
        self
    }

    /// The same with only these backends.
    pub fn with(mut self, backends: Backends) -> Self {
        self.backends = backends;
        self
    }
}
