//! The live book: the lab behind the book's own pages. `Live` is what runs; `router` is how a page reaches it.

mod guard;
mod news;
mod refusal;
mod router;
mod site;
mod stage;
mod view;
mod wires;

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{
    sync::{Mutex, Notify, OwnedMutexGuard},
    task::JoinSet,
};

use self::{
    guard::Token,
    news::News,
    refusal::Refusal,
    view::{LessonView, Session},
};
use crate::course::{
    lab::{Lab, lab_error::LabError, shared::Noted},
    learner::{Folder, unreadable::FolderError, watch::watch},
    lesson::{Lesson, ports::Ports},
};

/// One lab for all open pages, and what the learner has done.
pub struct Live {
    lessons: &'static [Lesson],
    ports: Ports,
    folder: Folder,
    token: Arc<Token>,
    /// What the book shows to a terminal that asks rightly, and to nobody else.
    seal: Token,
    news: Arc<News>,
    lab: Arc<Mutex<Opened>>,
    /// The task that tells the pages what the terminal notes as done; it ends with this value.
    _following: JoinSet<()>,
}

/// The lab, or why there is none.
enum Opened {
    Lab(Box<Lab>),
    Trouble(String),
}

impl Live {
    /// The lab of these lessons on `ports`, with progress in `folder`. It is set up when somebody first asks for it, so
    /// that no page waits for it; ports that are taken are told to the pages.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn start(lessons: &'static [Lesson], ports: Ports, folder: Folder) -> io::Result<Arc<Self>> {
        let news = Arc::new(News::new(folder.progress().stems()));
        let lab = Arc::new(Mutex::new(Opened::Trouble(String::new())));
        let (token, seal) = (Arc::new(Token::new()?), Token::new()?);
        let _following = follow_progress(&folder, &news);
        let live = Arc::new(Self { lessons, ports, folder, token, seal, news, lab, _following });
        Ok(live)
    }

    /// Why there is no lab, if there is none.
    pub async fn trouble(&self) -> Option<String> {
        self.open().await;
        match &*self.lab.lock().await {
            Opened::Lab(_) => None,
            Opened::Trouble(said) => Some(said.clone()),
        }
    }

    /// Where the reader opens the book that is served at `here`: only who has this address, or the learner's folder, may
    /// ask the lab. The key stands behind the `#`, which a browser sends to nobody.
    pub fn address(&self, here: SocketAddr) -> String {
        format!("http://{here}/#key={}", self.token.as_str())
    }

    /// Says in the learner's folder that the book is open on `port`, so that a terminal finds its lab.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn note(&self, port: u16) -> io::Result<Noted> {
        Noted::leave(&self.folder, port, self.token.as_str(), self.seal.as_str())
    }

    /// Sets up the lab if there is none, as it is before the first lesson that is not done.
    async fn open(&self) {
        let mut place = self.lab.clone().lock_owned().await;
        if matches!(*place, Opened::Lab(_)) {
            return;
        }
        match Lab::new(self.ports, Some(self.news.clone())).await {
            Ok(lab) => {
                *place = Opened::Lab(Box::new(lab));
                let done = self.news.now().done;
                let next = self.lessons.iter().find(|lesson| !done.iter().any(|stem| stem == lesson.stem));
                if let Some(lesson) = next.or(self.lessons.first()) {
                    _ = self.bring(place, lesson, "before").await;
                }
            }
            Err(error) => *place = Opened::Trouble(trouble(&error)),
        }
    }

    /// The lab, for whoever has it alone.
    async fn lab(&self) -> Result<OwnedMutexGuard<Opened>, Refusal> {
        self.open().await;
        let place = self.lab.clone().lock_owned().await;
        place.lab()?;
        Ok(place)
    }

    /// What a page needs to begin; a lab that could not be set up is tried again.
    async fn session(&self) -> Session<'_> {
        self.open().await;
        let place = self.lab.lock().await;
        let (ports, trouble, theirs) = match &*place {
            Opened::Lab(lab) => (*lab.ports(), None, theirs(lab)),
            Opened::Trouble(said) => (self.ports, Some(said.clone()), Vec::new()),
        };
        let now = self.news.now();
        let lessons = self.lessons.iter().enumerate().map(|(at, lesson)| (at + 1, lesson));
        Session {
            seal: self.seal.as_str(),
            ports,
            trouble,
            theirs,
            lessons: lessons.map(|numbered| LessonView::of(numbered, &ports)).collect(),
            stage: now.stage,
            done: now.done,
        }
    }

    fn lesson(&self, stem: &str) -> Result<&'static Lesson, Refusal> {
        self.lessons.iter().find(|lesson| lesson.stem == stem).ok_or_else(|| Refusal::unknown("lesson"))
    }

    /// Notes that a lesson is done, in the file that the terminal uses too.
    fn done(&self, stem: &str) -> Result<(), FolderError> {
        self.folder.done(stem)?;
        self.news.progress(self.folder.progress().stems());
        Ok(())
    }
}

/// Tells the pages what the terminal notes as done.
fn follow_progress(folder: &Folder, news: &Arc<News>) -> JoinSet<()> {
    let (folder, news, changed) = (folder.clone(), news.clone(), Arc::new(Notify::new()));
    let mut following = JoinSet::new();
    // A folder that cannot be watched is read when a page does something.
    if let Ok(watcher) = folder.make().and_then(|()| watch(&folder.progress_file(), changed.clone())) {
        following.spawn(async move {
            let _watcher = watcher;
            loop {
                changed.notified().await;
                news.progress(folder.progress().stems());
            }
        });
    }
    following
}

impl Opened {
    fn lab(&self) -> Result<&Lab, Refusal> {
        match self {
            Self::Lab(lab) => Ok(lab),
            Self::Trouble(said) => Err(Refusal::no_lab(said)),
        }
    }

    fn set(&mut self, stage: &crate::course::Stage) -> Result<(), LabError> {
        match self {
            Self::Lab(lab) => lab.set(stage),
            Self::Trouble(_) => Ok(()),
        }
    }
}

/// Why there is no lab, and what to do about it in a browser.
fn trouble(error: &LabError) -> String {
    let said = error.to_string();
    match (error, said.split_once("; ")) {
        (LabError::Taken { .. }, Some((taken, _))) => format!(
            "{taken}, perhaps by a lesson in a terminal; end that and reload the page, \
             or start the book on other ports: lesson book --ports 0,0,0"
        ),
        _ => said,
    }
}

/// The reader's own backends, in sentences.
fn theirs(lab: &Lab) -> Vec<String> {
    let own = lab.theirs().into_iter();
    let own = own.map(|port| format!("Your own server answers on port {port}; the lessons use it."));
    own.chain(lab.lacking().iter().map(|lacking| format!("But {lacking}."))).collect()
}
