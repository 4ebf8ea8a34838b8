//! The teaching half.
