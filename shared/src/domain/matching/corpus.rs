//! The corpus: what all profiles have in common, counted now and then, so that one profile that changes does not move
//! the scores of all others.

use std::collections::HashMap;

use super::facts::MentorFacts;
use super::lexicon::Profile;
use super::meaning::Norms;
use super::words::{Reader, Term};

/// How many profiles use which terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corpus {
    profiles: u32,
    holders: Vec<(String, u32)>,
    norms: Norms,
}

impl Corpus {
    /// Counts the terms of mentors. Those of one mentor alone are left out: they are as rare as can be, and theirs.
    #[must_use]
    pub fn of(mentors: &[MentorFacts]) -> Self {
        let mut reader = Reader::new(None);
        let mut last_holder: HashMap<Term, (usize, u32)> = HashMap::new();
        for (number, mentor) in mentors.iter().enumerate() {
            for piece in profile(mentor).into_iter().flatten() {
                reader.terms(piece, |term, _| {
                    let (last, count) = last_holder.entry(term).or_insert((usize::MAX, 0));
                    *count += u32::from(std::mem::replace(last, number) != number);
                });
            }
        }
        let vocabulary = reader.into_vocabulary();
        let names = vocabulary.names();
        let mut holders: Vec<(String, u32)> = last_holder
            .into_iter()
            .filter(|(_, (_, count))| *count > 1)
            .map(|(term, (_, count))| (term.written(&names), count))
            .collect();
        holders.sort_unstable();
        Self {
            profiles: u32::try_from(mentors.len()).unwrap_or(u32::MAX),
            holders,
            norms: Norms::default(),
        }
    }

    /// Puts one together as it was stored.
    #[must_use]
    pub fn new(profiles: u32, holders: Vec<(String, u32)>, norms: Norms) -> Self {
        Self {
            profiles,
            holders,
            norms,
        }
    }

    /// The same with what was measured to be usual.
    #[must_use]
    pub fn with_norms(self, norms: Norms) -> Self {
        Self { norms, ..self }
    }

    /// Returns what is usual between any mentee and any mentor.
    #[must_use]
    pub fn norms(&self) -> Norms {
        self.norms
    }

    /// Returns how many profiles were counted.
    #[must_use]
    pub fn profiles(&self) -> u32 {
        self.profiles
    }

    /// Returns the terms, stemmed, pairs with a space between, and how many profiles have each.
    #[must_use]
    pub fn holders(&self) -> impl ExactSizeIterator<Item = (&str, u32)> {
        self.holders
            .iter()
            .map(|(term, count)| (term.as_str(), *count))
    }
}

/// The texts of a mentor: what stands in one field is one text.
pub(super) fn profile(mentor: &MentorFacts) -> Profile<'_> {
    let mut texts: Profile<'_> = Vec::new();
    let mut last = None;
    for source in mentor.sources() {
        if last.replace(source.field) == Some(source.field)
            && let Some(text) = texts.last_mut()
        {
            text.push(source.text);
        } else {
            texts.push(vec![source.text]);
        }
    }
    texts
}
