//! The ranges of a profile: both ends of each are fine, and one step further is not.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use tests::TestApp;

const ME: &str = "/api/users/me";

fn words(count: usize) -> Value {
    (0..count).map(|n| json!(format!("word {n}"))).collect()
}

fn text(length: usize) -> Value {
    json!("é".repeat(length))
}

/// A field with what is just allowed, and what is just not.
type Case = (&'static str, Vec<Value>, Vec<Value>);

fn common() -> Vec<Case> {
    let url = |length: usize| json!(format!("https://a.example/{}", "x".repeat(length - 18)));
    vec![
        (
            "first_name",
            vec![text(1), text(80)],
            vec![text(0), text(81), json!(null)],
        ),
        (
            "last_name",
            vec![text(1), text(80)],
            vec![text(0), text(81), json!(null)],
        ),
        (
            "bio",
            vec![text(0), text(1000), json!(null)],
            vec![text(1001)],
        ),
        (
            "timezone",
            vec![json!("Asia/Kolkata")],
            vec![json!("UTC+2"), json!(null)],
        ),
        (
            "location",
            vec![text(1), text(160), json!(null)],
            vec![text(0), text(161)],
        ),
        (
            "languages",
            vec![json!([]), words(20), json!(null)],
            vec![words(21), json!([""]), json!([text(81)])],
        ),
        (
            "profile_picture_url",
            vec![url(2048), json!(null)],
            vec![
                url(2049),
                json!("http://a.example/p.png"),
                json!("https://u:p@a.example"),
                json!("data:image/png;base64,"),
            ],
        ),
    ]
}

fn number(field: &'static str, low: i64, high: i64) -> Case {
    (
        field,
        vec![json!(low), json!(high), json!(null)],
        vec![json!(low - 1), json!(high + 1), json!(1.5), json!("1")],
    )
}

fn list(field: &'static str, most: usize) -> Case {
    (
        field,
        vec![json!([]), words(most), json!([text(80)]), json!(null)],
        vec![
            words(most + 1),
            json!([text(81)]),
            json!([text(0)]),
            json!(["a", "a"]),
            json!("a"),
        ],
    )
}

fn of_mentor() -> Vec<Case> {
    let stages = json!(["idea", "pre_seed", "seed", "series_a", "series_b_plus"]);
    vec![
        ("company", vec![text(1), text(160)], vec![text(161)]),
        ("title", vec![text(1), text(160)], vec![text(161)]),
        number("years_experience", 0, 80),
        list("expertise_areas", 10),
        list("industries", 20),
        (
            "stages",
            vec![stages, json!([])],
            vec![json!(["series_b"]), json!(["seed", "seed"])],
        ),
        number("hourly_rate", 0, 100_000_000),
        (
            "hourly_rate_currency",
            vec![json!("EUR")],
            vec![json!("eur"), json!("EURO")],
        ),
        number("max_sessions_per_day", 1, 24),
        number("max_sessions_per_week", 1, 100),
        number("max_mentees", 1, 50),
        number("buffer_minutes", 0, 240),
        number("min_notice_minutes", 0, 43_200),
        number("cancellation_notice_minutes", 0, 43_200),
        number("step_minutes", 5, 240),
        number("booking_horizon_days", 1, 730),
        (
            "accepting",
            vec![json!(true), json!(false)],
            vec![json!(null), json!(1)],
        ),
    ]
}

fn of_mentee() -> Vec<Case> {
    vec![
        (
            "startup_name",
            vec![text(160), json!(null)],
            vec![text(161)],
        ),
        list("industry_focus", 10),
        (
            "startup_stage",
            vec![json!("series_b_plus"), json!(null)],
            vec![json!("series_b")],
        ),
        ("goals", vec![text(1000), json!(null)], vec![text(1001)]),
        (
            "current_role",
            vec![text(160), json!(null)],
            vec![text(161)],
        ),
        list("interests", 10),
        (
            "experience_level",
            vec![json!("beginner"), json!("advanced")],
            vec![json!("expert")],
        ),
        (
            "career_goals",
            vec![text(1000), json!(null)],
            vec![text(1001)],
        ),
        list("research_interests", 20),
        list("technical_skills", 20),
        list("communication_preferences", 20),
    ]
}

#[tokio::test]
async fn both_ends_of_every_range_are_fine_and_nothing_beyond() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let cases = common()
        .into_iter()
        .chain(of_mentor())
        .map(|case| (mentor, case))
        .chain(of_mentee().into_iter().map(|case| (mentee, case)));
    for (person, (field, good, bad)) in cases {
        let body =
            |value: &Value| Value::Object(Map::from_iter([(field.to_owned(), value.clone())]));
        for value in &good {
            let (status, answer) = app.patch_as(person, ME, &body(value)).await;
            assert_eq!(status, StatusCode::OK, "{field}: {value}: {answer}");
            if !value.is_null() {
                assert_eq!(&answer["data"][field], value, "{field}");
            }
        }
        for value in &bad {
            let reply = app
                .ask(Some(person), Method::PATCH, ME, Some(&body(value)))
                .await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{field}: {value}");
            let (named, _) = reply.problems()[0];
            assert!(named.starts_with(field), "{field}: {named}");
        }
    }
}

#[tokio::test]
async fn rules_that_are_emptied_fall_back_to_the_defaults_of_the_product() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let emptied = json!({
        "max_sessions_per_day": null, "max_sessions_per_week": null, "max_mentees": null, "buffer_minutes": null,
        "min_notice_minutes": null, "cancellation_notice_minutes": null, "step_minutes": null,
        "booking_horizon_days": null,
    });
    let (_, body) = app.patch_as(mentor, ME, &emptied).await;
    let data = &body["data"];
    for (field, default) in [
        ("max_sessions_per_day", json!(null)),
        ("max_sessions_per_week", json!(null)),
        ("max_mentees", json!(5)),
        ("buffer_minutes", json!(0)),
        ("min_notice_minutes", json!(120)),
        ("cancellation_notice_minutes", json!(120)),
        ("step_minutes", json!(null)),
        ("booking_horizon_days", json!(60)),
    ] {
        assert_eq!(data[field], default, "{field}");
    }
}
