//! The course: what a lesson is, where it runs, how it is judged and shown.

mod backends;
pub mod book;
mod curl;
mod drawing;
mod lab;
mod lesson;
mod picture;
mod ports;
mod step;
mod transcript;

pub use self::{
    backends::Backend,
    curl::{Curl, Failure, Reply},
    lab::{Lab, LabError},
    lesson::{Backends, Break, Lesson, Shown, Stage},
    picture::{Picture, Seen},
    ports::{Hop, Ports},
    step::{Difference, Expect, Outcome, Step},
    transcript::{diff, transcript},
};
