//! `mod_lbmethod_byrequests`: whose turn it is.

/// The counter of one member: how far it is behind its share, in hundredths of a request.
pub(crate) type LbStatus = i64;

// ANCHOR: elect
/// Elects one of the usable members: each gains its factor, the one furthest behind wins and pays for all.
///
/// `members` yields `(index, factor)` in file order; ties go to the earlier one.
pub(crate) fn elect(status: &mut [LbStatus], members: impl Iterator<Item = (usize, u32)>) -> Option<usize> {
    let mut total = 0;
    let mut elected = None;
    for (member, factor) in members {
        status[member] += LbStatus::from(factor);
        total += LbStatus::from(factor);
        if elected.is_none_or(|best: usize| status[member] > status[best]) {
            elected = Some(member);
        }
    }
    status[elected?] -= total;
    elected
}
// ANCHOR_END: elect

#[cfg(test)]
mod tests {
    use super::*;

    /// Every sequence of apache-facts §8: factors in hundredths, then who answers.
    #[test]
    fn every_sequence_of_apache() {
        for (factors, expected) in [
            (vec![100, 100], "ABABAB"),
            (vec![100; 3], "ABCABC"),
            (vec![100; 4], "ABCDABCD"),
            (vec![200, 100], "ABAABAABA"),
            (vec![100, 200], "BABBABBAB"),
            (vec![300, 100], "AABAAABA"),
            (vec![100, 300], "BABBBABB"),
            (vec![500, 100, 100], "AABACAAAABACAA"),
            (vec![100, 200, 300], "CBACBCCBACBC"),
            (vec![300, 200, 100], "ABACBAABACBA"),
            (vec![400, 300, 200, 100], "ABCABDACBA"),
            (vec![150, 100], "ABABAABABA"),
        ] {
            let mut status = vec![0; factors.len()];
            let answered: String = (0..expected.len())
                .map(|_| elect(&mut status, factors.iter().copied().enumerate()).unwrap())
                .map(|member| char::from(b'A' + member as u8))
                .collect();
            assert_eq!(answered, expected, "{factors:?}");
        }
    }

    #[test]
    fn a_small_share_is_served_in_the_middle() {
        let mut status = vec![0; 2];
        let mut turn = || elect(&mut status, [(0, 10_000), (1, 100)].into_iter());
        assert_eq!((0..101).position(|_| turn() == Some(1)), Some(50));
    }

    #[test]
    fn nobody_usable_elects_nobody() {
        assert_eq!(elect(&mut [0, 0], std::iter::empty()), None);
    }
}
