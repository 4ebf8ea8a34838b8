//! A place at a worker for what a running server has for it; it is no part of what a site file says.

use std::{any::Any, sync::OnceLock};

/// Empty until the first request needs it. A copy starts anew, as a restarted Apache does.
#[derive(Debug, Default)]
pub(crate) struct Place(OnceLock<Box<dyn Any + Send + Sync>>);

impl Place {
    /// What is there, or is put there now; one kind of thing has the place.
    pub(crate) fn get_or_init<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Option<&T> {
        self.0.get_or_init(|| Box::new(make())).downcast_ref()
    }
}

impl Clone for Place {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Place {}
