//! What mentors offer, as it is counted: in stretches that end at midnight in UTC, and summed by the quarter of an hour.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::time::Span;

const QUARTER: i64 = 15 * 60;
const DAY: i64 = 24 * 60 * 60;

/// Cuts spans at each midnight in UTC.
#[must_use]
pub fn cut(spans: &[Span]) -> Vec<Span> {
    pieces(spans, DAY).collect()
}

/// Tells how many minutes of each quarter of an hour lie in spans.
pub fn by_quarter<'a>(spans: impl IntoIterator<Item = &'a Span>) -> BTreeMap<Timestamp, i64> {
    let mut quarters = BTreeMap::new();
    for span in spans {
        for piece in pieces(std::slice::from_ref(span), QUARTER) {
            let second = piece.start.as_second();
            let minutes = (piece.end.as_second() - second) / 60;
            *quarters
                .entry(moment(second - second.rem_euclid(QUARTER)))
                .or_default() += minutes;
        }
    }
    quarters
}

/// Cuts spans at every multiple of some seconds.
fn pieces(spans: &[Span], grid: i64) -> impl Iterator<Item = Span> {
    spans.iter().flat_map(move |span| {
        let (end, mut next) = (span.end.as_second(), span.start.as_second());
        std::iter::from_fn(move || {
            let start = next;
            next = end.min((start.div_euclid(grid) + 1) * grid);
            (start < end).then(|| Span::new(moment(start), moment(next)))
        })
    })
}

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: &str, end: &str) -> Span {
        Span::new(start.parse().unwrap(), end.parse().unwrap())
    }

    #[test]
    fn stretches_end_at_midnight() {
        let night = span("2026-03-01T22:00:00Z", "2026-03-03T00:00:00Z");
        assert_eq!(
            cut(&[night]),
            [
                span("2026-03-01T22:00:00Z", "2026-03-02T00:00:00Z"),
                span("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"),
            ]
        );
    }

    #[test]
    fn quarters_have_the_minutes_of_everybody() {
        let spans = [
            span("2026-03-02T09:05:00Z", "2026-03-02T09:31:00Z"),
            span("2026-03-02T09:00:00Z", "2026-03-02T09:15:00Z"),
        ];
        let minutes: Vec<_> = by_quarter(&spans).into_values().collect();
        assert_eq!(minutes, [25, 15, 1]);
    }
}
