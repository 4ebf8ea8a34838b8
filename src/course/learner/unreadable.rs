//! Files of the learner's that cannot be read or written: what is said of them.

use std::{fmt, io, path::PathBuf};

/// The longest site file that is tried, in bytes.
pub(crate) const LONGEST: u64 = 64 * 1024;

/// Why a learner's file cannot be tried.
#[derive(Debug)]
pub enum Unreadable {
    /// There is no such file.
    Gone,
    /// It has this many bytes, far more than a site file.
    TooLong(u64),
    /// It is a pipe, a device or a folder.
    NotRegular,
    /// It is not text.
    NotText,
    /// The system does not let it be read.
    System(io::Error),
}

/// A file in the learner's folder that cannot be written.
#[derive(Debug)]
pub struct FolderError {
    pub(crate) path: PathBuf,
    pub(crate) error: io::Error,
}

impl Unreadable {
    pub(crate) fn of(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Gone,
            io::ErrorKind::InvalidInput => Self::NotRegular,
            _ => Self::System(error),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("Your file is gone; r puts it back as at the start."),
            Self::TooLong(length) => {
                write!(
                    f,
                    "Your file has {length} bytes, and a site file has at most {LONGEST}; make it shorter."
                )
            }
            Self::NotRegular => {
                f.write_str("Your file is no regular file; r puts that aside and begins anew.")
            }
            Self::NotText => f.write_str("Your file is not text; r keeps it aside and begins anew."),
            Self::System(error) => {
                write!(f, "Your file cannot be read ({error}); make it readable and save it.")
            }
        }
    }
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, error } = self;
        // The name of the file on its way is no help.
        let error = io::Error::from(error.kind());
        write!(f, "{} cannot be written: {error}; name a folder that can, with --dir", path.display())
    }
}

impl std::error::Error for FolderError {}
