//! The learner's folder: site files that are never lost, and progress that survives everything.

pub(crate) mod progress;
pub(crate) mod regular;
pub(crate) mod unreadable;
pub(crate) mod watch;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use self::{
    regular::read_regular,
    unreadable::{FolderError, LONGEST, Unreadable},
};

/// The longest progress file and note that are read, in bytes.
const MOST: u64 = 1 << 20;
/// The name of the note that an open book leaves.
const BOOK: &str = ".book";

/// The folder in which the learner's own files are kept.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at `path`, which need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The learner's site file of a lesson, and whether it is new; a new one holds `start`.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn site_file(&self, stem: &str, start: &str) -> Result<(PathBuf, bool), FolderError> {
        let path = self.0.join(format!("{stem}.conf"));
        if path.exists() {
            return Ok((path, false));
        }
        self.write_whole(&path, start)?;
        Ok((path, true))
    }

    /// What a site file says.
    ///
    /// # Errors
    /// Why it is not one that can be tried.
    pub fn read(&self, file: &Path) -> Result<String, Unreadable> {
        let metadata = fs::metadata(file).map_err(Unreadable::of)?;
        if metadata.len() > LONGEST {
            return Err(Unreadable::TooLong(metadata.len()));
        }
        let text = String::from_utf8(read_regular(file, LONGEST).map_err(Unreadable::of)?);
        text.ok().filter(|text| !text.contains('\0')).ok_or(Unreadable::NotText)
    }

    /// Puts `start` into a file, after its old content, if it has any, has been kept beside it; returns where.
    ///
    /// # Errors
    /// The folder cannot be written; the file is then as it was.
    pub fn reset(&self, file: &Path, start: &str) -> Result<Option<PathBuf>, FolderError> {
        let kept = match keep(file) {
            Ok(kept) => Some(kept),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(FolderError { path: file.to_owned(), error }),
        };
        self.write_whole(file, start)?;
        Ok(kept)
    }

    /// Where an open book says that it is open.
    pub fn book_file(&self) -> PathBuf {
        self.0.join(BOOK)
    }

    /// What the note of an open book says, if there is one.
    pub(crate) fn book_note(&self) -> Option<String> {
        read_text(&self.book_file()).ok()
    }

    /// Makes the folder, if it is not there.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn make(&self) -> io::Result<()> {
        fs::create_dir_all(&self.0)
    }

    /// Writes a file so that at every moment it is whole: the old one or the new one.
    fn write_whole(&self, path: &Path, text: &str) -> Result<(), FolderError> {
        let write = || {
            self.make()?;
            let mut new = new_file().tempfile_in(&self.0)?;
            new.write_all(text.as_bytes())?;
            new.as_file().sync_all()?;
            new.persist(path).map_err(|error| error.error)
        };
        write().map(drop).map_err(|error| FolderError { path: path.to_owned(), error })
    }
}

/// A file beside the one that it is to replace, which others may read as they may any file of the learner's.
fn new_file() -> tempfile::Builder<'static, 'static> {
    #[allow(unused_mut, reason = "only Unix has permissions to set")]
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder
}

/// What a file of the learner's says that only the course writes.
fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read_regular(path, MOST)?).map_err(|_| io::ErrorKind::InvalidData.into())
}

/// Copies a file beside itself under the first name that is free: `pass.1.conf`, `pass.2.conf`. What is no file, and so
/// has nothing to copy, is given that name.
fn keep(file: &Path) -> io::Result<PathBuf> {
    let is_file = fs::metadata(file)?.is_file();
    let extension = file.extension().map(|extension| format!(".{}", extension.display())).unwrap_or_default();
    let mut number = 1;
    loop {
        let kept = file.with_extension(format!("{number}{extension}"));
        match OpenOptions::new().write(true).create_new(true).open(&kept) {
            Ok(_) if !is_file => {
                return fs::remove_file(&kept).and_then(|()| fs::rename(file, &kept)).map(|()| kept);
            }
            Ok(mut copy) => {
                io::copy(&mut File::open(file)?, &mut copy)?;
                copy.sync_all()?;
                return Ok(kept);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn folder() -> (tempfile::TempDir, Folder) {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::new(temporary.path().join("my"));
        (temporary, folder)
    }

    #[test]
    fn a_site_file_is_never_overwritten() {
        let (_temporary, folder) = folder();
        let (file, new) = folder.site_file("pass", "start").unwrap();
        assert!(new);
        fs::write(&file, "mine").unwrap();
        assert_eq!(folder.site_file("pass", "start").unwrap(), (file.clone(), false));
        assert_eq!(folder.read(&file).unwrap(), "mine");
    }

    #[test]
    fn a_reset_keeps_every_old_file() {
        let (_temporary, folder) = folder();
        let (file, _) = folder.site_file("pass", "start").unwrap();
        for mine in ["first", "second"] {
            fs::write(&file, mine).unwrap();
            let kept = folder.reset(&file, "start").unwrap().unwrap();
            assert_eq!(
                (folder.read(&kept).unwrap().as_str(), folder.read(&file).unwrap().as_str()),
                (mine, "start")
            );
        }
    }

    #[test]
    fn a_file_that_is_no_site_file_is_said_to_be_so() {
        let (_temporary, folder) = folder();
        let (file, _) = folder.site_file("pass", "start").unwrap();
        for (content, expected) in
            [(vec![b'#'; 70_000], "70000 bytes"), (vec![0xff, 0], "not text"), (vec![0], "not text")]
        {
            fs::write(&file, content).unwrap();
            assert!(folder.read(&file).unwrap_err().to_string().contains(expected));
        }
        fs::remove_file(&file).unwrap();
        assert!(folder.read(&file).unwrap_err().to_string().contains("gone"));
        assert_eq!(folder.reset(&file, "start").unwrap(), None);
        assert_eq!(folder.read(&file).unwrap(), "start");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_the_place_of_a_file_is_not_waited_for() {
        let (_temporary, folder) = folder();
        let (file, _) = folder.site_file("pass", "start").unwrap();
        for pipe in [&file, &folder.progress_file(), &folder.book_file()] {
            _ = fs::remove_file(pipe);
            assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
        }
        assert!(folder.read(&file).unwrap_err().to_string().contains("no regular file"));
        assert_eq!(folder.book_note(), None);
        assert!(folder.progress().kept_aside.unwrap().exists());
        let kept = folder.reset(&file, "start").unwrap().unwrap();
        assert!(!kept.is_file() && kept.exists());
        assert_eq!(folder.read(&file).unwrap(), "start");
    }
}
