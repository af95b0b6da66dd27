//! The shortlist: the exact best few, found without counting the slots of mentors who cannot make it any more.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::free::FreeSlots;
use super::partial::{Partial, Waiting};
use super::ranking::Ranking;
use super::remembered::{MOST_CONTENDERS, Remembered};
use super::scored::Scored;
use crate::domain::id::UserId;

/// A search for the best `k`; see [`Shortlist::next_batch`].
pub struct Shortlist<'a> {
    ranking: &'a Ranking<'a>,
    k: usize,
    /// Not handed out yet.
    waiting: Waiting<'a>,
    /// Handed out, not answered yet.
    open: Vec<Partial>,
    /// Answered, and not good enough.
    beaten: Vec<Partial>,
    /// The best so far, the best first.
    best: BTreeMap<Standing, (Partial, FreeSlots)>,
}

/// By falling score, then by rising id.
type Standing = (Reverse<u32>, UserId);

impl<'a> Shortlist<'a> {
    pub(super) fn new(ranking: &'a Ranking<'a>, waiting: Waiting<'a>, k: usize) -> Self {
        Self {
            ranking,
            k,
            waiting,
            open: Vec::new(),
            beaten: Vec::new(),
            best: BTreeMap::new(),
        }
    }

    /// Hands out the next mentors, at most so many, whose free slots can still change the result; none when it is settled.
    pub fn next_batch(&mut self, at_most: usize) -> Vec<UserId> {
        let last = self.last();
        // The upper bounds fall, so behind the first that cannot enter nobody can.
        let can_enter =
            |partial: &Partial| self.k > 0 && last.is_none_or(|last| highest(partial) < last);
        let next = || self.waiting.next_if(can_enter);
        let batch: Vec<Partial> = std::iter::from_fn(next).take(at_most).collect();
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
        if self.best.len() > self.k
            && let Some((_, (beaten, _))) = self.best.pop_last()
        {
            self.beaten.push(beaten);
        }
    }

    /// What the best rest on, once no batch is handed out any more; `None` when too many others could come in.
    #[must_use]
    pub fn remembered(&self) -> Option<Remembered> {
        let last = self.last();
        let can_enter = |partial: &&Partial| last.is_none_or(|last| highest(partial) < last);
        let others = self.open.iter().chain(&self.beaten);
        let contenders: Vec<&Partial> = others.filter(can_enter).collect();
        let shown = self.best.values().map(|(partial, free)| (partial, free));
        (contenders.len() <= MOST_CONTENDERS)
            .then(|| Remembered::new(shown, contenders.into_iter(), last.is_some()))
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
