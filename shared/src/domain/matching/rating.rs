//! Ratings: what people gave a mentor, shrunken towards what is usual, so that a few of them decide little.
//!
//! The points are 2.5 × n ÷ (n + [`PRIOR_RATINGS`]) × (mean − usual), within −5 and +5: one star above the usual is worth 2.5
//! points once there are many ratings, and half of that with five. It is the posterior mean under a prior of
//! [`PRIOR_RATINGS`] ratings at the mean of all ratings of all mentors (the Bayesian average; Efron and Morris, "Stein's
//! paradox in statistics", 1977), so that who has no ratings is neither better nor worse off than the usual mentor.

use super::facts::MentorFacts;
use super::fixed::FULL;
use crate::domain::score::Thousandths;

/// How many ratings what is usual weighs as much as.
pub const PRIOR_RATINGS: i64 = 5;

/// The most points that ratings give or take, in thousandths.
const MOST: i64 = 5000;

/// What people gave a mentor; there are enough of them to say so in public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratings {
    /// How many.
    pub count: u32,
    /// The sum of their stars, 1 to 5 each.
    pub stars: u32,
}

impl Ratings {
    /// The mean, rounded half up.
    pub(super) fn mean(self) -> Thousandths {
        let (stars, count) = (i64::from(self.stars), i64::from(self.count.max(1)));
        decimal((2000 * stars + count) / (2 * count))
    }

    /// The same with one more rating.
    pub(super) const fn and(self, stars: u32) -> Self {
        Self {
            count: self.count + 1,
            stars: self.stars + stars,
        }
    }
}

/// What all mentors were given.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usual {
    count: i64,
    stars: i64,
}

impl Usual {
    pub(super) fn of(mentors: &[MentorFacts]) -> Self {
        let all = mentors.iter().filter_map(|mentor| mentor.ratings);
        all.fold(Self::default(), |usual, ratings| Self {
            count: usual.count + i64::from(ratings.count),
            stars: usual.stars + i64::from(ratings.stars),
        })
    }

    /// The same with one more rating of anybody.
    pub(super) fn and(self, stars: u32) -> Self {
        Self {
            count: self.count + 1,
            stars: self.stars + i64::from(stars),
        }
    }

    pub(super) fn mean(self) -> Thousandths {
        let count = self.count.max(1);
        decimal((2000 * self.stars + count) / (2 * count))
    }

    /// The points of a mentor in thousandths, −5000 to 5000, rounded towards 0; 0 without ratings.
    pub(super) fn points(self, ratings: Option<Ratings>) -> i32 {
        let Some(Ratings { count, stars }) = ratings else {
            return 0;
        };
        // 2500 × n ÷ (n + s) × (stars ÷ n − all stars ÷ all), as one fraction: 128 bits hold it whatever there is.
        let (count, stars) = (i128::from(count), i128::from(stars));
        let (all, all_stars) = (i128::from(self.count), i128::from(self.stars));
        let above = 2500 * (stars * all - all_stars * count);
        let points = above
            .checked_div((count + i128::from(PRIOR_RATINGS)) * all)
            .unwrap_or(0);
        let most = i128::from(MOST);
        i32::try_from(points.clamp(-most, most)).unwrap_or(0)
    }
}

/// Points of ratings as a raw score: 50 is what is usual, 0 and 100 are the ends.
pub(super) fn raw(points: i32) -> u32 {
    let above = i64::from(points) + MOST;
    u32::try_from(above * i64::from(FULL) / (2 * MOST)).unwrap_or(0)
}

/// The points behind a raw score: what [`raw`] was given.
pub(super) fn points_of(raw: u32) -> i32 {
    let above = i64::from(raw.min(FULL)) * 2 * MOST / i64::from(FULL);
    i32::try_from(above - MOST).unwrap_or(0)
}

fn decimal(thousandths: i64) -> Thousandths {
    Thousandths::new(i32::try_from(thousandths).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Usual = Usual {
        count: 100,
        stars: 400,
    };

    fn points(count: u32, stars: u32) -> i32 {
        USUAL.points(Some(Ratings { count, stars }))
    }

    #[test]
    fn a_few_ratings_count_little_and_many_count_in_full() {
        assert_eq!(points(5, 25), 1250);
        assert_eq!(points(95, 475), 2375);
        assert!(points(1_000_000, 5_000_000) > 2490);
        assert_eq!(points(3, 12), 0, "just as usual");
        assert_eq!(USUAL.points(None), 0);
    }

    #[test]
    fn ratings_never_move_a_score_by_more_than_five_points() {
        assert_eq!(points(4_000_000, 4_000_000), -5000);
        let low = Usual {
            count: 100,
            stars: 100,
        };
        let best = Ratings {
            count: 4_000_000,
            stars: 20_000_000,
        };
        assert_eq!(low.points(Some(best)), 5000);
    }

    #[test]
    fn fifty_is_usual() {
        assert_eq!(raw(0), 50_000);
        assert_eq!(raw(-5000), 0);
        assert_eq!(raw(5000), FULL);
        for points in -5000..=5000 {
            assert_eq!(points_of(raw(points)), points);
        }
    }

    #[test]
    fn means_are_rounded_half_up() {
        let ratings = Ratings {
            count: 3,
            stars: 14,
        };
        assert_eq!(ratings.mean(), Thousandths::new(4667));
        assert_eq!(USUAL.mean(), Thousandths::new(4000));
        assert_eq!(Usual::default().mean(), Thousandths::ZERO);
    }
}
