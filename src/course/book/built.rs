//! The built book, kept from one run to the next as long as nothing that it is made of has changed.

use std::{
    collections::BTreeSet,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use super::{BookError, build_live, own_folder::OwnFolder};

/// What chapters are made of, beside the folder of the book itself.
const SOURCES: [&str; 4] = ["book", "lessons", "src", "tests/snapshots"];
/// How long a book that is out of date is kept: another program may still serve it.
const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A folder with the pages of the book.
#[derive(Debug)]
pub struct Built {
    dir: PathBuf,
    // Gone with this value, if the book could not be kept.
    _own: Option<OwnFolder>,
}

impl Built {
    /// The book of the course in `root`, built unless that has been done; it is kept in `target`, if that is there.
    ///
    /// # Errors
    /// As [`build_live`].
    pub fn of(root: &Path) -> Result<Self, BookError> {
        let (book, kept) = (root.join("book"), root.join("target"));
        let Some(name) = key(root).ok().filter(|_| kept.is_dir()) else { return Self::anew(&book) };
        let dir = kept.join(name);
        if dir.is_dir() {
            return Ok(Self { dir, _own: None });
        }
        let Ok(new) = OwnFolder::make(&kept) else { return Self::anew(&book) };
        build_live(&book, &new.pages())?;
        // Whole from the first moment; if another program was faster, its book is the same.
        if fs::rename(new.pages(), &dir).is_ok() || dir.is_dir() {
            forget_old(&kept);
            return Ok(Self { dir, _own: None });
        }
        Ok(Self { dir: new.pages(), _own: Some(new) })
    }

    fn anew(book: &Path) -> Result<Self, BookError> {
        let own = OwnFolder::make(&std::env::temp_dir()).map_err(BookError::System)?;
        build_live(book, &own.pages())?;
        Ok(Self { dir: own.pages(), _own: Some(own) })
    }

    /// Where the pages are.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

/// A name that changes with every file that the book is made of, and with the program that makes it.
fn key(root: &Path) -> io::Result<String> {
    let mut files = BTreeSet::new();
    for source in SOURCES {
        collect(&root.join(source), &mut files)?;
    }
    files.insert(std::env::current_exe()?);
    let mut hasher = DefaultHasher::new();
    for file in files {
        let about = fs::metadata(&file)?;
        (file, about.len(), about.modified()?).hash(&mut hasher);
    }
    Ok(format!("book-{:016x}", hasher.finish()))
}

fn collect(folder: &Path, files: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), files)?;
        } else {
            files.insert(entry.path());
        }
    }
    Ok(())
}

fn forget_old(kept: &Path) {
    let old = |path: &Path| {
        let modified = fs::metadata(path).and_then(|about| about.modified()).unwrap_or(SystemTime::now());
        modified.elapsed().is_ok_and(|age| age > KEPT)
    };
    for entry in fs::read_dir(kept).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("book-") && old(&entry.path()) {
            _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use tempfile::TempDir;

    use super::*;

    fn course() -> TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("book/src")).unwrap();
        fs::write(root.path().join("book/book.toml"), "[book]\ntitle = \"B\"\n").unwrap();
        fs::write(root.path().join("book/src/SUMMARY.md"), "[One](one.md)\n").unwrap();
        fs::write(root.path().join("book/src/one.md"), "# First words\n").unwrap();
        root
    }

    fn page(built: &Built) -> String {
        fs::read_to_string(built.dir().join("one.html")).unwrap()
    }

    #[test]
    fn a_book_is_built_once_until_something_changes() {
        let root = course();
        fs::create_dir(root.path().join("target")).unwrap();
        let first = Built::of(root.path()).unwrap();
        fs::write(first.dir().join("kept"), "").unwrap();
        assert!(Built::of(root.path()).unwrap().dir().join("kept").is_file());
        fs::write(root.path().join("book/src/one.md"), "# Other words, and more\n").unwrap();
        let second = Built::of(root.path()).unwrap();
        assert!(page(&second).contains("Other words") && page(&first).contains("First words"));
    }

    #[test]
    fn programs_that_build_at_once_all_have_a_whole_book() {
        let root = course();
        fs::create_dir(root.path().join("target")).unwrap();
        thread::scope(|scope| {
            let building: Vec<_> = (0..4).map(|_| scope.spawn(|| Built::of(root.path()).unwrap())).collect();
            for built in building {
                assert!(page(&built.join().unwrap()).contains("First words"));
            }
        });
        assert_eq!(fs::read_dir(root.path().join("target")).unwrap().count(), 1);
    }

    #[test]
    fn without_a_place_to_keep_it_the_book_is_gone_with_the_program() {
        let root = course();
        let built = Built::of(root.path()).unwrap();
        assert!(page(&built).contains("First words"));
        let dir = built.dir().to_owned();
        drop(built);
        assert!(!dir.exists());
    }
}
