//! One's own profile.

use http::{Method, StatusCode};
use serde_json::json;
use tests::TestApp;

const ME: &str = "/api/users/me";

#[tokio::test]
async fn a_mentee_sees_their_whole_profile_flat() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;

    let (status, body) = app.get_as(mentee, ME).await;

    assert_eq!(status, StatusCode::OK);
    insta::assert_json_snapshot!(body, {
        ".data.id" => "[id]", ".data.email" => "[email]", ".data.created_at" => "[now]",
        ".data.updated_at" => "[now]", ".data.last_login_at" => "[now]"
    }, @r#"
    {
      "data": {
        "airtable_sync_status": "pending",
        "bio": null,
        "career_goals": null,
        "communication_preferences": [],
        "created_at": "[now]",
        "current_role": null,
        "email": "[email]",
        "email_verified": true,
        "experience_level": null,
        "first_name": "Ada",
        "goals": null,
        "id": "[id]",
        "industry_focus": [],
        "interests": [],
        "languages": [],
        "last_login_at": "[now]",
        "last_name": "Lovelace",
        "location": null,
        "phone": null,
        "profile_picture_url": null,
        "research_interests": [],
        "role": "mentee",
        "startup_name": null,
        "startup_stage": null,
        "status": "active",
        "technical_skills": [],
        "timezone": "Europe/Berlin",
        "updated_at": "[now]",
        "username": null,
        "version": 1
      },
      "errors": [],
      "success": true
    }
    "#);
}

#[tokio::test]
async fn a_change_keeps_what_is_left_out_and_empties_what_is_null() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let first = json!({
        "bio": "Thirty years of compilers.",
        "company": "Navy",
        "expertise_areas": ["Pricing", "Go to market"],
        "stages": ["seed", "series_a"],
        "buffer_minutes": 15,
        "max_sessions_per_day": 3,
    });
    let (status, body) = app.patch_as(mentor, ME, &first).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["data"]["version"], 2);

    let second = json!({ "company": null, "buffer_minutes": null, "max_sessions_per_day": null, "title": "Rear admiral" });
    let (_, body) = app.patch_as(mentor, ME, &second).await;

    let data = &body["data"];
    assert_eq!(data["version"], 3);
    assert_eq!(data["bio"], "Thirty years of compilers.");
    assert_eq!(data["expertise_areas"], json!(["Pricing", "Go to market"]));
    assert_eq!(data["stages"], json!(["seed", "series_a"]));
    assert_eq!(data["title"], "Rear admiral");
    assert_eq!(data["company"], json!(null));
    assert_eq!(
        data["buffer_minutes"], 0,
        "a rule falls back to its default"
    );
    assert_eq!(data["max_sessions_per_day"], json!(null));
    let (_, read) = app.get_as(mentor, ME).await;
    assert_eq!(read["data"], body["data"]);
}

#[tokio::test]
async fn a_change_of_nothing_is_fine() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let (status, body) = app.patch_as(admin, ME, &json!({})).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["data"]["role"], "admin");
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let change = json!({
        "first_name": "",
        "timezone": "Mars/Olympus",
        "bio": "x".repeat(1001),
        "profile_picture_url": "http://example.com/a.png",
        "years_experience": "many",
        "expertise_areas": ["a", "a"],
        "industries": ["fine", "x".repeat(81)],
        "stages": ["unicorn"],
        "buffer_minutes": 241,
        "accepting": "yes",
        "hourly_rate_currency": "euro",
        "nickname": "Ada",
    });

    let reply = app
        .ask(Some(mentor), Method::PATCH, ME, Some(&change))
        .await;

    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        reply.problems(),
        [
            ("accepting", "wrong_type"),
            ("bio", "too_long"),
            ("buffer_minutes", "out_of_range"),
            ("expertise_areas", "repeated_entry"),
            ("first_name", "too_short"),
            ("hourly_rate_currency", "invalid_currency"),
            ("industries[1]", "too_long"),
            ("nickname", "unknown_field"),
            ("profile_picture_url", "invalid_url"),
            ("stages[0]", "unknown_value"),
            ("timezone", "invalid_timezone"),
            ("years_experience", "wrong_type"),
        ]
    );
    assert_eq!(
        reply.body["message"],
        "12 things are wrong with this request"
    );
}

#[tokio::test]
async fn fields_of_another_role_are_refused_all_at_once() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let mentor = app.given_mentor().await;
    let admin = app.given_admin().await;
    let change = json!({ "company": "Navy", "accepting": false, "goals": "Sell", "startup_stage": null, "bio": "Hi" });

    let of = async |actor| {
        let reply = app.ask(Some(actor), Method::PATCH, ME, Some(&change)).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        assert!(
            reply
                .problems()
                .iter()
                .all(|(_, code)| *code == "field_of_another_role")
        );
        reply
            .problems()
            .iter()
            .map(|(field, _)| (*field).to_owned())
            .collect::<Vec<_>>()
    };

    assert_eq!(of(mentee).await, ["accepting", "company"]);
    assert_eq!(of(mentor).await, ["goals", "startup_stage"]);
    assert_eq!(
        of(admin).await,
        ["accepting", "company", "goals", "startup_stage"]
    );
    let (_, body) = app.get_as(mentee, ME).await;
    assert_eq!(body["data"]["bio"], json!(null), "nothing was written");
}

#[tokio::test]
async fn a_name_cannot_be_emptied() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let reply = app
        .ask(
            Some(mentee),
            Method::PATCH,
            ME,
            Some(&json!({ "first_name": "\u{200b}\t " , "last_name": "Zoë 👩‍🚀" })),
        )
        .await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.text);
}

#[tokio::test]
async fn nobody_sees_a_profile_without_logging_in() {
    let app = TestApp::whole().await;
    assert_eq!(app.get(ME).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(app.patch(ME, &json!({})).await.0, StatusCode::UNAUTHORIZED);
}
