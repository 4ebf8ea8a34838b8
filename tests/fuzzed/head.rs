//! Any bytes as a head or as chunks: ours and `httparse` agree on what they are, but for reasons that have a name; and
//! where they are cut changes nothing.

use httparse::{EMPTY_HEADER, Status, parse_chunk_size};

use crate::proxy::http1::{
    chunks::Chunks,
    head::Head,
    request_head::{Refusal, RequestHead},
    response_head::{Fault, ResponseHead},
};

/// More fields than we take.
const FIELDS: usize = 256;

/// What we refuse for reasons of our own, where a reader of the syntax alone has none.
const OURS: [&str; 8] = [
    "a bare line feed",
    "too many empty lines before the request",
    "Content-Length is not one number",
    "a transfer coding other than chunked",
    "the target has a character that no target has",
    "a folded header about the body",
    "a folded header that may hide the end of the answer",
    "the head is too long",
];

pub fn check(bytes: &[u8]) {
    request(bytes);
    response(bytes);
    chunks(bytes);
}

/// Name and value of each field.
type Fields = Vec<(Vec<u8>, Vec<u8>)>;

fn fields(head: &Head) -> Fields {
    head.fields().map(|(name, value)| (name.to_vec(), value.to_vec())).collect()
}

fn second(headers: &[httparse::Header<'_>]) -> Fields {
    headers.iter().map(|field| (field.name.as_bytes().to_vec(), field.value.to_vec())).collect()
}

fn request(bytes: &[u8]) {
    let (mut head, mut in_two) = (Head::default(), Head::default());
    let (mut reader, mut again) = (RequestHead::default(), RequestHead::default());
    let ours = reader.read(bytes, &mut head);
    let first = again.read(&bytes[..bytes.len() / 2], &mut in_two);
    let cut = if matches!(first, Ok(None)) { again.read(bytes, &mut in_two) } else { first };
    assert_eq!(ours, cut, "where it is cut changes what it is");
    let mut room = [EMPTY_HEADER; FIELDS];
    let mut theirs = httparse::Request::new(&mut room);
    let second_opinion = theirs.parse(bytes);
    match (ours, second_opinion) {
        (Ok(Some(length)), Ok(Status::Complete(other))) => {
            assert_eq!(fields(&head), fields(&in_two));
            assert_eq!(length, other, "where the head ends");
            assert_eq!(head.method(), theirs.method.unwrap_or_default().as_bytes());
            assert_eq!(fields(&head), second(theirs.headers));
        }
        (Ok(Some(length)), other) => {
            let text = &bytes[..length];
            assert!(
                is_folded(text) || has_later_version(text) || has_strange_target(&head, text),
                "taken by us alone ({other:?}): {}",
                text.escape_ascii()
            );
        }
        (Err(Refusal::Bad(why)), Ok(Status::Complete(length))) => {
            assert!(OURS.contains(&why), "refused by us alone, {why}: {}", bytes[..length].escape_ascii());
        }
        // Limits, and what has not come yet.
        _ => {}
    }
}

fn response(bytes: &[u8]) {
    let (mut head, mut in_two) = (Head::default(), Head::default());
    let (mut reader, mut again) = (ResponseHead::default(), ResponseHead::default());
    let ours = reader.read(bytes, &mut head);
    let first = again.read(&bytes[..bytes.len() / 2], &mut in_two);
    let cut = if matches!(first, Ok(None)) { again.read(bytes, &mut in_two) } else { first };
    assert_eq!(ours, cut, "where it is cut changes what it is");
    let mut room = [EMPTY_HEADER; FIELDS];
    let mut theirs = httparse::Response::new(&mut room);
    let second_opinion = theirs.parse(bytes);
    match (ours, second_opinion) {
        (Ok(Some(length)), Ok(Status::Complete(other))) => {
            assert_eq!(fields(&head), fields(&in_two));
            assert_eq!(length, other, "where the head ends");
            assert_eq!(Some(head.status()), theirs.code);
            assert_eq!(fields(&head), second(theirs.headers));
        }
        (Ok(Some(length)), other) => {
            let text = &bytes[..length];
            let many = matches!(other, Err(httparse::Error::TooManyHeaders));
            assert!(
                many || is_folded(text) || has_later_version(text) || has_white_space(text),
                "taken by us alone ({other:?}): {}",
                text.escape_ascii()
            );
        }
        (Err(Fault::Field(why)), Ok(Status::Complete(length))) => {
            assert!(OURS.contains(&why), "refused by us alone, {why}: {}", bytes[..length].escape_ascii());
        }
        // A status below 100, limits, and what has not come yet.
        _ => {}
    }
}

/// The first line of a chunk: the same size, the same place where its data begins.
fn chunks(bytes: &[u8]) {
    let mut reader = Chunks::default();
    let ours = reader.skip(bytes).ok();
    let in_pieces = {
        let mut pieces = Chunks::default();
        let (mut at, mut whole) = (0, Some(()));
        while let (Some(byte), Some(()), 0, false) = (bytes.get(at), whole, pieces.data(), pieces.is_end()) {
            whole = pieces.skip(&[*byte]).map(|_| ()).ok();
            at += 1;
        }
        whole.map(|()| at)
    };
    assert_eq!(ours, in_pieces, "where it is cut changes what it is");
    if let (Some(at), Ok(Status::Complete((other, size)))) = (ours, parse_chunk_size(bytes))
        && size > 0
    {
        assert_eq!((at, reader.data()), (other, size), "{}", bytes.escape_ascii());
    }
}

/// Apache joins what is folded (RFC 9112 §5.2).
fn is_folded(text: &[u8]) -> bool {
    text.windows(2).any(|two| two[0] == b'\n' && matches!(two[1], b' ' | b'\t'))
}

/// Apache takes any white space off an answer's value, not blanks and tabs alone.
fn has_white_space(text: &[u8]) -> bool {
    let lone = |two: &[u8]| two[0] == b'\r' && two[1] != b'\n' || two[1] == 0x0c;
    text.windows(2).any(lone)
}

/// Apache answers later versions as 1.1.
fn has_later_version(text: &[u8]) -> bool {
    let line = text.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
    !line.windows(8).any(|word| word == b"HTTP/1.1" || word == b"HTTP/1.0")
}

/// Apache escapes what is none of a URI.
fn has_strange_target(head: &Head, text: &[u8]) -> bool {
    let target = head.target().as_bytes();
    !text.windows(target.len()).any(|part| part == target)
}
