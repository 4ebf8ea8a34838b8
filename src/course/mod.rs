//! The course: what a lesson is, where it runs, how it is judged and shown.

mod backends;
mod check;
mod curl;
mod exchange;
mod lab;
mod learner;
mod lesson;
mod picture;
mod ports;
mod practice;
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
    learner::{Folder, Progress},
    lesson::{Backends, Break, Lesson, Shown, Stage},
    picture::{Picture, Seen},
    ports::{Hop, Ports},
    practice::{Practised, practice},
    run::{Ended, Options, RunError, run},
    step::{Difference, Expect, Outcome, Step},
    stop::stopped,
    terminal::Terminal,
    transcript::{diff, transcript},
};
