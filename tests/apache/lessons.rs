//! The lessons in a real Apache: each site file that a lesson ends with, judged by the lesson's own steps.

use hop_by_hop::{
    course::{Backends, Lab, Outcome, Ports, Stage},
    lessons::LESSONS,
};

use crate::httpd::Httpd;

/// The site file of a lesson, for an Apache that has its modules and its port already.
fn for_apache(site: &str, front: u16) -> String {
    let kept = site.lines().filter(|line| !line.starts_with("Listen ") && !line.starts_with("LoadModule "));
    kept.map(|line| line.replace(&front.to_string(), "{FRONT}") + "\n").collect()
}

#[tokio::test]
async fn every_lesson_is_green_in_a_real_apache() {
    if !crate::can_judge() {
        return;
    }
    for (number, lesson) in (1..).zip(LESSONS) {
        let mut lab = Lab::new(Ports::ANY, None).await.unwrap();
        let Some(site) = (lesson.after)(lab.ports()).site else { continue };
        lab.set(&Stage::backends(Backends::Both)).unwrap();
        let apache = Httpd::start(&for_apache(&site, lab.ports().front)).unwrap();
        let ports = Ports { front: apache.address.port(), ..*lab.ports() };
        let mut failed: Vec<Outcome> = Vec::new();
        for step in (lesson.steps)(&ports) {
            let outcome = step.run(&ports).await;
            if !outcome.passed() {
                failed.push(outcome);
            }
        }
        assert!(failed.is_empty(), "lesson {number}: {failed:#?}");
    }
}
