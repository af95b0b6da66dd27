//! The world of a run: a base with its log, the platform, and the calls between them, each step of which may be the last.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::sync::{
    Base, Cell, Cells, Clash, FieldMap, FieldRule, Hook, LOOP_LIMIT, LOOP_WINDOW, Owner, REST,
    Record, SyncField, Tending, Told,
};

const RECORDS: usize = 2;

/// How long a webhook lives, and a log is kept.
const WEEK: SignedDuration = SignedDuration::from_hours(168);

/// Chance that falls the same way in every run (`SplitMix64`).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }

    fn index(&mut self, bound: usize) -> usize {
        usize::try_from(self.below(bound as u64)).unwrap()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Here,
    There,
}

#[derive(Debug)]
pub(super) struct Edit {
    pub(super) side: Side,
    pub(super) field: SyncField,
    pub(super) value: Cell,
    pub(super) replaces: Cell,
}

#[derive(Clone)]
struct Entry {
    record: usize,
    field: SyncField,
    value: Cell,
    is_ours: bool,
    at: Timestamp,
}

/// How far a pull has come.
enum Pull {
    Idle,
    /// Part of the log is in our hands.
    Listed(usize, Vec<Entry>),
    /// So are the records that it names.
    Fetched(usize, Vec<Entry>, Vec<Cells>),
}

/// How far a push of one record has come.
enum Push {
    Idle,
    Intended(usize, Cells),
    /// It took effect, and whether we heard of it.
    Sent(usize, Cells, bool),
}

pub(super) struct World {
    pub(super) chance: Chance,
    pub(super) map: FieldMap,
    pub(super) here: Vec<Record>,
    pub(super) there: Vec<Cells>,
    pub(super) edits: Vec<Edit>,
    pub(super) clashes: Vec<Clash>,
    pub(super) writes: usize,
    pub(super) renewals: usize,
    /// What the base itself had forgotten before anybody read it.
    pub(super) forgotten: Vec<Cell>,
    now: Timestamp,
    base: Base,
    log: Vec<Entry>,
    cursor: usize,
    confirmed: Vec<(usize, SyncField, Timestamp)>,
    pings: u64,
    pull: Pull,
    pushes: [Push; 2],
    /// Records that a full comparison has not come to yet.
    resync: Vec<usize>,
    is_calm: bool,
}

fn map() -> FieldMap {
    let rule = |field, owner| FieldRule {
        id: Some(format!("fld{field:?}")),
        owner,
        ..FieldRule::usual(field)
    };
    FieldMap::of(&[
        rule(SyncField::Email, Owner::Platform),
        rule(SyncField::Bio, Owner::Shared),
        rule(SyncField::Location, Owner::Shared),
        rule(SyncField::Title, Owner::Airtable),
    ])
    .unwrap()
}

impl World {
    pub(super) fn new(chance: Chance) -> Self {
        let map = map();
        let cells: Cells = map
            .active()
            .map(|(rule, _)| (rule.field, Cell::Empty))
            .collect();
        let record = Record {
            ours: cells.clone(),
            held: BTreeMap::new(),
        };
        Self {
            chance,
            map,
            here: vec![record; RECORDS],
            there: vec![cells; RECORDS],
            edits: Vec::new(),
            clashes: Vec::new(),
            writes: 0,
            renewals: 0,
            forgotten: Vec::new(),
            now: Timestamp::from_second(1_772_438_400).unwrap(),
            base: Base::default(),
            log: Vec::new(),
            cursor: 0,
            confirmed: Vec::new(),
            pings: 0,
            pull: Pull::Idle,
            pushes: [Push::Idle, Push::Idle],
            resync: Vec::new(),
            is_calm: false,
        }
    }

    /// A world in which nothing fails.
    pub(super) fn calm(chance: Chance) -> Self {
        Self {
            is_calm: true,
            ..Self::new(chance)
        }
    }

    /// Something happens.
    pub(super) fn step(&mut self, edits_on: &[Side]) {
        match self.chance.below(12) {
            0..=2 => {
                let side = edits_on[self.chance.index(edits_on.len())];
                self.edit(side);
            }
            3..=9 => self.work(),
            10 => self.pass(SignedDuration::from_secs(45)),
            _ => {
                let rare = self.chance.one_in(40);
                let hours = if rare { 24 * 7 } else { 1 };
                self.pass(SignedDuration::from_hours(hours));
            }
        }
    }

    /// Nobody edits any more and nothing fails: everything comes to rest.
    pub(super) fn settle(&mut self) {
        self.is_calm = true;
        for _ in 0..60 {
            for _ in 0..40 {
                self.work();
            }
            self.pass(LOOP_WINDOW);
        }
    }

    pub(super) fn minutes(&self) -> i64 {
        (self.now.as_second() - 1_772_438_400) / 60
    }

    pub(super) fn writes_of(&self, field: SyncField) -> usize {
        let of = self
            .confirmed
            .iter()
            .filter(|write| write.1 == field && write.0 == 0);
        of.count()
    }

    /// Whoever answers each write of ours with a value of their own.
    pub(super) fn answer_there(&mut self, field: SyncField) {
        if self.there[0][&field] == self.here[0].ours[&field] {
            self.edits.push(Edit {
                side: Side::There,
                field,
                value: Cell::text("theirs"),
                replaces: Cell::Empty,
            });
            self.change_there(0, field, Cell::text("theirs"), false);
            self.pings += 1;
        }
    }

    /// Time passes; whatever was under way for too long is cut off.
    fn pass(&mut self, time: SignedDuration) {
        self.now += time;
        if time > REST * 2 {
            self.pull = Pull::Idle;
            self.pushes = [Push::Idle, Push::Idle];
        }
        let unread = self.log.split_off(self.cursor);
        let is_kept = |entry: &Entry| self.now.duration_since(entry.at) < WEEK;
        let (kept, gone): (Vec<_>, Vec<_>) = unread.into_iter().partition(is_kept);
        self.log.extend(kept);
        for entry in gone {
            let held = self.here[entry.record].held.get(&entry.field);
            self.forgotten
                .extend(held.and_then(|held| held.passed.clone()));
            self.forgotten.push(entry.value);
        }
    }

    fn edit(&mut self, side: Side) {
        let record = self.chance.index(RECORDS);
        let fields: Vec<SyncField> = self.there[record].keys().copied().collect();
        let field = fields[self.chance.index(fields.len())];
        let value = Cell::text(&format!("{side:?} {}", self.edits.len()));
        let replaces = match side {
            Side::Here => self.here[record].ours[&field].clone(),
            Side::There => self.there[record][&field].clone(),
        };
        match side {
            Side::Here => {
                self.here[record].ours.insert(field, value.clone());
            }
            Side::There => self.change_there(record, field, value.clone(), false),
        }
        self.edits.push(Edit {
            side,
            field,
            value,
            replaces,
        });
    }

    fn change_there(&mut self, record: usize, field: SyncField, value: Cell, is_ours: bool) {
        if self.there[record].insert(field, value.clone()) == Some(value.clone()) {
            return;
        }
        self.writes += usize::from(is_ours);
        let hook = self.base.hook.as_ref();
        if hook.is_some_and(|hook| self.now < hook.expires_at) {
            self.log.push(Entry {
                record,
                field,
                value,
                is_ours,
                at: self.now,
            });
            // Pings get lost, and come twice.
            self.pings += self.chance.below(3);
        }
    }

    /// A worker takes its next step, or another one does.
    pub(super) fn work(&mut self) {
        match self.base.tend(self.now) {
            Tending::Rest(until) => {
                if self.is_calm {
                    self.now = until;
                }
            }
            // The log of a webhook that has ended can still be read.
            Tending::Renew(_) | Tending::Refresh if self.is_pushing() => self.push_any(),
            Tending::Renew(_) if self.cursor < self.log.len() => {
                self.pings = 1;
                self.pull();
            }
            Tending::Renew(_) => self.renew(),
            Tending::Refresh => self.refresh(),
            Tending::Nothing if !self.resync.is_empty() => self.compare(),
            Tending::Nothing => self.go_on(),
        }
    }

    /// One worker at a time has the base: it pulls, or it writes two records at once. It may be killed in between.
    fn go_on(&mut self) {
        let is_pulling = !matches!(self.pull, Pull::Idle);
        if !self.is_calm && self.chance.one_in(60) {
            self.pass(REST * 3);
        } else if is_pulling || !self.is_pushing() && self.chance.one_in(3) {
            self.pull();
        } else {
            self.push_any();
        }
    }

    fn is_pushing(&self) -> bool {
        !self.pushes.iter().all(|push| matches!(push, Push::Idle))
    }

    fn push_any(&mut self) {
        let pusher = self.chance.index(2);
        self.push(pusher);
    }

    /// Whether a call does not get through: refused, broken, or asked too often.
    fn fails(&mut self) -> bool {
        if self.is_calm || !self.chance.one_in(6) {
            return false;
        }
        if self.chance.one_in(4) {
            self.base.blocked_until = Some(self.now + REST);
        }
        true
    }

    fn renew(&mut self) {
        if self.fails() {
            return;
        }
        self.renewals += 1;
        self.base.hook = Some(Hook {
            id: "ach".to_owned(),
            expires_at: self.now + WEEK,
            refreshed_at: self.now,
            polled_at: self.now,
        });
        self.log.clear();
        self.cursor = 0;
        self.pull = Pull::Idle;
        self.here.iter_mut().for_each(Record::lose_log);
        self.resync = (0..RECORDS).collect();
    }

    fn refresh(&mut self) {
        if !self.fails()
            && let Some(hook) = &mut self.base.hook
        {
            hook.refreshed_at = self.now;
            hook.expires_at = self.now + WEEK;
        }
    }

    /// One page of a full comparison.
    fn compare(&mut self) {
        if self.fails() {
            return;
        }
        if let Some(record) = self.resync.pop() {
            let found = self.there[record].clone();
            self.absorb(record, &found, &Told::default());
        }
    }

    fn pull(&mut self) {
        match std::mem::replace(&mut self.pull, Pull::Idle) {
            Pull::Idle => {
                let is_wanted = self.pings > 0 || self.base.is_poll_due(self.now);
                if is_wanted && !self.fails() {
                    self.pings = 0;
                    let most = 1 + self.chance.index(4);
                    let page = self.log[self.cursor..].iter().take(most).cloned();
                    self.pull = Pull::Listed(self.cursor, page.collect());
                }
            }
            Pull::Listed(cursor, page) => {
                if !self.fails() {
                    self.pull = Pull::Fetched(cursor, page, self.there.clone());
                }
            }
            Pull::Fetched(cursor, page, found) => {
                // Killed here, nothing has happened: page and cursor are one transaction.
                if !self.fails() && cursor == self.cursor {
                    self.apply(&page, &found);
                }
            }
        }
    }

    fn apply(&mut self, page: &[Entry], found: &[Cells]) {
        let mut told = vec![Told::default(); RECORDS];
        for entry in page {
            let (record, told) = (&mut self.here[entry.record], &mut told[entry.record]);
            record.listen(told, entry.field, entry.is_ours, &entry.value);
        }
        for (record, told) in told.iter().enumerate().filter(|(_, told)| told.is_news()) {
            self.absorb(record, &found[record], told);
        }
        self.cursor += page.len();
        if self.cursor < self.log.len() {
            self.pings += 1;
        } else if let Some(hook) = &mut self.base.hook {
            hook.polled_at = self.now;
        }
    }

    fn absorb(&mut self, record: usize, found: &Cells, told: &Told) {
        let before = self.here[record].ours.clone();
        let clashes = self.here[record].absorb(&self.map, found, told, |_, _| true);
        self.clashes.extend(clashes);
        let changed = |(field, cell): &(&SyncField, &Cell)| before[*field] != **cell;
        self.writes += self.here[record].ours.iter().filter(changed).count();
    }

    fn push(&mut self, pusher: usize) {
        match std::mem::replace(&mut self.pushes[pusher], Push::Idle) {
            Push::Idle if !self.base.is_poll_due(self.now) => {
                self.pushes[pusher] = self.intend(self.pushes_of(1 - pusher));
            }
            Push::Intended(record, cells) => {
                let (takes_effect, is_heard) = match self.chance.below(8) {
                    0 if !self.is_calm => (false, false),
                    1 if !self.is_calm => (true, false),
                    _ => (true, true),
                };
                if takes_effect {
                    for (field, cell) in &cells {
                        self.change_there(record, *field, cell.clone(), true);
                    }
                }
                self.pushes[pusher] = Push::Sent(record, cells, is_heard);
            }
            Push::Sent(record, cells, true) if self.is_calm || !self.chance.one_in(12) => {
                self.confirm(record, &cells);
            }
            // Nobody answered, or whoever heard of it was killed.
            Push::Idle | Push::Sent(..) => {}
        }
    }

    fn pushes_of(&self, pusher: usize) -> Option<usize> {
        match self.pushes[pusher] {
            Push::Idle => None,
            Push::Intended(record, _) | Push::Sent(record, ..) => Some(record),
        }
    }

    /// Takes a record that nobody else writes, and notes what is about to be written.
    fn intend(&mut self, taken: Option<usize>) -> Push {
        let record = self.chance.index(RECORDS);
        if taken == Some(record) {
            return Push::Idle;
        }
        let outgoing = self.here[record].outgoing(&self.map, false);
        self.writes += outgoing.revert.len();
        self.here[record].ours.extend(outgoing.revert);
        let since = self.now - LOOP_WINDOW;
        let may_go = |field: &SyncField| {
            let of = |write: &&(usize, SyncField, Timestamp)| {
                write.0 == record && write.1 == *field && write.2 > since
            };
            i64::try_from(self.confirmed.iter().filter(of).count()).unwrap() < LOOP_LIMIT
        };
        let cells: Cells = outgoing
            .write
            .into_iter()
            .filter(|(field, _)| may_go(field))
            .collect();
        if cells.is_empty() {
            return Push::Idle;
        }
        self.here[record].intend(&cells);
        Push::Intended(record, cells)
    }

    fn confirm(&mut self, record: usize, cells: &Cells) {
        self.here[record].wrote(cells);
        for field in cells.keys() {
            self.confirmed.push((record, *field, self.now));
        }
    }
}
