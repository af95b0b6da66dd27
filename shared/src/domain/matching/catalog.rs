//! The catalog: the mentors' side of matching, packed once so that a ranking only adds numbers.

use std::collections::HashMap;

use super::corpus::{Corpus, profile};
use super::facts::{Ask, MenteeFacts, MentorFacts, MentorField, wanted};
use super::lexicon::{Lexicon, Terms};
use super::meaning::{Meanings, Norms};
use super::phrases::Phrases;
use super::program::Program;
use super::ranking::Ranking;
use super::rating::Usual;
use super::stage::Offered;
use super::vector::Vector;
use super::words::{Reader, Vocabulary};
use crate::domain::id::UserId;

/// The mentors that can be matched; built when a profile changed, then shared by all requests.
pub struct Catalog {
    /// By rising id: places in this list are the mentors' numbers everywhere below.
    pub(super) mentors: Vec<MentorFacts>,
    /// What a ranking reads of everybody, apart from what it reads of few.
    pub(super) ids: Vec<UserId>,
    pub(super) stages: Vec<Offered>,
    places: HashMap<UserId, usize>,
    pub(super) vocabulary: Vocabulary,
    pub(super) lexicon: Lexicon,
    pub(super) expertise: Phrases,
    pub(super) industries: Phrases,
    pub(super) locations: Phrases,
    pub(super) languages: Phrases,
    pub(super) usual: Usual,
    /// What ratings give each mentor, in thousandths of a point.
    pub(super) rating_points: Vec<i32>,
}

/// What is known beside the profiles themselves.
#[derive(Clone, Debug, Default)]
pub struct Background {
    /// What all profiles have in common, once it was counted.
    pub corpus: Option<Corpus>,
    /// What texts of mentors mean to a model, as far as that is known.
    pub vectors: HashMap<UserId, Vec<(MentorField, Vector)>>,
}

impl Background {
    fn of(&self, mentor: UserId) -> &[(MentorField, Vector)] {
        self.vectors.get(&mentor).map_or(&[], Vec::as_slice)
    }

    fn norms(&self) -> Norms {
        self.corpus
            .as_ref()
            .map_or_else(Norms::default, Corpus::norms)
    }
}

impl Catalog {
    /// Packs mentors, in any order; of two with one id, one is kept.
    #[must_use]
    pub fn build(mentors: Vec<MentorFacts>) -> Self {
        Self::build_within(mentors, &Background::default())
    }

    /// The same, with what is known beside the profiles.
    #[must_use]
    pub fn build_within(mut mentors: Vec<MentorFacts>, background: &Background) -> Self {
        mentors.sort_by_key(|mentor| mentor.id);
        mentors.dedup_by_key(|mentor| mentor.id);
        let mut reader = Reader::new(None);
        let areas = mentors
            .iter()
            .map(|mentor| mentor.expertise_areas.as_slice());
        let industries = mentors.iter().map(|mentor| mentor.industries.as_slice());
        let locations = mentors.iter().map(|mentor| mentor.location.as_slice());
        let languages = mentors.iter().map(|mentor| mentor.languages.as_slice());
        let usual = Usual::of(&mentors);
        let places = mentors
            .iter()
            .enumerate()
            .map(|(place, mentor)| (mentor.id, place));
        let profiles = mentors.iter().map(profile);
        let lexicon = Lexicon::build(&mut reader, profiles, background.corpus.as_ref());
        let vectors = mentors.iter().map(|mentor| background.of(mentor.id));
        Self {
            lexicon: lexicon.with_meanings(Meanings::build(vectors), background.norms()),
            expertise: Phrases::build(&mut reader, areas),
            industries: Phrases::build(&mut reader, industries),
            locations: Phrases::build(&mut reader, locations),
            languages: Phrases::build(&mut reader, languages),
            rating_points: mentors
                .iter()
                .map(|mentor| usual.points(mentor.ratings))
                .collect(),
            usual,
            vocabulary: reader.into_vocabulary(),
            places: places.collect(),
            ids: mentors.iter().map(|mentor| mentor.id).collect(),
            stages: mentors
                .iter()
                .map(|mentor| Offered::of(&mentor.stages))
                .collect(),
            mentors,
        }
    }

    /// Returns the number of mentors.
    #[must_use]
    pub fn len(&self) -> usize {
        self.mentors.len()
    }

    /// Tells whether there are no mentors.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.mentors.is_empty()
    }

    /// Lists the mentors by rising id.
    #[must_use]
    pub fn ids(&self) -> impl ExactSizeIterator<Item = UserId> {
        self.mentors.iter().map(|mentor| mentor.id)
    }

    /// Returns what is known of one mentor.
    #[must_use]
    pub fn mentor(&self, id: UserId) -> Option<&MentorFacts> {
        self.place(id).map(|place| &self.mentors[place])
    }

    pub(super) fn place(&self, id: UserId) -> Option<usize> {
        self.places.get(&id).copied()
    }

    /// Measures what is usual between some mentees and these mentors.
    #[must_use]
    pub fn measure(&self, mentees: &[MenteeFacts]) -> Norms {
        let ask = Ask::default();
        let asked = mentees.iter().map(|mentee| self.read(mentee, &ask));
        Norms::measure(&self.lexicon, asked)
    }

    fn read<'a>(&self, mentee: &'a MenteeFacts, ask: &'a Ask) -> Terms<'a> {
        let mut reader = Reader::new(Some(&self.vocabulary)).with_meanings(&mentee.meanings);
        self.lexicon.read(&mut reader, wanted(mentee, ask))
    }

    /// Ranks all mentors for a mentee by what is known without their slots: the highest possible score first, then by id.
    #[must_use]
    pub fn rank<'a>(
        &'a self,
        mentee: &'a MenteeFacts,
        ask: &'a Ask,
        program: &'a Program,
    ) -> Ranking<'a> {
        Ranking::new(self, (mentee, ask), program)
    }
}
