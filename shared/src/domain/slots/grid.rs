//! The grid: where in the free stretches a slot may start.

use super::local::LocalTime;
use super::open::Range;

/// A stretch longer than this starts its grid anew at each local midnight.
const LONG: i64 = 48 * 60 * 60;

/// A run of equally spaced starts.
struct Run {
    /// The first start.
    anchor: i64,
    /// Where the next run takes over.
    until: i64,
    /// Where the stretch ends, and with it the last slot.
    end: i64,
}

/// All starts, in order.
pub(super) struct Grid {
    runs: Vec<Run>,
    step: i64,
    length: i64,
}

impl Grid {
    /// Lays the grid over free stretches, for slots of a length in seconds.
    pub(super) fn new(free: &[Range], local: &LocalTime, step: i64, length: i64) -> Self {
        let mut runs = Vec::with_capacity(free.len());
        let midnights = free.iter().any(|stretch| stretch.length() > LONG);
        let midnights = if midnights {
            local.day_starts()
        } else {
            Vec::new()
        };
        for stretch in free {
            let mut run = Run {
                anchor: stretch.start,
                until: stretch.end,
                end: stretch.end,
            };
            if stretch.length() > LONG {
                let first = midnights.partition_point(|at| *at <= stretch.start);
                for &at in midnights[first..]
                    .iter()
                    .take_while(|at| **at < stretch.end)
                {
                    runs.push(Run { until: at, ..run });
                    run.anchor = at;
                }
            }
            runs.push(run);
        }
        Self { runs, step, length }
    }

    /// Lists the starts of the slots that lie wholly within a range.
    pub(super) fn starts(&self, within: Range) -> impl Iterator<Item = i64> {
        let first = self.runs.partition_point(|run| run.until <= within.start);
        let runs = self.runs[first..]
            .iter()
            .take_while(move |run| run.anchor < within.end);
        runs.flat_map(move |run| {
            let skipped = (within.start - run.anchor).max(0) + self.step - 1;
            let start = run.anchor + skipped / self.step * self.step;
            let last = (run.until - 1).min(run.end.min(within.end) - self.length);
            (0..)
                .map(move |n| start + n * self.step)
                .take_while(move |at| *at <= last)
        })
    }

    /// Gives the start that is nearest to a moment in a free stretch, the earlier one of two.
    pub(super) fn nearest(&self, at: i64) -> Option<i64> {
        let next = self.runs.partition_point(|run| run.anchor <= at);
        let run = self.runs.get(next.checked_sub(1)?)?;
        let before = run.anchor + (at - run.anchor) / self.step * self.step;
        let after = (before + self.step).min(run.until);
        let has_room = after + self.length <= run.end;
        Some(if has_room && after - at < at - before {
            after
        } else {
            before
        })
    }
}
