//! Moments: read from answers, told in somebody's own zone.

use jiff::{SignedDuration, Timestamp, Zoned};
use serde_json::Value;
use shared::clock::Clock;
use shared::domain::time::Zone;

use crate::answer::{Step, Wrong, text};

/// The moment at a JSON pointer of an answer.
pub(crate) fn moment(answer: &Value, pointer: &str) -> Step<Timestamp> {
    let found = text(answer, pointer)?;
    found
        .parse()
        .map_err(|_| Wrong::new(format!("{found} at {pointer} should be a moment")))
}

/// The real time some days ahead, without a fraction of a second.
pub(crate) fn in_days(days: i64) -> Timestamp {
    let later = Clock::system().now() + SignedDuration::from_hours(24 * days);
    Timestamp::from_second(later.as_second()).unwrap_or(later)
}

/// A moment on somebody's clock.
pub(crate) fn local(at: Timestamp, zone: &str) -> Step<Zoned> {
    let zone: Zone = zone
        .parse()
        .map_err(|_| Wrong::new(format!("{zone} should be a zone")))?;
    Ok(at.to_zoned(zone.time_zone().clone()))
}

/// A moment in words, such as `Tuesday 24 November, 09:00 in Europe/Berlin`.
pub(crate) fn told(at: Timestamp, zone: &str) -> Step<String> {
    Ok(format!(
        "{} in {zone}",
        local(at, zone)?.strftime("%A %-d %B, %H:%M")
    ))
}
