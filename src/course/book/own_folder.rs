//! A folder for as long as this program runs; one that a killed program has left is removed by the next that makes one.

use std::{
    fs::{self, File, Metadata},
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tempfile::TempDir;

/// How the names of such folders begin.
const PREFIX: &str = "hop-by-hop-book-";
/// The file that is locked as long as the program runs; the system takes the lock away however that ends.
const LOCK: &str = "lock";
/// How long a folder may be without its lock: between the making of the one and of the other.
const UNLOCKED: Duration = Duration::from_secs(60 * 60);

/// A folder that is gone with this value.
#[derive(Debug)]
pub(super) struct OwnFolder {
    folder: TempDir,
    _lock: File,
}

impl OwnFolder {
    /// A new one in `parent`, after those that nobody uses any more have been removed from there.
    pub(super) fn make(parent: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
        // It has its name only when it is locked, so that nobody takes this for a folder that was left.
        let unlocked = folder.path().join("unlocked");
        let lock = File::create(&unlocked)?;
        is_free(&lock);
        fs::rename(unlocked, folder.path().join(LOCK))?;
        let own = fs::symlink_metadata(folder.path())?;
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let path = entry.path();
            let named = entry.file_name().to_string_lossy().starts_with(PREFIX);
            if named && path != folder.path() && is_left(&path, &own) {
                _ = fs::remove_dir_all(path);
            }
        }
        Ok(Self { folder, _lock: lock })
    }

    /// Where the pages are to be put: a folder that is not there yet.
    pub(super) fn pages(&self) -> PathBuf {
        self.folder.path().join("pages")
    }
}

/// Whether a killed program has left this folder: it is our user's, and nobody holds its lock.
fn is_left(folder: &Path, own: &Metadata) -> bool {
    // What a link leads to may be anybody's.
    let Ok(about) = fs::symlink_metadata(folder) else { return false };
    if !about.is_dir() || !is_same_user(&about, own) {
        return false;
    }
    match File::open(folder.join(LOCK)) {
        Ok(lock) => is_free(&lock),
        Err(_) => about.modified().is_ok_and(|made| SystemTime::now() > made + UNLOCKED),
    }
}

/// Takes the lock of a file, unless another program has it.
#[cfg(unix)]
fn is_free(lock: &File) -> bool {
    rustix::fs::flock(lock, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_ok()
}

#[cfg(not(unix))]
fn is_free(_: &File) -> bool {
    // Without locks nobody knows.
    false
}

#[cfg(unix)]
fn is_same_user(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    one.uid() == other.uid()
}

#[cfg(not(unix))]
fn is_same_user(_: &Metadata, _: &Metadata) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_program_left_is_removed_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let at = |name: &str| parent.path().join(name);
        let left = OwnFolder::make(parent.path()).unwrap();
        fs::create_dir(left.pages()).unwrap();
        // As if it had been killed: the folder stays, the lock goes.
        let OwnFolder { folder, _lock } = left;
        let left = folder.keep();
        drop(_lock);
        let used = OwnFolder::make(parent.path()).unwrap();
        assert!(!left.exists());
        fs::create_dir(at("precious")).unwrap();
        fs::write(at("precious").join(LOCK), "").unwrap();
        std::os::unix::fs::symlink(at("precious"), at("hop-by-hop-book-link")).unwrap();
        fs::create_dir(at("hop-by-hop-book-young")).unwrap();
        let next = OwnFolder::make(parent.path()).unwrap();
        for there in [used.folder.path(), next.folder.path(), &at("precious"), &at("hop-by-hop-book-young")] {
            assert!(there.is_dir(), "{}", there.display());
        }
        assert!(at("precious").join(LOCK).exists());
        drop((used, next));
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 3);
    }
}
