//! Partials: what every mentor has before the slots are known, and who could still come first.

use std::collections::BinaryHeap;

use super::catalog::Catalog;
use super::counterfactual::limited;
use super::fixed::{decimal, narrow, points};
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

/// All mentors of a ranking. Few are ever looked at, so they are put in order only as far as somebody asks.
pub(super) struct Partials<'a> {
    catalog: &'a Catalog,
    /// By place.
    points: Vec<i32>,
    order: Vec<Rank>,
}

/// An upper bound above the place, counted down: the largest is the first. Places rise with ids.
type Rank = u64;

impl<'a> Partials<'a> {
    /// Adds up ratings and weighed components; free slots can give as many points as availability weighs.
    pub(super) fn new<'b>(
        catalog: &'a Catalog,
        weighed: impl Iterator<Item = (&'b [u32], u32)>,
        availability: u32,
    ) -> Self {
        let mut sums = catalog.rating_points.clone();
        for (scores, weight) in weighed {
            for (sum, score) in sums.iter_mut().zip(scores) {
                *sum += signed(points(*score, weight));
            }
        }
        let most = signed(availability * 1000);
        let rank = |(place, points): (u32, &i32)| {
            u64::from(limited(points + most)) << 32 | u64::from(u32::MAX - place)
        };
        Self {
            catalog,
            order: (0..).zip(&sums).map(rank).collect(),
            points: sums,
        }
    }

    /// The highest possible score first, then by id.
    pub(super) fn in_order(&self) -> Vec<Partial> {
        let mut order = self.order.clone();
        order.sort_unstable();
        order.into_iter().rev().map(|rank| self.of(rank)).collect()
    }

    pub(super) fn each(&self) -> impl Iterator<Item = Partial> {
        self.order.iter().map(|rank| self.of(*rank))
    }

    /// All of them, the first of whom is found at once.
    pub(super) fn waiting(&self) -> Waiting<'_> {
        Waiting {
            partials: self,
            order: BinaryHeap::from(self.order.clone()),
        }
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(UserId) -> bool) {
        let ids = &self.catalog.ids;
        self.order.retain(|rank| keep(ids[place(*rank) as usize]));
    }

    fn of(&self, rank: Rank) -> Partial {
        let place = place(rank);
        Partial {
            id: self.catalog.ids[place as usize],
            place,
            points: self.points[place as usize],
            upper: narrow(rank >> 32),
        }
    }
}

/// Mentors who wait for their slots, the first first.
pub(super) struct Waiting<'a> {
    partials: &'a Partials<'a>,
    order: BinaryHeap<Rank>,
}

impl Waiting<'_> {
    /// Takes the first if it is wanted.
    pub(super) fn next_if(&mut self, is_wanted: impl Fn(&Partial) -> bool) -> Option<Partial> {
        let first = self.partials.of(*self.order.peek()?);
        if !is_wanted(&first) {
            return None;
        }
        self.order.pop();
        Some(first)
    }
}

fn place(rank: Rank) -> u32 {
    u32::MAX - narrow(rank & u64::from(u32::MAX))
}

pub(super) fn signed(points: u32) -> i32 {
    i32::try_from(points).unwrap_or(i32::MAX)
}
