//! The grammar of a site file: lines, continued lines, comments, sections (apache-facts §3).

use crate::proxy::site::words::is_blank;

/// A directive with its raw arguments, or a section with what is inside.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    /// The line it stands on, the last one if it is continued; counted from 1.
    pub line: usize,
    /// The name as written, with the `<` of a section.
    pub name: String,
    /// All that follows the name.
    pub arguments: String,
    /// What is inside of a section; `None` for a directive.
    pub inside: Option<Vec<Node>>,
}

/// How deep sections may be nested, and a few more: `<Proxy>` inside of `<VirtualHost>` is the deepest.
const MAX_DEPTH: usize = 4;

/// A line, and what is wrong with the structure there.
pub(crate) type Complaint = (usize, String);

/// Reads the text into a tree; `read_now` sees each directive at once, as Apache's `LoadModule` does.
///
/// # Errors
/// Structure errors, which Apache reports before it judges any directive.
pub(crate) fn tree(
    text: &str,
    file: &str,
    mut read_now: impl FnMut(&str, &str) -> Result<(), String>,
) -> Result<Vec<Node>, Complaint> {
    // The sections that are open, innermost last; the file itself comes first.
    let mut open = vec![Node { line: 0, name: String::new(), arguments: String::new(), inside: None }];
    for (line, text) in lines(text) {
        let wrong = |complaint| (line, complaint);
        let (name, arguments) = text.split_once(is_blank).unwrap_or((&text, ""));
        if let Some(tag) = text.strip_prefix("</") {
            let closed = close(&mut open, tag).map_err(wrong)?;
            add(&mut open, closed);
        } else if name.starts_with('<') {
            let (name, arguments) = name.strip_suffix('>').map_or((name, arguments), |name| (name, ">"));
            open.push(Node {
                line,
                name: name.to_owned(),
                arguments: arguments.to_owned(),
                inside: Some(Vec::new()),
            });
        } else {
            read_now(name, arguments).map_err(wrong)?;
            let node = Node { line, name: name.to_owned(), arguments: arguments.to_owned(), inside: None };
            add(&mut open, node);
        }
    }
    match open.as_slice() {
        [_, unclosed @ ..] if !unclosed.is_empty() => {
            let complaints: Vec<_> = (unclosed.iter().rev())
                .map(|node| format!("{file}:{}: {}> was not closed.", node.line, node.name))
                .collect();
            Err((unclosed[0].line, complaints.join("\n")))
        }
        _ => Ok(open.pop().and_then(|file| file.inside).unwrap_or_default()),
    }
}

fn add(open: &mut [Node], node: Node) {
    if let Some(section) = open.last_mut() {
        section.inside.get_or_insert_default().push(node);
    }
}

/// Closes the innermost section with what stands after `</`.
fn close(open: &mut Vec<Node>, tag: &str) -> Result<Node, String> {
    let word = tag.split(is_blank).find(|word| !word.is_empty()).unwrap_or_default();
    if open.len() == 1 {
        return Err(format!("</{word} without matching <{word} section"));
    }
    let Some(tag) = word.strip_suffix('>') else {
        return Err(format!("</{word}> directive missing closing '>'"));
    };
    let mut section = open.pop().unwrap_or_default();
    if open.len() > MAX_DEPTH {
        // Where no section may stand, nobody reads what is said inside; a tree as deep as the file is long would take
        // more stack than a thread has.
        section.inside = Some(Vec::new());
    }
    let name = section.name.trim_start_matches('<');
    if name.eq_ignore_ascii_case(tag) {
        Ok(section)
    } else {
        Err(format!("Expected </{name}> but saw </{tag}>"))
    }
}

/// The lines that say something: without comments, a trailing `\` joining the next one.
fn lines(text: &str) -> impl Iterator<Item = (usize, String)> {
    let mut physical = text.lines().enumerate();
    std::iter::from_fn(move || {
        let (mut at, first) = physical.next()?;
        let mut line = first.to_owned();
        while line.ends_with('\\')
            && let Some((next, continued)) = physical.next()
        {
            line.pop();
            line.push_str(continued);
            at = next;
        }
        Some((at + 1, line.trim_matches(is_blank).to_owned()))
    })
    .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Node>, Complaint> {
        tree(text, "F", |_, _| Ok(()))
    }

    #[test]
    fn lines_are_joined_and_comments_left_out() {
        let nodes = read("# a \\\nb\n\n  Name one \\\n two\n").unwrap();
        let [node] = nodes.as_slice() else { panic!("{nodes:?}") };
        assert_eq!((node.line, &*node.name, &*node.arguments), (5, "Name", "one  two"));
    }

    #[test]
    fn sections_hold_what_is_inside() {
        let nodes = read("<A x>\n<B>\nC\n</b>\n</A>\n").unwrap();
        let a = nodes[0].inside.as_ref().unwrap();
        assert_eq!((&*nodes[0].name, &*nodes[0].arguments, &*a[0].name), ("<A", "x>", "<B"));
        assert_eq!(a[0].inside.as_ref().unwrap()[0].name, "C");
    }

    #[test]
    fn a_file_may_be_as_deep_as_it_likes() {
        let deep =
            |depth: usize| ["<A x>\n".repeat(depth), "B\n".to_owned(), "</A>\n".repeat(depth)].concat();
        assert!(read(&deep(100_000)).is_ok());
        let nodes = read(&deep(2)).unwrap();
        assert_eq!(nodes[0].inside.as_ref().unwrap()[0].inside.as_ref().unwrap()[0].name, "B");
    }

    #[test]
    fn structure_errors_are_apaches() {
        for (text, line, complaint) in [
            ("<A x>\n<B y>\n</A>\n", 3, "Expected </B> but saw </A>"),
            ("\n<A x>\nb\n", 2, "F:2: <A> was not closed."),
            ("<A x>\n<B y>\n", 1, "F:2: <B> was not closed.\nF:1: <A> was not closed."),
            ("</A>\n", 1, "</A> without matching <A> section"),
            ("<A x>\n</A\n", 2, "</A> directive missing closing '>'"),
        ] {
            assert_eq!(read(text), Err((line, complaint.to_owned())), "{text}");
        }
    }
}
