//! Times as their reader lives them: in the reader's zone, which is always named.

use crate::domain::time::Zone;
use jiff::{Timestamp, Zoned};

/// Writes a span, as in `Tuesday 3 March 2026, 16:00–17:00 (Europe/Berlin)`.
pub(crate) fn span(start: Timestamp, end: Timestamp, zone: &Zone) -> String {
    let (start, end) = (local(start, zone), local(end, zone));
    // Around a change of the clocks a reading alone can name two moments, or make an hour look like two.
    let is_unclear = start.offset() != end.offset() || is_repeated(&start) || is_repeated(&end);
    let (from, to) = (clock(&start, is_unclear), clock(&end, is_unclear));
    let name = zone.name();
    if start.date() == end.date() {
        format!("{}, {from}–{to} ({name})", day(&start))
    } else {
        format!("{}, {from} – {}, {to} ({name})", day(&start), day(&end))
    }
}

/// Writes a moment, as in `Tuesday 3 March 2026, 16:00 (Europe/Berlin)`.
pub(crate) fn moment(at: Timestamp, zone: &Zone) -> String {
    let at = local(at, zone);
    format!(
        "{}, {} ({})",
        day(&at),
        clock(&at, is_repeated(&at)),
        zone.name()
    )
}

/// Writes a moment for a subject line, as in `Tue 3 Mar, 16:00`; the mail itself names the zone.
pub(crate) fn brief(at: Timestamp, zone: &Zone) -> String {
    local(at, zone).strftime("%a %-d %b, %H:%M").to_string()
}

fn local(at: Timestamp, zone: &Zone) -> Zoned {
    at.to_zoned(zone.time_zone().clone())
}

fn day(at: &Zoned) -> String {
    at.strftime("%A %-d %B %Y").to_string()
}

fn clock(at: &Zoned, is_unclear: bool) -> String {
    let format = if is_unclear { "%H:%M UTC%:z" } else { "%H:%M" };
    at.strftime(format).to_string()
}

fn is_repeated(at: &Zoned) -> bool {
    at.time_zone()
        .to_ambiguous_timestamp(at.datetime())
        .is_ambiguous()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin(start: &str, end: &str) -> String {
        span(
            start.parse().unwrap(),
            end.parse().unwrap(),
            &"Europe/Berlin".parse().unwrap(),
        )
    }

    #[test]
    fn a_span_is_written_in_the_readers_zone() {
        assert_eq!(
            berlin("2026-03-03T15:00:00Z", "2026-03-03T16:00:00Z"),
            "Tuesday 3 March 2026, 16:00–17:00 (Europe/Berlin)"
        );
    }

    #[test]
    fn a_span_across_midnight_names_both_days() {
        assert_eq!(
            berlin("2026-03-03T22:30:00Z", "2026-03-03T23:30:00Z"),
            "Tuesday 3 March 2026, 23:30 – Wednesday 4 March 2026, 00:30 (Europe/Berlin)"
        );
    }

    #[test]
    fn the_night_the_clocks_change_shows_offsets() {
        assert_eq!(
            berlin("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
            "Sunday 25 October 2026, 02:30 UTC+02:00–02:30 UTC+01:00 (Europe/Berlin)"
        );
        assert_eq!(
            berlin("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
            "Sunday 29 March 2026, 01:30 UTC+01:00–03:30 UTC+02:00 (Europe/Berlin)"
        );
    }

    #[test]
    fn a_moment_and_its_brief_form() {
        let zone: Zone = "Asia/Kathmandu".parse().unwrap();
        let at = "2026-03-03T15:00:00Z".parse().unwrap();
        assert_eq!(
            moment(at, &zone),
            "Tuesday 3 March 2026, 20:45 (Asia/Kathmandu)"
        );
        assert_eq!(brief(at, &zone), "Tue 3 Mar, 20:45");
    }
}
