//! What mdBook does not check: includes, links, and that each chapter shows the whole of its lesson.

mod chapter;
mod html;
mod markdown;
mod measured;

use std::{
    fs,
    path::{Path, PathBuf},
};

use hop_by_hop::{
    course::{Folder, Lab, Live, Ports, book},
    lessons::LESSONS,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn chapter(stem: &str) -> String {
    read(format!("book/src/{stem}.md"))
}

/// Every Markdown file of the book, by name.
fn chapters() -> Vec<(String, String)> {
    let files = fs::read_dir(root().join("book/src")).unwrap().map(|entry| entry.unwrap().path());
    let markdown = files.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    markdown.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), read(path))).collect()
}

/// A built book; its folder is gone with the first value.
fn built() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("book");
    book::build(&root().join("book"), &to).unwrap();
    (folder, to)
}

#[track_caller]
fn assert_none(what: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "{what}:\n  {}", complaints.join("\n  "));
}

#[test]
fn every_include_finds_something() {
    for (name, text) in chapters() {
        let complaints = markdown::broken_includes(&text, |file| {
            fs::read_to_string(root().join("book/src").join(file)).ok()
        });
        assert_none(&name, &complaints);
    }
}

#[test]
fn every_block_has_a_label_and_nothing_is_typed_by_hand() {
    for (name, text) in chapters() {
        assert_none(&name, &markdown::unlabelled(&text));
        // SSL, caching and compression are Apache's; no lesson has them.
        let free: &[_] = if name == "questions.md" { &["apache"] } else { &[] };
        assert_none(&name, &markdown::typed(&text, free));
    }
}

#[test]
fn the_summary_has_every_chapter_and_the_lessons_in_their_order() {
    let summary = chapter("SUMMARY");
    let (numbered, all) = markdown::summary(&summary);
    let mut files: Vec<_> = chapters().into_iter().map(|(name, _)| name).collect();
    files.retain(|name| name != "SUMMARY.md");
    let mut listed: Vec<_> = all.iter().map(|(_, file)| file.clone()).collect();
    files.sort();
    listed.sort();
    assert_eq!(files, listed);
    let lessons = LESSONS.map(|lesson| (lesson.title.to_owned(), format!("{}.md", lesson.stem)));
    assert_eq!(numbered, lessons);
}

#[test]
fn a_lesson_has_one_name_everywhere() {
    for stem in LESSONS.map(|lesson| lesson.stem) {
        for file in [format!("lessons/{stem}.rs"), format!("tests/snapshots/{stem}.snap")] {
            assert!(root().join(&file).is_file(), "there is no {file}");
        }
        let source = source_of(&root().join("src"), stem);
        let source = source.unwrap_or_else(|| panic!("{stem} has no source file of its name"));
        let source = source.strip_prefix(root()).unwrap().display();
        let (text, shown) = (chapter(stem), format!("../../{source}"));
        assert!(markdown::includes(&text).iter().any(|(file, _)| *file == shown), "{stem} shows no {source}");
    }
}

/// The file of that name in `folder`, in whichever of its rooms.
fn source_of(folder: &Path, stem: &str) -> Option<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().find_map(|path| match path.is_dir() {
        true => source_of(&path, stem),
        false => (path.file_name()?.to_str()? == format!("{stem}.rs")).then_some(path),
    })
}

#[test]
fn a_chapter_shows_the_whole_of_its_lesson() {
    for (number, lesson) in (1..).zip(LESSONS) {
        let stem = lesson.stem;
        let text = chapter(stem);
        assert_none(stem, &chapter::wrong_headings(&text, lesson.title));
        assert_none(
            stem,
            &chapter::missing_parts(&text, stem, &read(format!("tests/snapshots/{stem}.snap"))),
        );
        assert_none(stem, &chapter::missing_commands(&text, number));
    }
}

#[tokio::test]
async fn what_is_called_red_is_red() {
    for lesson in LESSONS {
        let mut lab = Lab::new(Ports::ANY, None).await.unwrap();
        lab.set(&(lesson.before)(lab.ports())).unwrap();
        for (number, step) in (1..).zip((lesson.steps)(lab.ports())) {
            let red = !step.run(lab.ports()).await.passed();
            let text = chapter(lesson.stem);
            assert_eq!(
                chapter::is_inside(&text, "red", &format!("red-{number}")),
                red,
                "{} red-{number}",
                lesson.stem
            );
            assert!(
                chapter::is_inside(&text, "green", &format!("green-{number}")),
                "{} green-{number}",
                lesson.stem
            );
        }
    }
}

#[test]
fn no_link_leads_nowhere() {
    let (_folder, to) = built();
    let pages = html::pages(&to);
    assert!(pages.len() > LESSONS.len(), "{:?}", pages.keys());
    assert_none("the built book", &html::dead_links(&pages, |file| to.join(file).is_file()));
    let include = pages.iter().find(|(_, html)| html.contains("{{#"));
    assert_eq!(include.map(|(page, _)| page), None, "an include that mdBook did not expand");
}

#[tokio::test]
async fn only_this_machine_may_read_it() {
    let (_folder, to) = built();
    let listener = book::listen(0).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let live = Live::start(&LESSONS, Ports::ANY, Folder::new(to.join("my"))).unwrap();
    let serving =
        tokio::spawn(async move { book::serve(&to, live, listener, async { _ = stopped.await }).await });
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let status = async |path: &str, host: &str| {
        let request = client.get(format!("http://127.0.0.1:{port}{path}")).header("Host", host);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(status("/", &format!("127.0.0.1:{port}")).await, 200);
    assert_eq!(status("/pass.html", "localhost").await, 200);
    assert_eq!(status("/nothing.html", "localhost").await, 404);
    assert_eq!(status("/../Cargo.toml", "localhost").await, 404);
    for elsewhere in ["rebound.example", "127.0.0.1.rebound.example:80", "localhost.rebound.example"] {
        assert_eq!(status("/", elsewhere).await, 403, "{elsewhere}");
    }
    stop.send(()).unwrap();
    serving.await.unwrap();
}
