//! A schedule as seen around some span of time: what the list and the booking check have in common.

use jiff::Timestamp;

use super::grid::Grid;
use super::local::LocalTime;
use super::open::{OpenTime, Range, ceil, covers, floor, moment, overlaps};
use super::rules::Rules;
use super::{Schedule, SlotRefusal};
use crate::domain::time::{Minutes, Span, Zone};

/// A schedule as seen around some span of time.
pub(super) struct View {
    time: OpenTime,
    length: i64,
    pub(super) grid: Grid,
    pub(super) rules: Rules,
}

/// Enough to see before and behind a span whether a stretch is a long one, and where its last midnight was.
const SURROUNDINGS: Minutes = Minutes(3 * 24 * 60);
/// Enough to see the whole local week of every moment in a span.
const WEEKS: Minutes = Minutes(9 * 24 * 60);

impl View {
    /// Looks at a schedule around a span.
    pub(super) fn new(
        schedule: &Schedule,
        duration: Minutes,
        around: Span,
        now: Timestamp,
    ) -> Self {
        let area = whole(around.widened(SURROUNDINGS));
        let zone = schedule.zone(now).cloned().unwrap_or(Zone::UTC);
        let local = LocalTime::new(&zone, whole(around.widened(WEEKS)));
        let time = OpenTime::new(&schedule.windows, area);
        let step = schedule.rules.step.unwrap_or(duration).max(Minutes(1));
        let grid = Grid::new(&time.free, &local, step.seconds(), duration.seconds());
        let rules = Rules::new(schedule, area, local, now);
        Self {
            time,
            grid,
            length: duration.seconds(),
            rules,
        }
    }

    /// Tells why no slot starts here, whatever the rules say; what [`Grid::starts`] lists is never misplaced.
    pub(super) fn misplaced(&self, starts_at: Timestamp) -> [Option<SlotRefusal>; 2] {
        let start = floor(starts_at);
        let range = Range {
            start,
            end: start + self.length,
        };
        let is_closed = !covers(&self.time.open, range);
        if is_closed || !covers(&self.time.free, range) {
            let is_blocked = overlaps(&self.time.blocked, range);
            return [
                is_closed.then_some(SlotRefusal::OutsideAvailability),
                is_blocked.then_some(SlotRefusal::Blocked),
            ];
        }
        let nearest = self.grid.nearest(start).map(moment);
        let off_grid = nearest.filter(|nearest| *nearest != starts_at);
        [
            None,
            off_grid.map(|nearest| SlotRefusal::NotOnGrid { nearest }),
        ]
    }
}

/// The whole seconds around a span.
fn whole(span: Span) -> Range {
    Range {
        start: floor(span.start),
        end: ceil(span.end),
    }
}
