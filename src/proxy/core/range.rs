//! `Range`, answered here where the backend answers the whole (RFC 9110 §14; apache-facts §5).
//!
//! Apache cuts what it has in full when the head goes out, which is a small body; so do we. Several ranges that do not
//! touch get the whole, which a client must expect of any server.

use std::{future::poll_fn, ops::RangeInclusive, pin::Pin};

use hyper::{
    Method, Response, StatusCode,
    body::{Body as _, Bytes},
    header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap, HeaderValue, IF_RANGE, LAST_MODIFIED, RANGE},
    http::request,
};

use crate::proxy::{error::Error, mod_proxy_http::body::Body};

/// The longest body that is cut: what Apache reads in one go.
const SMALL: u64 = 8000;

/// What a client asked a part of, and of which version.
pub(crate) struct Range {
    bytes: HeaderValue,
    version: Option<HeaderValue>,
}

impl Range {
    /// The part that the request asks for; nearly always none.
    pub(crate) fn of(head: &request::Parts) -> Option<Self> {
        let bytes = head.headers.get(RANGE).filter(|_| head.method != Method::HEAD)?.clone();
        Some(Self { bytes, version: head.headers.get(IF_RANGE).cloned() })
    }

    // ANCHOR: cut
    /// Cuts the part out of a small, whole answer; others pass as they are.
    ///
    /// # Errors
    /// 416 if the answer has no such part; 502 if it breaks off.
    pub(crate) async fn cut(self, response: Response<Body>) -> Result<Response<Body>, Error> {
        let headers = response.headers();
        let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let length = length.filter(|length| (1..=SMALL).contains(length));
        let whole = response.status() == StatusCode::OK && !headers.contains_key(CONTENT_RANGE);
        let (Some(length), true, true) = (length, whole, self.is_of(headers)) else { return Ok(response) };
        let Some(parts) = self.bytes.to_str().ok().and_then(|asked| parts(asked, length)) else {
            return Ok(response);
        };
        let part = match parts.as_slice() {
            [] => return Err(Error::NoSuchRange),
            [part] => part.clone(),
            _ => return Ok(response),
        };
        let (mut head, body) = response.into_parts();
        let bytes = collect(body).await?;
        let (from, to) = (*part.start() as usize, *part.end() as usize);
        let bytes = bytes.get(from..=to).map(Bytes::copy_from_slice).ok_or(Error::NoSuchRange)?;
        head.status = StatusCode::PARTIAL_CONTENT;
        head.extensions.clear();
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        if let Ok(range) = HeaderValue::from_str(&format!("bytes {from}-{to}/{length}")) {
            head.headers.insert(CONTENT_RANGE, range);
        }
        Ok(Response::from_parts(head, Body::Full(bytes)))
    }
    // ANCHOR_END: cut

    /// Whether the answer is of the version that `If-Range` names; a weak tag names none.
    fn is_of(&self, headers: &HeaderMap) -> bool {
        let Some(version) = &self.version else { return true };
        let name = if version.as_bytes().starts_with(b"\"") { ETAG } else { LAST_MODIFIED };
        headers.get(name) == Some(version)
    }
}

async fn collect(mut body: Body) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        if let Ok(data) = frame?.into_data() {
            bytes.extend(data);
        }
    }
    Ok(bytes)
}

/// The parts of so many bytes that are asked for, those joined that touch; `None` if this is no range of bytes.
fn parts(asked: &str, length: u64) -> Option<Vec<RangeInclusive<u64>>> {
    let (unit, list) = asked.split_at_checked("bytes=".len())?;
    if !unit.eq_ignore_ascii_case("bytes=") {
        return None;
    }
    let mut found: Vec<RangeInclusive<u64>> = Vec::new();
    let mut any = false;
    for word in list.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let (from, to) = word.split_once('-')?;
        let number =
            |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u64>().ok())?;
        let part = match (from, to) {
            ("", last) => length.saturating_sub(number(last).filter(|last| *last > 0)?)..=length - 1,
            (from, "") => number(from)?..=length - 1,
            (from, to) => {
                let (from, to) = (number(from)?, number(to)?);
                if from > to {
                    return None;
                }
                from..=to.min(length - 1)
            }
        };
        any = true;
        match found.last_mut() {
            _ if *part.start() >= length => {}
            Some(last) if part.start() <= &(last.end() + 1) && part.end() + 1 >= *last.start() => {
                *last = *last.start().min(part.start())..=*last.end().max(part.end());
            }
            _ => found.push(part),
        }
    }
    any.then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_ten_bytes() {
        for (asked, expected) in [
            ("bytes=0-3", Some(vec![0..=3])),
            ("Bytes=4-", Some(vec![4..=9])),
            ("bytes=-3", Some(vec![7..=9])),
            ("bytes=-99", Some(vec![0..=9])),
            ("bytes=0-99", Some(vec![0..=9])),
            ("bytes=50-", Some(vec![])),
            ("bytes=0-3,", Some(vec![0..=3])),
            ("bytes=0-1,2-3", Some(vec![0..=3])),
            ("bytes=0-1,5-6", Some(vec![0..=1, 5..=6])),
            ("bytes=5-2", None),
            ("bytes=-0", None),
            ("bytes=", None),
            ("bytes=x", None),
            ("bytes=0-+3", None),
            ("bytes = 0-3", None),
            ("items=0-3", None),
            ("é", None),
        ] {
            assert_eq!(parts(asked, 10), expected, "{asked}");
        }
    }
}
