//! The leaderboard, against a slow and obvious recomputation.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use tests::{Dice, TestApp};

use super::get;

const BOARD: &str = "/api/questions/leaderboard?limit=100";

/// What an answer is worth, by halving.
fn worth(stars: i16, age_days: i64) -> f64 {
    if age_days >= 360 {
        return 0.0;
    }
    let points = match stars {
        5 => 3.0,
        4 => 2.0,
        3 => 1.0,
        _ => 0.0,
    };
    #[expect(clippy::cast_precision_loss, reason = "at most 360")]
    let halvings = age_days as f64 / 30.0;
    points / 2_f64.powf(halvings)
}

#[tokio::test]
async fn the_leaderboard_is_that_of_a_slow_recomputation() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let mut mentors = Vec::new();
    for _ in 0..6 {
        mentors.push(app.given_mentor().await);
    }
    let now: Timestamp = "2027-03-02T12:00:00Z".parse().unwrap();
    let (mut dice, mut expected) = (Dice::new(11), BTreeMap::<String, (f64, u64)>::new());
    for _ in 0..60 {
        let days = i64::try_from(dice.below(400)).unwrap();
        let hours = i64::try_from(dice.below(24)).unwrap();
        let at = now - jiff::SignedDuration::from_hours(24 * days + hours);
        app.at(&at.to_string());
        let (mentor, stars) = (
            *dice.pick(&mentors),
            i16::try_from(dice.below(5)).unwrap() + 1,
        );
        if dice.below(5) == 0 {
            app.given_answered_question(mentee, mentor).await;
            continue;
        }
        app.given_rated_answer(mentee, mentor, stars).await;
        if days < 360 {
            let sum = expected.entry(mentor.to_string()).or_default();
            sum.0 += worth(stars, days);
            sum.1 += 1;
        }
    }
    app.at(&now.to_string());

    let shown = get(&app, mentee, BOARD).await;

    expected.retain(|_, (points, _)| *points >= 0.001);
    let places = shown.data().as_array().unwrap();
    assert_eq!(places.len(), expected.len(), "{}", shown.text);
    let mut last = f64::MAX;
    for (place, entry) in (1..).zip(places) {
        let points = entry["points"].as_f64().unwrap();
        let (exact, rated) = expected[entry["mentor_id"].as_str().unwrap()];
        // Each answer is rounded down to a thousandth.
        #[expect(clippy::cast_precision_loss, reason = "a few")]
        let slack = 0.001 * rated as f64 + 1e-9;
        assert!(
            exact - points >= -1e-9 && exact - points <= slack,
            "{points} for {exact}"
        );
        assert_eq!(entry["rated_answers"], rated);
        assert!(points <= last);
        assert!(entry["rank"].as_u64().unwrap() <= place);
        last = points;
    }
}

#[tokio::test]
async fn mentors_leave_the_leaderboard_and_come_back() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    app.given_rated_answer(mentee, mentor, 5).await;
    let names = async || -> Value { get(&app, mentee, BOARD).await.data().clone() };
    assert_eq!(names().await[0]["mentor_id"], mentor.to_string());
    assert_eq!(names().await[0]["rank"], 1);

    let privacy = "/api/users/me/privacy";
    let (status, body) = app
        .put_as(mentor, privacy, &json!({ "in_leaderboard": false }))
        .await;
    assert_eq!(
        (status.as_u16(), &body["data"]["in_leaderboard"]),
        (200, &json!(false))
    );
    assert_eq!(names().await, json!([]));
    app.put_as(mentor, privacy, &json!({ "in_leaderboard": true }))
        .await;
    assert_eq!(names().await.as_array().unwrap().len(), 1);
    let (status, _) = app
        .put_as(mentee, privacy, &json!({ "in_leaderboard": true }))
        .await;
    assert_eq!(status.as_u16(), 400);
    app.given_suspension(mentor).await;
    assert_eq!(names().await, json!([]), "whoever is shut out is not shown");
}
