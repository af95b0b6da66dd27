//! Slots: which moments can be booked, and why the others cannot.
//!
//! windows ──▶ open time − blocked time = free stretches ──▶ grid ──▶ rules ──▶ slots
//!
//! The list and the booking check walk the same way, so what is shown can be booked and what is refused was not shown.
//!
//! A schedule with windows in several zones counts days, weeks and midnights in one of them: see [`Schedule::zone`].
//! A slot, like a session, belongs to the day on which it starts. A stretch longer than 48 hours starts its grid anew
//! at each local midnight, but is not cut there: a slot may reach over midnight. The notice and the horizon are
//! measured from the very moment of asking, seconds included; they choose among the starts, and never move them.

mod grid;
mod load;
mod local;
mod open;
#[cfg(test)]
mod oracle;
mod refusal;
mod rules;
#[cfg(test)]
mod tests;
mod view;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::availability::{Availability, AvailabilityKind, day_number};
use crate::domain::time::{Minutes, Span, Zone};

use open::{OpenTime, Range, ceil, floor, moment};
use view::View;

pub use refusal::SlotRefusal;

/// Everything that decides whether one mentee may book one mentor at a moment.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    /// The mentor's windows and blocks, in any order.
    pub windows: Vec<Availability>,
    /// The mentor's rules.
    pub rules: SlotRules,
    /// The mentor's sessions, without buffers: the pending and confirmed ones and, for the limits, those that were held.
    pub mentor_sessions: Vec<Span>,
    /// The sessions of the mentee who asks, in either role; empty for a public list.
    pub mentee_sessions: Vec<Span>,
}

/// A mentor's rules for being booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotRules {
    /// The gap between any two sessions.
    pub buffer: Minutes,
    /// How long before its start a session must be asked for, inclusive.
    pub min_notice: Minutes,
    /// How many days of 24 hours ahead a session may start, inclusive.
    pub horizon_days: u32,
    /// How many sessions may start on one day.
    pub max_per_day: Option<u32>,
    /// How many sessions may start in one week, Monday to Sunday.
    pub max_per_week: Option<u32>,
    /// How far the starts are apart; without it, the duration.
    pub step: Option<Minutes>,
    /// Whether the mentor takes new sessions at all.
    pub accepting: bool,
}

impl Default for SlotRules {
    /// The rules of a mentor who has set none.
    fn default() -> Self {
        Self {
            buffer: Minutes(0),
            min_notice: Minutes(120),
            horizon_days: 60,
            max_per_day: None,
            max_per_week: None,
            step: None,
            accepting: true,
        }
    }
}

/// A time that can be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// The first moment.
    pub starts_at: Timestamp,
    /// The first moment after.
    pub ends_at: Timestamp,
}

impl Slot {
    /// Gives the slot as a span.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span::new(self.starts_at, self.ends_at)
    }
}

/// Gives the stretches in which windows are open and not blocked, within a span of whole seconds: in order and disjoint.
#[must_use]
pub fn offered(windows: &[Availability], within: Span) -> Vec<Span> {
    let area = Range {
        start: ceil(within.start),
        end: floor(within.end),
    };
    let free = OpenTime::new(windows, area).free.into_iter();
    free.map(|range| Span::new(moment(range.start), moment(range.end)))
        .collect()
}

impl Schedule {
    /// Lists the slots of a length that lie wholly within a span, in order of time.
    #[must_use]
    pub fn slots(&self, duration: Minutes, within: Span, now: Timestamp) -> Vec<Slot> {
        self.walk(duration, within, now, |slots| slots.collect())
    }

    /// Gives the first of these slots, without looking for the others.
    #[must_use]
    pub fn first_slot(&self, duration: Minutes, within: Span, now: Timestamp) -> Option<Slot> {
        self.walk(duration, within, now, |slots| slots.next())
    }

    fn walk<T: Default>(
        &self,
        duration: Minutes,
        within: Span,
        now: Timestamp,
        take: impl FnOnce(&mut dyn Iterator<Item = Slot>) -> T,
    ) -> T {
        let bookable = Span::new(now, self.latest_start(now) + duration);
        let within = within.intersection(&bookable);
        if within.is_empty() || duration == Minutes(0) {
            return T::default();
        }
        let view = View::new(self, duration, within, now);
        let range = Range {
            start: ceil(within.start),
            end: floor(within.end),
        };
        let slot = |start| Slot {
            starts_at: moment(start),
            ends_at: moment(start + duration.seconds()),
        };
        let mut slots = view
            .grid
            .starts(range)
            .map(slot)
            .filter(|slot| view.rules.refusals(slot).next().is_none());
        take(&mut slots)
    }

    /// Tells whether a moment can be booked.
    ///
    /// # Errors
    /// Every reason why it cannot, the most telling first.
    pub fn check(
        &self,
        duration: Minutes,
        starts_at: Timestamp,
        now: Timestamp,
    ) -> Result<Slot, Vec<SlotRefusal>> {
        // The shortest session is a minute: there is no such thing as booking nothing.
        let duration = duration.max(Minutes(1));
        let span = Span::starting(starts_at, duration);
        let slot = Slot {
            starts_at,
            ends_at: span.end,
        };
        let view = View::new(self, duration, span, now);
        let refusals: Vec<_> = view
            .misplaced(starts_at)
            .into_iter()
            .flatten()
            .chain(view.rules.refusals(&slot))
            .collect();
        if refusals.is_empty() {
            Ok(slot)
        } else {
            Err(refusals)
        }
    }

    /// Names the zone in which days and weeks are counted: that of the oldest open window that has not run out.
    ///
    /// One zone for the whole schedule, so that a day has one meaning even where windows of several zones meet.
    #[must_use]
    pub fn zone(&self, now: Timestamp) -> Option<&Zone> {
        let open = self
            .windows
            .iter()
            .filter(|window| window.kind == AvailabilityKind::Open);
        let has_run_out =
            |window: &Availability| window.days().last() < day_number(window.zone.date(now));
        let oldest = open.min_by_key(|window| (has_run_out(window), window.id));
        oldest.map(|window| &window.zone)
    }

    fn latest_start(&self, now: Timestamp) -> Timestamp {
        let horizon = SignedDuration::from_hours(24 * i64::from(self.rules.horizon_days));
        now.checked_add(horizon).unwrap_or(Timestamp::MAX)
    }
}
