//! What is still to come of a body: where in what was read its data stands (RFC 9112 §6.3).

use super::{
    buffer::Buffer,
    chunks::{Chunks, NoChunks},
    request_head::Framing,
};

/// The rest of a body on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    /// So many bytes, at least one.
    Length(u64),
    /// Chunks.
    Chunked(Chunks),
    /// Whatever comes until the other side closes.
    ToClose,
    /// Nothing.
    End,
}

impl From<Framing> for Rest {
    fn from(framing: Framing) -> Self {
        match framing {
            Framing::None => Self::End,
            Framing::Length(length) => Self::of_length(length),
            Framing::Chunked => Self::Chunked(Chunks::default()),
        }
    }
}

impl Rest {
    pub(crate) fn of_length(length: u64) -> Self {
        if length == 0 { Self::End } else { Self::Length(length) }
    }

    /// Whether all has come.
    pub(crate) fn is_end(self) -> bool {
        self == Self::End
    }

    /// How many bytes at the front of the buffer are data, once the framing before them is gone.
    ///
    /// # Errors
    /// What is there is no chunk.
    pub(crate) fn data(&mut self, buffer: &mut Buffer) -> Result<usize, NoChunks> {
        let limit = match self {
            Self::End => 0,
            Self::ToClose => u64::MAX,
            Self::Length(left) => *left,
            Self::Chunked(chunks) => {
                let framing = chunks.skip(buffer.data())?;
                let left = chunks.data();
                if chunks.is_end() {
                    *self = Self::End;
                }
                buffer.take(framing);
                left
            }
        };
        Ok(buffer.data().len().min(usize::try_from(limit).unwrap_or(usize::MAX)))
    }

    /// So many bytes of data have been taken.
    pub(crate) fn took(&mut self, length: usize) {
        match self {
            Self::Length(left) => *self = Self::of_length(*left - length as u64),
            Self::Chunked(chunks) => chunks.took(length as u64),
            Self::ToClose | Self::End => {}
        }
    }
}
