//! The rules that take slots away: the clock, the sessions that exist, the limits.

use jiff::Timestamp;

use super::load::Load;
use super::local::LocalTime;
use super::open::{Range, around, ceil, floor, overlaps, taken};
use super::{Schedule, Slot, SlotRefusal, SlotRules};
use crate::domain::availability::monday_of;
use crate::domain::time::Minutes;

/// A mentor's rules, made ready to be asked about many slots.
pub(super) struct Rules {
    limits: SlotRules,
    now: Timestamp,
    earliest_start: Timestamp,
    latest_start: Timestamp,
    local: LocalTime,
    mentor_busy: Vec<Range>,
    mentor_busy_with_buffer: Vec<Range>,
    mentee_busy: Vec<Range>,
    /// Without limits nothing is counted.
    load: Load,
}

type Rule = fn(&Rules, &Slot) -> Option<SlotRefusal>;

/// In the order in which reasons are told.
const RULES: [Rule; 7] = [
    Rules::soon,
    Rules::far,
    Rules::mentor_busy,
    Rules::mentee_busy,
    Rules::day_full,
    Rules::week_full,
    Rules::pausing,
];

impl Rules {
    /// Makes the rules ready for slots in an area, whose weeks `local` knows in the schedule's zone.
    pub(super) fn new(schedule: &Schedule, area: Range, local: LocalTime, now: Timestamp) -> Self {
        let rules = schedule.rules;
        let is_limited = rules.max_per_day.or(rules.max_per_week).is_some();
        let mentor_sessions = around(&schedule.mentor_sessions, area.widened(rules.buffer));
        let mentee_sessions = around(&schedule.mentee_sessions, area);
        Self {
            limits: rules,
            now,
            earliest_start: now + rules.min_notice,
            latest_start: schedule.latest_start(now),
            mentor_busy: taken(&mentor_sessions, Minutes(0)),
            mentor_busy_with_buffer: taken(&mentor_sessions, rules.buffer),
            mentee_busy: taken(&mentee_sessions, Minutes(0)),
            load: if is_limited {
                Load::new(&schedule.mentor_sessions, &local)
            } else {
                Load::default()
            },
            local,
        }
    }

    /// Says, rule by rule, why a slot cannot be booked.
    pub(super) fn refusals(&self, slot: &Slot) -> impl Iterator<Item = SlotRefusal> {
        RULES.iter().filter_map(|rule| rule(self, slot))
    }

    fn soon(&self, slot: &Slot) -> Option<SlotRefusal> {
        if slot.starts_at < self.now {
            return Some(SlotRefusal::Past);
        }
        let is_soon = slot.starts_at < self.earliest_start;
        is_soon.then_some(SlotRefusal::TooSoon(self.limits.min_notice))
    }

    fn far(&self, slot: &Slot) -> Option<SlotRefusal> {
        let is_far = slot.starts_at > self.latest_start;
        is_far.then_some(SlotRefusal::TooFar(self.limits.horizon_days))
    }

    fn mentor_busy(&self, slot: &Slot) -> Option<SlotRefusal> {
        let range = range(slot);
        if !overlaps(&self.mentor_busy_with_buffer, range) {
            return None;
        }
        Some(if overlaps(&self.mentor_busy, range) {
            SlotRefusal::MentorBusy
        } else {
            SlotRefusal::InBuffer(self.limits.buffer)
        })
    }

    fn mentee_busy(&self, slot: &Slot) -> Option<SlotRefusal> {
        overlaps(&self.mentee_busy, range(slot)).then_some(SlotRefusal::MenteeBusy)
    }

    fn day_full(&self, slot: &Slot) -> Option<SlotRefusal> {
        let limit = self.limits.max_per_day?;
        let day = self.local.day_of(floor(slot.starts_at));
        (self.load.of_day(day) >= limit).then_some(SlotRefusal::DayFull(limit))
    }

    fn week_full(&self, slot: &Slot) -> Option<SlotRefusal> {
        let limit = self.limits.max_per_week?;
        let monday = monday_of(self.local.day_of(floor(slot.starts_at)));
        (self.load.of_week(monday) >= limit).then_some(SlotRefusal::WeekFull(limit))
    }

    fn pausing(&self, _: &Slot) -> Option<SlotRefusal> {
        (!self.limits.accepting).then_some(SlotRefusal::NotAccepting)
    }
}

fn range(slot: &Slot) -> Range {
    Range {
        start: floor(slot.starts_at),
        end: ceil(slot.ends_at),
    }
}
