//! Topics: a list that mentors start from and extend.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::{TopicId, UserId};
use tests::{Reply, TestApp};

use crate::texts;

const TOPICS: &str = "/api/topics";

async fn add(app: &TestApp, actor: UserId, name: &str) -> Reply {
    let body = json!({ "name": name });
    app.ask(Some(actor), Method::POST, TOPICS, Some(&body))
        .await
}

async fn all(app: &TestApp) -> Vec<Value> {
    let (status, body) = app.get("/api/topics?limit=100").await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn everybody_reads_the_predefined_list_page_by_page() {
    let app = TestApp::whole().await;
    let whole: Vec<Value> = all(&app).await;
    assert!(whole.len() >= 40);
    assert!(whole.iter().all(|topic| topic["is_predefined"] == true));
    let (mut met, mut cursor) = (Vec::new(), String::new());
    loop {
        let (_, body) = app.get(&format!("{TOPICS}?limit=15{cursor}")).await;
        met.extend(texts(&body["data"], "name"));
        match body["meta"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(met, texts(&json!(whole), "name"));
    let mut sorted = met.clone();
    sorted.sort_by_key(|name| name.to_lowercase());
    met.sort();
    sorted.sort();
    assert_eq!(met, sorted);
}

#[tokio::test]
async fn a_mentor_adds_a_topic_and_finds_one_that_is_there() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;

    let new = add(&app, mentor, " Space   law ").await;
    assert_eq!(new.status, StatusCode::CREATED, "{}", new.text);
    assert_eq!(new.data()["name"], "Space law");
    let id = new.data()["id"].as_str().unwrap();
    assert_eq!(new.header("location"), format!("{TOPICS}/{id}"));

    let admin = app.given_admin().await;
    for same in ["space law", "SPACELAW", "Space law"] {
        let found = add(&app, admin, same).await;
        assert_eq!(found.status, StatusCode::OK, "{same}");
        assert_eq!(found.data(), new.data());
    }
    let predefined = add(&app, mentor, "fundraising").await;
    assert_eq!(predefined.status, StatusCode::OK);
    assert_eq!(predefined.data()["name"], "Fundraising");
}

#[tokio::test]
async fn of_many_who_add_one_topic_at_once_one_makes_it() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let asked = (0..8).map(|_| add(&app, mentor, "Space law"));
    let replies = futures_util::future::join_all(asked).await;
    let made = |status| {
        replies
            .iter()
            .filter(|reply| reply.status == status)
            .count()
    };
    assert_eq!((made(StatusCode::CREATED), made(StatusCode::OK)), (1, 7));
    assert!(
        replies
            .iter()
            .all(|reply| reply.data()["id"] == replies[0].data()["id"])
    );
}

#[tokio::test]
async fn topics_say_how_many_mentors_know_them() {
    let app = TestApp::whole().await;
    let mentors = [app.given_mentor().await, app.given_mentor().await];
    let hidden = app.given_unapproved_mentor().await;
    for (mentor, area) in mentors
        .iter()
        .chain([&hidden])
        .zip(["pricing", "PRICING", "Pricing"])
    {
        let change = json!({ "expertise_areas": [area] });
        app.patch_as(*mentor, "/api/users/me", &change).await;
        let offering = json!({ "topic": "Pricing", "title": "x", "duration_minutes": 30, "price": 0, "currency": "EUR" });
        app.post_as(
            *mentor,
            &format!("/api/mentors/{mentor}/offerings"),
            &offering,
        )
        .await;
    }

    let topics = all(&app).await;
    let count = |name: &str| {
        let topic = topics.iter().find(|topic| topic["name"] == name).unwrap();
        (
            topic["mentors_count"].clone(),
            topic["offerings_count"].clone(),
        )
    };
    assert_eq!(count("Pricing"), (json!(2), json!(2)));
    assert_eq!(count("Hiring"), (json!(0), json!(0)));
}

#[tokio::test]
async fn an_admin_renames_a_topic_that_is_still_found_by_its_old_name() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    let id = add(&app, mentor, "Space law").await.data()["id"].clone();
    let path = format!("{TOPICS}/{}", id.as_str().unwrap());

    let (status, body) = app
        .patch_as(admin, &path, &json!({ "name": "Law of space" }))
        .await;

    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(
        (&body["data"]["name"], &body["data"]["version"]),
        (&json!("Law of space"), &json!(2))
    );
    for name in ["space law", "LAW OF SPACE"] {
        assert_eq!(add(&app, mentor, name).await.data()["id"], id, "{name}");
    }
    let taken = app
        .ask(
            Some(admin),
            Method::PATCH,
            &path,
            Some(&json!({ "name": "FUNDRAISING" })),
        )
        .await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    assert_eq!(taken.problems(), [("name", "topic_name_taken")]);
    let (status, body) = app
        .patch_as(admin, &path, &json!({ "name": "LAW of space" }))
        .await;
    assert_eq!(
        status,
        StatusCode::OK,
        "its own name in other letters: {body}"
    );
}

#[tokio::test]
async fn mentees_add_nothing_and_only_admins_rename() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    assert_eq!(
        add(&app, mentee, "Space law").await.status,
        StatusCode::FORBIDDEN
    );
    let (status, _) = app.post(TOPICS, &json!({ "name": "Space law" })).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let id = add(&app, mentor, "Space law").await.data()["id"].clone();
    let path = format!("{TOPICS}/{}", id.as_str().unwrap());
    for actor in [mentee, mentor] {
        let (status, _) = app.patch_as(actor, &path, &json!({ "name": "Mine" })).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
    }
    let admin = app.given_admin().await;
    let nothing = format!("{TOPICS}/{}", app.clock.id::<TopicId>());
    let (status, _) = app
        .patch_as(admin, &nothing, &json!({ "name": "Mine" }))
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    for (name, code) in [("x", "too_short"), ("   ", "too_short")] {
        assert_eq!(add(&app, admin, name).await.problems(), [("name", code)]);
    }
}
