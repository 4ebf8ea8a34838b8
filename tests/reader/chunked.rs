//! `chunked-body` (RFC 9112 §7.1).

use super::{
    grammar::{is_chunk_ext, is_field_value},
    lines::{Fields, Lines},
    request::Speaker,
};

/// The data and the trailers.
pub fn read(lines: &mut Lines<'_>, from: Speaker) -> Result<Option<(Vec<u8>, Fields)>, String> {
    let mut data = Vec::new();
    loop {
        let Some(line) = lines.line()? else { return Ok(None) };
        let digits = line.iter().position(|b| !b.is_ascii_hexdigit()).unwrap_or(line.len());
        let size =
            std::str::from_utf8(&line[..digits]).ok().and_then(|size| u64::from_str_radix(size, 16).ok());
        let size = size.ok_or("a chunk size that is none")?;
        let extension = &line[digits..];
        let of_any_kind = from == Speaker::Client && extension.first().is_some_and(|b| b"; \t".contains(b));
        if !(is_chunk_ext(extension) || of_any_kind && is_field_value(extension)) {
            return Err("a chunk extension that is none".to_owned());
        }
        if size == 0 {
            return Ok(lines.fields(false)?.map(|trailers| (data, trailers)));
        }
        let rest = lines.rest();
        let size = usize::try_from(size).map_err(|_| "a chunk beyond this machine")?;
        match rest.get(size..size.saturating_add(2)) {
            Some(b"\r\n") => {}
            Some(_) => return Err("a chunk that is longer than its size".to_owned()),
            None if rest.get(size).is_some_and(|b| *b != b'\r') => {
                return Err("a chunk that is longer than its size".to_owned());
            }
            None => return Ok(None),
        }
        data.extend(&rest[..size]);
        lines.at += size + 2;
    }
}
