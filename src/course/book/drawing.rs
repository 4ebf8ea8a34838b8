//! The drawing of a stage for the book: the hops as boxes, the ways between them as arrows.
//!
//! It has no colours and no fonts of its own: the book's stylesheet gives them, so that every theme works.

use std::fmt::Write;

use crate::course::lesson::picture::{Picture, Seen};

/// The width that all drawings share; it fits a small phone without being made smaller.
const WIDTH: u16 = 360;
/// How far apart the backends stand, and how high a box is.
const ROW: u16 = 70;
const HEIGHT: u16 = 56;
/// The left edge and the width of each column.
const CLIENT: (u16, u16) = (1, 62);
const PROXY: (u16, u16) = (100, 108);
const BACKEND: (u16, u16) = (245, 114);

const NOT_RUNNING: &str = "not running";
const NOT_ASKED: &str = "not asked";

impl Picture {
    /// A drawing for the book: an inline `<svg>` without blank lines, which Markdown passes through.
    pub fn svg(&self) -> String {
        let rows = u16::try_from(self.backends.len().max(1)).unwrap_or(u16::MAX);
        let height = (rows - 1) * ROW + HEIGHT + 2;
        let middle = height / 2;
        let words = self.in_words();
        let mut svg = format!(
            "<figure class=\"hops\">\n<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n<title>{words}</title>\n"
        );
        let client = Hop { column: CLIENT, middle, lines: vec!["client", "curl"], runs: true };
        _ = write!(svg, "{client}");
        let from = match &self.proxy {
            Some(address) => {
                let mut lines = vec!["proxy", address];
                lines.extend((!self.proxy_runs).then_some("does not start"));
                _ = write!(svg, "{}", Hop { column: PROXY, middle, lines, runs: self.proxy_runs });
                _ = write!(svg, "{}", Way::between((CLIENT, middle), (PROXY, middle), self.proxy_runs));
                PROXY
            }
            None => CLIENT,
        };
        if self.backends.is_empty() {
            let lines = vec!["nobody", "is there yet"];
            _ = write!(svg, "{}", Hop { column: BACKEND, middle, lines, runs: false });
            _ = write!(svg, "{}", Way::between((from, middle), (BACKEND, middle), false));
        }
        for (row, seen) in (0..).zip(&self.backends) {
            let at = row * ROW + HEIGHT / 2 + 1;
            let lines = vec!["backend", &seen.address, self.state(seen)];
            _ = write!(svg, "{}", Hop { column: BACKEND, middle: at, lines, runs: seen.runs });
            let way = Way::between((from, middle), (BACKEND, at), seen.runs && self.asks(seen));
            _ = write!(svg, "{way}");
        }
        svg + "</svg>\n</figure>"
    }

    /// The same for who cannot see it.
    fn in_words(&self) -> String {
        let mut words = match &self.proxy {
            Some(address) if self.proxy_runs => format!("The client asks the proxy at {address}."),
            Some(address) => format!("The proxy at {address} does not start."),
            None => "No proxy: the client asks the backends itself.".to_owned(),
        };
        for seen in &self.backends {
            let state = match self.state(seen) {
                state @ (NOT_RUNNING | NOT_ASKED) => format!("is {state}."),
                greeting => format!("says {greeting}"),
            };
            _ = write!(words, " The backend at {} {state}", seen.address);
        }
        if self.backends.is_empty() {
            words += " Nobody is there yet.";
        }
        words
    }

    fn state(&self, seen: &Seen) -> &'static str {
        match (seen.runs, self.asks(seen)) {
            (false, _) => NOT_RUNNING,
            (true, false) => NOT_ASKED,
            (true, true) => seen.greeting,
        }
    }

    fn asks(&self, seen: &Seen) -> bool {
        seen.reached && (self.proxy.is_none() || self.proxy_runs)
    }
}

/// A box with its lines of text; what does not run has a broken outline.
struct Hop<'a> {
    column: (u16, u16),
    middle: u16,
    lines: Vec<&'a str>,
    runs: bool,
}

/// An arrow; a way that no request takes is broken and ends in a cross.
struct Way {
    from: (u16, u16),
    to: (u16, u16),
    open: bool,
}

impl Way {
    /// From the right edge of one column to the left edge of another.
    fn between(from: ((u16, u16), u16), to: ((u16, u16), u16), open: bool) -> Self {
        let ((left, width), y) = from;
        Self { from: (left + width + 4, y), to: (to.0.0 - 4, to.1), open }
    }
}

impl std::fmt::Display for Hop<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (left, width) = self.column;
        let top = self.middle - HEIGHT / 2;
        let class = if self.runs { "hop" } else { "hop off" };
        writeln!(f, "<g class=\"{class}\">")?;
        writeln!(f, "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{HEIGHT}\" rx=\"6\"/>")?;
        let first = self.middle + 4 - 8 * (self.lines.len() as u16 - 1);
        for (line, y) in self.lines.iter().zip((first..).step_by(16)) {
            let class = match *line {
                "client" | "proxy" | "backend" | "nobody" => " class=\"role\"",
                line if line.starts_with("127.") => " class=\"address\"",
                _ => "",
            };
            writeln!(f, "<text x=\"{}\" y=\"{y}\"{class}>{line}</text>", left + width / 2)?;
        }
        writeln!(f, "</g>")
    }
}

impl std::fmt::Display for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (x1, y1, x2, y2) = (self.from.0, self.from.1, self.to.0, self.to.1);
        let class = if self.open { "way" } else { "way cut" };
        writeln!(f, "<path class=\"{class}\" d=\"M{x1} {y1}L{x2} {y2}\"/>")?;
        if self.open {
            // The head, turned the way the line runs.
            let degrees = f64::from(i32::from(y2) - i32::from(y1)).atan2(f64::from(x2 - x1)).to_degrees();
            writeln!(
                f,
                "<path class=\"head\" d=\"M-6 -4L0 0L-6 4\" transform=\"translate({x2} {y2}) rotate({degrees:.0})\"/>"
            )
        } else {
            let (x, y) = (x1.midpoint(x2), y1.midpoint(y2));
            writeln!(f, "<path class=\"cross\" d=\"M{} {}l8 8m0 -8l-8 8\"/>", x - 4, y - 4)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::{Backends, Ports, Stage};

    fn drawn(stage: &Stage) -> String {
        Picture::of(stage, &Ports::GUIDE).svg()
    }

    #[test]
    fn what_runs_is_told_apart_by_more_than_colour() {
        let asked = drawn(&Stage::text("ProxyPass / http://127.0.0.1:8080/\n".to_owned()));
        assert!(asked.contains("Hello world!") && asked.contains("not asked"), "{asked}");
        assert!(asked.contains("class=\"way cut\"") && asked.contains("class=\"head\""), "{asked}");
        let refused = drawn(&Stage::text("ProxyPas\n".to_owned()));
        assert!(refused.contains("does not start") && !refused.contains("class=\"head\""), "{refused}");
    }

    #[test]
    fn markdown_passes_it_through_and_a_screen_reader_reads_it() {
        for backends in [Backends::None, Backends::One, Backends::Both] {
            let svg = drawn(&Stage::backends(backends));
            assert!(svg.lines().all(|line| !line.trim().is_empty()), "{svg}");
            assert!(svg.contains("role=\"img\">\n<title>No proxy"), "{svg}");
        }
    }
}
