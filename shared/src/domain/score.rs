//! Scores and points: whole thousandths inside, decimals with at most three places outside, so that sums add up exactly.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};
use std::str::FromStr;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A decimal with three places, kept as a whole number of thousandths (73.125 is 73125).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thousandths(i32);

/// A sum of many scores, kept as a whole number of thousandths; it reads like a score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Total(i64);

impl Total {
    /// Takes a number of thousandths.
    #[must_use]
    pub const fn new(thousandths: i64) -> Self {
        Self(thousandths)
    }
}

impl Serialize for Total {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1000 == 0 {
            return serializer.serialize_i64(self.0 / 1000);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        let nearest: Result<f64, _> = format!("{sign}{whole}.{rest:03}").parse();
        serializer.serialize_f64(nearest.map_err(serde::ser::Error::custom)?)
    }
}

/// Why a text or a number is not a decimal of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a decimal number with at most three places is needed")]
pub struct NotThousandths;

impl Thousandths {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One hundred: the top of every score.
    pub const HUNDRED: Self = Self(100_000);

    /// Takes a number of thousandths as it is stored.
    #[must_use]
    pub const fn new(thousandths: i32) -> Self {
        Self(thousandths)
    }

    /// Returns the number of thousandths, for storing.
    #[must_use]
    pub const fn get(self) -> i32 {
        self.0
    }
}

impl Add for Thousandths {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Thousandths {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Sum for Thousandths {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Thousandths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        if rest == 0 {
            return write!(f, "{sign}{whole}");
        }
        let places = format!("{rest:03}");
        write!(f, "{sign}{whole}.{}", places.trim_end_matches('0'))
    }
}

impl FromStr for Thousandths {
    type Err = NotThousandths;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, places) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(places) || places.len() > 3 {
            return Err(NotThousandths);
        }
        let thousandths: i64 = format!("{whole}{places:0<3}")
            .parse()
            .map_err(|_| NotThousandths)?;
        i32::try_from(sign * thousandths)
            .map(Self)
            .map_err(|_| NotThousandths)
    }
}

impl Serialize for Thousandths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1000 == 0 {
            return serializer.serialize_i32(self.0 / 1000);
        }
        // The nearest double of a decimal with three places prints as that decimal again.
        serializer.serialize_f64(f64::from(self.0) / 1000.0)
    }
}

impl<'de> Deserialize<'de> for Thousandths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_f64(Decimal)
    }
}

struct Decimal;

impl Decimal {
    fn read<E: Error>(number: &impl ToString) -> Result<Thousandths, E> {
        number.to_string().parse().map_err(E::custom)
    }
}

impl Visitor<'_> for Decimal {
    type Value = Thousandths;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number with at most three decimal places")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Thousandths, E> {
        Self::read(&number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Thousandths, E> {
        Self::read(&number)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Thousandths, E> {
        Self::read(&number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_score_reads_as_a_plain_decimal() {
        let shown = |n| serde_json::to_string(&Thousandths::new(n)).unwrap();

        assert_eq!(shown(73_125), "73.125");
        assert_eq!(shown(100_000), "100");
        assert_eq!(shown(10), "0.01");
        assert_eq!(shown(-4_500), "-4.5");
    }

    #[test]
    fn a_sum_of_many_scores_reads_like_a_score() {
        let shown = |n| serde_json::to_string(&Total::new(n)).unwrap();

        assert_eq!(shown(2_500_000_123_400), "2500000123.4");
        assert_eq!(shown(3_000_000_000), "3000000");
        assert_eq!(shown(-1), "-0.001");
    }

    #[test]
    fn a_fourth_decimal_place_is_refused() {
        assert_eq!("73.1251".parse::<Thousandths>(), Err(NotThousandths));
        assert_eq!("".parse::<Thousandths>(), Err(NotThousandths));
        assert_eq!("1.".parse::<Thousandths>(), Err(NotThousandths));
        assert_eq!("99999999999".parse::<Thousandths>(), Err(NotThousandths));
        assert!(serde_json::from_str::<Thousandths>("0.0001").is_err());
        assert!(serde_json::from_str::<Thousandths>("1e300").is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(n in -200_000i32..200_000) {
            let score = Thousandths::new(n);
            let json = serde_json::to_string(&score).unwrap();

            prop_assert_eq!(&json, &score.to_string());
            prop_assert_eq!(serde_json::from_str::<Thousandths>(&json).unwrap(), score);
            prop_assert_eq!(score.to_string().parse::<Thousandths>().unwrap(), score);
        }
    }
}
