//! What happens, told to every open page: exchanges, stages, progress.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::response::{
    IntoResponse, Response,
    sse::{Event, KeepAlive, Sse},
};
use futures_util::stream;
use serde::Serialize;
use serde_json::json;
use tokio::sync::broadcast::{self, error::RecvError};

use super::{view::StageView, wires::ExchangeView};
use crate::proxy::{Exchange, Watch};

/// How many items a page may lag behind; the ones before are forgotten, and it is told so.
const KEPT: usize = 256;
/// How often a silent stream shows that it is alive.
const ALIVE: Duration = Duration::from_secs(15);

/// The state that all pages agree on, and the channel to them; whoever is slow never holds up whoever tells.
pub(super) struct News {
    pages: broadcast::Sender<Item>,
    now: Mutex<Now>,
    exchanges: AtomicU64,
}

/// One thing that happened.
#[derive(Clone)]
pub(super) enum Item {
    Exchange(u64, Arc<Exchange>),
    Stage(Arc<StageView>),
    Progress(Arc<[String]>),
}

/// What a page that opens now has to know.
#[derive(Clone)]
pub(super) struct Now {
    pub stage: Option<Arc<StageView>>,
    pub done: Arc<[String]>,
}

impl News {
    pub(super) fn new(done: &[String]) -> Self {
        let now = Now { stage: None, done: done.into() };
        Self { pages: broadcast::channel(KEPT).0, now: Mutex::new(now), exchanges: AtomicU64::new(0) }
    }

    pub(super) fn now(&self) -> Now {
        self.lock().clone()
    }

    pub(super) fn stage(&self, stage: StageView) -> Arc<StageView> {
        let stage = Arc::new(stage);
        let mut now = self.lock();
        now.stage = Some(stage.clone());
        // No page is open: nobody misses it.
        _ = self.pages.send(Item::Stage(stage.clone()));
        stage
    }

    /// Tells the progress, if it is not known already.
    pub(super) fn progress(&self, done: &[String]) {
        let mut now = self.lock();
        if *now.done != *done {
            now.done = done.into();
            _ = self.pages.send(Item::Progress(now.done.clone()));
        }
    }

    /// All that happens from now on.
    pub(super) fn listen(&self) -> broadcast::Receiver<Item> {
        self.pages.subscribe()
    }

    /// The stream of one page: what is, then what happens.
    pub(super) fn stream(self: Arc<Self>) -> Response {
        let (coming, now) = {
            // Under the lock, so that nothing happens in between.
            let now = self.lock();
            (self.listen(), now.clone())
        };
        let page = Page { news: self, coming, first: now.events() };
        let events = stream::unfold(page, |mut page| async {
            let event = page.next().await?;
            Some((Ok::<_, Infallible>(event), page))
        });
        Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE)).into_response()
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The proxy's own side: nothing is traced unless a page is open.
impl Watch for News {
    fn looks(&self) -> bool {
        self.pages.receiver_count() > 0
    }

    fn saw(&self, exchange: Exchange) {
        let id = self.exchanges.fetch_add(1, Relaxed) + 1;
        _ = self.pages.send(Item::Exchange(id, Arc::new(exchange)));
    }
}

/// A page that listens.
struct Page {
    news: Arc<News>,
    coming: broadcast::Receiver<Item>,
    first: VecDeque<Event>,
}

impl Page {
    async fn next(&mut self) -> Option<Event> {
        if let Some(event) = self.first.pop_front() {
            return Some(event);
        }
        match self.coming.recv().await {
            Ok(item) => Some(item.event()),
            Err(RecvError::Lagged(missed)) => {
                self.first = self.news.now().events();
                Some(event("missed", &json!({ "missed": missed })))
            }
            Err(RecvError::Closed) => None,
        }
    }
}

impl Now {
    fn events(self) -> VecDeque<Event> {
        let items = self.stage.map(Item::Stage).into_iter().chain([Item::Progress(self.done)]);
        items.map(|item| item.event()).collect()
    }
}

impl Item {
    fn event(&self) -> Event {
        match self {
            Self::Exchange(id, exchange) => event("exchange", &ExchangeView::of(*id, exchange)),
            Self::Stage(stage) => event("stage", stage.as_ref()),
            Self::Progress(done) => event("progress", &json!({ "done": done })),
        }
    }
}

fn event(name: &str, data: &impl Serialize) -> Event {
    Event::default().event(name).data(serde_json::to_string(data).unwrap_or_default())
}
