//! HTTP/1.1 read by RFC 9112 to the letter: what stands behind the proxy, and in front of it. It shares nothing with
//! the proxy, nor with hyper.

// Not everybody who reads needs all of it.
#![allow(dead_code, unused_imports)]

mod chunked;
mod grammar;
mod lines;
mod request;
mod response;

pub use self::{
    grammar::is_origin_form,
    lines::Fields,
    request::{Request, Speaker, head, request},
    response::{Asked, Response, response},
};

/// What was read and how long it was; `None` if more must come; or why it is refused.
pub type Read<T> = Result<Option<(T, usize)>, String>;

/// Bytes as they are, each a character.
pub fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
