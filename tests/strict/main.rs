//! Strict: nothing that a reader of RFC 9112 would refuse reaches a backend, and nothing it would refuse is sent by us.
//!
//! `HOP_CASE=name cargo test --test strict` runs those cases and shows what was seen;
//! `HOP_RECORD=1 cargo test --test strict` writes down anew what the proxies of others do.

mod ask;
mod case;
mod cases;
#[allow(dead_code, reason = "the tests beside Apache use the rest of it")]
#[path = "../apache/httpd.rs"]
mod httpd;
mod judge;
mod peers;
#[allow(dead_code, reason = "the tests beside Apache use the rest of it")]
#[path = "../ports/mod.rs"]
mod ports;
#[path = "../reader/mod.rs"]
mod reader;
#[path = "../recorder/mod.rs"]
mod recorder;
mod table;
#[path = "../tools/mod.rs"]
mod tools;

use crate::{
    case::Case,
    judge::Outcome,
    peers::{PEERS, Peer},
    table::Record,
};

fn chosen() -> Vec<Case> {
    let mut cases = cases::all();
    if let Ok(name) = std::env::var("HOP_CASE") {
        cases.retain(|case| case.name.contains(&name));
    }
    cases
}

#[test]
fn every_case_has_its_verdict() {
    let cases = chosen();
    let outcomes = Peer::ours().judge(&cases);
    let wrong: Vec<_> = (cases.iter().zip(&outcomes))
        .filter(|(case, outcome)| !outcome.is(case.verdict))
        .map(|(case, outcome)| format!("{}, {}: {:?} is {outcome}", case.section, case.name, case.verdict))
        .collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    if std::env::var_os("HOP_CASE").is_none() {
        let record = Record::read();
        assert!(
            record.is_of(&cases),
            "cases are gone or have the same name: HOP_RECORD=1 cargo test --test strict"
        );
        let table = table::table(&cases, &outcomes, &record);
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots" }, {
            insta::assert_snapshot!("strict", table);
        });
    }
}

/// What others do is a fact of their versions, and no fault: what differs from what was written down is only said.
#[test]
fn others() {
    let cases = chosen();
    let outcomes = std::thread::scope(|scope| {
        let running = PEERS.map(|name| scope.spawn(|| Peer::start(name).map(|peer| peer.judge(&cases))));
        running.map(|peer| peer.join().unwrap())
    });
    if std::env::var_os("HOP_RECORD").is_some() {
        let outcomes =
            outcomes.map(|outcomes| outcomes.expect("to write down what all three do, all must be here"));
        return Record::write(&cases, &outcomes);
    }
    let record = Record::read();
    for (number, (name, outcomes)) in PEERS.iter().zip(outcomes).enumerate() {
        let Some(outcomes) = outcomes else {
            tools::skip(name);
            continue;
        };
        let cells: Vec<_> = outcomes.iter().map(Outcome::to_string).collect();
        // What any proxy does: that it is asked at all.
        let plain = cases.iter().position(|case| case.name == "the shortest request");
        assert!(plain.is_none_or(|plain| cells[plain] == "forward"), "{name}: {cells:?}");
        let other = cases.iter().zip(&cells).filter(|(case, cell)| record.cells(case)[number] != **cell);
        for (case, cell) in other {
            println!("{name} now: {}, {}: {cell}", case.section, case.name);
        }
    }
}
