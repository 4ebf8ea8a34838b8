//! The six lessons, in the order of the guide.

use crate::course::Lesson;

mod backends;
mod balancer;
mod modules;
mod pass;
mod pass_reverse;
mod preserve_host;

/// Every lesson; this is the one place where their order stands.
pub const LESSONS: [Lesson; 6] = [
    modules::LESSON,
    backends::LESSON,
    pass::LESSON,
    preserve_host::LESSON,
    pass_reverse::LESSON,
    balancer::LESSON,
];

/// The lesson that `name` means: its number from 1, or its stem.
pub fn find(name: &str) -> Option<(usize, Lesson)> {
    let numbered = LESSONS.into_iter().enumerate().map(|(at, lesson)| (at + 1, lesson));
    let mut named = numbered.filter(|(number, lesson)| lesson.stem == name || number.to_string() == name);
    named.next()
}
