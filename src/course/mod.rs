//! The course: what a lesson is, where it runs, how it is judged and shown.

mod backends;
mod check;
mod curl;
mod exchange;
mod lab;
mod lesson;
mod picture;
mod ports;
mod progress;
mod run;
mod step;
mod stop;
mod terminal;
mod transcript;

pub use self::{
    backends::Backend,
    check::{LessonReport, Report, StepReport, check},
    curl::{Curl, Failure, Reply},
    exchange::{Line, Mark, compare, sides},
    lab::{Lab, LabError},
    lesson::{Backends, Break, Lesson, Shown, Stage},
    picture::{Picture, Seen},
    ports::{Hop, Ports},
    progress::Progress,
    run::{Ended, Options, RunError, run},
    step::{Difference, Expect, Outcome, Step},
    stop::stopped,
    terminal::Terminal,
    transcript::{diff, transcript},
};
