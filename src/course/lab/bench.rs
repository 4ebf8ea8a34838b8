//! Where a lesson in the terminal runs: in a lab of its own, or in that of the open book.

use std::{iter, sync::Arc, time::Duration};

use tokio::time::timeout;

use super::{
    Lab,
    exchanges::{Exchanges, exchanges},
    lab_error::LabError,
    shared::Shared,
};
use crate::{
    course::{
        learner::Folder,
        lesson::{
            Lesson, Stage,
            ports::{Hop, Ports},
            step::Outcome,
        },
    },
    proxy::Exchange,
};

/// How long an exchange may take on its way through the book.
const ON_ITS_WAY: Duration = Duration::from_millis(250);

/// A lab, and what goes through its proxy.
pub(crate) struct Bench {
    lab: Whose,
    exchanges: Exchanges,
}

enum Whose {
    Own(Box<Lab>),
    Shared(Shared),
}

impl Bench {
    /// The lab of the open book if that has these ports, else a new one.
    ///
    /// # Errors
    /// A port that is taken.
    pub(crate) async fn open(ports: Ports, folder: &Folder) -> Result<Self, LabError> {
        if let Some(mut shared) = Shared::find(folder, &ports).await {
            let exchanges = shared.exchanges().await?;
            return Ok(Self { lab: Whose::Shared(shared), exchanges });
        }
        let (told, exchanges) = exchanges();
        let lab = Lab::new(ports, Some(Arc::new(told))).await?;
        Ok(Self { lab: Whose::Own(Box::new(lab)), exchanges })
    }

    pub(crate) fn ports(&self) -> &Ports {
        match &self.lab {
            Whose::Own(lab) => lab.ports(),
            Whose::Shared(shared) => shared.ports(),
        }
    }

    pub(crate) fn proxy_runs(&self) -> bool {
        match &self.lab {
            Whose::Own(lab) => lab.proxy_runs(),
            Whose::Shared(shared) => shared.proxy_runs(),
        }
    }

    /// What the reader has to know about the place, in sentences.
    pub(crate) fn notes(&self) -> Vec<String> {
        let lab = match &self.lab {
            Whose::Own(lab) => lab,
            Whose::Shared(shared) => {
                let address = shared.address();
                return vec![format!(
                    "The book is open at {address}: the lesson runs in its lab, and its pages show it too."
                )];
            }
        };
        let own = lab.theirs().into_iter();
        let own = own.map(|port| format!("Your own server answers on port {port}; the lesson uses it."));
        own.chain(lab.lacking().iter().map(|lacking| format!("But {lacking}."))).collect()
    }

    /// Whether a backend is the reader's own, which nobody here can stop.
    pub(crate) fn is_theirs(&self) -> bool {
        matches!(&self.lab, Whose::Own(lab) if !lab.theirs().is_empty())
    }

    /// Brings the lab to the lesson's beginning.
    pub(crate) async fn before(&mut self, lesson: &Lesson) -> Result<(), LabError> {
        match &mut self.lab {
            Whose::Own(lab) => lab.set(&(lesson.before)(lab.ports()))?,
            Whose::Shared(shared) => shared.stage(lesson.stem, "before").await?,
        }
        Ok(())
    }

    /// Brings the lab to the lesson's end.
    pub(crate) async fn after(&mut self, lesson: &Lesson) -> Result<(), LabError> {
        match &mut self.lab {
            Whose::Own(lab) => lab.set(&(lesson.after)(lab.ports()))?,
            Whose::Shared(shared) => shared.stage(lesson.stem, "after").await?,
        }
        Ok(())
    }

    /// Runs a site file that can be read, with the backends of the lesson's end.
    pub(crate) async fn site(&mut self, lesson: &Lesson, text: &str) -> Result<(), LabError> {
        match &mut self.lab {
            Whose::Own(lab) => {
                let backends = (lesson.after)(lab.ports()).backends;
                lab.set(&Stage::text(text.to_owned()).with(backends))?;
            }
            Whose::Shared(shared) => shared.site(lesson.stem, text).await?,
        }
        Ok(())
    }

    /// What went through the proxy until this step was answered.
    pub(crate) async fn exchanges(&mut self, outcome: &Outcome) -> Vec<Exchange> {
        let mut seen = Vec::new();
        let told = matches!(self.lab, Whose::Shared(_));
        if told && outcome.step.curl.to == Hop::Front && outcome.reply.is_ok() {
            seen.extend(timeout(ON_ITS_WAY, self.exchanges.next()).await.ok().flatten());
        }
        seen.extend(iter::from_fn(|| self.exchanges.at_once()));
        seen
    }

    /// How many exchanges came faster than they were looked at, and were not kept.
    pub(crate) fn missed(&self) -> u64 {
        self.exchanges.missed()
    }

    /// Lets go of what went through the proxy while nobody looked; how many exchanges that were.
    pub(crate) fn skip(&mut self) -> u64 {
        let waiting = iter::from_fn(|| self.exchanges.at_once()).count();
        self.missed() + u64::try_from(waiting).unwrap_or(u64::MAX)
    }

    /// What goes through the proxy next; nothing more if the lab is gone.
    pub(crate) async fn exchange(&mut self) -> Option<Exchange> {
        self.exchanges.next().await
    }
}
