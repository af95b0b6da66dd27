//! What was found there of one field, and what the log told of how it came to be.

use super::{Cell, Clash, ConflictKind, Held, Merged, Owner, SyncField, merge};

/// What was said there of one field.
pub(super) struct Said<'a> {
    pub(super) field: SyncField,
    pub(super) owner: Owner,
    pub(super) found: &'a Cell,
    pub(super) overrun: &'a [(Cell, Cell)],
}

impl Said<'_> {
    /// Takes it in: what is new here stands in `ours`, what lost is returned.
    pub(super) fn take_in(
        &self,
        ours: &mut Cell,
        held: &mut Held,
        is_good: impl Fn(SyncField, &Cell) -> bool,
    ) -> Vec<Clash> {
        let (overrun, mut clashes) = self.overrun(held);
        let theirs = overrun.clone().unwrap_or_else(|| self.found.clone());
        let clash = |kind, ours: &Cell| self.clash(kind, held, (ours.clone(), theirs.clone()));
        match self.decide(held, ours, &theirs, overrun.is_some()) {
            Merged::Agreed | Merged::Ours => {}
            Merged::Theirs | Merged::Clashed if !is_good(self.field, &theirs) => {
                clashes.push(clash(ConflictKind::Refused, ours));
            }
            Merged::Theirs => *ours = theirs,
            Merged::Clashed => {
                clashes.push(clash(ConflictKind::BothChanged, ours));
                *ours = theirs;
            }
        }
        held.seen = Some(self.found.fingerprint());
        held.base = self.found.clone();
        clashes
    }

    fn decide(&self, held: &Held, ours: &Cell, theirs: &Cell, is_overrun: bool) -> Merged {
        let merged = merge(self.owner, &held.base, ours, theirs);
        if self.owner != Owner::Shared {
            return merged;
        }
        let found = Some(self.found.fingerprint());
        let is_ours = found == held.heard || self.is_awaited(held);
        match merged {
            // Both wrote: ours has run over theirs there, before we heard of it.
            Merged::Theirs if is_overrun => Merged::Clashed,
            // It is what we wrote, even if nobody answered, and meanwhile we say something else.
            Merged::Theirs | Merged::Clashed if !is_overrun && is_ours => Merged::Ours,
            merged => merged,
        }
    }

    fn is_awaited(&self, held: &Held) -> bool {
        held.awaited.contains(&self.found.fingerprint())
    }

    /// What others wrote last, if a write of ours stands in its place; and what they wrote before it, we ran over, and
    /// others changed again, so that neither side shows it any more.
    fn overrun(&self, held: &mut Held) -> (Option<Cell>, Vec<Clash>) {
        let passed = held.passed.take().filter(|passed| passed != self.found);
        if passed.is_some() && !self.is_awaited(held) {
            held.passed.clone_from(&passed);
        }
        if self.owner != Owner::Shared {
            return (None, Vec::new());
        }
        let mut overrun = self.overrun.to_vec();
        if let Some(theirs) = passed.filter(|_| held.passed.is_none()) {
            overrun.push((theirs, self.found.clone()));
        }
        let is_last_there = overrun.last().is_some_and(|(_, ours)| ours == self.found);
        let winner = if is_last_there { overrun.pop() } else { None };
        let clash = |(theirs, ours)| self.clash(ConflictKind::BothChanged, held, (ours, theirs));
        let clashes = overrun.into_iter().map(clash).collect();
        (winner.map(|(theirs, _)| theirs), clashes)
    }

    fn clash(&self, kind: ConflictKind, held: &Held, (ours, theirs): (Cell, Cell)) -> Clash {
        Clash {
            field: self.field,
            kind,
            base: held.base.clone(),
            ours,
            theirs,
        }
    }
}
