//! How long the slot function takes for a busy mentor: `cargo bench --package shared --bench slots`.
//!
//! `make bench` reads what this measures and holds it against the goals: keep the names.

#![allow(clippy::unwrap_used, reason = "a benchmark may end there")]

use std::hint::black_box;

use criterion::Criterion;
use jiff::{SignedDuration, Timestamp};
use shared::domain::availability::{Availability, AvailabilityKind, Recurrence};
use shared::domain::id::{AvailabilityId, UserId};
use shared::domain::slots::{Schedule, SlotRules};
use shared::domain::time::{Minutes, Span};
use uuid::Uuid;

const NOW: &str = "2026-03-02T08:00:17Z";
const HOUR: Minutes = Minutes(60);

/// What is asked for, by its length in days; both reach over a change of clocks.
const DAYS: [i64; 2] = [30, 92];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let (schedule, now) = (busy_mentor(), NOW.parse::<Timestamp>().unwrap());
    for days in DAYS {
        let within = Span::new(now, now + SignedDuration::from_hours(24 * days));
        let slots = schedule.slots(HOUR, within, now).len();
        assert!(i64::try_from(slots).unwrap() > 2 * days, "{slots} slots");
        criterion.bench_function(&format!("slots of {days} days"), |bencher| {
            bencher.iter(|| black_box(&schedule).slots(HOUR, black_box(within), now));
        });
    }
    let late: Timestamp = "2026-05-20T08:00:00Z".parse().unwrap();
    criterion.bench_function("check of one moment", |bencher| {
        bencher.iter(|| black_box(&schedule).check(HOUR, black_box(late), now));
    });
    criterion.final_summary();
}

/// Office hours with a break at noon, evenings for another continent, vacations, and 200 sessions.
fn busy_mentor() -> Schedule {
    let mut windows = Vec::new();
    for day in 1..=5 {
        windows.push(weekly(day, ["09:00", "12:00"], "Europe/Berlin"));
        windows.push(weekly(day, ["13:00", "17:30"], "Europe/Berlin"));
    }
    windows.push(weekly(2, ["16:00", "20:00"], "America/New_York"));
    windows.push(weekly(4, ["16:00", "20:00"], "America/New_York"));
    let blocked = |window| Availability {
        kind: AvailabilityKind::Blocked,
        ..window
    };
    windows.push(blocked(weekly(3, ["15:00", "16:00"], "Europe/Berlin")));
    for (from, until) in [("2026-04-03", "2026-04-12"), ("2026-05-14", "2026-05-15")] {
        windows.push(blocked(days(from, until)));
    }
    Schedule {
        windows,
        rules: SlotRules {
            buffer: Minutes(10),
            horizon_days: 730,
            max_per_day: Some(6),
            max_per_week: Some(25),
            step: Some(Minutes(30)),
            ..SlotRules::default()
        },
        mentor_sessions: sessions(200, 17),
        mentee_sessions: sessions(20, 160),
    }
}

fn weekly(day_of_week: u8, [starts, ends]: [&str; 2], zone: &str) -> Availability {
    let recurrence = Recurrence::Weekly {
        day_of_week,
        every_n_weeks: 1,
    };
    Availability {
        id: AvailabilityId::from(Uuid::nil()),
        mentor_id: UserId::from(Uuid::nil()),
        kind: AvailabilityKind::Open,
        recurrence,
        starts: starts.parse().unwrap(),
        ends: ends.parse().unwrap(),
        zone: zone.parse().unwrap(),
        valid_from: None,
        valid_until: None,
        version: 1,
    }
}

fn days(from: &str, until: &str) -> Availability {
    Availability {
        recurrence: Recurrence::OneOff,
        valid_from: Some(from.parse().unwrap()),
        valid_until: Some(until.parse().unwrap()),
        ..weekly(0, ["00:00", "24:00"], "Europe/Berlin")
    }
}

/// Sessions from a week ago on, so many hours apart, in no order.
fn sessions(count: i64, hours_apart: i64) -> Vec<Span> {
    let first: Timestamp = "2026-02-23T08:00:00Z".parse().unwrap();
    let nth = |n| {
        let start = first + SignedDuration::from_hours(n * hours_apart);
        Span::starting(start, Minutes(45))
    };
    // Any step that shares no divisor with the count visits all.
    (0..count).map(|n| nth(n * 77 % count)).collect()
}
