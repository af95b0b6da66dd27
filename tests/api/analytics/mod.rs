//! The figures that admins read, against a slow and obvious recomputation.

mod bounds;
mod matching;
mod oracle;
mod proposals;
mod totals;

use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use shared::clock::Clock;
use shared::domain::id::UserId;
use shared::domain::session::SessionStatus;
use shared::worker::run_schedule;
use tests::{Dice, Fact, TestApp};

/// The topics that sessions are about: one on the list, the same in another spelling, one on no list, and none.
const TOPICS: [Option<&str>; 4] = [Some("Pricing"), Some("pri cing"), Some("My aunt"), None];
const PROGRAMS: [Option<&str>; 3] = [Some("office_hours"), Some("mentorship"), None];

async fn figures(app: &TestApp, admin: UserId, path: &str) -> Value {
    let path = format!("/api/admin/analytics{path}");
    let reply = app.ask(Some(admin), Method::GET, &path, None).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text);
    reply.body.clone()
}

pub(crate) async fn count(app: &TestApp) {
    run_schedule(&app.state, upkeep_cron::fire).await.unwrap();
}

fn stars(dice: &mut Dice) -> Option<i64> {
    *dice.pick(&[None, None, Some(1), Some(3), Some(4), Some(5)])
}

/// Sessions of eight weeks around both changes to summer time, at any minute.
fn generated(
    clock: &Clock,
    dice: &mut Dice,
    (mentors, mentees): (&[UserId], &[UserId]),
    many: usize,
) -> Vec<Fact> {
    let begin: Timestamp = "2026-02-20T00:00:00Z".parse().unwrap();
    let minutes = |dice: &mut Dice, most: usize| {
        SignedDuration::from_mins(i64::try_from(dice.below(most)).unwrap())
    };
    (0..many)
        .map(|_| {
            let created_at = begin + minutes(dice, 45 * 24 * 60);
            let answered_at = created_at + minutes(dice, 2 * 24 * 60);
            Fact {
                id: clock.id(),
                mentor: *dice.pick(mentors),
                mentee: *dice.pick(mentees),
                created_at,
                scheduled_at: created_at + minutes(dice, 12 * 24 * 60),
                minutes: *dice.pick(&[30, 45, 60, 180]),
                status: *dice.pick(&SessionStatus::ALL),
                topic: *dice.pick(&TOPICS),
                program: *dice.pick(&PROGRAMS),
                answered_at: (dice.below(3) > 0).then_some(answered_at),
                ratings: [(); 2].map(|()| stars(dice)),
                is_hidden: dice.below(5) == 0,
            }
        })
        .collect()
}
