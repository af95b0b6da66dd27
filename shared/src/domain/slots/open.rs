//! From windows to real time: which stretches are open, which are blocked, and what is left to book.

use jiff::Timestamp;

use super::local::LocalTime;
use crate::domain::availability::{Availability, AvailabilityKind};
use crate::domain::time::{Minutes, Span};

/// Real time in whole seconds since 1970, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Range {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Range {
    pub(super) fn length(self) -> i64 {
        self.end - self.start
    }

    /// Grows by an amount on both sides.
    pub(super) fn widened(self, by: Minutes) -> Self {
        Self {
            start: self.start - by.seconds(),
            end: self.end + by.seconds(),
        }
    }
}

/// Turns seconds since 1970 into a moment.
pub(super) fn moment(second: i64) -> Timestamp {
    let edge = if second < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    Timestamp::from_second(second).unwrap_or(edge)
}

/// The last whole second that is not later.
pub(super) fn floor(at: Timestamp) -> i64 {
    at.as_second() - i64::from(at.subsec_nanosecond() < 0)
}

/// The first whole second that is not earlier.
pub(super) fn ceil(at: Timestamp) -> i64 {
    at.as_second() + i64::from(at.subsec_nanosecond() > 0)
}

/// A mentor's time within an area: each list in order, disjoint, neighbours joined.
pub(super) struct OpenTime {
    /// What windows open, blocked or not.
    pub(super) open: Vec<Range>,
    /// What is blocked, open or not.
    pub(super) blocked: Vec<Range>,
    /// What is open and not blocked.
    pub(super) free: Vec<Range>,
}

impl OpenTime {
    /// Reads windows within an area.
    pub(super) fn new(windows: &[Availability], area: Range) -> Self {
        let (mut open, mut blocked) = (Vec::new(), Vec::new());
        let mut is_read = vec![false; windows.len()];
        for first in 0..windows.len() {
            if is_read[first] {
                continue;
            }
            // One look at a zone serves all windows in it.
            let zone = &windows[first].zone;
            let local = LocalTime::new(zone, area);
            for (window, is_read) in windows.iter().zip(&mut is_read).skip(first) {
                if window.zone == *zone {
                    *is_read = true;
                    match window.kind {
                        AvailabilityKind::Open => extend(&mut open, window, &local),
                        AvailabilityKind::Blocked => extend(&mut blocked, window, &local),
                    }
                }
            }
        }
        let (open, blocked) = (union(open), union(blocked));
        let free = minus(&open, &blocked);
        Self {
            open,
            blocked,
            free,
        }
    }
}

/// Adds the real time of one window.
fn extend(ranges: &mut Vec<Range>, window: &Availability, local: &LocalTime) {
    let days = window.days();
    let [from, to] = [window.starts, window.ends].map(|time| i64::from(time.minutes()) * 60);
    for piece in local.pieces() {
        let dates = days.between(piece.first, piece.last);
        ranges.extend(dates.filter_map(|day| piece.hours(day, from, to)));
    }
}

/// Sorts ranges and joins those that overlap or touch.
pub(super) fn union(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.sort_unstable();
    ranges.dedup_by(|next, last| {
        let joins = next.start <= last.end;
        if joins {
            last.end = last.end.max(next.end);
        }
        joins
    });
    ranges
}

/// Cuts the second list out of the first; both come from [`union`].
fn minus(open: &[Range], blocked: &[Range]) -> Vec<Range> {
    let mut free = Vec::with_capacity(open.len() + blocked.len());
    for &Range { mut start, end } in open {
        let first = blocked.partition_point(|block| block.end <= start);
        for block in blocked[first..]
            .iter()
            .take_while(|block| block.start < end)
        {
            if start < block.start {
                free.push(Range {
                    start,
                    end: block.start,
                });
            }
            start = block.end;
        }
        if start < end {
            free.push(Range { start, end });
        }
    }
    free
}

/// Tells whether one of the ranges of a [`union`] covers a range.
pub(super) fn covers(ranges: &[Range], range: Range) -> bool {
    let next = ranges.partition_point(|open| open.start <= range.start);
    next > 0 && range.end <= ranges[next - 1].end
}

/// Tells whether one of the ranges of a [`union`] overlaps a range.
pub(super) fn overlaps(ranges: &[Range], range: Range) -> bool {
    let next = ranges.partition_point(|taken| taken.end <= range.start);
    ranges
        .get(next)
        .is_some_and(|taken| taken.start < range.end)
}

/// Sorts sessions in whole seconds, but for those that end before an area or start behind it.
pub(super) fn around(sessions: &[Span], area: Range) -> Vec<Range> {
    let sessions = sessions.iter().filter(|session| !session.is_empty());
    let ranges = sessions.map(|session| Range {
        start: floor(session.start),
        end: ceil(session.end),
    });
    let mut ranges: Vec<_> = ranges
        .filter(|range| range.start < area.end && area.start < range.end)
        .collect();
    ranges.sort_unstable();
    ranges
}

/// Turns sessions into a [`union`], each widened on both sides.
pub(super) fn taken(sessions: &[Range], by: Minutes) -> Vec<Range> {
    let ranges = sessions.iter().map(|session| session.widened(by));
    union(ranges.collect())
}
