//! What the learner has done: one file of stems, a line each.

use std::{fs, io, path::PathBuf};

use super::{Folder, keep, read_text, unreadable::FolderError};

/// The name of the progress file.
const PROGRESS: &str = "progress";

/// What the learner has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    done: Vec<String>,
    /// Where a progress file that could not be read was put.
    pub kept_aside: Option<PathBuf>,
}

impl Progress {
    /// The stems of the lessons that are done.
    pub fn stems(&self) -> &[String] {
        &self.done
    }

    /// Whether the lesson of that stem is done.
    pub fn has(&self, stem: &str) -> bool {
        self.done.iter().any(|done| done == stem)
    }
}

impl Folder {
    /// Where the progress is kept.
    pub fn progress_file(&self) -> PathBuf {
        self.0.join(PROGRESS)
    }

    /// The stems of the lessons that are done; a progress file that is no text is kept aside, and said.
    pub fn progress(&self) -> Progress {
        let path = self.progress_file();
        match read_text(&path) {
            Ok(text) => {
                let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
                Progress { done: lines.map(str::to_owned).collect(), kept_aside: None }
            }
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::FileTooLarge
                ) =>
            {
                let kept_aside = keep(&path).ok();
                if kept_aside.is_some() {
                    _ = fs::remove_file(&path);
                }
                Progress { done: Vec::new(), kept_aside }
            }
            Err(_) => Progress::default(),
        }
    }

    /// Notes that a lesson is done; stems that this version does not know are kept.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn done(&self, stem: &str) -> Result<(), FolderError> {
        let mut progress = self.progress();
        if progress.has(stem) {
            return Ok(());
        }
        progress.done.push(stem.to_owned());
        self.write_whole(&self.progress_file(), &(progress.done.join("\n") + "\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::learner::tests::folder;

    #[test]
    fn progress_survives_what_it_does_not_know() {
        let (_temporary, folder) = folder();
        folder.done("pass").unwrap();
        fs::write(folder.0.join(PROGRESS), "pass\nfrom_the_future\n").unwrap();
        folder.done("modules").unwrap();
        assert_eq!(folder.read(&folder.0.join(PROGRESS)).unwrap(), "pass\nfrom_the_future\nmodules\n");
    }

    #[test]
    fn a_corrupt_progress_is_kept_aside_and_said() {
        let (_temporary, folder) = folder();
        folder.done("pass").unwrap();
        fs::write(folder.0.join(PROGRESS), [0xff, 0xfe, 0]).unwrap();
        let progress = folder.progress();
        assert!(!progress.has("pass"));
        assert_eq!(fs::read(progress.kept_aside.unwrap()).unwrap(), [0xff, 0xfe, 0]);
        assert_eq!(folder.progress(), Progress::default());
    }
}
