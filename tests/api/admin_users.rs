//! What admins do with accounts: list, open, and edit them.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::domain::user::Role;
use tests::TestApp;

use crate::texts;

const USERS: &str = "/api/users";

fn newcomer(email: &str, role: &str) -> Value {
    json!({ "email": email, "role": role, "first_name": "Grace", "last_name": "Hopper", "timezone": "UTC" })
}

async fn ids(app: &TestApp, admin: UserId, query: &str) -> Vec<String> {
    let (status, body) = app.get_as(admin, &format!("{USERS}?{query}")).await;
    assert_eq!(status, StatusCode::OK, "{query}: {body}");
    texts(&body["data"], "id")
}

#[tokio::test]
async fn an_admin_finds_people_by_what_they_are_and_how_they_begin() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let mentee = app.given_mentee().await;
    let waiting = app.given_unapproved_mentor().await;
    let gone = app
        .given_person(Role::Mentor, |user| {
            user.profile.first_name = "Grace".to_owned();
            user.profile.last_name = "O%pper".to_owned();
        })
        .await;
    app.given_suspension(gone).await;
    app.patch_as(
        mentee,
        "/api/users/me",
        &json!({ "username": "the_countess" }),
    )
    .await;

    for (query, expected) in [
        ("role=mentee", vec![mentee]),
        ("role=mentor", vec![gone, waiting]),
        ("vetting=pending", vec![waiting]),
        ("status=suspended", vec![gone]),
        ("role=mentor&status=active", vec![waiting]),
        ("q=grace", vec![gone]),
        ("q=Grace%20O", vec![gone]),
        ("q=o%25p", vec![gone]),
        ("q=%25", vec![]),
        ("q=The_C", vec![mentee]),
        ("q=lovelace&sort=created_at", vec![admin, mentee, waiting]),
    ] {
        let expected: Vec<String> = expected.iter().map(UserId::to_string).collect();
        assert_eq!(ids(&app, admin, query).await, expected, "{query}");
    }
    let address = format!("q={}", &mentee.to_string()[..20]);
    assert!(
        ids(&app, admin, &address)
            .await
            .contains(&mentee.to_string())
    );
}

#[tokio::test]
async fn a_walk_over_the_pages_meets_everybody_once_in_every_order() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let mut known = vec![admin.to_string()];
    for name in ["Zoë", "ada", "Ada", "Bea", "bea", "Änne"] {
        let person = app.given_person(Role::Mentee, |user| {
            user.profile.last_name = name.to_owned();
        });
        known.push(person.await.to_string());
    }
    known.sort();

    for sort in ["created_at", "-created_at", "name"] {
        let (mut met, mut cursor) = (Vec::new(), String::new());
        loop {
            let (_, body) = app
                .get_as(admin, &format!("{USERS}?limit=3&sort={sort}{cursor}"))
                .await;
            met.extend(texts(&body["data"], "id"));
            match body["meta"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let whole = ids(&app, admin, &format!("sort={sort}")).await;
        assert_eq!(met, whole, "{sort}");
        met.sort();
        assert_eq!(met, known, "{sort}");
    }
}

#[tokio::test]
async fn an_admin_opens_an_account_whose_person_gets_an_invitation() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;

    for role in ["mentor", "mentee", "admin"] {
        let body = newcomer(&format!("{role}@example.com"), role);
        let made = app.ask(Some(admin), Method::POST, USERS, Some(&body)).await;

        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let id = made.data()["id"].as_str().unwrap();
        assert_eq!(made.header("location"), format!("{USERS}/{id}"));
        assert_eq!(made.data()["role"], role);
        assert_eq!(made.data()["email_verified"], false);
        let outbox = app.outbox().await;
        assert_eq!(
            *outbox.last().unwrap(),
            json!({ "type": "user.invited", "user_id": id })
        );
        let log = app.audit_log().await;
        assert_eq!(*log.last().unwrap(), ["user_created", id, role]);
    }
}

#[tokio::test]
async fn an_address_has_one_account() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    app.given_account("grace@example.com", Role::Mentee).await;

    let body = newcomer("Grace@Example.com", "mentor");
    let taken = app.ask(Some(admin), Method::POST, USERS, Some(&body)).await;

    assert_eq!(taken.status, StatusCode::CONFLICT);
    assert_eq!(taken.problems(), [("email", "email_taken")]);
    assert!(app.outbox().await.is_empty() && app.audit_log().await.is_empty());
}

#[tokio::test]
async fn an_admin_edits_a_profile() {
    let app = TestApp::whole().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    let path = format!("{USERS}/{mentor}");

    let change = json!({ "company": "Navy", "username": "grace", "phone": "+12025550123" });
    let (status, body) = app.patch_as(admin, &path, &change).await;

    assert_eq!(status, StatusCode::OK, "{body}");
    let (_, me) = app.get_as(mentor, "/api/users/me").await;
    assert_eq!(me["data"], body["data"]);
    assert_eq!(me["data"]["company"], "Navy");
    assert_eq!(me["data"]["version"], 2);
    let log = app.audit_log().await;
    assert_eq!(log, [["user_updated", &mentor.to_string(), ""]]);
    let (status, _) = app
        .patch_as(admin, &path, &json!({ "goals": "none of mentors" }))
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let nobody = format!("{USERS}/{}", app.clock.id::<UserId>());
    assert_eq!(
        app.patch_as(admin, &nobody, &json!({})).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn only_admins_come_here() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let one = format!("{USERS}/{mentor}");
    let (role, status) = (format!("{one}/role"), format!("{one}/status"));
    for (method, path, body) in [
        (Method::GET, USERS, json!(null)),
        (Method::POST, USERS, newcomer("eve@example.com", "admin")),
        (Method::PATCH, &one, json!({})),
        (
            Method::PUT,
            &role,
            json!({ "role": "admin", "reason": "because" }),
        ),
        (
            Method::PUT,
            &status,
            json!({ "status": "active", "reason": "because" }),
        ),
    ] {
        let sent = Some(&body).filter(|body| !body.is_null());
        for actor in [mentor, app.given_mentee().await] {
            let reply = app.ask(Some(actor), method.clone(), path, sent).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{method} {path}");
        }
        let reply = app.ask(None, method.clone(), path, sent).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
}
