//! Whole-number arithmetic: logarithms and shares without floating point, so that a score is the same on every machine.

use crate::domain::score::Thousandths;

/// The top of every raw score: 100 in thousandths.
pub(super) const FULL: u32 = 100_000;

const FRACTION_BITS: u32 = 30;
const LOG_BITS: u32 = 16;
const LN_2_MILLIONTHS: u64 = 693_147;

/// Natural logarithm of a positive number in thousandths, rounded down; 0 for 0.
pub(super) fn ln(number: u32) -> u32 {
    let Some(whole) = number.checked_ilog2() else {
        return 0;
    };
    let mut mantissa = (u64::from(number) << FRACTION_BITS) >> whole;
    let mut log2 = u64::from(whole);
    for _ in 0..LOG_BITS {
        // Squaring doubles the logarithm: each doubling past 2 is the next binary digit.
        mantissa = (mantissa * mantissa) >> FRACTION_BITS;
        let digit = mantissa >> (FRACTION_BITS + 1);
        mantissa >>= digit;
        log2 = (log2 << 1) | digit;
    }
    narrow((log2 * LN_2_MILLIONTHS) / (1000 << LOG_BITS))
}

/// How telling a term is that `holders` of `all` texts have, in thousandths: never 0, about 1000 when all have it.
pub(super) fn rarity(all: usize, holders: usize) -> u32 {
    let [all, holders] =
        [all, holders].map(|count| u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1));
    1000 + ln(all).saturating_sub(ln(holders))
}

/// `part` of `whole` as a raw score, rounded down; 0 when there is no whole.
pub(super) fn share(part: u64, whole: u64) -> u32 {
    let share = (part * u64::from(FULL)).checked_div(whole).unwrap_or(0);
    narrow(share).min(FULL)
}

/// The points of a raw score under a weight in points, in thousandths, rounded half up.
pub(super) fn points(raw: u32, weight: u32) -> u32 {
    narrow((u64::from(raw) * u64::from(weight) + 50) / 100)
}

/// A raw score or points as the decimal that is shown.
pub(super) fn decimal(thousandths: u32) -> Thousandths {
    Thousandths::new(i32::try_from(thousandths).unwrap_or(i32::MAX))
}

pub(super) fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_agree_with_the_textbook() {
        assert_eq!(ln(0), 0);
        assert_eq!(ln(1), 0);
        assert_eq!(ln(2), 693);
        assert_eq!(ln(3), 1098);
        assert_eq!(ln(1001), 6908);
        assert_eq!(ln(u32::MAX), 22_180);
    }

    #[test]
    fn points_are_rounded_half_up() {
        assert_eq!(points(FULL, 40), 40_000);
        assert_eq!(points(87_512, 40), 35_005);
        assert_eq!(points(5, 10), 1);
        assert_eq!(points(4, 10), 0);
    }

    #[test]
    fn a_rare_term_tells_more_than_a_common_one() {
        assert!(rarity(1000, 1) > rarity(1000, 500));
        assert_eq!(rarity(1000, 1000), 1000);
    }
}
