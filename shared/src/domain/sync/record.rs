//! One person's fields, as far as Airtable is concerned: what is taken from there, what is written there.

use std::collections::BTreeMap;

use super::said::Said;
use super::{Cell, Cells, ConflictKind, FieldMap, Fingerprint, Owner, SyncField};

/// What is remembered of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// What was there when both sides agreed last.
    pub base: Cell,
    /// What we wrote and the log has not told of yet, in order. It is noted before it is sent, for it may have arrived
    /// even when nobody answered.
    pub awaited: Vec<Fingerprint>,
    /// What we wrote and the log told of last.
    pub heard: Option<Fingerprint>,
    /// What we found there last.
    pub seen: Option<Fingerprint>,
    /// What the log told of last that others wrote and we have not found there: what stands in its place is still to be
    /// told of.
    pub passed: Option<Cell>,
}

/// What the log told in one part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    is_news: bool,
    /// What others wrote and we ran over, with what we wrote, in the order of the log.
    overrun: BTreeMap<SyncField, Vec<(Cell, Cell)>>,
}

impl Told {
    /// Whether the record is to be looked at: others have changed it.
    #[must_use]
    pub fn is_news(&self) -> bool {
        self.is_news
    }

    fn of(&self, field: SyncField) -> &[(Cell, Cell)] {
        self.overrun.get(&field).map_or(&[], Vec::as_slice)
    }
}

/// A value that lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The field.
    pub field: SyncField,
    /// Why.
    pub kind: ConflictKind,
    /// What both had agreed on before.
    pub base: Cell,
    /// What was said here.
    pub ours: Cell,
    /// What was said there.
    pub theirs: Cell,
}

/// What a record has to say to the other side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// What is to be written there.
    pub write: Cells,
    /// What was changed here although the other side has the word: it goes back to this.
    pub revert: Cells,
}

impl Outgoing {
    /// Whether both sides say the same.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.write.is_empty() && self.revert.is_empty()
    }
}

/// A person's fields here, and what is remembered of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// What the person says, in the fields that their role has.
    pub ours: Cells,
    /// What is remembered.
    pub held: BTreeMap<SyncField, Held>,
}

impl Record {
    /// Takes in what was found there, and what the log told of how it came to be. Returns the values that lost; what is
    /// new here stands in [`ours`](Self::ours). `is_good` says what can be kept here.
    pub fn absorb(
        &mut self,
        map: &FieldMap,
        there: &Cells,
        told: &Told,
        is_good: impl Fn(SyncField, &Cell) -> bool,
    ) -> Vec<Clash> {
        let mut clashes = Vec::new();
        for (rule, _) in map.active() {
            let (Some(ours), Some(found)) =
                (self.ours.get_mut(&rule.field), there.get(&rule.field))
            else {
                continue;
            };
            let held = self.held.entry(rule.field).or_default();
            let said = Said {
                field: rule.field,
                owner: rule.owner,
                found,
                overrun: told.of(rule.field),
            };
            clashes.extend(said.take_in(ours, held, &is_good));
        }
        clashes
    }

    /// What is to be said to the other side. A record that is new there gets everything that is not empty.
    #[must_use]
    pub fn outgoing(&self, map: &FieldMap, is_new: bool) -> Outgoing {
        let mut outgoing = Outgoing::default();
        for (rule, _) in map.active() {
            let Some(ours) = self.ours.get(&rule.field) else {
                continue;
            };
            let base = self.base(rule.field);
            match rule.owner {
                _ if is_new && !ours.is_empty() => outgoing.write.insert(rule.field, ours.clone()),
                _ if is_new || *ours == base => None,
                Owner::Airtable => outgoing.revert.insert(rule.field, base),
                Owner::Platform | Owner::Shared => outgoing.write.insert(rule.field, ours.clone()),
            };
        }
        outgoing
    }

    /// Notes what is about to be written there.
    pub fn intend(&mut self, cells: &Cells) {
        for (field, cell) in cells {
            let awaited = &mut self.held.entry(*field).or_default().awaited;
            awaited.push(cell.fingerprint());
        }
    }

    /// Hears what the log tells of a field. Through our account it is an echo if it is awaited; what we wrote before it
    /// has then been there as well. Another program may use the account: with another value it is not us.
    pub fn listen(
        &mut self,
        told: &mut Told,
        field: SyncField,
        is_our_account: bool,
        value: &Cell,
    ) {
        let held = self.held.entry(field).or_default();
        let print = value.fingerprint();
        let echo = held.awaited.iter().position(|awaited| *awaited == print);
        if let Some(position) = echo.filter(|_| is_our_account) {
            held.awaited.drain(..=position);
            held.heard = Some(print);
            if let Some(theirs) = held.passed.take().filter(|theirs| theirs != value) {
                let overrun = told.overrun.entry(field).or_default();
                overrun.push((theirs, value.clone()));
                told.is_news = true;
            }
            return;
        }
        held.passed = (held.seen != Some(print)).then(|| value.clone());
        told.is_news = true;
    }

    /// The log is not followed any more: what was still to be told will not be.
    pub fn lose_log(&mut self) {
        for held in self.held.values_mut() {
            held.passed = None;
        }
    }

    /// Notes what was written there.
    pub fn wrote(&mut self, cells: &Cells) {
        for (field, cell) in cells {
            self.held.entry(*field).or_default().base = cell.clone();
        }
    }

    fn base(&self, field: SyncField) -> Cell {
        let held = self.held.get(&field);
        held.map(|held| held.base.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sync::FieldRule;

    const BIO: SyncField = SyncField::Bio;

    fn map(owner: Owner) -> FieldMap {
        let rule = FieldRule {
            id: Some("fldBio".to_owned()),
            owner,
            ..FieldRule::usual(BIO)
        };
        FieldMap::of(&[rule]).unwrap()
    }

    fn record(base: &str, ours: &str, written: Option<&str>) -> Record {
        let held = Held {
            base: Cell::text(base),
            awaited: written
                .map(|text| Cell::text(text).fingerprint())
                .into_iter()
                .collect(),
            ..Held::default()
        };
        Record {
            ours: [(BIO, Cell::text(ours))].into(),
            held: [(BIO, held)].into(),
        }
    }

    fn absorb(record: &mut Record, owner: Owner, found: &str, log: &[(bool, &str)]) -> Vec<Clash> {
        let mut told = Told::default();
        for (is_ours, value) in log {
            record.listen(&mut told, BIO, *is_ours, &Cell::text(value));
        }
        let there = [(BIO, Cell::text(found))].into();
        record.absorb(&map(owner), &there, &told, |_, _| true)
    }

    #[test]
    fn an_edit_there_arrives_here_and_nothing_goes_back() {
        let mut record = record("a", "a", Some("a"));
        let clashes = absorb(&mut record, Owner::Shared, "b", &[(false, "b")]);
        assert!(clashes.is_empty());
        assert_eq!(record.ours[&BIO], Cell::text("b"));
        assert!(record.outgoing(&map(Owner::Shared), false).is_settled());
    }

    #[test]
    fn an_edit_that_our_write_ran_over_is_no_lost_edit() {
        let mut record = record("b", "b", Some("b"));
        let log = [(false, "theirs"), (true, "b")];
        let clashes = absorb(&mut record, Owner::Shared, "b", &log);
        assert_eq!(clashes.len(), 1);
        assert_eq!(clashes[0].ours, Cell::text("b"));
        assert_eq!(record.ours[&BIO], Cell::text("theirs"));
        let outgoing = record.outgoing(&map(Owner::Shared), false);
        assert_eq!(outgoing.write[&BIO], Cell::text("theirs"));
    }

    #[test]
    fn an_edit_that_was_overwritten_twice_is_kept_as_a_clash() {
        let mut record = record("b", "b", Some("b"));
        let log = [(false, "first"), (true, "b"), (false, "second")];
        let clashes = absorb(&mut record, Owner::Shared, "second", &log);
        assert_eq!(clashes.len(), 1);
        assert_eq!(clashes[0].theirs, Cell::text("first"));
        assert_eq!(record.ours[&BIO], Cell::text("second"));
    }

    #[test]
    fn whose_word_counts_gets_it_whoever_was_later() {
        let mut ours = record("a", "a", None);
        assert!(absorb(&mut ours, Owner::Platform, "b", &[(false, "b")]).is_empty());
        let outgoing = ours.outgoing(&map(Owner::Platform), false);
        assert_eq!(outgoing.write[&BIO], Cell::text("a"));

        let mut theirs = record("a", "b", None);
        let outgoing = theirs.outgoing(&map(Owner::Airtable), false);
        assert_eq!(outgoing.revert[&BIO], Cell::text("a"));
        assert!(absorb(&mut theirs, Owner::Airtable, "c", &[(false, "c")]).is_empty());
        assert_eq!(theirs.ours[&BIO], Cell::text("c"));
    }

    #[test]
    fn what_cannot_be_kept_here_is_kept_as_a_clash_and_put_right_there() {
        let mut record = record("a", "a", None);
        let there = [(BIO, Cell::text("too long"))].into();
        let clashes = record.absorb(&map(Owner::Shared), &there, &Told::default(), |_, _| false);
        assert_eq!(clashes[0].kind, ConflictKind::Refused);
        assert_eq!(record.ours[&BIO], Cell::text("a"));
        let outgoing = record.outgoing(&map(Owner::Shared), false);
        assert_eq!(outgoing.write[&BIO], Cell::text("a"));
    }

    #[test]
    fn a_new_record_gets_what_is_not_empty() {
        let record = record("", "a", None);
        let outgoing = record.outgoing(&map(Owner::Airtable), true);
        assert_eq!(outgoing.write[&BIO], Cell::text("a"));
        assert!(outgoing.revert.is_empty());
    }
}
