//! An inquiry: what one component asks of the mentors' texts, phrase by phrase and word by word.

use super::catalog::Catalog;
use super::facts::{MenteeField, Source};
use super::lexicon::Terms;
use super::phrases::{Answer, Phrases};
use super::wants::{Want, WantKind};
use super::words::Reader;

/// Of many interests, the best few answered are enough: nobody covers everything.
const BEST_OF: usize = 3;

/// What one component asks of all mentors.
pub(super) struct Inquiry<'a> {
    pub(super) terms: Terms<'a>,
    /// What is asked for now: the topic and the need.
    pub(super) asked: Vec<Wish<'a>>,
    /// What the profile says all the time, such as the interests and the goals.
    pub(super) standing: Vec<Wish<'a>>,
}

/// One thing that is wanted, and where the mentee says so.
pub(super) struct Wish<'a> {
    pub(super) field: MenteeField,
    pub(super) text: &'a str,
    pub(super) want: Want<'a>,
}

impl<'a> Wish<'a> {
    /// Reads texts of one field against the phrases of all mentors.
    pub(super) fn all(
        reader: &mut Reader<'_>,
        phrases: &Phrases,
        (field, kind): (MenteeField, WantKind),
        texts: &'a [String],
    ) -> Vec<Self> {
        let wish = |text: &'a String| Self {
            field,
            text,
            want: phrases.want(reader, text, kind),
        };
        texts.iter().map(wish).collect()
    }

    /// What stands in evidence for this wish: a short phrase whole, of a long text only the word that was answered.
    pub(super) fn shown(&self, answer: &Answer<'a>) -> &'a str {
        match self.want.kind() {
            WantKind::Phrase => self.text,
            WantKind::Text => answer.shared,
        }
    }
}

/// Texts of one field and how they are compared.
pub(super) type Wanted<'a> = (MenteeField, WantKind, &'a [String]);

impl<'a> Inquiry<'a> {
    /// Reads texts: as words, and those that are asked now or stand in the profile as phrases too.
    pub(super) fn read(
        catalog: &Catalog,
        reader: &mut Reader<'_>,
        sources: impl Iterator<Item = Source<'a, MenteeField>>,
        [asked, standing]: [&[Wanted<'a>]; 2],
    ) -> Self {
        let terms = catalog.lexicon.read(reader, sources);
        let mut wishes = |wanted: &[Wanted<'a>]| {
            let of_field = |(field, kind, texts): &Wanted<'a>| {
                Wish::all(reader, &catalog.expertise, (*field, *kind), texts)
            };
            wanted.iter().flat_map(of_field).collect()
        };
        Self {
            asked: wishes(asked),
            standing: wishes(standing),
            terms,
        }
    }

    /// How well every mentor answers, 0 to 100 000: the stronger of phrases and words counts 70 %, the weaker 30 %.
    pub(super) fn scores(&self, catalog: &Catalog) -> Vec<u32> {
        let by_phrases = self.by_phrases(&catalog.expertise);
        let by_words = catalog.lexicon.similarities(&self.terms);
        by_phrases
            .into_iter()
            .zip(by_words)
            .map(|(phrases, words)| joined(phrases, words))
            .collect()
    }

    /// What is asked now counts 70 %, the standing wishes 30 %; either alone counts in full.
    fn by_phrases(&self, phrases: &Phrases) -> Vec<u32> {
        let asked = best(&self.asked, phrases);
        let standing = best(&self.standing, phrases);
        let join = |(now, always): (Best, Best)| (7 * now.closest() + 3 * always.mean()) / 10;
        match (self.asked.is_empty(), self.standing.is_empty()) {
            (true, _) => standing.iter().map(Best::mean).collect(),
            (false, true) => asked.iter().map(Best::closest).collect(),
            (false, false) => asked.into_iter().zip(standing).map(join).collect(),
        }
    }
}

/// The stronger of two scores counts 70 %, the weaker 30 %.
pub(super) fn joined(one: u32, other: u32) -> u32 {
    (7 * one.max(other) + 3 * one.min(other)) / 10
}

/// The best answered wishes of one mentor.
#[derive(Clone, Copy)]
pub(super) struct Best {
    /// In falling order.
    strongest: [u32; BEST_OF],
    of: u32,
}

impl Best {
    fn none_of(wishes: usize) -> Self {
        Self {
            strongest: [0; BEST_OF],
            of: u32::try_from(wishes.clamp(1, BEST_OF)).unwrap_or(1),
        }
    }

    /// The best answered wishes of one mentor, as [`best`] finds them for all.
    pub(super) fn of_one(wishes: &[Wish<'_>], phrases: &Phrases, mentor: u32) -> Self {
        let mut best = Self::none_of(wishes.len());
        for wish in wishes {
            let answer = phrases.answer(&wish.want, mentor);
            best.keep(answer.map_or(0, |answer| answer.similarity));
        }
        best
    }

    fn keep(&mut self, mut similarity: u32) {
        for kept in &mut self.strongest {
            if similarity > *kept {
                std::mem::swap(kept, &mut similarity);
            }
        }
    }

    pub(super) fn closest(&self) -> u32 {
        self.strongest[0]
    }

    /// Of the best few, or of all when there are fewer.
    pub(super) fn mean(&self) -> u32 {
        self.strongest.iter().sum::<u32>() / self.of
    }
}

pub(super) fn best(wishes: &[Wish<'_>], phrases: &Phrases) -> Vec<Best> {
    let mut best = vec![Best::none_of(wishes.len()); phrases.mentors()];
    for wish in wishes {
        for (best, similarity) in best.iter_mut().zip(phrases.similarities(&wish.want)) {
            // Most mentors have no phrase like it.
            if similarity > 0 {
                best.keep(similarity);
            }
        }
    }
    best
}
