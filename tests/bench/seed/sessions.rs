//! Sessions of the last and the next weeks, of which no two of one person overlap.

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::{Value, json};
use shared::clock::Clock;
use shared::domain::time::Zone;
use standalone::development::Failure;
use uuid::Uuid;

use super::people::Person;
use super::words;
use crate::size::Size;
use tests::Dice;

/// Hours at which every mentor is open.
const HOURS: [i8; 6] = [9, 10, 11, 14, 15, 16];

/// Rows of the tables `sessions` and `busy`.
#[derive(Default)]
pub(crate) struct Sessions {
    pub(crate) sessions: Vec<Value>,
    pub(crate) busy: Vec<Value>,
}

/// Makes the sessions: each mentor has one on each of the last and the next working days.
///
/// The sessions of one mentee lie on different days as well: going on by a quarter of the days with each quarter of
/// the mentors.
pub(crate) fn between(
    mentors: &[Person],
    mentees: &[Person],
    size: Size,
    clock: &Clock,
    dice: &mut Dice,
) -> Result<Sessions, Failure> {
    let mut made = Sessions::default();
    let (now, each) = (clock.now(), size.sessions_per_mentor);
    let quarter = mentors.len().div_ceil(4).max(1);
    for (index, mentor) in mentors.iter().enumerate() {
        let zone: Zone = mentor.zone.parse()?;
        let days = working_days(zone.date(now), each / 2)?;
        for number in 0..each {
            let mentee = &mentees[(index * each + number) % mentees.len()];
            let day = days[(number + index / quarter * (each / 4)) % days.len()];
            let starts_at = zone
                .time_zone()
                .to_timestamp(day.at(*dice.pick(&HOURS), 0, 0, 0))?;
            made.add(mentor, mentee, starts_at, now, clock.id(), dice);
        }
    }
    Ok(made)
}

/// The last and the next working days, without today.
fn working_days(today: Date, each: usize) -> Result<Vec<Date>, jiff::Error> {
    let mut days = Vec::with_capacity(2 * each);
    for step in [-1, 1] {
        let (mut day, mut found) = (today, 0);
        while found < each {
            day = day.checked_add(step.days())?;
            if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                days.push(day);
                found += 1;
            }
        }
    }
    Ok(days)
}

impl Sessions {
    fn add(
        &mut self,
        mentor: &Person,
        mentee: &Person,
        starts_at: Timestamp,
        now: Timestamp,
        id: Uuid,
        dice: &mut Dice,
    ) {
        let hour = SignedDuration::from_hours(1);
        let ends_at = starts_at + hour;
        let status = status(ends_at < now, dice);
        // Requests still wait for their answer: thousands that expire at once are no everyday load.
        let asked_at = now.min(starts_at) - hour * 24;
        self.sessions.push(json!({
            "id": id,
            "mentor_id": mentor.id,
            "mentee_id": mentee.id,
            "scheduled_at": starts_at,
            "ends_at": ends_at,
            "duration_minutes": 60,
            "status": status,
            "topic": words::topic(dice),
            "payment_status": "not_required",
            "respond_by": asked_at + hour * 48,
            "cancellation_notice_minutes": 120,
            "version": 1,
            "sequence": 0,
            "created_at": asked_at,
            "updated_at": asked_at,
        }));
        if matches!(status, "pending" | "confirmed") {
            let free_at = ends_at + SignedDuration::from_mins(mentor.buffer_minutes);
            for (person, until) in [(mentor, free_at), (mentee, ends_at)] {
                let span = format!("[{starts_at},{until})");
                self.busy
                    .push(json!({ "session_id": id, "person_id": person.id, "span": span }));
            }
        }
    }
}

fn status(is_past: bool, dice: &mut Dice) -> &'static str {
    match (is_past, dice.below(20)) {
        (true, 0) => "no_show",
        (true, 1..=3) | (false, 0) => "cancelled",
        (true, _) => "completed",
        (false, 1..=5) => "pending",
        (false, _) => "confirmed",
    }
}
