//! The question: a mentee and an ask, read once against the words and phrases of a catalog.

use super::catalog::Catalog;
use super::facts::{Ask, MenteeFacts, MenteeField, wanted};
use super::lexicon::Terms;
use super::phrases::{Answer, Phrases};
use super::wants::{Want, WantKind};
use super::words::Reader;

/// Of many interests, the best few answered are enough: nobody covers everything.
const BEST_OF: usize = 3;

/// What one mentee asks of all mentors.
pub(super) struct Question<'a> {
    pub(super) mentee: &'a MenteeFacts,
    pub(super) ask: &'a Ask,
    pub(super) terms: Terms<'a>,
    /// What is asked for now: the topic and the need.
    pub(super) asked: Vec<Wish<'a>>,
    /// What the profile says all the time: the interests and the goals.
    pub(super) standing: Vec<Wish<'a>>,
    pub(super) industries: Vec<Wish<'a>>,
}

/// One thing that is wanted, and where the mentee says so.
pub(super) struct Wish<'a> {
    pub(super) field: MenteeField,
    pub(super) text: &'a str,
    pub(super) want: Want<'a>,
}

impl<'a> Wish<'a> {
    /// What stands in evidence for this wish: a short phrase whole, of a long text only the word that was answered.
    pub(super) fn shown(&self, answer: &Answer<'a>) -> &'a str {
        match self.want.kind() {
            WantKind::Phrase => self.text,
            WantKind::Text => answer.shared,
        }
    }
}

impl<'a> Question<'a> {
    pub(super) fn read(catalog: &Catalog, mentee: &'a MenteeFacts, ask: &'a Ask) -> Self {
        let mut reader = Reader::new(Some(&catalog.vocabulary)).with_meanings(&mentee.meanings);
        let terms = catalog.lexicon.read(&mut reader, wanted(mentee, ask));
        let mut wishes = |phrases: &Phrases, field, texts: &'a [String], kind| -> Vec<Wish<'a>> {
            let wish = |text: &'a String| Wish {
                field,
                text,
                want: phrases.want(&mut reader, text, kind),
            };
            texts.iter().map(wish).collect()
        };
        let areas = &catalog.expertise;
        let mut asked = wishes(
            areas,
            MenteeField::Topic,
            ask.topic.as_slice(),
            WantKind::Phrase,
        );
        asked.extend(wishes(
            areas,
            MenteeField::Need,
            ask.need.as_slice(),
            WantKind::Text,
        ));
        let mut standing = wishes(
            areas,
            MenteeField::Interests,
            &mentee.interests,
            WantKind::Phrase,
        );
        standing.extend(wishes(
            areas,
            MenteeField::Goals,
            mentee.goals.as_slice(),
            WantKind::Text,
        ));
        let focus = mentee.industry_focus.as_slice();
        let industries = wishes(
            &catalog.industries,
            MenteeField::IndustryFocus,
            focus,
            WantKind::Phrase,
        );
        Self {
            mentee,
            ask,
            terms,
            asked,
            standing,
            industries,
        }
    }

    /// Expertise of every mentor, 0 to 100 000: the stronger of phrases and words counts 70 %, the weaker 30 %.
    pub(super) fn expertise(&self, catalog: &Catalog) -> Vec<u32> {
        let by_phrases = self.by_phrases(&catalog.expertise);
        let by_words = catalog.lexicon.similarities(&self.terms);
        let join =
            |(phrases, words): (u32, u32)| (7 * phrases.max(words) + 3 * phrases.min(words)) / 10;
        by_phrases.into_iter().zip(by_words).map(join).collect()
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

    /// Industry of every mentor, 0 to 100 000: the closest pair counts 75 %, how many are shared 25 %.
    pub(super) fn industry(&self, catalog: &Catalog) -> Vec<u32> {
        let join = |best: &Best| (3 * best.closest() + best.mean()) / 4;
        best(&self.industries, &catalog.industries)
            .iter()
            .map(join)
            .collect()
    }
}

/// The best answered wishes of one mentor.
#[derive(Clone, Copy)]
struct Best {
    /// In falling order.
    strongest: [u32; BEST_OF],
    of: u32,
}

impl Best {
    fn keep(&mut self, mut similarity: u32) {
        for kept in &mut self.strongest {
            if similarity > *kept {
                std::mem::swap(kept, &mut similarity);
            }
        }
    }

    fn closest(&self) -> u32 {
        self.strongest[0]
    }

    /// Of the best few, or of all when there are fewer.
    fn mean(&self) -> u32 {
        self.strongest.iter().sum::<u32>() / self.of
    }
}

fn best(wishes: &[Wish<'_>], phrases: &Phrases) -> Vec<Best> {
    let of = u32::try_from(wishes.len().clamp(1, BEST_OF)).unwrap_or(1);
    let mut best = vec![
        Best {
            strongest: [0; BEST_OF],
            of
        };
        phrases.mentors()
    ];
    for wish in wishes {
        for (best, similarity) in best.iter_mut().zip(phrases.similarities(&wish.want)) {
            best.keep(similarity);
        }
    }
    best
}
