//! The leaderboard: what mentors' answers are worth, as their askers rated them, and how that fades.
//!
//! Five stars are worth three points, four stars two, three stars one, and fewer nothing: many poor answers win nothing.
//! What an answer is worth halves every [`HALF_LIFE_DAYS`], day by day, and is nothing once it is older than
//! [`COUNTED_DAYS`]. Everything is whole numbers, so that two machines agree on who comes first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::domain::id::UserId;
use crate::domain::score::Total;

/// In how many days an answer loses half of its worth.
pub const HALF_LIFE_DAYS: u32 = 30;

/// How many days an answer counts: twelve times it has halved.
pub const COUNTED_DAYS: u32 = 12 * HALF_LIFE_DAYS;

/// What is left of a worth after so many days: 2^(-days / 30), in parts of 2^32.
const FADED: [u64; HALF_LIFE_DAYS as usize] = [
    4_294_967_296,
    4_196_870_107,
    4_101_013_462,
    4_007_346_185,
    3_915_818_271,
    3_826_380_858,
    3_738_986_199,
    3_653_587_636,
    3_570_139_579,
    3_488_597_478,
    3_408_917_802,
    3_331_058_012,
    3_254_976_542,
    3_180_632_775,
    3_107_987_022,
    3_037_000_500,
    2_967_635_313,
    2_899_854_428,
    2_833_621_662,
    2_768_901_654,
    2_705_659_852,
    2_643_862_496,
    2_583_476_593,
    2_524_469_906,
    2_466_810_934,
    2_410_468_894,
    2_355_413_709,
    2_301_615_985,
    2_249_047_003,
    2_197_678_699,
];

/// Answers of one mentor with the same rating and age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Who answered.
    pub mentor_id: UserId,
    /// 1 to 5 stars.
    pub rating: i16,
    /// How many whole days ago they were rated.
    pub age_days: u32,
    /// How many there are.
    pub count: u32,
}

/// One place of the leaderboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From 1 on; mentors with the same points share one.
    pub rank: u32,
    /// Who.
    pub mentor_id: UserId,
    /// What their answers are worth now.
    pub points: Total,
    /// How many answers these points come from, or would if they were better.
    pub rated: u32,
}

/// What one answer is worth, in thousandths of a point.
#[must_use]
pub fn worth(rating: i16, age_days: u32) -> u64 {
    if age_days >= COUNTED_DAYS {
        return 0;
    }
    let points: u64 = match rating {
        5.. => 3000,
        4 => 2000,
        3 => 1000,
        _ => 0,
    };
    let faded = FADED[(age_days % HALF_LIFE_DAYS) as usize];
    (points * faded) >> (32 + age_days / HALF_LIFE_DAYS)
}

/// Orders mentors by what their answers are worth: the most points first, then the most answers, then by id. Whoever has
/// no points is left out.
#[must_use]
pub fn board(tallies: &[Tally]) -> Vec<Place> {
    let mut sums: BTreeMap<UserId, (u64, u32)> = BTreeMap::new();
    for tally in tallies {
        let (points, rated) = sums.entry(tally.mentor_id).or_default();
        *points += worth(tally.rating, tally.age_days) * u64::from(tally.count);
        *rated += tally.count;
    }
    let mut order: Vec<(UserId, u64, u32)> = sums
        .into_iter()
        .filter(|(_, (points, _))| *points > 0)
        .map(|(mentor, (points, rated))| (mentor, points, rated))
        .collect();
    order.sort_by_key(|(mentor, points, rated)| (Reverse(*points), Reverse(*rated), *mentor));
    let (mut rank, mut last) = (0, None);
    let places = (1..).zip(order).map(|(place, (mentor_id, points, rated))| {
        if last.replace(points) != Some(points) {
            rank = place;
        }
        Place {
            rank,
            mentor_id,
            points: Total::new(i64::try_from(points).unwrap_or(i64::MAX)),
            rated,
        }
    });
    places.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn tally(mentor: u128, rating: i16, age_days: u32, count: u32) -> Tally {
        Tally {
            mentor_id: Uuid::from_u128(mentor).into(),
            rating,
            age_days,
            count,
        }
    }

    #[test]
    fn a_worth_halves_every_thirty_days_and_falls_day_by_day() {
        assert_eq!(worth(5, 0), 3000);
        assert_eq!(worth(5, 30), 1500);
        assert_eq!(worth(5, 60), 750);
        for age in 0..COUNTED_DAYS {
            let halved = worth(5, age).abs_diff(2 * worth(5, age + 30));
            assert!(age + 30 >= COUNTED_DAYS || halved <= 1, "at {age} days");
            assert!(worth(5, age + 1) <= worth(5, age), "at {age} days");
        }
        assert_eq!(worth(5, COUNTED_DAYS), 0);
        assert_eq!(worth(5, u32::MAX), 0);
    }

    #[test]
    fn the_table_is_the_root_of_a_half_within_a_billionth() {
        for (day, faded) in (0_u32..).zip(FADED) {
            let exact = 2_f64.powf(-f64::from(day) / 30.0) * 4_294_967_296.0;
            #[expect(clippy::cast_precision_loss, reason = "below 2^33")]
            let error = (faded as f64 - exact).abs();
            assert!(error < 4.0, "day {day}");
        }
    }

    #[test]
    fn many_poor_answers_win_nothing() {
        assert!(board(&[tally(1, 2, 0, 500), tally(1, 1, 0, 500)]).is_empty());
        let places = board(&[tally(1, 2, 0, 500), tally(2, 3, 0, 1)]);
        assert_eq!(places.len(), 1);
        assert_eq!(places[0].mentor_id, Uuid::from_u128(2).into());
    }

    #[test]
    fn mentors_with_the_same_points_share_a_place() {
        let places = board(&[
            tally(3, 5, 0, 1),
            tally(1, 4, 0, 1),
            tally(2, 3, 0, 2),
            tally(4, 3, 0, 1),
        ]);
        let ranks: Vec<_> = places
            .iter()
            .map(|place| (place.rank, place.rated))
            .collect();
        assert_eq!(ranks, [(1, 1), (2, 2), (2, 1), (4, 1)]);
    }

    #[test]
    fn an_old_row_of_stars_loses_to_a_fresh_one() {
        let places = board(&[tally(1, 5, 120, 10), tally(2, 5, 1, 1)]);
        assert_eq!(places[0].mentor_id, Uuid::from_u128(2).into());
    }
}
