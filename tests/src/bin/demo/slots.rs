//! The mentor's hours, and the slots they make.

use jiff::Timestamp;
use jiff::civil::Weekday;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::answer::{Step, check, list};
use crate::api::{Api, Call};
use crate::moments::{in_days, local, moment};
use crate::people::Cast;

/// The mentor's hours on Tuesdays and Thursdays, in their own zone.
const OPENS: i8 = 9;
const CLOSES: i8 = 13;

/// A free hour.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) starts_at: Timestamp,
    pub(crate) ends_at: Timestamp,
}

impl Slot {
    pub(crate) fn read(answer: &Value) -> Step<Self> {
        Ok(Self {
            starts_at: moment(answer, "/starts_at")?,
            ends_at: moment(answer, "/ends_at")?,
        })
    }
}

/// The mentor opens weekly hours; anybody sees the slots they make.
pub(crate) async fn find(api: &Api, cast: &Cast) -> Step<Vec<Slot>> {
    let mentor = &cast.mentor;
    api.teller
        .step("The mentor opens weekly hours, read on the clocks of Berlin");
    for day_of_week in [2, 4] {
        let hours = json!({
            "day_of_week": day_of_week,
            "start_time": format!("{OPENS:02}:00"),
            "end_time": format!("{CLOSES:02}:00"),
            "timezone": mentor.zone,
            "is_recurring": true,
        });
        let path = format!("/api/mentors/{}/availability", mentor.id);
        api.send(
            Call::post(path, hours)
                .by(mentor)
                .expect(StatusCode::CREATED),
        )
        .await?;
    }
    api.teller
        .step("Anybody sees the hours that can be booked, also on their own clock");
    let (from, to, zone) = (in_days(3), in_days(17), cast.noah.zone);
    let path = format!(
        "/api/mentors/{}/slots?from={from}&to={to}&timezone={zone}",
        mentor.id
    );
    let answer = api.send(Call::get(path)).await?;
    let slots: Vec<Slot> = list(&answer, "/data")?
        .iter()
        .map(Slot::read)
        .collect::<Step<_>>()?;
    check(
        slots.len() >= 12,
        "two weeks of two mornings should hold at least twelve slots",
    )?;
    for slot in &slots {
        check_hours(*slot, mentor.zone)?;
    }
    api.teller.fine(&format!(
        "{} slots, all on Tuesdays and Thursdays between {OPENS} and {CLOSES} in Berlin.",
        slots.len()
    ));
    Ok(slots)
}

fn check_hours(slot: Slot, zone: &str) -> Step<()> {
    let (starts, ends) = (local(slot.starts_at, zone)?, local(slot.ends_at, zone)?);
    let is_day = matches!(starts.weekday(), Weekday::Tuesday | Weekday::Thursday);
    let is_hour = starts.hour() >= OPENS && (ends.hour(), ends.minute()) <= (CLOSES, 0);
    check(
        is_day && is_hour,
        format!("a slot at {starts} should not be there"),
    )
}
