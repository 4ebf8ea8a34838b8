//! Rooms and their files: not too many in one, and none that imports another in a circle.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::{
    assert_none, root,
    tree::{CRATES, File, Tree},
};

/// As many as one can see at a glance.
const MOST_FILES: usize = 20;

#[test]
fn no_room_is_crowded() {
    let mut crowded = Vec::new();
    for part in ["src", "benches", "lessons", "tests"] {
        count(&root().join(part), &mut crowded);
    }
    assert_none("too many files in a folder", &crowded);
}

fn count(folder: &Path, crowded: &mut Vec<String>) {
    let paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let (folders, mut files): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| path.is_dir());
    // Snapshots are many, and nobody reads their folder to understand the program.
    files.retain(|path| path.extension().is_none_or(|kind| kind != "snap"));
    if files.len() > MOST_FILES {
        crowded.push(format!("{} has {}", folder.display(), files.len()));
    }
    folders.iter().for_each(|folder| count(folder, crowded));
}

/// One concept has no more to say.
const MOST_LINES: usize = 250;

#[test]
fn no_file_is_long() {
    let mut long = Vec::new();
    lines(&root().join("src"), &mut long);
    assert_none(&format!("files of more than {MOST_LINES} lines"), &long);
}

fn lines(folder: &Path, long: &mut Vec<String>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            lines(&path, long);
        } else if fs::read_to_string(&path).is_ok_and(|text| text.lines().count() > MOST_LINES) {
            long.push(path.strip_prefix(root()).unwrap().display().to_string());
        }
    }
}

/// A room's own file (`mod.rs`) names what is in it, and is named by that: no circle goes through it.
#[test]
fn no_file_imports_another_in_a_circle() {
    let mut circles = BTreeMap::new();
    for tree in CRATES.map(Tree::of) {
        for file in tree.files().filter(|file| !is_of_room(file)) {
            if let Some(circle) = back_to(&tree, file) {
                let files: BTreeSet<_> = circle.iter().map(|file| file.path.clone()).collect();
                let told: Vec<_> = circle.iter().chain([&file]).map(|file| file.path.as_str()).collect();
                circles.entry(files).or_insert(told.join(" → "));
            }
        }
    }
    assert_none("circles of files", &circles.into_values().collect::<Vec<_>>());
}

fn is_of_room(file: &File) -> bool {
    ["mod.rs", "lib.rs", "main.rs"].iter().any(|name| file.path.ends_with(&format!("/{name}")))
}

/// The shortest way from a file over others back to it.
fn back_to<'a>(tree: &'a Tree, file: &'a File) -> Option<Vec<&'a File>> {
    let mut ways = vec![vec![file]];
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            let last = way[way.len() - 1];
            let used = tree.used(last).filter(|used| !is_of_room(used));
            for next in used {
                if next.path == file.path {
                    return Some(way);
                }
                if seen.insert(&next.path) {
                    longer.push([way.as_slice(), &[next]].concat());
                }
            }
        }
        ways = longer;
    }
    None
}
