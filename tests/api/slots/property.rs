//! Random schedules over HTTP: the list, the explanation and the booking never contradict each other.
//!
//! Every schedule is made from one number, which a failure names.

use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{Dice, Reply, TestApp};

use crate::{booking, starts, texts};

/// How many schedules are tried.
const SCHEDULES: u64 = 16;
/// How many moments of each length are booked, of those that are shown and of those that are not.
const BOOKED: usize = 4;

/// Where clocks change, and a moment at which they do.
const PLACES: [(&str, &str); 8] = [
    ("Europe/Berlin", "2026-03-29T01:00:00Z"),
    ("America/New_York", "2026-11-01T06:00:00Z"),
    ("Africa/Cairo", "2026-04-23T22:00:00Z"),
    ("Australia/Lord_Howe", "2027-04-03T15:00:00Z"),
    ("Atlantic/Azores", "2028-10-29T01:00:00Z"),
    ("Africa/Casablanca", "2026-03-22T02:00:00Z"),
    ("Asia/Kathmandu", "2029-06-01T00:00:00Z"),
    ("Pacific/Kiritimati", "2030-01-01T00:00:00Z"),
];

/// A mentor with a random schedule, and a mentee with plans of their own.
struct World<'a> {
    app: &'a TestApp,
    number: u64,
    dice: Dice,
    mentor: UserId,
    mentee: UserId,
    /// The span that is asked for.
    from: Timestamp,
    to: Timestamp,
    offering: String,
}

#[derive(Default)]
struct Tally {
    shown: usize,
    hidden: usize,
    booked: usize,
    refused: usize,
}

#[tokio::test]
async fn lists_explanations_and_bookings_agree_on_random_schedules() {
    let app = TestApp::whole().await;
    let mut tally = Tally::default();
    for number in 0..SCHEDULES {
        let mut world = World::new(&app, number).await;
        for length in world.lengths() {
            world.hold_to(&length, &mut tally).await;
        }
    }
    let Tally {
        shown,
        hidden,
        booked,
        refused,
    } = tally;
    assert!(shown > 200 && hidden > 1_500, "{shown} {hidden}");
    assert!(booked > 80 && refused > 100, "{booked} {refused}");
}

impl<'a> World<'a> {
    async fn new(app: &'a TestApp, number: u64) -> Self {
        let mut dice = Dice::new(20_260_302 + number);
        let (zone, edge) = PLACES[usize::try_from(number).unwrap() % PLACES.len()];
        let (away, _) = *dice.pick(&PLACES);
        let edge: Timestamp = edge.parse().unwrap();
        let hours = |count: usize| SignedDuration::from_hours(i64::try_from(count).unwrap());
        let from = edge - hours(6 + dice.below(24));
        app.at(&(from - hours(1 + dice.below(100))).to_string());
        let mut world = Self {
            app,
            number,
            dice,
            mentor: app.given_mentor().await,
            mentee: app.given_mentee().await,
            from,
            to: from + hours(36),
            offering: String::new(),
        };
        world.open([zone, away]).await;
        world.set_rules().await;
        world.offer().await;
        world.fill().await;
        world
    }

    async fn post(&self, actor: UserId, path: &str, body: &Value) -> Reply {
        let reply = self
            .app
            .ask(Some(actor), Method::POST, path, Some(body))
            .await;
        assert!(reply.status.is_success(), "{body}: {}", reply.text);
        reply
    }

    /// Opens and blocks hours of two zones around the span.
    async fn open(&mut self, zones: [&str; 2]) {
        let path = format!("/api/mentors/{}/availability", self.mentor);
        for number in 0..5 + self.dice.below(4) {
            let zone = zones[usize::from(number > 0 && self.dice.below(3) == 0)];
            let kind = if number > 1 && self.dice.below(4) == 0 {
                "blocked"
            } else {
                "open"
            };
            let day = self.from + SignedDuration::from_hours([-12, 6, 18, 36][self.dice.below(4)]);
            let quarter = |quarters: usize| format!("{:02}:{:02}", quarters / 4, quarters % 4 * 15);
            let start = self.dice.below(80);
            let end = (start + 6 + self.dice.below(60)).min(96);
            let mut window = json!({
                "kind": kind, "start_time": quarter(start), "end_time": quarter(end), "timezone": zone,
            });
            if self.dice.below(2) == 0 {
                let weekday = day.strftime("%w").to_string();
                window["day_of_week"] = json!(weekday.parse::<u8>().unwrap());
            } else {
                window["is_recurring"] = json!(false);
                window["valid_from"] = json!(day.strftime("%F").to_string());
            }
            self.post(self.mentor, &path, &window).await;
        }
    }

    async fn set_rules(&mut self) {
        let rules = json!({
            "buffer_minutes": self.dice.pick(&[0, 10, 15]),
            "step_minutes": self.dice.pick(&[None, None, Some(15), Some(20), Some(30)]),
            "min_notice_minutes": self.dice.pick(&[0, 120, 1440]),
            "booking_horizon_days": self.dice.pick(&[3, 60, 730]),
            "max_sessions_per_day": self.dice.pick(&[None, Some(3), Some(6)]),
            "max_sessions_per_week": self.dice.pick(&[None, Some(8)]),
        });
        let (status, answer) = self
            .app
            .patch_as(self.mentor, "/api/users/me", &rules)
            .await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }

    async fn offer(&mut self) {
        let minutes = self.dice.pick(&[30, 50, 75, 180]);
        let offering = json!({
            "topic": "Pricing", "title": "A review", "duration_minutes": minutes, "price": 0, "currency": "EUR",
        });
        let path = format!("/api/mentors/{}/offerings", self.mentor);
        let made = self.post(self.mentor, &path, &offering).await;
        made.data()["id"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.offering);
    }

    /// Books some of the slots for somebody else, and plans something else for the mentee.
    async fn fill(&mut self) {
        let rival = self.app.given_mentee().await;
        let free = starts(
            self.app,
            Some(rival),
            self.mentor,
            &self.query("duration_minutes=45"),
        )
        .await;
        for _ in 0..self.dice.below(4).min(free.len()) {
            let mut body = booking(self.mentor, self.dice.pick(&free).as_str());
            body["duration_minutes"] = json!(45);
            self.app
                .ask(Some(rival), Method::POST, "/api/sessions", Some(&body))
                .await;
        }
        let elsewhere = self.app.given_mentor().await;
        let busy = self.from
            + SignedDuration::from_mins(15 * i64::try_from(self.dice.below(120)).unwrap());
        self.app
            .given_session(self.mentee, elsewhere, &busy.to_string())
            .await;
    }

    fn query(&self, length: &str) -> String {
        format!("from={}&to={}&{length}", self.from, self.to)
    }

    /// How long a session may take, as a query says it.
    fn lengths(&mut self) -> [String; 3] {
        let minutes = [*self.dice.pick(&[30, 45]), *self.dice.pick(&[60, 90, 120])];
        let [short, long] = minutes.map(|minutes| format!("duration_minutes={minutes}"));
        [short, long, format!("offering_id={}", self.offering)]
    }

    /// Compares the list with the explanation of each moment, and books some.
    async fn hold_to(&mut self, length: &str, tally: &mut Tally) {
        let shown = starts(
            self.app,
            Some(self.mentee),
            self.mentor,
            &self.query(length),
        )
        .await;
        // Every third quarter of an hour, not always the same.
        let first = i64::try_from(self.dice.below(3)).unwrap();
        let mut moments: Vec<String> = (first..36 * 4)
            .step_by(3)
            .map(|quarter| (self.from + SignedDuration::from_mins(15 * quarter)).to_string())
            .collect();
        moments.extend(shown.iter().cloned());
        moments.sort_unstable();
        moments.dedup();
        let mut hidden = Vec::new();
        for at in moments {
            let explained = self.explain(&at, length).await;
            let is_within = explained["ends_at"].as_str().unwrap() <= self.to.to_string().as_str();
            let is_shown = shown.contains(&at);
            assert!(is_within || !is_shown);
            if is_within {
                assert_eq!(
                    explained["bookable"], is_shown,
                    "{} {explained}",
                    self.number
                );
            }
            if !is_shown {
                hidden.push((at, explained));
            }
        }
        tally.shown += shown.len();
        tally.hidden += hidden.len();
        for _ in 0..BOOKED.min(shown.len()) {
            let at = self.dice.pick(&shown).clone();
            self.book(&at, length).await;
            tally.booked += 1;
        }
        for _ in 0..BOOKED {
            let (at, explained) = self.dice.pick(&hidden).clone();
            self.fail_to_book(&at, length, &explained).await;
            tally.refused += 1;
        }
    }

    async fn explain(&self, at: &str, length: &str) -> Value {
        let path = format!(
            "/api/mentors/{}/slots/explain?at={at}&{length}",
            self.mentor
        );
        let reply = self
            .app
            .ask(Some(self.mentee), Method::GET, &path, None)
            .await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        let is_free = texts(&reply.data()["reasons"], "code").is_empty();
        assert_eq!(reply.data()["bookable"], is_free);
        reply.data().clone()
    }

    async fn request(&self, at: &str, length: &str) -> Reply {
        let mut body = booking(self.mentor, at);
        let (name, value) = length.split_once('=').unwrap();
        body[name] = value
            .parse::<u32>()
            .map_or(json!(value), |minutes| json!(minutes));
        self.app
            .ask(
                Some(self.mentee),
                Method::POST,
                "/api/sessions",
                Some(&body),
            )
            .await
    }

    /// What is shown can be booked; afterwards it is as it was.
    async fn book(&self, at: &str, length: &str) {
        let reply = self.request(at, length).await;
        assert_eq!(
            reply.status,
            StatusCode::CREATED,
            "{} {at} {}",
            self.number,
            reply.text
        );
        let path = format!("/api/sessions/{}", reply.data()["id"].as_str().unwrap());
        assert_eq!(
            self.app.delete_as(self.mentee, &path).await.0,
            StatusCode::OK
        );
    }

    /// What is not shown is refused, for the reasons that are explained.
    async fn fail_to_book(&self, at: &str, length: &str, explained: &Value) {
        let reply = self.request(at, length).await;
        if explained["bookable"] == true {
            // It ends behind the span that was listed.
            assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
            let path = format!("/api/sessions/{}", reply.data()["id"].as_str().unwrap());
            self.app.delete_as(self.mentee, &path).await;
            return;
        }
        let reasons = texts(&explained["reasons"], "code");
        let is_taken = reasons
            .iter()
            .any(|code| code == "mentor_busy" || code == "mentor_buffer");
        let expected = if is_taken {
            vec!["slot_taken".to_owned()]
        } else {
            reasons
        };
        assert!(
            reply.status.is_client_error(),
            "{} {at} {}",
            self.number,
            reply.text
        );
        assert_eq!(
            texts(&reply.body["errors"], "code"),
            expected,
            "{} {at}",
            self.number
        );
    }
}
