//! A ranking: every mentor with all points but availability's; evidence and words are made only for those who are shown.

use std::cmp::Reverse;

use super::catalog::Catalog;
use super::facts::MentorFacts;
use super::fixed::{FULL, decimal, points, share};
use super::program::Program;
use super::question::Question;
use super::scored::{Component, ComponentName, Scored};
use super::shortlist::Shortlist;
use super::{FULL_AVAILABILITY_SLOTS, evidence, reasoning};
use crate::domain::id::UserId;
use crate::domain::score::Thousandths;

/// One mentor before the slots are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partial {
    pub(super) id: UserId,
    pub(super) place: u32,
    pub(super) expertise: u32,
    pub(super) industry: u32,
    pub(super) stage: u32,
    pub(super) points: u32,
    pub(super) upper: u32,
}

impl Partial {
    /// Returns the mentor.
    #[must_use]
    pub fn mentor_id(&self) -> UserId {
        self.id
    }

    /// Returns the points of all components but availability.
    #[must_use]
    pub fn points_without_availability(&self) -> Thousandths {
        decimal(self.points)
    }

    /// Returns the highest score that any number of free slots can lead to.
    #[must_use]
    pub fn upper_bound(&self) -> Thousandths {
        decimal(self.upper)
    }
}

/// All mentors for one mentee and one ask, waiting for slots.
pub struct Ranking<'a> {
    catalog: &'a Catalog,
    question: Question<'a>,
    program: &'a Program,
    partials: Vec<Partial>,
}

impl<'a> Ranking<'a> {
    pub(super) fn new(
        catalog: &'a Catalog,
        question: Question<'a>,
        program: &'a Program,
        mut partials: Vec<Partial>,
    ) -> Self {
        partials.sort_unstable_by_key(|partial| (Reverse(partial.points), partial.id));
        Self {
            catalog,
            question,
            program,
            partials,
        }
    }

    /// Returns the mentors, most points without availability first, then by id.
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

    /// Scores one mentor of this ranking in full, with their number of free slots within the next
    /// [`AVAILABILITY_DAYS`](super::AVAILABILITY_DAYS).
    #[must_use]
    pub fn finish(&self, partial: &Partial, free_slots: u32) -> Scored {
        let mentor = &self.catalog.mentors[partial.place as usize];
        let components = self.components(partial, mentor, free_slots);
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
        free_slots: u32,
    ) -> Vec<Component> {
        let weights = self.program.weights();
        let (catalog, question, place) = (self.catalog, &self.question, partial.place);
        let component = |name, weight, raw, evidence| Component {
            name,
            weight,
            score: decimal(raw),
            points: decimal(points(raw, weight)),
            evidence,
        };
        let expertise = evidence::of_expertise(catalog, question, (place, mentor));
        let industry = evidence::of_industry(catalog, question, (place, mentor));
        let stage = evidence::of_stage(question.mentee, mentor);
        let availability = evidence::of_availability(free_slots);
        vec![
            component(
                ComponentName::Expertise,
                weights.expertise,
                partial.expertise,
                expertise,
            ),
            component(
                ComponentName::Industry,
                weights.industry,
                partial.industry,
                industry,
            ),
            component(ComponentName::Stage, weights.stage, partial.stage, stage),
            component(
                ComponentName::Availability,
                weights.availability,
                availability_score(free_slots),
                availability,
            ),
        ]
    }

    /// The full score in thousandths, without its explanation.
    pub(super) fn total(&self, partial: &Partial, free_slots: u32) -> u32 {
        partial.points
            + points(
                availability_score(free_slots),
                self.program.weights().availability,
            )
    }
}

fn availability_score(free_slots: u32) -> u32 {
    share(u64::from(free_slots), u64::from(FULL_AVAILABILITY_SLOTS)).min(FULL)
}
