//! Every figure of sessions, over both changes to summer time and in zones that are no whole hours apart.

use jiff::civil::{Date, Weekday, date};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::domain::session::SessionStatus;
use shared::domain::time::Zone;
use tests::{Dice, Fact, Hours, TestApp};

use super::oracle::{self, Question};
use super::{TOPICS, count, figures, generated};

const BERLIN: &str = "Europe/Berlin";
const WORKDAYS: [i64; 5] = [1, 2, 3, 4, 5];
const ZONES: [&str; 4] = ["America/New_York", "Europe/Berlin", "Asia/Kathmandu", "UTC"];

fn question(zone: &str, (from, to): (Date, Date), program: Option<&'static str>) -> Question {
    Question {
        zone: zone.parse().unwrap(),
        from,
        to,
        program,
    }
}

/// Days with and without a change of the clocks, one alone, and one program of them.
fn questions() -> Vec<Question> {
    let mut questions = Vec::new();
    for zone in ZONES {
        for days in [
            (date(2026, 2, 21), date(2026, 4, 20)),
            (date(2026, 3, 8), date(2026, 3, 8)),
            (date(2026, 3, 28), date(2026, 3, 30)),
        ] {
            questions.push(question(zone, days, None));
        }
        let spring = (date(2026, 3, 1), date(2026, 4, 2));
        questions.push(question(zone, spring, Some("office_hours")));
    }
    questions
}

struct World {
    app: TestApp,
    admin: UserId,
    mentors: Vec<UserId>,
    facts: Vec<Fact>,
}

impl World {
    async fn new(many: usize) -> Self {
        let app = TestApp::whole().await;
        let (mut mentors, mut mentees) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            let mentor = app.given_mentor().await;
            app.given_hours(mentor, Hours(&WORKDAYS, "09:00", "17:00", BERLIN))
                .await;
            mentors.push(mentor);
            mentees.push(app.given_mentee().await);
        }
        app.given_match(mentees[0], mentors[0]).await;
        let mut dice = Dice::new(7);
        let facts = generated(&app.clock, &mut dice, (&mentors, &mentees), many);
        app.given_facts(&facts).await;
        app.at("2026-04-10T08:00:00Z");
        Self {
            admin: app.given_admin().await,
            app,
            mentors,
            facts,
        }
    }

    async fn figures(&self, path: &str) -> Value {
        figures(&self.app, self.admin, path).await
    }

    async fn assert_all_figures(&self) {
        for question in questions() {
            self.assert_volumes(&question).await;
            self.assert_funnels(&question).await;
            self.assert_mentors(&question).await;
        }
    }

    async fn assert_volumes(&self, question: &Question) {
        let query = question.query();
        for interval in ["day", "week", "month"] {
            let is_first = |day: Date| match interval {
                "week" => day.weekday() == Weekday::Monday,
                "month" => day.day() == 1,
                _ => true,
            };
            let body = self.figures(&format!("{query}&interval={interval}")).await;
            let expected = oracle::volume(question, &self.facts, is_first);
            assert_eq!(
                body["data"]["volume"],
                json!(expected),
                "{query} {interval}"
            );
        }
        let data = &self.figures(&query).await["data"];
        let starting = question.starting(&self.facts);
        let booked = starting.iter().filter(|fact| oracle::is_booked(fact));
        assert_eq!(data["sessions_booked"], booked.count(), "{query}");
        assert_eq!(
            data["booked_minutes"],
            oracle::booked_minutes(&starting),
            "{query}"
        );
        assert_eq!(
            data["sessions_requested"],
            question.requested(&self.facts).len()
        );
        let completed = oracle::count(&starting, SessionStatus::Completed);
        assert_eq!(data["sessions_completed"], completed, "{query}");
        let offered = offered(question) * 3;
        assert_eq!(data["offered_minutes"], offered, "{query}");
        let utilisation = oracle::share(oracle::booked_minutes(&starting), offered);
        assert_eq!(data["utilisation"], utilisation, "{query}");
        assert_eq!(
            data["session_ratings"],
            oracle::ratings(&starting),
            "{query}"
        );
        let active = json!({
            "mentors": oracle::active(question, &self.facts, |fact| fact.mentor),
            "mentees": oracle::active(question, &self.facts, |fact| fact.mentee),
        });
        assert_eq!(data["active_users"], active, "{query}");
    }

    async fn assert_funnels(&self, question: &Question) {
        let query = question.query();
        let data = &self.figures(&format!("/sessions{query}")).await["data"];
        let starting = question.starting(&self.facts);
        assert_eq!(data["total"], oracle::funnel(&starting), "{query}");
        assert_eq!(data["answers"], oracle::answers(&starting), "{query}");
        let programs = oracle::funnels(&starting, |fact| fact.program);
        assert_groups(&data["by_program"], "program", &programs);
        let known = |fact: &Fact| TOPICS[..2].contains(&fact.topic).then_some("Pricing");
        assert_groups(
            &data["by_topic"],
            "topic",
            &oracle::funnels(&starting, known),
        );
    }

    /// What a mentor's figures say that belongs to no day.
    fn assert_standing(&self, entry: &Value) {
        let facts = self.facts.iter();
        let theirs: Vec<&Fact> = facts
            .filter(|fact| entry["mentor_id"] == fact.mentor.to_string())
            .collect();
        let ratings = oracle::ratings(&theirs);
        assert_eq!(entry["rating_count"], ratings["count"]);
        let has_enough = ratings["count"].as_i64().unwrap() >= 3;
        let rating = if has_enough {
            &ratings["average"]
        } else {
            &Value::Null
        };
        assert_eq!(&entry["rating"], rating);
        let is_matched = entry["mentor_id"] == self.mentors[0].to_string();
        let load = &entry["load"];
        assert_eq!(load["places_taken"], i64::from(is_matched));
        let waiting = oracle::count(&theirs, SessionStatus::Pending);
        assert_eq!(load["requests_waiting"], waiting);
    }

    async fn assert_mentors(&self, question: &Question) {
        let query = question.query();
        let body = self.figures(&format!("/mentors{query}")).await;
        let listed = body["data"].as_array().unwrap();
        assert_eq!(listed.len(), self.mentors.len());
        for entry in listed {
            let starting: Vec<&Fact> = question.starting(&self.facts);
            let theirs: Vec<&Fact> = starting
                .into_iter()
                .filter(|fact| entry["mentor_id"] == fact.mentor.to_string())
                .collect();
            assert_eq!(entry["sessions"], oracle::funnel(&theirs), "{query}");
            assert_eq!(entry["answers"], oracle::answers(&theirs), "{query}");
            let (booked, offered) = (oracle::booked_minutes(&theirs), offered(question));
            assert_eq!(entry["booked_minutes"], booked);
            assert_eq!(entry["offered_minutes"], offered);
            assert_eq!(entry["utilisation"], oracle::share(booked, offered));
            self.assert_standing(entry);
        }
    }
}

/// How many minutes one of the mentors offers.
fn offered(question: &Question) -> i64 {
    let berlin = BERLIN.parse().unwrap();
    let since = "2026-03-02T00:00:00Z".parse().unwrap();
    oracle::offered(question, (&[1, 2, 3, 4, 5], &berlin), 9..17, since)
}

fn assert_groups(
    found: &Value,
    key: &str,
    expected: &std::collections::BTreeMap<Option<&str>, Value>,
) {
    assert_eq!(found.as_array().unwrap().len(), expected.len(), "{found}");
    for group in found.as_array().unwrap() {
        assert_eq!(group["figures"], expected[&group[key].as_str()], "{key}");
    }
}

#[tokio::test]
async fn every_figure_is_what_a_slow_count_says() {
    let world = World::new(700).await;
    count(&world.app).await;
    world.assert_all_figures().await;
}

#[tokio::test]
async fn what_changes_late_is_counted_anew() {
    let mut world = World::new(250).await;
    count(&world.app).await;
    let mut dice = Dice::new(11);
    for fact in &mut world.facts {
        if dice.below(3) == 0 {
            fact.status = *dice.pick(&SessionStatus::ALL);
            fact.scheduled_at += jiff::SignedDuration::from_hours(7);
            fact.topic = *dice.pick(&TOPICS);
            fact.ratings[0] = fact.ratings[0].map(|stars| 6 - stars);
            fact.is_hidden = !fact.is_hidden;
        }
    }
    world.app.given_changed_facts(&world.facts).await;
    count(&world.app).await;
    world.assert_all_figures().await;
    // Nothing has changed since: counting once more changes nothing.
    let before = world.app.rows_of("session_days").await;
    count(&world.app).await;
    assert_eq!(world.app.rows_of("session_days").await, before);
    assert_eq!(world.app.rows_in("session_changes").await, 0);
}

#[tokio::test]
async fn figures_say_until_when_they_are_counted() {
    let world = World::new(10).await;
    assert_eq!(world.figures("").await["data"]["as_of"], Value::Null);
    world.app.at("2026-04-10T09:00:00Z");
    count(&world.app).await;
    let data = &world.figures("?zone=Asia/Kathmandu").await["data"];
    let as_of = data["as_of"].as_str().unwrap();
    assert!(as_of.starts_with("2026-04-10T09:00:0"), "{as_of}");
    assert_eq!(data["period"]["zone"], "Asia/Kathmandu");
    assert_eq!(data["period"]["to"], "2026-04-10");
    assert_eq!(data["period"]["starts_at"], "2026-03-11T18:15:00Z");
}

#[tokio::test]
async fn only_one_run_counts_at_a_time() {
    let world = World::new(10).await;
    let other = world.app.given_somebody_who_counts().await;
    count(&world.app).await;
    assert_eq!(world.figures("").await["data"]["as_of"], Value::Null);
    drop(other);
    // The server notices a moment later that the other one is gone.
    while world.figures("").await["data"]["as_of"].is_null() {
        count(&world.app).await;
    }
    world.assert_all_figures().await;
}

#[tokio::test]
async fn offered_hours_stay_as_they_were_on_the_days_that_are_over() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let new_york: Zone = "America/New_York".parse().unwrap();
    app.given_hours(
        mentor,
        Hours(&[0, 1, 2], "22:00", "24:00", "America/New_York"),
    )
    .await;
    let admin = app.given_admin().await;
    let minutes = async |question: &Question| {
        let query = question.query();
        let total = figures(&app, admin, &query).await["data"]["offered_minutes"].clone();
        let theirs = figures(&app, admin, &format!("/mentors{query}")).await;
        assert_eq!(theirs["data"][0]["offered_minutes"], total, "{query}");
        total
    };
    let since = "2026-03-02T00:00:00Z".parse().unwrap();
    count(&app).await;
    for zone in ZONES {
        let asked = question(zone, (date(2026, 3, 1), date(2026, 4, 20)), None);
        let expected = oracle::offered(&asked, (&[0, 1, 2], &new_york), 22..24, since);
        assert_eq!(minutes(&asked).await, expected, "{zone}");
    }

    app.at("2026-03-20T08:00:00Z");
    app.given_no_hours(mentor).await;
    count(&app).await;

    let past = question("UTC", (date(2026, 3, 1), date(2026, 3, 19)), None);
    let expected = oracle::offered(&past, (&[0, 1, 2], &new_york), 22..24, since);
    assert!(expected > 0);
    assert_eq!(minutes(&past).await, expected);
    let coming = question("UTC", (date(2026, 3, 20), date(2026, 4, 20)), None);
    assert_eq!(minutes(&coming).await, 0);
}
