//! Why a lesson cannot be run.

use std::{fmt, io};

use crate::course::{lab::lab_error::LabError, learner::unreadable::FolderError};

/// Why a lesson cannot be run.
#[derive(Debug)]
pub enum RunError {
    /// The lab cannot be set up.
    Lab(LabError),
    /// The learner's folder cannot be written.
    Folder(FolderError),
    /// The terminal is gone.
    Terminal(io::Error),
}

impl From<LabError> for RunError {
    fn from(error: LabError) -> Self {
        Self::Lab(error)
    }
}

impl From<FolderError> for RunError {
    fn from(error: FolderError) -> Self {
        Self::Folder(error)
    }
}

impl From<io::Error> for RunError {
    fn from(error: io::Error) -> Self {
        Self::Terminal(error)
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lab(error) => error.fmt(f),
            Self::Folder(error) => error.fmt(f),
            Self::Terminal(error) => write!(f, "the terminal cannot be written: {error}"),
        }
    }
}

impl std::error::Error for RunError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Lab(error) => Some(error),
            Self::Folder(error) => Some(error),
            Self::Terminal(error) => Some(error),
        }
    }
}
