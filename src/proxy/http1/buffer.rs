//! What was read and nobody has taken yet. The room belongs to the thread: a connection that waits holds none.

use std::cell::RefCell;

/// The room that a thread lends.
const ROOM: usize = 64 * 1024;
/// How much room a thread keeps for the next who asks, in pieces.
const KEPT: usize = 32;
/// What waits for its rest and is shorter than this gets a place of its own, so that the room is free.
const SHORT: usize = 8 * 1024;

thread_local! {
    static FREE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// Bytes from `from` to `to`; without any it has no room either.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    room: Vec<u8>,
    from: usize,
    to: usize,
}

impl Buffer {
    /// What is there.
    pub(crate) fn data(&self) -> &[u8] {
        &self.room[self.from..self.to]
    }

    /// Whether nothing is there.
    pub(crate) fn is_empty(&self) -> bool {
        self.from == self.to
    }

    /// Takes so many bytes from the front.
    pub(crate) fn take(&mut self, length: usize) {
        self.from += length;
        debug_assert!(self.from <= self.to);
        self.release();
    }

    /// Gives the room back if nothing is in it.
    pub(crate) fn release(&mut self) {
        if self.from < self.to {
            return;
        }
        (self.from, self.to) = (0, 0);
        let room = std::mem::take(&mut self.room);
        if room.len() == ROOM {
            // A thread that ends keeps nothing.
            _ = FREE.try_with(|free| {
                let mut free = free.borrow_mut();
                if free.len() < KEPT {
                    free.push(room);
                }
            });
        }
    }

    /// Where the next bytes go, at least one.
    pub(crate) fn space(&mut self) -> &mut [u8] {
        if self.to == self.room.len() {
            self.make_space();
        }
        &mut self.room[self.to..]
    }

    /// So many bytes of the space have been filled.
    pub(crate) fn filled(&mut self, length: usize) {
        self.to += length;
    }

    /// The rest takes a while to come: what is there moves to a place of its own if it is short.
    pub(crate) fn park(&mut self) {
        if self.room.len() >= ROOM && self.to - self.from < SHORT {
            let data = self.data().to_vec();
            self.from = self.to;
            self.release();
            (self.to, self.room) = (data.len(), data);
        }
    }

    fn make_space(&mut self) {
        if self.from > 0 && self.to - self.from < self.room.len() / 2 {
            self.room.copy_within(self.from..self.to, 0);
        } else {
            let mut larger = match self.room.len() {
                0..SHORT => FREE.with_borrow_mut(Vec::pop).unwrap_or_else(|| vec![0; ROOM]),
                full => vec![0; 2 * full.max(ROOM / 2)],
            };
            larger[..self.to - self.from].copy_from_slice(self.data());
            let old = std::mem::replace(&mut self.room, larger);
            drop(old);
        }
        (self.from, self.to) = (0, self.to - self.from);
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.from = self.to;
        self.release();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(buffer: &mut Buffer, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let space = buffer.space();
            let length = space.len().min(rest.len());
            space[..length].copy_from_slice(&rest[..length]);
            buffer.filled(length);
            rest = &rest[length..];
        }
    }

    #[test]
    fn bytes_come_out_as_they_went_in() {
        let all: Vec<u8> = (0..5 * ROOM).map(|at| at as u8).collect();
        let mut buffer = Buffer::default();
        let (mut put, mut taken) = (0, Vec::<u8>::new());
        for step in [1, 7, SHORT, 100, ROOM, 3, 2 * ROOM, SHORT - 1].into_iter().cycle() {
            let next = (put + step).min(all.len());
            fill(&mut buffer, &all[put..next]);
            put = next;
            buffer.park();
            let half = buffer.data().len() / 2 + usize::from(put == all.len());
            let half = half.min(buffer.data().len());
            taken.extend(&buffer.data()[..half]);
            buffer.take(half);
            if buffer.is_empty() && put == all.len() {
                break;
            }
        }
        assert!(taken == all);
        assert_eq!(buffer.room.len(), 0, "an empty buffer holds no room");
    }

    #[test]
    fn room_is_used_again() {
        let mut buffer = Buffer::default();
        fill(&mut buffer, b"x");
        let place = buffer.room.as_ptr();
        buffer.take(1);
        let mut other = Buffer::default();
        fill(&mut other, b"y");
        assert_eq!(other.room.as_ptr(), place);
        other.park();
        assert_eq!((other.data(), other.room.len()), (&b"y"[..], 1));
    }
}
