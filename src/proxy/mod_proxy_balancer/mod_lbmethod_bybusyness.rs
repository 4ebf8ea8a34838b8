//! `mod_lbmethod_bybusyness`: whose turn it is, by the requests that are being served.

use crate::proxy::mod_proxy_balancer::mod_lbmethod_byrequests::LbStatus;

/// Elects the member with the fewest requests in hand; among equals the one that byrequests would.
///
/// `members` yields `(index, factor in hundredths, requests in hand)` in file order.
pub(crate) fn elect(
    status: &mut [LbStatus],
    members: impl Iterator<Item = (usize, u32, usize)>,
) -> Option<usize> {
    let mut total = 0;
    let mut elected: Option<(usize, usize)> = None;
    for (member, factor, busy) in members {
        status[member] += LbStatus::from(factor);
        total += LbStatus::from(factor);
        if elected.is_none_or(|(best, least)| busy < least || busy == least && status[member] > status[best])
        {
            elected = Some((member, busy));
        }
    }
    let (elected, _) = elected?;
    status[elected] -= total;
    Some(elected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(members: &[(u32, usize)], requests: usize) -> String {
        let mut status = vec![0; members.len()];
        (0..requests)
            .map(|_| members.iter().enumerate().map(|(n, (factor, busy))| (n, *factor, *busy)))
            .map(|members| elect(&mut status, members).unwrap())
            .map(|member| char::from(b'A' + u8::try_from(member).unwrap()))
            .collect()
    }

    #[test]
    fn idle_members_take_turns_as_with_byrequests() {
        assert_eq!(sequence(&[(100, 0), (100, 0)], 8), "ABABABAB");
        assert_eq!(sequence(&[(300, 0), (100, 0)], 8), "AABAAABA");
    }

    #[test]
    fn a_busy_member_gets_nothing() {
        assert_eq!(sequence(&[(100, 1), (100, 0)], 5), "BBBBB");
        assert_eq!(sequence(&[(10_000, 1), (100, 0), (100, 0)], 4), "BCBC");
    }

    #[test]
    fn nobody_usable_elects_nobody() {
        assert_eq!(elect(&mut [], std::iter::empty()), None);
    }
}
