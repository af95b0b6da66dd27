//! Four days of many sessions: confirmed early and late, moved and called off, with schedules that fire twice at once or
//! die, and a queue that brings everything three times. Everybody gets exactly the mails that a plain reading of the
//! rules gives them.

use std::collections::BTreeMap;

use futures_util::future::join;
use jiff::{SignedDuration, Timestamp};
use shared::domain::event::EventRecord;
use shared::domain::id::{SessionId, UserId};
use shared::domain::time::Zone;
use tests::{Post, TestApp, killed_after};

use super::fire;

const MONDAY: &str = "2026-03-02T08:00:00Z";
const TICK: i64 = 20;
const TICKS: i64 = 4 * 24 * 60 / TICK;
const SESSIONS: usize = 30;

/// Minutes of the day in UTC: when the course begins, and when the day begins and ends for people in Berlin.
const BEGINNING: i64 = 8 * 60;
const MORNING: i64 = 6 * 60;
const EVENING: i64 = 21 * 60;
const DAY: i64 = 24 * 60;

/// What the rules say of one reminder, in minutes before the start: due, least lead, last call, and its subject.
const RULES: [(i64, i64, i64, &str); 2] =
    [(1440, 1440, 120, "Reminder"), (60, 75, 10, "Starts soon")];

/// A number below a limit, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: i64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// What happens to a session: it is confirmed for a start, it may move to another one, and it may be called off; all in
/// minutes from Monday morning, at ticks.
struct Course {
    confirmed: (i64, i64),
    moved: Option<(i64, i64)>,
    cancelled: Option<i64>,
}

impl Course {
    fn random(dice: &mut Dice) -> Self {
        // Starts lie between ticks, so that no rule hangs on a moment.
        let start = |from: i64, lead: i64| from + lead * TICK + 7;
        let at = dice.below(TICKS / 2) * TICK;
        let lead = match dice.below(3) {
            0 => 1 + dice.below(6),
            1 => 4 + dice.below(60),
            _ => 72 + dice.below(40),
        };
        let confirmed = (at, start(at, lead));
        let later = |dice: &mut Dice| at + (1 + dice.below(lead)) * TICK;
        let moved = (dice.below(3) == 0).then(|| {
            let at = later(dice);
            (at, start(at, 2 + dice.below(100)))
        });
        let after = moved.map_or(at, |(at, _)| at);
        let cancelled = (dice.below(4) == 0).then(|| later(dice).max(after + TICK));
        Self {
            confirmed,
            moved,
            cancelled: cancelled.filter(|at| *at < moved.map_or(confirmed.1, |moved| moved.1)),
        }
    }

    /// The subjects that each of the two reads: begin and start.
    fn expected(&self) -> Vec<(&'static str, i64)> {
        let never = i64::MAX;
        let end = self.cancelled.unwrap_or(never);
        let mut eras = vec![(
            self.confirmed.0,
            self.confirmed.1,
            self.moved.map_or(end, |(at, _)| at.min(end)),
        )];
        eras.extend(self.moved.map(|(at, start)| (at, start, end)));
        let mut mails = Vec::new();
        for (from, start, until) in eras {
            for (before, least, last, subject) in RULES {
                let tick = (start - before + TICK - 1).div_euclid(TICK) * TICK;
                let fired = tick.max(from);
                let is_planned = start - from >= least;
                let sent = if subject == "Reminder" {
                    after_the_night(fired, start)
                } else {
                    fired
                };
                if is_planned && fired < until && sent < until && fired <= start - last {
                    mails.push((subject, start));
                }
            }
        }
        mails.sort_unstable();
        mails
    }
}

/// When a reminder of the day before goes out that has come due: not at night, unless the morning is too late.
fn after_the_night(due: i64, start: i64) -> i64 {
    let minute = (due + BEGINNING).rem_euclid(DAY);
    let is_night = !(MORNING..EVENING).contains(&minute);
    let morning = due + (MORNING - minute).rem_euclid(DAY);
    if is_night && morning + 3 * 60 <= start {
        morning
    } else {
        due
    }
}

struct Booked {
    course: Course,
    people: [UserId; 2],
    session: Option<SessionId>,
}

fn moment(minutes: i64) -> Timestamp {
    MONDAY.parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}

/// Does what is to be done at this tick.
async fn act(app: &TestApp, booked: &mut Booked, minute: i64) {
    let [mentor, mentee] = booked.people;
    let course = &booked.course;
    if course.confirmed.0 == minute {
        let start = moment(course.confirmed.1).to_string();
        let id = app.given_confirmed_session(mentee, mentor, &start).await;
        booked.session = Some(id);
    }
    let Some(id) = booked.session else {
        return;
    };
    if let Some((_, start)) = course.moved.filter(|(at, _)| *at == minute) {
        app.given_move(id, mentor, moment(start)).await;
    }
    if course.cancelled == Some(minute) {
        app.given_login(mentor, shared::domain::user::Role::Mentor)
            .await;
        let (status, body) = app.delete_as(mentor, &format!("/api/sessions/{id}")).await;
        assert_eq!(status, 200, "{body}");
    }
}

/// Two workers at once get what is new, and a third what the others have not finished.
async fn deliver(post: &Post, records: &[EventRecord]) {
    for record in records {
        let (_, _) = Box::pin(join(post.deliver(record), post.deliver(record))).await;
        post.deliver(record).await.unwrap();
    }
}

#[tokio::test]
async fn everybody_gets_exactly_the_right_mails() {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    let mut dice = Dice(20_260_302);
    let mut all = Vec::new();
    for _ in 0..SESSIONS {
        all.push(Booked {
            course: Course::random(&mut dice),
            people: [app.given_mentor().await, app.given_mentee().await],
            session: None,
        });
    }

    let mut delivered = 0;
    for minute in (0..TICKS * 2).map(|tick| tick * TICK) {
        app.clock.set(moment(minute));
        for booked in &mut all {
            act(&app, booked, minute).await;
        }
        let killed = reminders_cron::fire(app.state.clone());
        let steps = u32::try_from(dice.below(30)).unwrap();
        Box::pin(join(killed_after(steps, killed), fire(&app))).await;
        fire(&app).await;
        let promised = app.promised_mails().await;
        deliver(&post, &promised[delivered..]).await;
        deliver(&post, &app.woken_mails().await).await;
        delivered = promised.len();
    }

    let mut kinds = BTreeMap::new();
    for booked in &all {
        let expected = booked.course.expected();
        for (subject, _) in &expected {
            *kinds.entry(*subject).or_insert(0) += 1;
        }
        for person in booked.people {
            assert_eq!(read(&post, person), words(&expected), "{person}");
        }
    }
    assert!(
        kinds["Reminder"] >= 5 && kinds["Starts soon"] >= 10,
        "{kinds:?}"
    );
}

/// The reminders that a person has got: their beginning and the start that they name.
fn read(post: &Post, person: UserId) -> Vec<String> {
    let mails = post.mails_to(person);
    let subjects = mails
        .iter()
        .filter_map(|mail| mail.lines().next()?.strip_prefix("Subject: "));
    let mut reminders: Vec<String> = subjects
        .filter(|subject| RULES.iter().any(|rule| subject.starts_with(rule.3)))
        .map(str::to_owned)
        .collect();
    reminders.sort_unstable();
    reminders
}

fn words(expected: &[(&'static str, i64)]) -> Vec<String> {
    let zone: Zone = "Europe/Berlin".parse().unwrap();
    let mut subjects: Vec<String> = expected
        .iter()
        .map(|(subject, start)| {
            let local = moment(*start).to_zoned(zone.time_zone().clone());
            let at = local.strftime("%a %-d %b, %H:%M");
            format!("{subject}: Pricing with Ada Lovelace, {at}")
        })
        .collect();
    subjects.sort_unstable();
    subjects
}
