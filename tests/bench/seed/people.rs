//! Mentors with their hours, and mentees.

use std::ops::Range;

use serde_json::{Value, json};
use shared::clock::Clock;
use shared::domain::user::PasswordHash;
use uuid::Uuid;

use super::words::{self, Field};
use tests::Dice;

/// Everybody came long ago.
const SINCE: &str = "2026-01-05T08:00:00Z";

/// Where people live, and what they speak there.
const ZONES: [(&str, &str); 6] = [
    ("Europe/Berlin", "German"),
    ("America/New_York", "English"),
    ("Asia/Kolkata", "Hindi"),
    ("Europe/Lisbon", "Portuguese"),
    ("America/Los_Angeles", "Spanish"),
    ("Africa/Nairobi", "Swahili"),
];

/// A person, as rows of the tables.
pub(crate) struct Person {
    pub(crate) id: Uuid,
    pub(crate) zone: &'static str,
    pub(crate) buffer_minutes: i64,
    pub(crate) user: Value,
    /// The row of `mentors` or `mentees`.
    pub(crate) part: Value,
    pub(crate) windows: Vec<Value>,
}

pub(crate) fn mentors(
    numbers: Range<usize>,
    password: &PasswordHash,
    clock: &Clock,
    dice: &mut Dice,
) -> Vec<Person> {
    numbers
        .map(|number| mentor(number, password, clock, dice))
        .collect()
}

pub(crate) fn mentees(
    count: usize,
    password: &PasswordHash,
    clock: &Clock,
    dice: &mut Dice,
) -> Vec<Person> {
    (0..count)
        .map(|number| mentee(number, password, clock, dice))
        .collect()
}

fn mentor(number: usize, password: &PasswordHash, clock: &Clock, dice: &mut Dice) -> Person {
    let id: Uuid = clock.id();
    let (zone, language) = ZONES[number % ZONES.len()];
    let field = dice.pick(&words::FIELDS);
    let other = dice.pick(&words::FIELDS);
    let years = 3 + dice.below(25);
    let buffer_minutes = if dice.below(10) < 3 { 15 } else { 0 };
    let mut areas = dice.pick_some(&field.areas, 4);
    areas.extend(
        dice.pick_some(&other.areas, 1)
            .into_iter()
            .filter(|_| other.name != field.name),
    );
    let person = json!({
        "email": super::mentor_email(number),
        "role": "mentor",
        "bio": words::mentor_bio(field, years, dice),
        "languages": [language, "English"],
    });
    Person {
        id,
        zone,
        buffer_minutes,
        user: user(id, zone, password, person, dice),
        part: json!({
            "user_id": id,
            "company": dice.pick(&words::COMPANIES),
            "title": dice.pick(&field.titles),
            "years_experience": years,
            "expertise_areas": areas,
            "industries": dice.pick_some(&words::INDUSTRIES, 3),
            "stages": dice.pick_some(&words::STAGES, 2),
            "hourly_rate": 1_000 * dice.below(20),
            "hourly_rate_currency": "EUR",
            "max_mentees": 50,
            "buffer_minutes": buffer_minutes,
            "min_notice_minutes": 120,
            "cancellation_notice_minutes": 120,
            "booking_horizon_days": 60,
            "accepting": true,
            "vetting": "approved",
        }),
        windows: windows(number, id, zone, clock),
    }
}

fn mentee(number: usize, password: &PasswordHash, clock: &Clock, dice: &mut Dice) -> Person {
    let id: Uuid = clock.id();
    let (zone, language) = *dice.pick(&ZONES);
    let field: &Field = dice.pick(&words::FIELDS);
    let person = json!({
        "email": super::mentee_email(number),
        "role": "mentee",
        "bio": Value::Null,
        "languages": [language, "English"],
    });
    Person {
        id,
        zone,
        buffer_minutes: 0,
        user: user(id, zone, password, person, dice),
        part: json!({
            "user_id": id,
            "startup_name": dice.pick(&words::COMPANIES),
            "industry_focus": dice.pick_some(&words::INDUSTRIES, 2),
            "startup_stage": dice.pick(&words::STAGES),
            "goals": words::goal(field, dice),
            "current_role_name": "Founder",
            "interests": dice.pick_some(&field.areas, 3),
        }),
        windows: Vec::new(),
    }
}

fn user(id: Uuid, zone: &str, password: &PasswordHash, person: Value, dice: &mut Dice) -> Value {
    let mut row = json!({
        "id": id,
        "password_hash": password.phc,
        "pepper_version": password.pepper,
        "status": "active",
        "email_verified_at": SINCE,
        "first_name": dice.pick(&words::FIRST_NAMES),
        "last_name": dice.pick(&words::LAST_NAMES),
        "timezone": zone,
        "version": 1,
        "created_at": SINCE,
        "updated_at": SINCE,
    });
    if let (Some(row), Value::Object(person)) = (row.as_object_mut(), person) {
        row.extend(person);
    }
    row
}

/// From Monday to Friday: the whole day, two halves of it, or a day with a blocked lunch.
fn windows(number: usize, mentor: Uuid, zone: &str, clock: &Clock) -> Vec<Value> {
    let hours: &[(&str, i32, i32)] = match number % 3 {
        0 => &[("open", 9, 17)],
        1 => &[("open", 9, 12), ("open", 13, 17)],
        _ => &[("open", 8, 18), ("blocked", 12, 13)],
    };
    let days = (1..=5).flat_map(|day| hours.iter().map(move |hours| (day, *hours)));
    days.map(|(day, (kind, starts, ends))| {
        json!({
            "id": clock.id::<Uuid>(),
            "mentor_id": mentor,
            "kind": kind,
            "is_recurring": true,
            "day_of_week": day,
            "every_n_weeks": 1,
            "start_minute": starts * 60,
            "end_minute": ends * 60,
            "timezone": zone,
            "version": 1,
            "created_at": SINCE,
            "updated_at": SINCE,
        })
    })
    .collect()
}
