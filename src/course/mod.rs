//! The course: what a lesson is, where it runs, how it is judged and shown.

mod ask;
mod backends;
mod bench;
pub mod book;
mod built;
mod check;
mod curl;
mod drawing;
mod echo;
mod events;
mod exchange;
mod expect;
mod junit;
mod lab;
mod learner;
mod lesson;
mod live;
mod pasted;
mod picture;
mod place;
mod ports;
mod practice;
mod run;
mod shared;
mod step;
mod stop;
mod terminal;
mod transcript;
mod trial;
mod unreadable;
mod why;

pub use self::{
    ask::{ask, explain, judge},
    backends::Backend,
    built::Built,
    check::{LessonReport, Report, StepReport, check, check_target},
    curl::{Curl, Failure, Reply},
    exchange::{Line, Mark, compare, sides},
    expect::{Difference, Expect},
    junit::junit,
    lab::{Lab, LabError},
    learner::{Folder, Progress},
    lesson::{Backends, Break, Lesson, Shown, Stage},
    live::Live,
    pasted::Pasted,
    picture::{Picture, Seen},
    place::Lacking,
    ports::{Hop, Ports},
    practice::{Practised, practice},
    run::{Ended, Options, RunError, run},
    shared::{Noted, Refused},
    step::{Outcome, Prediction, Step},
    stop::stopped,
    terminal::Terminal,
    transcript::{as_printed, diff, transcript},
    unreadable::{FolderError, Unreadable},
    why::Try,
};
