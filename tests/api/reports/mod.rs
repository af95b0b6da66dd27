//! Files with many rows for admins: what stands in them, who gets them, and what a worker leaves
//! that dies or whose bucket fails.

mod bucket;
mod files;
mod orders;
mod workers;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{Reply, TestApp};

const EXPORT: &str = "/api/admin/export";

async fn order(app: &TestApp, admin: UserId, body: &Value) -> Reply {
    app.ask(Some(admin), Method::POST, EXPORT, Some(body)).await
}

/// An order that was taken on; returns its job.
async fn ordered(app: &TestApp, admin: UserId, body: &Value) -> String {
    let reply = order(app, admin, body).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text);
    reply.data()["id"].as_str().unwrap().to_owned()
}

async fn download(app: &TestApp, admin: UserId, job: &str) -> Reply {
    let path = format!("{EXPORT}/{job}");
    app.ask(Some(admin), Method::GET, &path, None).await
}

async fn text_of(app: &TestApp, admin: UserId, job: &str) -> String {
    let reply = download(app, admin, job).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    let (status, bytes) = app.fetch(reply.data()["url"].as_str().unwrap()).await;
    assert_eq!(status, 200);
    String::from_utf8(bytes).unwrap()
}

/// Orders a file, lets a worker write it, and reads it.
async fn exported(app: &TestApp, admin: UserId, body: &Value) -> String {
    let job = ordered(app, admin, body).await;
    app.work_on_export().await.unwrap();
    text_of(app, admin, &job).await
}

fn records(text: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().map(Result::unwrap).collect()
}

fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines().map(serde_json::from_str);
    lines.map(Result::unwrap).collect()
}

fn of(what: &str, format: &str) -> Value {
    json!({ "what": what, "format": format })
}
