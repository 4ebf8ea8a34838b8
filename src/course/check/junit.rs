//! The report as JUnit XML, which every CI server shows.

use std::fmt::Write;

use super::{Report, StepReport};

/// One `testsuite` a lesson, one `testcase` a step.
pub fn junit(report: &Report) -> String {
    let mut xml =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"hop-by-hop\">\n");
    for lesson in &report.lessons {
        let failed = lesson.steps.iter().filter(|step| !step.passed).count();
        let (number, stem, tests) = (lesson.number, lesson.stem, lesson.steps.len());
        _ = writeln!(xml, "  <testsuite name=\"{number} {stem}\" tests=\"{tests}\" failures=\"{failed}\">");
        lesson.steps.iter().for_each(|step| case(&mut xml, stem, step));
        xml.push_str("  </testsuite>\n");
    }
    xml + "</testsuites>\n"
}

fn case(xml: &mut String, stem: &str, step: &StepReport) {
    let StepReport { claim, curl, passed, expected, actual, why } = step;
    _ = write!(xml, "    <testcase classname=\"{stem}\" name=\"{}\"", escape(claim));
    if *passed {
        xml.push_str("/>\n");
        return;
    }
    let text = escape(&format!("{curl}\nexpected {expected}\nactual {actual}"));
    _ = writeln!(
        xml,
        "><failure message=\"{}\">{text}</failure></testcase>",
        escape(why.as_ref().unwrap_or(actual))
    );
}

/// Text as XML 1.0 has it; characters that XML cannot say, or a terminal would obey, are replaced.
fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, c| {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push(c),
            c if c.is_control() || c == '\u{fffe}' || c == '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_an_answer_breaks_the_document() {
        assert_eq!(escape("a<b>&\"\n\u{0}\u{9b}é"), "a&lt;b&gt;&amp;&quot;&#10;\u{fffd}\u{fffd}é");
    }
}
