//! What many say of one mentor.

use super::anonymity::GROUP;
use crate::domain::matching::PRIOR_RATINGS;
use crate::domain::score::Thousandths;

/// What was said in one month, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// The month in which it was published, in UTC: `2026-03`.
    pub month: String,
    /// How many gave one star, two, … five.
    pub ratings: [i64; 5],
    /// How many would recommend the mentor.
    pub recommending: i64,
    /// The sum of how much it helped, 1–5 each.
    pub helpfulness: i64,
}

/// How often a topic was covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicCount {
    /// In small letters: how somebody writes it could tell who it was.
    pub topic: String,
    /// How many said so.
    pub count: i64,
}

/// What all mentors who can be matched were given: the prior of every shrunken mean, and what matching calls usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usual {
    /// How many ratings.
    pub count: i64,
    /// The sum of their stars.
    pub stars: i64,
}

/// What is public of one mentor's feedback, and enough of it to say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    months: Vec<Month>,
}

impl Month {
    /// How many feedbacks.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.ratings.iter().sum()
    }

    fn stars(&self) -> i64 {
        self.ratings
            .iter()
            .zip(1..)
            .map(|(n, stars)| n * stars)
            .sum()
    }

    /// The mean of the ratings, rounded half up.
    #[must_use]
    pub fn mean(&self) -> Thousandths {
        share(self.stars(), self.count())
    }
}

impl Usual {
    /// The mean of all ratings; none while there are none.
    #[must_use]
    pub fn mean(self) -> Option<Thousandths> {
        (self.count > 0).then(|| share(self.stars, self.count))
    }
}

impl Figures {
    /// Adds the months up; `None` of too few: they would tell what one of them said.
    #[must_use]
    pub fn of(months: Vec<Month>) -> Option<Self> {
        let figures = Self { months };
        is_enough(figures.count()).then_some(figures)
    }

    /// How many feedbacks.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.sum(Month::count)
    }

    /// The mean of the ratings, rounded half up.
    #[must_use]
    pub fn mean(&self) -> Thousandths {
        share(self.sum(Month::stars), self.count())
    }

    /// The mean as if the mentor had been given [`PRIOR_RATINGS`] usual ratings besides (a Bayesian average), rounded half
    /// up: a few ratings move it little.
    #[must_use]
    pub fn shrunken_mean(&self, usual: Usual) -> Thousandths {
        let Usual { count, stars } = usual;
        if count <= 0 {
            return self.mean();
        }
        // (stars + prior × usual stars ÷ usual count) ÷ (count + prior), as one fraction.
        let above = self.sum(Month::stars) * count + PRIOR_RATINGS * stars;
        share(above, (self.count() + PRIOR_RATINGS) * count)
    }

    /// How many gave one star, two, … five.
    #[must_use]
    pub fn distribution(&self) -> [i64; 5] {
        let mut all = [0; 5];
        for month in &self.months {
            for (sum, count) in all.iter_mut().zip(month.ratings) {
                *sum += count;
            }
        }
        all
    }

    /// Which share would recommend the mentor, 0 to 1.
    #[must_use]
    pub fn recommending(&self) -> Thousandths {
        share(self.sum(|month| month.recommending), self.count())
    }

    /// The mean of how much it helped, rounded half up.
    #[must_use]
    pub fn helpfulness(&self) -> Thousandths {
        share(self.sum(|month| month.helpfulness), self.count())
    }

    /// The months that say enough, the oldest first.
    pub fn trend(&self) -> impl Iterator<Item = &Month> {
        self.months.iter().filter(|month| is_enough(month.count()))
    }

    fn sum(&self, of: impl Fn(&Month) -> i64) -> i64 {
        self.months.iter().map(of).sum()
    }
}

/// Whether so many can be told of.
fn is_enough(count: i64) -> bool {
    usize::try_from(count).is_ok_and(|count| count >= GROUP)
}

/// A part of a whole in thousandths, rounded half up; nothing of nothing.
fn share(part: i64, whole: i64) -> Thousandths {
    let (part, whole) = (i128::from(part), i128::from(whole));
    let rounded = (2000 * part + whole).checked_div(2 * whole).unwrap_or(0);
    Thousandths::new(i32::try_from(rounded).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(month: &str, ratings: [i64; 5]) -> Month {
        Month {
            month: month.to_owned(),
            ratings,
            recommending: ratings[3] + ratings[4],
            helpfulness: ratings.iter().sum::<i64>() * 4,
        }
    }

    #[test]
    fn fewer_than_three_say_nothing() {
        assert_eq!(Figures::of(Vec::new()), None);
        assert_eq!(Figures::of(vec![month("2026-03", [0, 0, 0, 1, 1])]), None);
        let spread = vec![
            month("2026-02", [0, 0, 0, 0, 1]),
            month("2026-03", [0, 0, 0, 1, 1]),
        ];
        assert_eq!(Figures::of(spread).unwrap().trend().count(), 0);
    }

    #[test]
    fn the_figures_add_up() {
        let figures = Figures::of(vec![
            month("2026-02", [1, 0, 0, 0, 1]),
            month("2026-03", [0, 0, 1, 1, 2]),
        ])
        .unwrap();

        assert_eq!(figures.count(), 6);
        assert_eq!(figures.distribution(), [1, 0, 1, 1, 3]);
        assert_eq!(figures.mean(), Thousandths::new(3833));
        assert_eq!(figures.recommending(), Thousandths::new(667));
        assert_eq!(figures.helpfulness(), Thousandths::new(4000));
        let trend: Vec<_> = figures
            .trend()
            .map(|m| (m.month.as_str(), m.mean()))
            .collect();
        assert_eq!(trend, [("2026-03", Thousandths::new(4250))]);
    }

    #[test]
    fn a_mean_of_few_is_drawn_to_what_is_usual() {
        let usual = Usual {
            count: 100,
            stars: 400,
        };
        let praised = |count| Figures::of(vec![month("2026-03", [0, 0, 0, 0, count])]).unwrap();

        assert_eq!(praised(3).shrunken_mean(usual), Thousandths::new(4375));
        assert_eq!(praised(5).shrunken_mean(usual), Thousandths::new(4500));
        assert_eq!(praised(95).shrunken_mean(usual), Thousandths::new(4950));
        assert_eq!(
            praised(3).shrunken_mean(Usual::default()),
            praised(3).mean()
        );
        assert_eq!(usual.mean(), Some(Thousandths::new(4000)));
        assert_eq!(Usual::default().mean(), None);
    }
}
