//! What is checked in the built book: every link.

use std::{collections::BTreeMap, fs, path::Path};

/// Every page of a built book, by its file name.
pub fn pages(folder: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let html = files.filter(|path| path.extension().is_some_and(|extension| extension == "html"));
    html.map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(path).unwrap())
    })
    .collect()
}

/// The values of one attribute, in whatever tags it stands.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    let tags = html.split('<').skip(1).filter_map(|rest| rest.split('>').next());
    tags.flat_map(|tag| tag.split(&start).skip(1)).filter_map(|rest| rest.split('"').next()).collect()
}

/// Links to a page, a file or a fragment that is not there, and external ones that are no `https`.
pub fn dead_links(pages: &BTreeMap<String, String>, is_file: impl Fn(&str) -> bool) -> Vec<String> {
    let mut dead = Vec::new();
    for (page, html) in pages {
        for link in attributes(html, "href").into_iter().chain(attributes(html, "src")) {
            if let Some((scheme, rest)) = link.split_once("://") {
                let host = rest.split('/').next().unwrap_or_default();
                if scheme != "https" || !host.contains('.') || link.contains(char::is_whitespace) {
                    dead.push(format!("{page}: {link} is no https link"));
                }
                continue;
            }
            let (file, fragment) = link.split_once('#').map_or((link, None), |(file, id)| (file, Some(id)));
            let target = if file.is_empty() { page } else { file };
            // The page for missing pages names its files from the root.
            let target = target.trim_start_matches("./").trim_start_matches('/');
            match (pages.get(target), fragment) {
                (Some(html), Some(id)) if !id.is_empty() && !attributes(html, "id").contains(&id) => {
                    dead.push(format!("{page}: {target} has no #{id}"));
                }
                (None, _) if !target.is_empty() && !is_file(target) => {
                    dead.push(format!("{page}: there is no {target}"));
                }
                _ => {}
            }
        }
    }
    dead
}

#[test]
fn a_dead_link_is_found() {
    let dead = |link: &str| {
        let page = |html: String| html;
        let pages = BTreeMap::from([
            ("a.html".to_owned(), page(format!("<a class=\"x\" href=\"{link}\">here</a>"))),
            ("b.html".to_owned(), page("<h2 id=\"slash\">/</h2> &lt;p id=\"no-tag\"&gt;".to_owned())),
        ]);
        dead_links(&pages, |file| file == "book.js").len()
    };
    for alive in ["b.html", "b.html#slash", "#", "book.js", "/", "https://example.org/x"] {
        assert_eq!(dead(alive), 0, "{alive}");
    }
    for link in
        ["c.html", "b.html#other", "b.html#no-tag", "#slash", "other.js", "http://example.org/", "https://x"]
    {
        assert_eq!(dead(link), 1, "{link}");
    }
}
