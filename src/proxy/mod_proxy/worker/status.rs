//! `status=`: what a balancer may do with a member, a letter for each.

use std::fmt;

/// The letters that are set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status(u8);

/// One letter of `status=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// `D`: not chosen.
    Disabled,
    /// `S`: not chosen, and not tried again either.
    Stopped,
    /// `N`, drain: only chosen by requests that carry its route.
    Drain,
    /// `I`: errors are ignored; it stays in use.
    IgnoreErrors,
    /// `H`, hot standby: chosen when nobody else is usable.
    HotStandby,
    /// `R`, hot spare: takes the place of one that is not usable.
    HotSpare,
    /// `E`: shown in error, and tried at once.
    InError,
    /// `C`: its health check has failed.
    HealthCheckFailed,
}

/// Each flag with its letter and the word that `balancer-manager` shows, in Apache's order.
pub(crate) const FLAGS: [(Flag, char, &str); 8] = [
    (Flag::IgnoreErrors, 'I', "Ign"),
    (Flag::Drain, 'N', "Drn"),
    (Flag::Disabled, 'D', "Dis"),
    (Flag::Stopped, 'S', "Stop"),
    (Flag::InError, 'E', "Err"),
    (Flag::HotStandby, 'H', "Stby"),
    (Flag::HotSpare, 'R', "Spar"),
    (Flag::HealthCheckFailed, 'C', "HcFl"),
];

impl Status {
    /// Whether the flag is set.
    pub(crate) fn has(self, flag: Flag) -> bool {
        self.0 & 1 << flag as u8 != 0
    }

    /// With the flag set or cleared.
    pub(crate) fn with(self, flag: Flag, on: bool) -> Self {
        let bit = 1 << flag as u8;
        Self(if on { self.0 | bit } else { self.0 & !bit })
    }

    /// Whether it may serve at all, errors aside.
    pub(crate) fn is_allowed(self) -> bool {
        ![Flag::Disabled, Flag::Stopped, Flag::HealthCheckFailed].into_iter().any(|flag| self.has(flag))
    }

    /// Sets or clears each letter after `+` or `-`; a letter without a sign is set.
    pub(crate) fn read(mut self, text: &str) -> Result<Self, String> {
        let mut on = true;
        let mut letters = text.chars();
        while let Some(mut letter) = letters.next() {
            if letter == '+' || letter == '-' {
                on = letter == '+';
                letter = letters.next().unwrap_or_default();
            }
            let known = FLAGS.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(&letter));
            let (flag, ..) = known.ok_or("Unknown status parameter option")?;
            self = self.with(*flag, on);
        }
        Ok(self)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        FLAGS
            .iter()
            .filter(|(flag, ..)| self.has(*flag))
            .try_for_each(|(_, letter, _)| write!(f, "+{letter}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_as_apache_reads_them() {
        for (text, printed) in
            [("", ""), ("+D", "+D"), ("DH", "+D+H"), ("+D-H", "+D"), ("+d+I-D", "+I"), ("+RDS", "+D+S+R")]
        {
            assert_eq!(Status::default().read(text).map(|status| status.to_string()), Ok(printed.to_owned()));
        }
        for text in ["+Q", "Q", "-", "+", "D "] {
            assert_eq!(Status::default().read(text), Err("Unknown status parameter option".to_owned()));
        }
    }

    #[test]
    fn some_flags_forbid_to_serve() {
        for (_, letter, _) in FLAGS {
            let status = Status::default().read(&letter.to_string()).unwrap();
            assert_eq!(status.is_allowed(), !"DSC".contains(letter), "{letter}");
        }
    }
}
