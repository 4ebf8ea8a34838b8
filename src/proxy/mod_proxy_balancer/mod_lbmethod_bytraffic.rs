//! `mod_lbmethod_bytraffic`: whose turn it is, by the bytes that went to and fro.
//!
//! Where we differ: of a chunked upload that is longer than what is read ahead, the body is not counted.

/// Elects the member that has moved the least, in relation to its factor; ties go to the earlier one.
///
/// `members` yields `(index, factor in hundredths, bytes sent, bytes read)` in file order.
pub(crate) fn elect(members: impl Iterator<Item = (usize, u32, u64, u64)>) -> Option<usize> {
    // Two divisions that each round down, as in Apache.
    let traffic = |factor: u32, sent: u64, read: u64| sent / u64::from(factor) + read / u64::from(factor);
    members
        .map(|(member, factor, sent, read)| (traffic(factor, sent, read), member))
        .reduce(|best, other| if other.0 < best.0 { other } else { best })
        .map(|(_, member)| member)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who answers, if every request sends 161 bytes and reads 16.
    fn sequence(factors: &[u32], requests: usize) -> String {
        let mut counts = vec![0_u64; factors.len()];
        (0..requests)
            .map(|_| {
                let members = factors.iter().zip(&counts).enumerate();
                let members = members.map(|(n, (factor, count))| (n, *factor, 161 * count, 16 * count));
                let member = elect(members).unwrap();
                counts[member] += 1;
                char::from(b'A' + u8::try_from(member).unwrap())
            })
            .collect()
    }

    /// As Apache 2.4.71 answered requests of that size.
    #[test]
    fn every_sequence_of_apache() {
        assert_eq!(sequence(&[100, 100], 10), "ABABABABAB");
        assert_eq!(sequence(&[300, 100], 14), "AABAABAAAABAAB");
    }

    #[test]
    fn nobody_usable_elects_nobody() {
        assert_eq!(elect(std::iter::empty()), None);
    }
}
