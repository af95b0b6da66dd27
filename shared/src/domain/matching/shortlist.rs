//! The shortlist: the exact best few, found without counting the slots of mentors who cannot make it any more.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::free::FreeSlots;
use super::ranking::{Partial, Ranking};
use super::remembered::{MOST_CONTENDERS, Remembered};
use super::scored::Scored;
use crate::domain::id::UserId;

/// A search for the best `k`; see [`Shortlist::next_batch`].
pub struct Shortlist<'a> {
    ranking: &'a Ranking<'a>,
    k: usize,
    /// How many of the ranking were handed out.
    asked: usize,
    /// Handed out, not answered yet: a range of the ranking.
    open: Vec<Partial>,
    /// The best so far, the best first.
    best: BTreeMap<Standing, (Partial, FreeSlots)>,
}

/// By falling score, then by rising id.
type Standing = (Reverse<u32>, UserId);

impl<'a> Shortlist<'a> {
    pub(super) fn new(ranking: &'a Ranking<'a>, k: usize) -> Self {
        Self {
            ranking,
            k,
            asked: 0,
            open: Vec::new(),
            best: BTreeMap::new(),
        }
    }

    /// Hands out the next mentors, at most so many, whose free slots can still change the result; none when it is settled.
    pub fn next_batch(&mut self, at_most: usize) -> Vec<UserId> {
        let rest = &self.ranking.partials()[self.asked..];
        let can_enter = |partial: &&Partial| {
            self.k > 0 && self.last().is_none_or(|last| highest(partial) < last)
        };
        // The upper bounds fall, so behind the first that cannot enter nobody can.
        let batch: Vec<Partial> = rest
            .iter()
            .take(at_most)
            .take_while(can_enter)
            .copied()
            .collect();
        self.asked += batch.len();
        let ids = batch.iter().map(Partial::mentor_id).collect();
        self.open.extend(batch);
        ids
    }

    /// Takes the free slots of a mentor that was handed out; one never answered counts as left out.
    pub fn offer(&mut self, mentor_id: UserId, free: impl Into<FreeSlots>) {
        let Some(found) = self.open.iter().position(|partial| partial.id == mentor_id) else {
            return;
        };
        let partial = self.open.swap_remove(found);
        let free = free.into();
        let standing = (Reverse(self.ranking.total(&partial, &free)), partial.id);
        self.best.insert(standing, (partial, free));
        if self.best.len() > self.k {
            self.best.pop_last();
        }
    }

    /// What the best rest on, once no batch is handed out any more; `None` when too many others could come in.
    #[must_use]
    pub fn remembered(&self) -> Option<Remembered> {
        let can_enter = |partial: &&Partial| self.last().is_none_or(|last| highest(partial) < last);
        let is_shown = |id: UserId| self.best.keys().any(|(_, shown)| *shown == id);
        let contenders: Vec<&Partial> = self
            .ranking
            .partials()
            .iter()
            .take_while(can_enter)
            .filter(|partial| !is_shown(partial.id))
            .take(MOST_CONTENDERS + 1)
            .collect();
        let shown = self.best.values().map(|(partial, free)| (partial, free));
        (contenders.len() <= MOST_CONTENDERS)
            .then(|| Remembered::new(shown, contenders.into_iter(), self.last().is_some()))
    }

    /// Scores and explains the best, the best first.
    #[must_use]
    pub fn finish(self) -> Vec<Scored> {
        self.best
            .into_values()
            .map(|(partial, free)| self.ranking.finish(&partial, free))
            .collect()
    }

    /// Who would have to be beaten, once the list is full.
    fn last(&self) -> Option<Standing> {
        let (last, _) = self.best.last_key_value()?;
        (self.best.len() == self.k).then_some(*last)
    }
}

fn highest(partial: &Partial) -> Standing {
    (Reverse(partial.upper), partial.id)
}
