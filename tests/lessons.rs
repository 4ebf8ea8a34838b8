//! Each lesson is run before and after; its transcript is the snapshot that the book shows.

mod shown;

use hop_by_hop::{
    course::{Lab, Ports, transcript},
    lessons::LESSONS,
};

#[tokio::test]
async fn transcripts() {
    for lesson in LESSONS {
        let text = transcript(&lesson).await.unwrap();
        shown::snapshot(lesson.stem, &text);
    }
}

#[tokio::test]
async fn red_before_and_green_after() {
    for lesson in LESSONS {
        let mut lab = Lab::new(Ports::ANY, None).await.unwrap();
        let mut red = Vec::new();
        for (stage, must_pass) in [((lesson.before)(lab.ports()), false), ((lesson.after)(lab.ports()), true)]
        {
            lab.set(&stage).unwrap();
            for step in (lesson.steps)(lab.ports()) {
                let outcome = step.run(lab.ports()).await;
                assert!(outcome.passed() || !must_pass, "{}: {outcome:#?}", lesson.stem);
                red.push(!outcome.passed());
            }
        }
        assert!(red.contains(&true), "{}: every step passes before the directive is there", lesson.stem);
    }
}
