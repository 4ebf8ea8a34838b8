//! The course: what a lesson is, where it runs, how it is judged and shown.
//!
//! Its rooms, each using only those to its right: practice and book; check; lab and terminal; learner and lesson.

pub mod book;
mod check;
mod lab;
mod learner;
mod lesson;
mod practice;
mod terminal;

pub use self::{
    book::{
        built::Built,
        live::Live,
        transcript::{as_printed, transcript},
    },
    check::{LessonReport, Report, StepReport, check, check_target, junit::junit, pasted::Pasted, why::Try},
    lab::{
        Lab,
        backends::Backend,
        lab_error::LabError,
        place::Lacking,
        shared::{Noted, Refused},
    },
    learner::{
        Folder,
        progress::Progress,
        regular::read_regular,
        unreadable::{FolderError, Unreadable},
    },
    lesson::{
        Backends, Break, Lesson, Shown, Stage,
        curl::{Curl, Failure, Reply},
        diff::diff,
        exchange::{Line, Mark, compare, sides},
        expect::{Difference, Expect},
        picture::{Picture, Seen},
        ports::{Hop, Ports},
        step::{Outcome, Prediction, Step},
    },
    practice::{
        Practised,
        ask::{ask, explain, judge},
        practice,
        run::{Ended, Options, run},
        run_error::RunError,
    },
    terminal::{
        Terminal,
        printable::{one_line, printable, printable_json},
        stop::stopped,
    },
};
