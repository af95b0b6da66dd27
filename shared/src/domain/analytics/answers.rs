//! How long answers take. Times are rounded down to steps that grow with them, so that few numbers stand for many.

use std::collections::BTreeMap;

/// Rounds minutes down: to five up to two hours, to a quarter of an hour up to twelve, and then to the hour.
///
/// The database's `answer_minutes` does the same.
#[must_use]
pub const fn rounded(minutes: i32) -> i32 {
    let minutes = if minutes < 0 { 0 } else { minutes };
    let step = match minutes {
        ..120 => 5,
        120..720 => 15,
        _ => 60,
    };
    minutes - minutes % step
}

/// How many answers took how long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerTimes(BTreeMap<i32, i64>);

impl AnswerTimes {
    /// Adds answers that took these minutes, rounded.
    pub fn add(&mut self, minutes: i32, answers: i64) {
        *self.0.entry(rounded(minutes)).or_default() += answers;
    }

    /// How many answers there are.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.0.values().sum()
    }

    /// The time within which so many percent of the answers came: the nearest rank; none without answers.
    #[must_use]
    pub fn percentile(&self, percent: i64) -> Option<i32> {
        let rank = (self.count() * percent + 99) / 100;
        let mut seen = 0;
        self.0.iter().find_map(|(minutes, answers)| {
            seen += answers;
            (seen >= rank.max(1)).then_some(*minutes)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_down_in_growing_steps() {
        for (minutes, expected) in [
            (-3, 0),
            (4, 0),
            (119, 115),
            (120, 120),
            (719, 705),
            (779, 720),
            (2880, 2880),
        ] {
            assert_eq!(rounded(minutes), expected, "{minutes}");
        }
    }

    #[test]
    fn a_percentile_is_one_of_the_times() {
        let mut times = AnswerTimes::default();
        assert_eq!(times.percentile(50), None);
        for minutes in [5, 10, 15, 20, 600, 600, 600, 600, 600, 2000] {
            times.add(minutes, 1);
        }
        assert_eq!(times.count(), 10);
        assert_eq!(times.percentile(40), Some(20));
        assert_eq!(times.percentile(50), Some(600));
        assert_eq!(times.percentile(90), Some(600));
        assert_eq!(times.percentile(100), Some(1980));
        assert_eq!(times.percentile(0), Some(5));
    }
}
