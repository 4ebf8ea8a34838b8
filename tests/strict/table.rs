//! The table: every case, its verdict, what we do, and what others were seen to do.

use std::{collections::BTreeMap, fmt::Write, fs};

use crate::{
    case::{Case, Verdict},
    judge::{Outcome, Standing},
    peers::{PEERS, version},
};

/// What the proxies of others were seen to do, written down by `HOP_RECORD=1 cargo test --test strict`.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/strict/peers.txt");

/// The cases that the book shows.
const FEW: [&str; 8] = [
    "Useless:\\n\\n, then a second request",
    "two, different",
    "a fold that looks like a length",
    "a list",
    "a length, then chunked",
    "LF alone in an extension",
    "a field is named",
    "another answer behind the answer",
];

/// What was written down of the others: their versions, and for each case what each of them did.
pub struct Record {
    versions: [String; 3],
    cells: BTreeMap<(String, String), [String; 3]>,
}

impl Record {
    pub fn read() -> Self {
        let text = fs::read_to_string(FILE).unwrap();
        let mut lines = text.lines().map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
        let versions = lines.next().unwrap().try_into().unwrap();
        let cell = |line: Vec<String>| {
            let [section, name, apache, nginx, haproxy] = line.try_into().unwrap();
            ((section, name), [apache, nginx, haproxy])
        };
        Self { versions, cells: lines.map(cell).collect() }
    }

    /// Writes down what each of the three did with each case.
    pub fn write(cases: &[Case], outcomes: &[Vec<Outcome>; 3]) {
        let mut text = PEERS.map(|name| version(name).unwrap()).join("\t") + "\n";
        for (number, case) in cases.iter().enumerate() {
            let cells = outcomes.each_ref().map(|outcomes| outcomes[number].to_string());
            _ = writeln!(text, "{}\t{}\t{}", case.section, case.name, cells.join("\t"));
        }
        fs::write(FILE, text).unwrap();
    }

    /// What each of the others did with the case.
    pub fn cells(&self, case: &Case) -> &[String; 3] {
        let key = (case.section.to_owned(), case.name.to_owned());
        (self.cells.get(&key))
            .unwrap_or_else(|| panic!("{key:?} is not in {FILE}: HOP_RECORD=1 cargo test --test strict"))
    }

    /// Whether it tells of no other cases than these.
    pub fn is_of(&self, cases: &[Case]) -> bool {
        self.cells.len() == cases.len()
    }
}

/// The whole of it, in parts that the book includes.
pub fn table(cases: &[Case], ours: &[Outcome], record: &Record) -> String {
    let rows: Vec<_> = (cases.iter().zip(ours))
        .map(|(case, ours)| {
            let [apache, nginx, haproxy] = record.cells(case).clone();
            (case, [ours.to_string(), apache, nginx, haproxy])
        })
        .collect();
    let few: Vec<_> = rows.iter().filter(|(case, _)| FEW.contains(&case.name)).cloned().collect();
    let mut text = String::new();
    for (name, content) in [
        ("count", count(cases)),
        ("summary", summary(&rows, record)),
        ("few", lines(&few)),
        ("table", lines(&rows)),
    ] {
        _ = write!(text, "ANCHOR: {name}\n{}\nANCHOR_END: {name}\n", content.trim_end());
    }
    text
}

type Row<'a> = (&'a Case, [String; 4]);

fn count(cases: &[Case]) -> String {
    let with = |verdict| cases.iter().filter(|case| case.verdict == verdict).count();
    format!(
        "There are {} cases: {} must be refused, {} go on but not as they are, {} go on as they are, and {} the proxy \
         answers itself.",
        cases.len(),
        with(Verdict::Refuse),
        with(Verdict::Clean),
        with(Verdict::Forward),
        with(Verdict::Answer),
    )
}

fn summary(rows: &[Row<'_>], record: &Record) -> String {
    let [apache, nginx, haproxy] = &record.versions;
    let mut text = format!(
        "| what became of a case | this proxy | Apache {apache} | nginx {nginx} | HAProxy {haproxy} |\n|---|---|---|---|---|\n"
    );
    for (standing, name) in [
        (Standing::Agrees, "as the verdict says, tidied or not"),
        (Standing::Stricter, "refused, though it may go on"),
        (Standing::Laxer, "not refused, but made unambiguous"),
        (Standing::Harmful, "what came out, a strict reader refuses"),
    ] {
        let of = |column: usize| {
            rows.iter()
                .filter(|(case, cells)| Outcome::read(&cells[column]).standing(case.verdict) == standing)
                .count()
        };
        _ = writeln!(text, "| {name} | {} | {} | {} | {} |", of(0), of(1), of(2), of(3));
    }
    text
}

fn lines(rows: &[Row<'_>]) -> String {
    let mut text = String::new();
    let mut line = |[section, name, verdict, ours, apache, nginx, haproxy]: [&str; 7]| {
        let line =
            format!("{section:<12} {name:<52} {verdict:<8} {ours:<8} {apache:<10} {nginx:<10} {haproxy}");
        _ = writeln!(text, "{}", line.trim_end());
    };
    line(["", "", "verdict", "ours", "Apache", "nginx", "HAProxy"]);
    for (case, [ours, apache, nginx, haproxy]) in rows {
        line([
            case.section,
            case.name,
            &format!("{:?}", case.verdict).to_lowercase(),
            ours,
            apache,
            nginx,
            haproxy,
        ]);
    }
    text
}
