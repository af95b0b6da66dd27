//! What people show of themselves, and what they agree to.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tests::TestApp;

const PRIVACY: &str = "/api/users/me/privacy";

/// Everything but these parts of a profile, and the phone number.
fn all_but(hidden: &[&str]) -> Value {
    let shows = |part: &str| !hidden.contains(&part);
    json!({ "visibility": {
        "location": shows("location"), "company": shows("company"), "languages": shows("languages"),
        "profile_picture": shows("profile_picture"), "phone": false,
    } })
}

fn consent(kind: &str, version: &str) -> Value {
    json!({ "consents": [{ "kind": kind, "granted": true, "text_version": version }] })
}

#[tokio::test]
async fn a_new_person_shows_their_card_but_not_their_phone_and_has_agreed_to_nothing() {
    let app = TestApp::whole().await;
    for (person, listed) in [
        (app.given_mentor().await, json!(true)),
        (app.given_mentee().await, json!(null)),
    ] {
        let (status, body) = app.get_as(person, PRIVACY).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(
            body["data"],
            json!({
                "visibility": {
                    "location": true, "company": true, "languages": true, "profile_picture": true, "phone": false,
                },
                "listed": listed, "in_leaderboard": listed, "consents": [], "version": 1,
            })
        );
    }
    assert_eq!(app.get(PRIVACY).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_a_mentor_hides_is_on_no_card() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let profile = json!({
        "location": "Oslo", "company": "Navy", "languages": ["Norsk"], "profile_picture_url": "https://a.example/p.png",
    });
    app.patch_as(mentor, "/api/users/me", &profile).await;

    let (status, body) = app
        .put_as(
            mentor,
            PRIVACY,
            &all_but(&["location", "company", "languages", "profile_picture"]),
        )
        .await;

    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["data"]["version"], 3);
    let (_, card) = app.get(&format!("/api/mentors/{mentor}")).await;
    let (_, person) = app.get_as(mentee, &format!("/api/users/{mentor}")).await;
    let (_, listed) = app.get("/api/mentors").await;
    for shown in [&card["data"], &person["data"], &listed["data"][0]] {
        assert_eq!(shown["first_name"], "Ada");
        for field in ["location", "company", "profile_picture_url"] {
            assert_eq!(shown[field], json!(null), "{field}");
        }
        assert_eq!(shown["languages"], json!([]));
    }
    let (_, own) = app.get_as(mentor, "/api/users/me").await;
    assert_eq!(own["data"]["company"], "Navy");

    app.put_as(mentor, PRIVACY, &all_but(&["company", "profile_picture"]))
        .await;
    let (_, card) = app.get(&format!("/api/mentors/{mentor}")).await;
    assert_eq!(
        (&card["data"]["location"], &card["data"]["company"]),
        (&json!("Oslo"), &json!(null))
    );
}

#[tokio::test]
async fn what_a_mentor_hides_is_not_found_either() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let profile = json!({ "company": "Navy", "languages": ["Norsk"] });
    app.patch_as(mentor, "/api/users/me", &profile).await;
    let found = async |query: &str| {
        let (_, body) = app.get(&format!("/api/mentors?{query}")).await;
        body["data"].as_array().unwrap().len()
    };

    for query in ["q=navy", "company=Navy", "language=Norsk"] {
        assert_eq!(found(query).await, 1, "{query}");
    }
    app.put_as(mentor, PRIVACY, &all_but(&["company", "languages"]))
        .await;
    for query in ["q=navy", "company=Navy", "language=Norsk"] {
        assert_eq!(found(query).await, 0, "{query}");
    }
}

#[tokio::test]
async fn a_mentor_who_is_not_listed_is_nowhere_to_be_found() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);

    let (_, body) = app
        .put_as(mentor, PRIVACY, &json!({ "listed": false }))
        .await;

    assert_eq!(body["data"]["listed"], false);
    let (_, listed) = app.get("/api/mentors").await;
    assert_eq!(listed["data"], json!([]));
    for path in ["", "/slots", "/offerings"] {
        let (status, _) = app.get(&format!("/api/mentors/{mentor}{path}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let (status, _) = app.get_as(mentee, &format!("/api/users/{mentor}")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let refused = app
        .ask(
            Some(mentee),
            Method::PUT,
            PRIVACY,
            Some(&json!({ "listed": true })),
        )
        .await;
    assert_eq!(refused.problems(), [("listed", "field_of_another_role")]);
}

#[tokio::test]
async fn consents_are_kept_as_a_history() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let put = async |at: &str, body: Value| {
        app.at(at);
        let (status, answer) = app.put_as(mentee, PRIVACY, &body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["data"]["consents"].as_array().unwrap().clone()
    };
    let withdraw = json!({ "consents": [{ "kind": "marketing", "granted": false }] });

    put("2026-03-02T08:00:00Z", consent("marketing", "1")).await;
    let same = put("2026-03-02T09:00:00Z", consent("marketing", "1")).await;
    assert_eq!(same.len(), 1, "what was agreed to stays as it was");
    put("2026-03-02T10:00:00Z", consent("marketing", "2")).await;
    put("2026-03-02T11:00:00Z", consent("terms", "2026-01")).await;
    put("2026-03-02T12:00:00Z", withdraw).await;
    let history = put("2026-03-02T13:00:00Z", consent("marketing", "2")).await;

    let told: Vec<_> = history
        .iter()
        .map(|entry| {
            let hour = |field: &str| entry[field].as_str().map_or("-", |at| &at[11..13]);
            (
                entry["kind"].as_str().unwrap(),
                entry["text_version"].as_str().unwrap(),
                hour("granted_at"),
                hour("withdrawn_at"),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("marketing", "2", "13", "-"),
            ("terms", "2026-01", "11", "-"),
            ("marketing", "2", "10", "12"),
            ("marketing", "1", "08", "12"),
        ]
    );
}

#[tokio::test]
async fn a_consent_names_its_words_once_and_the_terms_stay() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let two = json!({ "kind": "research", "granted": false });
    for (consents, status, problem) in [
        (
            json!([{ "kind": "research", "granted": true }]),
            400,
            ("consents[0].text_version", "missing_field"),
        ),
        (
            json!([{ "kind": "spam", "granted": false }]),
            400,
            ("consents[0].kind", "unknown_value"),
        ),
        (
            json!([two, { "kind": "research", "granted": true, "text_version": "1" }]),
            400,
            ("consents[1].kind", "repeated_entry"),
        ),
        (
            json!([{ "kind": "terms", "granted": false }]),
            409,
            ("consents", "terms_needed"),
        ),
    ] {
        let body = json!({ "consents": consents });
        let reply = app
            .ask(Some(mentee), Method::PUT, PRIVACY, Some(&body))
            .await;
        assert_eq!(reply.status.as_u16(), status, "{}", reply.text);
        assert_eq!(reply.problems(), [problem]);
    }
    let partly = json!({ "visibility": { "location": true } });
    let reply = app
        .ask(Some(mentee), Method::PUT, PRIVACY, Some(&partly))
        .await;
    assert_eq!(
        reply.problems().len(),
        4,
        "a half answer is no answer: {}",
        reply.text
    );
}
