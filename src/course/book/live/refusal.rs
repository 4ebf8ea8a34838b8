//! What is not done, why, and what to do; and how the pages' words are read.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::timeout;

use super::view::ErrorView;

/// How long a request's body may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request that is not carried out.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error: ErrorView,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, text: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { status, error: ErrorView::new(text, remedy) }
    }

    /// Something is named that is not there.
    pub(super) fn unknown(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no such {what}"), "reload the page")
    }

    /// What is wrong, and after a semicolon what to do.
    pub(super) fn said(status: StatusCode, said: &str) -> Self {
        let (text, remedy) = said.split_once("; ").unwrap_or((said, "start the book again"));
        Self::new(status, text, remedy)
    }

    /// The lab could not be set up.
    pub(super) fn no_lab(said: &str) -> Self {
        Self::said(StatusCode::SERVICE_UNAVAILABLE, said)
    }

    /// The system does not do what it should.
    pub(super) fn failed(said: &str) -> Self {
        Self::said(StatusCode::INTERNAL_SERVER_ERROR, said)
    }

    /// A site that is not taken.
    pub(super) fn site(error: impl Into<ErrorView>) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, error: error.into() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Told(self.error)).into_response()
    }
}

/// JSON, in both directions.
pub(super) struct Told<T>(pub T);

impl<T: Serialize> IntoResponse for Told<T> {
    fn into_response(self) -> Response {
        let json = HeaderValue::from_static("application/json");
        let headers = [(CONTENT_TYPE, json), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        match serde_json::to_vec(&self.0) {
            Ok(body) => (headers, body).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Told<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        // A form of a page elsewhere cannot have this type.
        if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Refusal::new(status, "this is not JSON", "send Content-Type: application/json"));
        }
        let body = timeout(PATIENCE, Bytes::from_request(request, state)).await.map_err(|_| {
            Refusal::new(StatusCode::REQUEST_TIMEOUT, "this request came too slowly", "send it again")
        })?;
        let body = body.map_err(|rejection| {
            Refusal::new(rejection.status(), "this is too long", "send at most 64 KiB")
        })?;
        let told = serde_json::from_slice(&body).map_err(|error| {
            Refusal::new(StatusCode::BAD_REQUEST, format!("this cannot be read: {error}"), "reload the page")
        })?;
        Ok(Self(told))
    }
}
