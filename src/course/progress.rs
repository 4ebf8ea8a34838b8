//! Progress: the stems of the lessons that the learner has done, one a line, in a file of their own.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The file in the learner's folder.
const FILE: &str = "progress";

/// What the learner has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    // Every line is kept, also of lessons that this version does not know.
    done: Vec<String>,
}

impl Progress {
    /// Reads the file in `folder`; none yet is no progress, and one that cannot be read is kept aside as `progress.old`.
    pub fn load(folder: &Path) -> Self {
        let path = folder.join(FILE);
        match fs::read_to_string(&path) {
            Ok(text) => Self {
                done: text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect(),
            },
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                _ = fs::rename(&path, path.with_extension("old"));
                Self::default()
            }
            Err(_) => Self::default(),
        }
    }

    /// Whether the lesson of that stem is done.
    pub fn has(&self, stem: &str) -> bool {
        self.done.iter().any(|done| done == stem)
    }

    /// Notes that a lesson is done, in a file that is whole at every moment.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn add(&mut self, folder: &Path, stem: &str) -> io::Result<()> {
        if self.has(stem) {
            return Ok(());
        }
        self.done.push(stem.to_owned());
        fs::create_dir_all(folder)?;
        let (path, new): (PathBuf, PathBuf) = (folder.join(FILE), folder.join("progress.new"));
        fs::write(&new, self.done.join("\n") + "\n")?;
        fs::rename(new, path)
    }
}
