//! Apache itself is the judge: the same site file, the same bytes from the client, the same answers of the backends;
//! then what the client got and what the backends heard must be the same too.

mod agreement;
mod allowed;
mod backend;
mod case;
mod cases;
mod configtest;
mod differential;
mod exchange;
mod httpd;
mod judge;
mod lessons;
mod limits;
mod made_up;
mod numbers;
#[path = "../tools/mod.rs"]
mod tools;
mod wire;

/// Whether there is an Apache to judge; in CI there is one.
fn can_judge() -> bool {
    if !httpd::is_installed() {
        tools::skip("apache2");
    }
    httpd::is_installed()
}

#[test]
fn every_case_is_as_expected() {
    if !can_judge() {
        return;
    }
    let mut cases = cases::all();
    // `HOP_CASE=name` judges those with this in their name, and shows what both said.
    if let Ok(name) = std::env::var("HOP_CASE") {
        cases.retain(|case| case.name.contains(&name));
    }
    let verdicts = judge::judge_all(cases);
    assert!(verdicts.iter().all(Option::is_none), "{}", judge::faults(&verdicts));
    if std::env::var_os("HOP_CASE").is_none() {
        // All are as expected, so that what is expected is what is.
        let appendix = agreement::appendix(&cases::all(), (configtest::count(), configtest::refused_here()));
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "../snapshots" }, {
            insta::assert_snapshot!("apache_agreement", appendix);
        });
    }
}

#[test]
fn configtest_says_what_apache_says() {
    if !can_judge() {
        return;
    }
    let (count, faults) = (configtest::count(), configtest::judge());
    assert!(faults.is_empty(), "{} of {count} files:\n{}", faults.len(), faults.join("\n"));
}

/// `HOP_CASES=2000` for many.
#[test]
fn differential() {
    if !can_judge() {
        return;
    }
    let count = std::env::var("HOP_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(100);
    let (aside, faults) = differential::judge(count);
    eprintln!("{count} made-up cases, {aside} of them set aside, {} differ", faults.len());
    assert!(faults.is_empty(), "{} of {count} made-up cases:\n\n{}", faults.len(), faults.join("\n\n"));
}
