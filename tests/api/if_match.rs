//! Changes that are meant for one version of a thing.

use futures_util::future::join;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{Reply, TestApp};

/// One thing that can be changed, the change, and who makes it.
struct Thing {
    actor: UserId,
    method: Method,
    path: String,
    change: Value,
}

/// One of every kind.
async fn things(app: &TestApp) -> Vec<Thing> {
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let session = app
        .given_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;
    let hours =
        json!({ "day_of_week": 6, "start_time": "09:00", "end_time": "10:00", "timezone": "UTC" });
    let schedule = format!("/api/mentors/{mentor}/availability");
    let (_, added) = app.post_as(mentor, &schedule, &hours).await;
    let window = format!("{schedule}/{}", added["data"]["id"].as_str().unwrap());
    let thing = |actor, method, path: String, change| Thing {
        actor,
        method,
        path,
        change,
    };
    vec![
        thing(
            mentor,
            Method::PATCH,
            "/api/users/me".to_owned(),
            json!({ "bio": "Hello" }),
        ),
        thing(
            mentor,
            Method::PUT,
            format!("/api/sessions/{session}"),
            json!({ "notes": "x" }),
        ),
        thing(mentor, Method::PUT, window, hours),
    ]
}

impl Thing {
    async fn change(&self, app: &TestApp, if_match: &str) -> Reply {
        let call = app
            .call(self.method.clone(), &self.path)
            .by(self.actor)
            .await;
        let call = call.header("if-match", if_match).json(&self.change);
        call.send().await
    }
}

#[tokio::test]
async fn a_change_of_the_version_one_knows_wins_and_a_stale_one_is_412() {
    let app = TestApp::whole().await;
    for thing in things(&app).await {
        let first = thing.change(&app, "\"1\"").await;
        assert_eq!(
            first.status,
            StatusCode::OK,
            "{}: {}",
            thing.path,
            first.text
        );
        assert_eq!(first.header("etag"), "\"2\"", "{}", thing.path);
        assert_eq!(first.data()["version"], 2, "{}", thing.path);

        let stale = thing.change(&app, "\"1\"").await;
        assert_eq!(
            stale.status,
            StatusCode::PRECONDITION_FAILED,
            "{}",
            thing.path
        );
        assert_eq!(stale.code(), "stale_version");
        assert_eq!(stale.body["errors"][0]["details"], json!({ "version": 2 }));

        for (good, version) in [("\"1\", \"2\"", 3), ("*", 4), ("\"4\"", 5)] {
            let reply = thing.change(&app, good).await;
            assert_eq!(reply.data()["version"], version, "{good} {}", reply.text);
        }
        for weak in ["W/\"5\"", "\"somebody-elses\""] {
            let reply = thing.change(&app, weak).await;
            assert_eq!(reply.status, StatusCode::PRECONDITION_FAILED, "{weak}");
        }
        for bad in ["5", "\"5", ""] {
            let reply = thing.change(&app, bad).await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{bad}");
            assert_eq!(reply.code(), "invalid_if_match");
        }
    }
}

#[tokio::test]
async fn of_two_changes_of_one_version_only_one_wins() {
    let app = TestApp::whole().await;
    for thing in things(&app).await {
        for version in 1..6 {
            let tag = format!("\"{version}\"");
            let (one, two) = join(
                Box::pin(thing.change(&app, &tag)),
                Box::pin(thing.change(&app, &tag)),
            )
            .await;
            let mut statuses = [one.status.as_u16(), two.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 412], "{}", thing.path);
        }
    }
}

#[tokio::test]
async fn what_can_be_changed_says_its_version() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let session = app
        .given_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;
    for path in ["/api/users/me", &format!("/api/sessions/{session}")] {
        let reply = app.ask(Some(mentee), Method::GET, path, None).await;
        assert_eq!(reply.header("etag"), "\"1\"", "{path}");
        assert_eq!(reply.data()["version"], 1);
    }
}

#[tokio::test]
async fn a_stale_deletion_deletes_nothing() {
    let app = TestApp::whole().await;
    let things = things(&app).await;
    for thing in &things[1..] {
        thing.change(&app, "*").await;
        let delete = async |tag: &str| {
            let call = app.call(Method::DELETE, &thing.path).by(thing.actor).await;
            call.header("if-match", tag).send().await
        };
        let stale = delete("\"1\"").await;
        assert_eq!(stale.code(), "stale_version", "{}", thing.path);
        let fresh = delete("\"2\"").await;
        assert!(fresh.status.is_success(), "{}", fresh.text);
    }
}
