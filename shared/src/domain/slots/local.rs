//! A zone over a stretch of real time: the pieces in which its clocks run evenly.

use super::open::{Range, moment};
use crate::domain::time::Zone;

const DAY: i64 = 24 * 60 * 60;

/// The pieces of constant offset, in order and without gaps.
pub(super) struct LocalTime {
    pieces: Vec<Piece>,
}

/// Real time in which the wall shows `range + offset`.
#[derive(Clone, Copy)]
struct Piece {
    range: Range,
    offset: i64,
}

impl LocalTime {
    /// Reads a zone between two moments: a look-up for each change of its clocks, not for each minute.
    pub(super) fn new(zone: &Zone, area: Range) -> Self {
        let tz = zone.time_zone();
        let start = moment(area.start);
        let mut pieces = vec![Piece {
            range: area,
            offset: i64::from(tz.to_offset(start).seconds()),
        }];
        for change in tz.following(start) {
            let at = change.timestamp().as_second();
            if at >= area.end {
                break;
            }
            if let Some(last) = pieces.last_mut() {
                last.range.end = at;
            }
            pieces.push(Piece {
                range: Range {
                    start: at,
                    end: area.end,
                },
                offset: i64::from(change.offset().seconds()),
            });
        }
        Self { pieces }
    }

    /// Gives the local days that have a moment, the first and the last.
    pub(super) fn days(&self) -> [i64; 2] {
        let days = self.pieces().map(|days| [days.first, days.last]);
        days.fold([i64::MAX, i64::MIN], |[first, last], [from, to]| {
            [first.min(from), last.max(to)]
        })
    }

    /// Numbers the local day of a moment.
    pub(super) fn day_of(&self, at: i64) -> i64 {
        let next = self.pieces.partition_point(|piece| piece.range.start <= at);
        let offset = self.pieces[next.saturating_sub(1)].offset;
        (at + offset).div_euclid(DAY)
    }

    /// Gives the local days that have a moment in each piece, together with a reader for hours of these days.
    pub(super) fn pieces(&self) -> impl Iterator<Item = LocalDays> {
        self.pieces.iter().map(|piece| LocalDays {
            piece: *piece,
            first: (piece.range.start + piece.offset).div_euclid(DAY),
            last: (piece.range.end + piece.offset - 1).div_euclid(DAY),
        })
    }

    /// Lists the first moment of every local day, whatever its clocks show then, but for the day `area` starts in.
    ///
    /// A day whose midnight is skipped starts late; one whose midnight comes twice starts at the first.
    pub(super) fn day_starts(&self) -> Vec<i64> {
        let mut starts = Vec::new();
        let mut latest = None;
        for days in self.pieces() {
            for day in days.first..=days.last {
                if latest.is_some_and(|latest| day > latest) {
                    starts.push(days.at(day, 0).max(days.piece.range.start));
                }
                latest = latest.max(Some(day));
            }
        }
        starts
    }
}

/// The local days that have a moment in one piece.
pub(super) struct LocalDays {
    piece: Piece,
    pub(super) first: i64,
    pub(super) last: i64,
}

impl LocalDays {
    /// Gives the real time of some hours, in seconds since midnight, of a local day; none if the piece has none of it.
    pub(super) fn hours(&self, day: i64, from: i64, to: i64) -> Option<Range> {
        let range = Range {
            start: self.at(day, from).max(self.piece.range.start),
            end: self.at(day, to).min(self.piece.range.end),
        };
        (range.start < range.end).then_some(range)
    }

    fn at(&self, day: i64, seconds: i64) -> i64 {
        day * DAY + seconds - self.piece.offset
    }
}
