//! Room that the thread lends: who waits for long gives it back, and the next who needs some allocates nothing.

use std::{
    cell::RefCell,
    ops::{Deref, DerefMut},
    thread::LocalKey,
};

use super::head::Head;

/// How many pieces a thread keeps of each kind, and how large a piece may be in bytes.
const KEPT: usize = 64;
const LARGEST: usize = 64 * 1024;

/// What can be lent.
pub(crate) trait Lend: Default + 'static {
    /// What nobody uses now.
    fn free() -> &'static LocalKey<RefCell<Vec<Self>>>;

    /// Makes it empty.
    fn clear(&mut self);

    /// How many bytes it takes.
    fn room(&self) -> usize;
}

/// Something that goes back to the thread when it is dropped.
#[derive(Debug)]
pub(crate) struct Lent<T: Lend>(T);

impl<T: Lend> Lent<T> {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self(T::free().with_borrow_mut(Vec::pop).unwrap_or_default())
    }
}

impl<T: Lend> Default for Lent<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Lend> Lent<T> {
    /// Without room: for a time in which it is not needed.
    pub(crate) fn without_room() -> Self {
        Self(T::default())
    }
}

impl<T: Lend> Drop for Lent<T> {
    fn drop(&mut self) {
        if self.0.room() == 0 {
            return;
        }
        let mut room = std::mem::take(&mut self.0);
        if room.room() <= LARGEST {
            room.clear();
            // A thread that ends keeps nothing.
            _ = T::free().try_with(|free| {
                let mut free = free.borrow_mut();
                if free.len() < KEPT {
                    free.push(room);
                }
            });
        }
    }
}

impl<T: Lend> Deref for Lent<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Lend> DerefMut for Lent<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

thread_local! {
    static HEADS: RefCell<Vec<Head>> = const { RefCell::new(Vec::new()) };
    static TEXTS: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

impl Lend for Head {
    fn free() -> &'static LocalKey<RefCell<Vec<Self>>> {
        &HEADS
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn room(&self) -> usize {
        self.room()
    }
}

impl Lend for Vec<u8> {
    fn free() -> &'static LocalKey<RefCell<Vec<Self>>> {
        &TEXTS
    }

    fn clear(&mut self) {
        self.clear();
    }

    fn room(&self) -> usize {
        self.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_lent_is_lent_again_and_empty() {
        let mut text = Lent::<Vec<u8>>::new();
        text.extend(b"something");
        let place = text.as_ptr();
        drop(text);
        let text = Lent::<Vec<u8>>::new();
        assert_eq!((text.as_ptr(), text.len()), (place, 0));
    }

    #[test]
    fn what_is_large_is_not_kept() {
        drop(Lent(vec![0_u8; LARGEST + 1]));
        assert_eq!(Lent::<Vec<u8>>::new().capacity(), 0);
    }
}
