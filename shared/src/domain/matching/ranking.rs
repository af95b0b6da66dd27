//! A ranking: every mentor with all points but availability's; evidence and words are made only for those who are shown.

use super::catalog::Catalog;
use super::counterfactual::{Case, Part, limited};
use super::facts::{Ask, MenteeFacts, MentorFacts};
use super::fixed::{decimal, points};
use super::free::FreeSlots;
use super::program::Program;
use super::question::Question;
use super::scored::{Component, ComponentName, Scored};
use super::shortlist::Shortlist;
use super::{evidence, rating, reasoning};
use crate::domain::id::UserId;
use crate::domain::score::Thousandths;

/// One mentor before the slots are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partial {
    pub(super) id: UserId,
    pub(super) place: u32,
    /// The points of all components but availability, before they are limited.
    pub(super) points: i32,
    pub(super) upper: u32,
}

impl Partial {
    /// Returns the mentor.
    #[must_use]
    pub fn mentor_id(&self) -> UserId {
        self.id
    }

    /// Returns the mentor's place among all mentors of the catalog, by rising id.
    #[must_use]
    pub fn place(&self) -> u32 {
        self.place
    }

    /// Returns the points of all components but availability.
    #[must_use]
    pub fn points_without_availability(&self) -> Thousandths {
        decimal(limited(self.points))
    }

    /// Returns the highest score that any number of free slots can lead to.
    #[must_use]
    pub fn upper_bound(&self) -> Thousandths {
        decimal(self.upper)
    }
}

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
    partials: Vec<Partial>,
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
                name => question.scores(catalog, name),
            },
        };
        let columns: Vec<Column> = weights
            .parts()
            .filter(|(name, _)| *name != ComponentName::Availability)
            .map(column)
            .collect();
        let partials = partials(catalog, program, &columns);
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
    pub fn partials(&self) -> &[Partial] {
        &self.partials
    }

    /// Keeps only the mentors that `keep` says yes to, such as those with capacity left.
    pub fn retain(&mut self, mut keep: impl FnMut(UserId) -> bool) {
        self.partials.retain(|partial| keep(partial.id));
    }

    /// Starts the search for the exact best `k` that asks for slots only where they can matter.
    #[must_use]
    pub fn shortlist(&self, k: usize) -> Shortlist<'_> {
        Shortlist::new(self, k)
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

/// Every mentor, by falling upper bound, then by rising id.
fn partials(catalog: &Catalog, program: &Program, columns: &[Column]) -> Vec<Partial> {
    let mut sums = catalog.rating_points.clone();
    for column in columns {
        for (sum, score) in sums.iter_mut().zip(&column.scores) {
            *sum += signed(points(*score, column.weight));
        }
    }
    let availability = signed(program.weights().of(ComponentName::Availability) * 1000);
    let upper = |points: i32| limited(points + availability);
    // Places rise with ids, so one number orders by both, and sorts twice as fast as a pair.
    let mut order: Vec<u64> = (0u32..)
        .zip(&sums)
        .map(|(place, points)| (u64::from(u32::MAX - upper(*points)) << 32) | u64::from(place))
        .collect();
    order.sort_unstable();
    let partial = |key: u64| {
        let place = u32::try_from(key & u64::from(u32::MAX)).unwrap_or(0);
        let points = sums[place as usize];
        Partial {
            id: catalog.mentors[place as usize].id,
            place,
            points,
            upper: upper(points),
        }
    };
    order.into_iter().map(partial).collect()
}

fn signed(points: u32) -> i32 {
    i32::try_from(points).unwrap_or(i32::MAX)
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
