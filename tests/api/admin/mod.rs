//! What admins see of the work behind the API, and how they steer it.

mod jobs;
mod lists;
mod mails;
mod schedules;
mod steering;

use http::Method;
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{Reply, TestApp};

const JOBS: &str = "/api/admin/jobs";

async fn listed(app: &TestApp, admin: UserId, query: &str) -> Vec<Value> {
    let reply = app
        .ask(Some(admin), Method::GET, &format!("{JOBS}?{query}"), None)
        .await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.data().as_array().unwrap().clone()
}

async fn job(app: &TestApp, admin: UserId, id: impl std::fmt::Display) -> Value {
    let path = format!("{JOBS}/{id}");
    let reply = app.ask(Some(admin), Method::GET, &path, None).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.data().clone()
}

async fn retry(app: &TestApp, admin: UserId, id: impl std::fmt::Display) -> Reply {
    let path = format!("{JOBS}/{id}/retry");
    app.ask(Some(admin), Method::POST, &path, None).await
}

async fn cancel(app: &TestApp, admin: UserId, id: impl std::fmt::Display) -> Reply {
    let (path, body) = (
        format!("{JOBS}/{id}/cancel"),
        json!({ "reason": "by mistake" }),
    );
    app.ask(Some(admin), Method::POST, &path, Some(&body)).await
}

fn code(reply: &Reply) -> (u16, &str) {
    let code = reply.body["errors"][0]["code"].as_str().unwrap_or_default();
    (reply.status.as_u16(), code)
}

async fn given_export(app: &TestApp, person: UserId) -> String {
    let path = "/api/users/me/export";
    let asked = app.ask(Some(person), Method::POST, path, None).await;
    asked.data()["id"].as_str().unwrap().to_owned()
}

async fn given_batch(app: &TestApp, admin: UserId) -> String {
    let (_, batch) = app.post_as(admin, "/api/matching/batch", &json!({})).await;
    batch["data"]["job_id"].as_str().unwrap().to_owned()
}
