//! The addresses of the control interface.

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    middleware::{from_fn, from_fn_with_state},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    Live,
    guard::{EVENTS, guard, key},
    refusal::{Refusal, Told},
    stage::{Broken, Checked},
    view::{ResultView, StageView},
};

/// The longest body of a request, in bytes.
const MOST: usize = 64 << 10;

type Answer<T> = Result<Told<T>, Refusal>;
type Lab = State<Arc<Live>>;

impl Live {
    /// The book's pages and the control interface behind one guard.
    pub(in super::super) fn router(self: Arc<Self>, pages: Router) -> Router {
        let token = self.token.clone();
        Router::new()
            .route("/live/session", get(session))
            .route(EVENTS, get(events))
            .route("/live/stage", post(stage))
            .route("/live/site", post(site))
            .route("/live/run", post(run))
            .route("/live/break", post(broken))
            .route("/live/check", post(check))
            .route_layer(from_fn_with_state(token, key))
            .with_state(self)
            .merge(pages)
            .layer(DefaultBodyLimit::max(MOST))
            .layer(from_fn(guard))
    }
}

#[derive(Deserialize)]
struct ToStage {
    stem: String,
    state: String,
}

#[derive(Deserialize)]
struct ToSite {
    stem: String,
    text: String,
}

#[derive(Deserialize)]
struct ToRun {
    stem: String,
    step: usize,
}

#[derive(Deserialize)]
struct ToBreak {
    stem: String,
    name: String,
}

#[derive(Deserialize)]
struct ToCheck {
    stem: String,
}

async fn session(State(live): Lab) -> Response {
    axum::response::IntoResponse::into_response(Told(live.session().await))
}

async fn events(State(live): Lab) -> Response {
    live.open().await;
    live.news.clone().stream()
}

async fn stage(State(live): Lab, Told(to): Told<ToStage>) -> Answer<Arc<StageView>> {
    live.stage(&to.stem, &to.state).await.map(Told)
}

async fn site(State(live): Lab, Told(to): Told<ToSite>) -> Answer<Arc<StageView>> {
    live.site(&to.stem, to.text).await.map(Told)
}

async fn run(State(live): Lab, Told(to): Told<ToRun>) -> Answer<ResultView> {
    live.run(&to.stem, to.step).await.map(Told)
}

async fn broken(State(live): Lab, Told(to): Told<ToBreak>) -> Answer<Broken> {
    live.broken(&to.stem, &to.name).await.map(Told)
}

async fn check(State(live): Lab, Told(to): Told<ToCheck>) -> Answer<Checked> {
    live.check(&to.stem).await.map(Told)
}
