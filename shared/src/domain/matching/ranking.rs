//! A ranking: every mentor with all points but availability's; evidence and words are made only for those who are shown.

use super::catalog::Catalog;
use super::counterfactual::{Case, Part, limited};
use super::facts::{Ask, MenteeFacts, MentorFacts};
use super::fixed::{decimal, points};
use super::free::FreeSlots;
use super::partial::{Partial, Partials, signed};
use super::program::Program;
use super::question::Question;
use super::scored::{Component, ComponentName, Scored};
use super::shortlist::Shortlist;
use super::{evidence, rating, reasoning};
use crate::domain::id::UserId;
use crate::domain::score::Thousandths;

/// One component of every mentor, 0 to 100 000.
struct Column {
    name: ComponentName,
    weight: u32,
    scores: Vec<u32>,
}

/// All mentors for one mentee and one ask, waiting for slots.
pub struct Ranking<'a> {
    catalog: &'a Catalog,
    question: Question<'a>,
    program: &'a Program,
    /// Of the components that count, but availability.
    columns: Vec<Column>,
    /// Expertise of every mentor, where it is a part of another component.
    expertise: Vec<u32>,
    partials: Partials<'a>,
}

impl<'a> Ranking<'a> {
    pub(super) fn new(
        catalog: &'a Catalog,
        (mentee, ask): (&'a MenteeFacts, &'a Ask),
        program: &'a Program,
    ) -> Self {
        let weights = program.weights();
        let question = Question::read(catalog, mentee, ask, weights);
        let expertise = if weights.of(ComponentName::IndustryAndExpertise) > 0 {
            question.scores(catalog, ComponentName::Expertise)
        } else {
            Vec::new()
        };
        let column = |(name, weight)| Column {
            name,
            weight,
            scores: match name {
                ComponentName::IndustryAndExpertise => {
                    question.industry_and_expertise(catalog, &expertise)
                }
                ComponentName::Expertise if !expertise.is_empty() => expertise.clone(),
                name => question.scores(catalog, name),
            },
        };
        let columns: Vec<Column> = weights
            .parts()
            .filter(|(name, _)| *name != ComponentName::Availability)
            .map(column)
            .collect();
        let weighed = columns
            .iter()
            .map(|column| (column.scores.as_slice(), column.weight));
        let availability = weights.of(ComponentName::Availability);
        let partials = Partials::new(catalog, weighed, availability);
        Self {
            catalog,
            question,
            program,
            columns,
            expertise,
            partials,
        }
    }

    /// Returns the mentors, the highest possible score first, then by id.
    #[must_use]
    pub fn partials(&self) -> Vec<Partial> {
        self.partials.in_order()
    }

    /// Goes through the mentors in no order.
    pub fn each(&self) -> impl Iterator<Item = Partial> {
        self.partials.each()
    }

    /// Keeps only the mentors that `keep` says yes to, such as those with capacity left.
    pub fn retain(&mut self, keep: impl FnMut(UserId) -> bool) {
        self.partials.retain(keep);
    }

    /// Starts the search for the exact best `k` that asks for slots only where they can matter.
    #[must_use]
    pub fn shortlist(&self, k: usize) -> Shortlist<'_> {
        Shortlist::new(self, self.partials.waiting(), k)
    }

    /// Returns how well one component of one mentor of this ranking fits, if the program counts it; availability is not known.
    #[must_use]
    pub fn component_score(&self, mentor: UserId, name: ComponentName) -> Option<Thousandths> {
        let column = self.columns.iter().find(|column| column.name == name)?;
        let place = self.catalog.place(mentor)?;
        Some(decimal(column.scores[place]))
    }

    /// Returns the score of one mentor of this ranking with their free slots, without its explanation.
    #[must_use]
    pub fn score(&self, partial: &Partial, free: &FreeSlots) -> Thousandths {
        decimal(self.total(partial, free))
    }

    /// Scores one mentor of this ranking in full, with their free slots within the next
    /// [`AVAILABILITY_DAYS`](super::AVAILABILITY_DAYS).
    #[must_use]
    pub fn finish(&self, partial: &Partial, free: impl Into<FreeSlots>) -> Scored {
        let free = free.into();
        let mentor = &self.catalog.mentors[partial.place as usize];
        let components = self.components(partial, mentor, &free);
        let score = components.iter().map(|component| component.points).sum();
        Scored {
            mentor_id: partial.id,
            score,
            is_weak: score < self.program.good_score(),
            reasoning: reasoning::sentences(mentor, self.question.mentee, &components),
            components,
        }
    }

    fn components(
        &self,
        partial: &Partial,
        mentor: &MentorFacts,
        free: &FreeSlots,
    ) -> Vec<Component> {
        let place = partial.place as usize;
        let raw = |name| {
            let column = self.columns.iter().find(|column| column.name == name);
            column.map_or_else(
                || FreeSlots::score(free.count()),
                |column| column.scores[place],
            )
        };
        let parts: Vec<_> = self
            .program
            .weights()
            .parts()
            .map(|(name, weight)| (name, weight, raw(name)))
            .collect();
        let case = Case {
            catalog: self.catalog,
            question: &self.question,
            place: partial.place,
            mentor,
            free,
            parts: &parts,
            rating: self.catalog.rating_points[place],
            expertise: self.expertise.get(place).copied().unwrap_or(0),
        };
        let component = |(name, weight, raw): &Part| Component {
            name: *name,
            weight: *weight,
            score: decimal(*raw),
            points: decimal(points(*raw, *weight)),
            evidence: evidence::of(*name, &case),
            counterfactual: case.of(*name),
        };
        let weighed = parts.iter().map(component);
        weighed.chain([rating_component(&case)]).collect()
    }

    /// The full score in thousandths, without its explanation.
    pub(super) fn total(&self, partial: &Partial, free: &FreeSlots) -> u32 {
        let weight = self.program.weights().of(ComponentName::Availability);
        let availability = points(FreeSlots::score(free.count()), weight);
        limited(partial.points + signed(availability))
    }
}

/// Ratings give points beside the weights, as many as leave the score in 0 to 100.
fn rating_component(case: &Case<'_>) -> Component {
    let before = decimal(case.weighted());
    let after = decimal(limited(signed(case.weighted()) + case.rating));
    Component {
        name: ComponentName::Rating,
        weight: 0,
        score: decimal(rating::raw(case.rating)),
        points: after - before,
        evidence: evidence::of(ComponentName::Rating, case),
        counterfactual: case.of(ComponentName::Rating),
    }
}
