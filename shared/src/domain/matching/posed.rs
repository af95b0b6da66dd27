//! A question that anybody may answer, compared with what mentors write: by its words, and by its meaning where both are
//! known. It is the similarity that is a part of every match, of the question's own words alone.

use std::cmp::Reverse;

use super::catalog::Catalog;
use super::facts::{MenteeField, Source};
use super::fixed::decimal;
use super::lexicon::Terms;
use super::vector::Vector;
use super::words::Reader;
use crate::domain::id::UserId;
use crate::domain::score::Thousandths;

/// How much the words of the title and the topics count, beside those of the text.
const SHORT: u32 = 6;
const LONG: u32 = 3;

/// A question as matching reads it.
#[derive(Clone, Copy, Debug)]
pub struct Posed<'a> {
    /// What it is about, in a few words.
    pub title: &'a str,
    /// The whole of it.
    pub text: &'a str,
    /// What it is about, as short phrases.
    pub topics: &'a [String],
    /// What it means to a model, if that has read it.
    pub meaning: Option<Vector>,
}

impl<'a> Posed<'a> {
    fn sources(&self) -> impl Iterator<Item = Source<'a, MenteeField>> {
        let topics = self.topics.iter().map(String::as_str);
        let short = topics.chain([self.title]).map(|text| Source {
            field: MenteeField::Topic,
            boost: SHORT,
            text,
        });
        short.chain([Source {
            field: MenteeField::Need,
            boost: LONG,
            text: self.text,
        }])
    }

    fn read(&self, catalog: &Catalog) -> Terms<'a> {
        let meanings: Vec<_> = self
            .meaning
            .map(|vector| (MenteeField::Need, vector))
            .into_iter()
            .collect();
        let mut reader = Reader::new(Some(&catalog.vocabulary)).with_meanings(&meanings);
        catalog.lexicon.read(&mut reader, self.sources())
    }
}

impl Catalog {
    /// Returns how well a question fits one mentor, 0 to 100; none when the mentor cannot be matched.
    #[must_use]
    pub fn fit(&self, mentor: UserId, posed: &Posed<'_>) -> Option<Thousandths> {
        let place = u32::try_from(self.place(mentor)?).ok()?;
        let terms = posed.read(self);
        Some(decimal(self.lexicon.similarity(&terms, place)))
    }

    /// Returns the mentors whom a question fits best, of those who may have it: the best first, then by id; nobody whom it
    /// does not fit at all.
    #[must_use]
    pub fn best_for(
        &self,
        posed: &Posed<'_>,
        limit: usize,
        may_have: impl Fn(UserId) -> bool,
    ) -> Vec<UserId> {
        let terms = posed.read(self);
        let fits = self.lexicon.similarities(&terms).into_iter();
        let mut order: Vec<(Reverse<u32>, UserId)> = fits
            .zip(self.ids.iter().copied())
            .filter(|(fit, mentor)| *fit > 0 && may_have(*mentor))
            .map(|(fit, mentor)| (Reverse(fit), mentor))
            .collect();
        order.sort_unstable();
        order.truncate(limit);
        order.into_iter().map(|(_, mentor)| mentor).collect()
    }
}
