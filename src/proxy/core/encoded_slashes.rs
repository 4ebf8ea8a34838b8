//! `AllowEncodedSlashes`: what becomes of `%2F` in a path.
//!
//! Where we differ: with `NoDecode` Apache decodes the `%25` of `%252F` and sends `%2F`, so that a client can make the
//! backend see a slash that the proxy has never judged. Here `%25` stays `%25`, and `%2F` stays `%2F`.

use std::fmt;

use crate::proxy::{
    core::Core,
    site::directive::{Directive, Scope},
    site::words::one_word,
};

/// `AllowEncodedSlashes`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EncodedSlashes {
    /// `Off`: such a path is answered with 404.
    #[default]
    Off,
    /// `On`: decoded, so that it divides segments as `/` does.
    On,
    /// `NoDecode`: left as it is.
    NoDecode,
}

impl EncodedSlashes {
    fn word(self) -> &'static str {
        match self {
            Self::Off => "Off",
            Self::On => "On",
            Self::NoDecode => "NoDecode",
        }
    }
}

impl fmt::Display for EncodedSlashes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "AllowEncodedSlashes {}", self.word())
    }
}

pub(crate) const ALLOW_ENCODED_SLASHES: Directive<Core> = Directive {
    name: "AllowEncodedSlashes",
    read: |scope: &mut Scope<'_, Core>, line| {
        scope.outside_of_sections("AllowEncodedSlashes")?;
        let word = one_word(line)
            .ok_or("AllowEncodedSlashes takes one argument, Allow URLs containing '/' encoded as '%2F'")?;
        let known = [EncodedSlashes::Off, EncodedSlashes::On, EncodedSlashes::NoDecode].into_iter();
        let slashes = known.into_iter().find(|slashes| slashes.word().eq_ignore_ascii_case(&word));
        let slashes = slashes.ok_or("AllowEncodedSlashes must be On, Off, or NoDecode")?;
        scope.server.encoded_slashes = Some(slashes);
        Ok(())
    },
};
