//! Files that can be read to their end at once: neither a pipe, which may have no other side, nor a device.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

/// What a regular file holds.
///
/// # Errors
/// It cannot be read; it is no regular file ([`io::ErrorKind::InvalidInput`]); it has more than `most` bytes
/// ([`io::ErrorKind::FileTooLarge`]).
pub fn read_regular(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    // Before it is opened: to open a pipe is to wait for its other side.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    let mut content = Vec::new();
    File::open(path)?.take(most.saturating_add(1)).read_to_end(&mut content)?;
    match u64::try_from(content.len()) {
        Ok(length) if length <= most => Ok(content),
        _ => Err(io::ErrorKind::FileTooLarge.into()),
    }
}
