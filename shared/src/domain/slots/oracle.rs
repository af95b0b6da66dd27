//! The slot function against an oracle that walks through time minute by minute and shares nothing with it but types.
//!
//! Every case is made from one number. A failure names it: put it into `ONLY` to run that case alone.

mod random;

use std::collections::{BTreeMap, HashSet};
use std::thread;

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::{Schedule, Slot, SlotRefusal};
use crate::domain::availability::{Availability, AvailabilityKind, Recurrence};
use crate::domain::refusal::Refusal;
use crate::domain::time::{Minutes, Span, Zone};

/// How many random schedules are tried; every zone has its turn, again and again.
const CASES: u64 = 10_800;
/// How often each reason has to be met, or the schedules prove little about it.
const OFTEN: u64 = 500;
/// One case alone, by the number that its failure named.
const ONLY: Option<u64> = None;

#[test]
fn slots_and_checks_agree_with_an_oracle_that_walks_minute_by_minute() {
    let zones: Vec<Zone> = Zone::names().filter_map(|name| name.parse().ok()).collect();
    assert!(zones.len() > 500, "the database is not compiled in");
    if let Some(only) = ONLY {
        Case::random(only, &zones).try_out(&mut Tally::default());
        return;
    }
    let tally = Tally::of_all(&zones);
    assert!(tally.slots > 2 * CASES, "few slots: {tally:?}");
    assert!(
        tally.changes > CASES / 3,
        "few changes of clocks: {tally:?}"
    );
    assert_eq!(tally.reasons.len(), 12, "{tally:?}");
    let rare = tally.reasons.values().find(|count| **count < OFTEN);
    assert_eq!(rare, None, "{tally:?}");
}

/// What [`Oracle::wall`] leans on: clocks change at quarters of an hour, to offsets of whole quarters.
#[test]
fn clocks_change_at_quarters_of_an_hour() {
    let [from, to] = ["2023-12-01T00:00:00Z", "2031-02-01T00:00:00Z"].map(|at| at.parse().unwrap());
    for name in Zone::names() {
        let zone: Zone = name.parse().unwrap();
        let changes = zone.time_zone().following(from);
        let changes = changes.map(|change| (change.timestamp(), change.offset()));
        let first = (from, zone.time_zone().to_offset(from));
        for (at, offset) in [first]
            .into_iter()
            .chain(changes.take_while(|(at, _)| *at < to))
        {
            assert_eq!(at.as_second() % (60 * QUARTER), 0, "{name} {at}");
            assert_eq!(
                i64::from(offset.seconds()) % (60 * QUARTER),
                0,
                "{name} {at}"
            );
        }
    }
}

/// What was met.
#[derive(Debug, Default)]
struct Tally {
    slots: u64,
    /// Cases in whose span the clocks of a window change.
    changes: u64,
    reasons: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// Tries every case, on all processors.
    fn of_all(zones: &[Zone]) -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let part = |first: usize| {
            let mut tally = Self::default();
            for case in (u64::try_from(first).unwrap()..CASES).step_by(threads) {
                Case::random(case, zones).try_out(&mut tally);
            }
            tally
        };
        thread::scope(|scope| {
            let parts: Vec<_> = (0..threads)
                .map(|first| scope.spawn(move || part(first)))
                .collect();
            parts.into_iter().fold(Self::default(), |sum, part| {
                sum.plus(part.join().expect("a case failed, as said above"))
            })
        })
    }

    fn plus(mut self, other: Self) -> Self {
        self.slots += other.slots;
        self.changes += other.changes;
        for (code, count) in other.reasons {
            *self.reasons.entry(code).or_default() += count;
        }
        self
    }
}

/// A schedule and a question.
struct Case {
    number: u64,
    schedule: Schedule,
    duration: Minutes,
    within: Span,
    now: Timestamp,
    moments: Vec<Timestamp>,
}

impl Case {
    /// Asks both sides, and counts what was met.
    fn try_out(&self, tally: &mut Tally) {
        let oracle = Oracle::new(self);
        let expected = oracle.slots();
        let actual = self.schedule.slots(self.duration, self.within, self.now);
        assert_eq!(actual, expected, "list of {self}");
        let first = self
            .schedule
            .first_slot(self.duration, self.within, self.now);
        assert_eq!(first.as_ref(), expected.first(), "first of {self}");

        let slots = actual.iter().map(|slot| slot.starts_at);
        for moment in slots.chain(self.moments.iter().copied()) {
            let check = self.schedule.check(self.duration, moment, self.now);
            let reasons = check.err().unwrap_or_default();
            let expected = oracle.reasons(moment);
            assert_eq!(codes(&reasons), codes(&expected), "{moment} of {self}");
            assert_eq!(reasons, expected, "{moment} of {self}");
            for code in codes(&reasons) {
                *tally.reasons.entry(code).or_default() += 1;
            }
        }
        tally.slots += u64::try_from(actual.len()).unwrap();
        let has_changed = |zone: &Zone| {
            let offset = |at| zone.time_zone().to_offset(at);
            offset(self.within.start) != offset(self.within.end)
        };
        let mut windows = self.schedule.windows.iter();
        tally.changes += u64::from(windows.any(|window| has_changed(&window.zone)));
    }
}

fn codes(reasons: &[SlotRefusal]) -> Vec<&'static str> {
    reasons.iter().map(Refusal::code).collect()
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "case {}: {} minutes within {} to {}, now {}",
            self.number, self.duration, self.within.start, self.within.end, self.now
        )?;
        writeln!(f, "{:?}", self.schedule.rules)?;
        for w in &self.schedule.windows {
            let (from, until) = (w.valid_from, w.valid_until);
            writeln!(
                f,
                "{:?} {:?} {}-{} {} {from:?} {until:?}",
                w.kind, w.recurrence, w.starts, w.ends, w.zone
            )?;
        }
        write!(
            f,
            "mentor {:?} mentee {:?}",
            self.schedule.mentor_sessions, self.schedule.mentee_sessions
        )
    }
}

/// What is known about one minute of real time.
#[derive(Clone, Copy, Default)]
struct Minute {
    is_open: bool,
    is_blocked: bool,
    starts_local_day: bool,
    run: Option<usize>,
}

struct Oracle<'a> {
    case: &'a Case,
    zone: Zone,
    /// Minutes since 1970 of the first of `minutes`.
    first: i64,
    minutes: Vec<Minute>,
    /// Where each run of free minutes ends.
    run_ends: Vec<usize>,
    /// Whether a slot may start at each of `minutes`.
    grid: Vec<bool>,
}

/// A quarter of an hour in minutes.
const QUARTER: i64 = 15;

/// Further than any stretch has to be followed: 48 hours and a day of its grid.
const MARGIN: i64 = 4 * 24 * 60;

impl<'a> Oracle<'a> {
    fn new(case: &'a Case) -> Self {
        let first = case.within.start.as_second().div_euclid(60) - MARGIN;
        let last = case.within.end.as_second().div_euclid(60) + MARGIN;
        let zone = counting_zone(&case.schedule, case.now);
        let minutes = vec![Minute::default(); usize::try_from(last - first).unwrap()];
        let mut oracle = Self {
            case,
            zone,
            first,
            minutes,
            run_ends: Vec::new(),
            grid: Vec::new(),
        };
        oracle.open_windows();
        oracle.find_local_days();
        oracle.find_runs();
        oracle.lay_grid();
        oracle
    }

    fn moment(&self, index: usize) -> Timestamp {
        Timestamp::from_second((self.first + i64::try_from(index).unwrap()) * 60).unwrap()
    }

    fn index(&self, moment: Timestamp) -> usize {
        usize::try_from(moment.as_second().div_euclid(60) - self.first).unwrap()
    }

    /// What the wall shows at each minute: the date and the minute of the day.
    ///
    /// Zones change at quarters of an hour only, as a test below proves: the minutes between are counted, not looked up.
    fn wall(&self, zone: &Zone) -> Vec<(Date, u16)> {
        let mut wall: Vec<(Date, u16)> = Vec::with_capacity(self.minutes.len());
        for index in 0..self.minutes.len() {
            let is_quarter = (self.first + i64::try_from(index).unwrap()) % QUARTER == 0;
            let shown = match wall.last() {
                Some(&(date, time)) if !is_quarter => (date, time + 1),
                Some(_) | None => {
                    let local = zone.time_zone().to_datetime(self.moment(index));
                    let time = u16::try_from(local.hour()).unwrap() * 60;
                    (local.date(), time + u16::try_from(local.minute()).unwrap())
                }
            };
            wall.push(shown);
        }
        wall
    }

    fn open_windows(&mut self) {
        let mut windows: Vec<_> = self.case.schedule.windows.iter().collect();
        windows.sort_by_key(|window| window.zone.name());
        for same_zone in windows.chunk_by(|one, next| one.zone == next.zone) {
            let wall = self.wall(&same_zone[0].zone);
            for window in same_zone {
                self.open_window(window, &wall);
            }
        }
    }

    fn open_window(&mut self, window: &Availability, wall: &[(Date, u16)]) {
        let hours = window.starts.minutes()..window.ends.minutes();
        let mut today = (Date::MIN, false);
        for (minute, (date, time)) in self.minutes.iter_mut().zip(wall) {
            if today.0 != *date {
                today = (*date, takes_place_on(window, *date));
            }
            if today.1 && hours.contains(time) {
                match window.kind {
                    AvailabilityKind::Open => minute.is_open = true,
                    AvailabilityKind::Blocked => minute.is_blocked = true,
                }
            }
        }
    }

    fn find_local_days(&mut self) {
        let mut seen = HashSet::new();
        let mut last = None;
        let wall = self.wall(&self.zone);
        for (minute, (today, _)) in self.minutes.iter_mut().zip(wall) {
            minute.starts_local_day = last != Some(today) && seen.insert(today) && last.is_some();
            last = Some(today);
        }
    }

    fn find_runs(&mut self) {
        let mut was_free = false;
        for (index, minute) in self.minutes.iter_mut().enumerate() {
            let is_free = minute.is_open && !minute.is_blocked;
            if is_free && !was_free {
                self.run_ends.push(index);
            }
            if is_free {
                minute.run = Some(self.run_ends.len() - 1);
                *self.run_ends.last_mut().unwrap() = index + 1;
            }
            was_free = is_free;
        }
    }

    fn lay_grid(&mut self) {
        let step = self
            .case
            .schedule
            .rules
            .step
            .unwrap_or(self.case.duration)
            .0;
        let mut run_lengths = vec![0; self.run_ends.len()];
        for run in self.minutes.iter().filter_map(|minute| minute.run) {
            run_lengths[run] += 1;
        }
        let mut last_run = None;
        let mut since_anchor = 0;
        for minute in &self.minutes {
            let Some(run) = minute.run else {
                self.grid.push(false);
                continue;
            };
            let is_anew = minute.starts_local_day && run_lengths[run] > 48 * 60;
            if last_run != Some(run) || is_anew {
                since_anchor = 0;
            }
            self.grid.push(since_anchor % step == 0);
            since_anchor += 1;
            last_run = Some(run);
        }
    }

    fn slots(&self) -> Vec<Slot> {
        let starts = (0..self.minutes.len()).filter(|index| self.grid[*index]);
        starts
            .map(|index| self.moment(index))
            .map(|starts_at| Slot {
                starts_at,
                ends_at: self.end_of(starts_at),
            })
            .filter(|slot| {
                self.case.within.start <= slot.starts_at && slot.ends_at <= self.case.within.end
            })
            .filter(|slot| self.reasons(slot.starts_at).is_empty())
            .collect()
    }

    fn end_of(&self, start: Timestamp) -> Timestamp {
        start
            .checked_add(i64::from(self.case.duration.0).minutes())
            .unwrap()
    }

    fn reasons(&self, at: Timestamp) -> Vec<SlotRefusal> {
        let mut reasons = Vec::new();
        self.reasons_of_place(at, &mut reasons);
        self.reasons_of_clock(at, &mut reasons);
        self.reasons_of_sessions(at, &mut reasons);
        self.reasons_of_limits(at, &mut reasons);
        if !self.case.schedule.rules.accepting {
            reasons.push(SlotRefusal::NotAccepting);
        }
        reasons
    }

    fn reasons_of_place(&self, at: Timestamp, reasons: &mut Vec<SlotRefusal>) {
        let start = self.index(at);
        // A session that starts within a minute ends within one, and needs both.
        let is_whole = self.moment(start) == at;
        let end = self.index(self.end_of(at)) + usize::from(!is_whole);
        let minutes = &self.minutes[start..end];
        if minutes.iter().any(|minute| !minute.is_open) {
            reasons.push(SlotRefusal::OutsideAvailability);
        }
        if minutes.iter().any(|minute| minute.is_blocked) {
            reasons.push(SlotRefusal::Blocked);
        }
        if reasons.is_empty() && !(is_whole && self.grid[start]) {
            let length = usize::try_from(self.case.duration.0).unwrap();
            let run = self.minutes[start].run.unwrap();
            let has_slot = |index: &usize| {
                let minute = self.minutes[*index];
                minute.run == Some(run) && self.grid[*index] && index + length <= self.run_ends[run]
            };
            let nearest = (0..self.minutes.len())
                .filter(has_slot)
                .min_by_key(|index| self.moment(*index).duration_since(at).abs());
            reasons.push(SlotRefusal::NotOnGrid {
                nearest: self.moment(nearest.unwrap()),
            });
        }
    }

    fn reasons_of_clock(&self, at: Timestamp, reasons: &mut Vec<SlotRefusal>) {
        let rules = &self.case.schedule.rules;
        let ahead = at.duration_since(self.case.now);
        if ahead.is_negative() {
            reasons.push(SlotRefusal::Past);
        } else if ahead < SignedDuration::from_mins(i64::from(rules.min_notice.0)) {
            reasons.push(SlotRefusal::TooSoon(rules.min_notice));
        }
        if ahead > SignedDuration::from_hours(24) * i32::try_from(rules.horizon_days).unwrap() {
            reasons.push(SlotRefusal::TooFar(rules.horizon_days));
        }
    }

    fn reasons_of_sessions(&self, at: Timestamp, reasons: &mut Vec<SlotRefusal>) {
        let Schedule {
            rules,
            mentor_sessions,
            mentee_sessions,
            ..
        } = &self.case.schedule;
        let end = self.end_of(at);
        let meets = |session: &Span| session.start < end && at < session.end;
        let gap = SignedDuration::from_mins(i64::from(rules.buffer.0));
        let is_close = |session: &Span| {
            let (before, after) = (
                at.duration_since(session.end),
                session.start.duration_since(end),
            );
            before < gap && after < gap
        };
        if mentor_sessions.iter().any(meets) {
            reasons.push(SlotRefusal::MentorBusy);
        } else if mentor_sessions.iter().any(is_close) {
            reasons.push(SlotRefusal::InBuffer(rules.buffer));
        }
        if mentee_sessions.iter().any(meets) {
            reasons.push(SlotRefusal::MenteeBusy);
        }
    }

    fn reasons_of_limits(&self, at: Timestamp, reasons: &mut Vec<SlotRefusal>) {
        let Schedule {
            rules,
            mentor_sessions,
            ..
        } = &self.case.schedule;
        let date = |at: Timestamp| at.to_zoned(self.zone.time_zone().clone()).date();
        let today = date(at);
        let count = |is_same: &dyn Fn(Date) -> bool| {
            let sessions = mentor_sessions
                .iter()
                .filter(|session| is_same(date(session.start)));
            u32::try_from(sessions.count()).unwrap()
        };
        if let Some(limit) = rules
            .max_per_day
            .filter(|limit| count(&|day| day == today) >= *limit)
        {
            reasons.push(SlotRefusal::DayFull(limit));
        }
        let week = |day: Date| (day.iso_week_date().year(), day.iso_week_date().week());
        if let Some(limit) = rules
            .max_per_week
            .filter(|limit| count(&|day| week(day) == week(today)) >= *limit)
        {
            reasons.push(SlotRefusal::WeekFull(limit));
        }
    }
}

fn takes_place_on(window: &Availability, day: Date) -> bool {
    let monday = |day: Date| {
        let back = i64::from(day.weekday().to_monday_zero_offset());
        day.checked_sub(back.days()).unwrap()
    };
    if window.valid_from.is_some_and(|from| day < from)
        || window.valid_until.is_some_and(|until| day > until)
    {
        return false;
    }
    match window.recurrence {
        Recurrence::OneOff => window.valid_until.is_some() || Some(day) == window.valid_from,
        Recurrence::Weekly {
            day_of_week,
            every_n_weeks,
        } => {
            let weekday =
                Weekday::from_sunday_zero_offset(i8::try_from(day_of_week).unwrap()).unwrap();
            let since = |from| (monday(day) - monday(from)).get_days() / 7;
            let weeks = window.valid_from.map_or(0, since);
            day.weekday() == weekday && weeks % i32::try_from(every_n_weeks).unwrap() == 0
        }
    }
}

fn counting_zone(schedule: &Schedule, now: Timestamp) -> Zone {
    let mut open: Vec<_> = schedule
        .windows
        .iter()
        .filter(|w| w.kind == AvailabilityKind::Open)
        .collect();
    open.sort_by_key(|window| window.id);
    let lasts = |window: &&&Availability| {
        let last = match window.recurrence {
            Recurrence::OneOff => window.valid_until.or(window.valid_from),
            Recurrence::Weekly { .. } => window.valid_until,
        };
        last.is_none_or(|last| last >= now.to_zoned(window.zone.time_zone().clone()).date())
    };
    let oldest = open.iter().find(lasts).or(open.first());
    oldest.map_or(Zone::UTC, |window| window.zone.clone())
}
