//! The page of admins, in a real browser, on a platform where things have happened.

use std::process::Command;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use shared::auth::totp::code_at;
use shared::domain::totp::{Secret, step_of};

use crate::house::{House, Person};
use crate::schemathesis::cache;

/// What a mentor is called who would like to be more than text.
const MARKUP: &str = "<img src=x onerror=alert(1)>";

const HOUR: SignedDuration = SignedDuration::from_hours(1);

async fn ask(house: &House, who: &Person, method: Method, path: &str, body: Value) -> Value {
    let answer = house.ask(method, path, Some(&who.token), Some(body)).await;
    assert!(answer.status < 300, "{path}: {}", answer.body);
    answer.body["data"].clone()
}

/// Three weeks ago a mentor met one mentee, and took on another one, with whom nothing has happened since.
async fn given_three_weeks(house: &House) {
    let begin = house.state.clock.now() - 21 * 24 * HOUR;
    house.state.clock.set(begin);
    let mentor = house.newcomer("mona", "mentor", "Europe/Berlin").await;
    let name = json!({ "first_name": MARKUP });
    assert_eq!(house.change_me(&mentor, name, 2).await, 200);
    given_match(house, &mentor).await;
    let path = given_session(house, &mentor, begin + 48 * HOUR).await;
    house.state.clock.set(begin + 96 * HOUR);
    let mentor = house.log_in(&mentor.email).await;
    let complete = json!({ "action": "complete" });
    ask(house, &mentor, Method::PUT, &path, complete).await;
    house.state.clock.reset();
    for job in ["reminders-cron", "upkeep-cron"] {
        let ticked = house.post("/dev/tick", json!({ "job": job })).await;
        assert_eq!(ticked.status, 200, "{}", ticked.body);
    }
}

/// A confirmed session on the day of this moment; gives its path.
async fn given_session(house: &House, mentor: &Person, on: Timestamp) -> String {
    for day_of_week in 0..7 {
        let hours = json!({ "day_of_week": day_of_week, "start_time": "10:00", "end_time": "11:00", "timezone": "UTC" });
        let path = format!("/api/mentors/{}/availability", mentor.id);
        ask(house, mentor, Method::POST, &path, hours).await;
    }
    let mentee = house.newcomer("theo", "mentee", "America/New_York").await;
    let at = on.strftime("%Y-%m-%dT10:00:00Z").to_string();
    let body = json!({ "mentor_id": mentor.id, "scheduled_at": at, "topic": "Pricing" });
    let session = ask(house, &mentee, Method::POST, "/api/sessions", body).await;
    let path = format!("/api/sessions/{}", session["id"].as_str().unwrap());
    let accept = json!({ "action": "accept" });
    ask(house, mentor, Method::PUT, &path, accept).await;
    path
}

async fn given_match(house: &House, mentor: &Person) {
    let mentee = house.newcomer("zoe", "mentee", "Europe/Berlin").await;
    let path = "/api/matching/requests";
    let goals = json!({ "goals": "Find the first ten customers" });
    let asked = ask(house, &mentee, Method::POST, path, goals).await;
    let batch = asked["batch_id"].as_str().unwrap();
    let path = format!("/api/matching/batches/{batch}/select");
    ask(house, mentor, Method::POST, &path, json!({})).await;
}

/// An admin with a second factor, who works on a program that is not in use.
async fn given_careful_admin(house: &House) -> Value {
    let email = "careful@example.com";
    let password = standalone::admin::create(&house.state, email).await;
    let password = password.unwrap();
    let admin = house.log_in_with(email, &password).await;
    let program =
        json!({ "key": "research_year", "name": "Research year", "weights": { "expertise": 100 } });
    ask(
        house,
        &admin,
        Method::POST,
        "/api/matching/programs",
        program,
    )
    .await;
    let proof = json!({ "password": password });
    let started = ask(house, &admin, Method::POST, "/api/auth/totp", proof).await;
    let secret = Secret::kept(started["secret"].as_str().unwrap().to_owned());
    let code = code_at(&secret, step_of(house.state.clock.now())).to_string();
    let (path, code) = ("/api/auth/totp/confirm", json!({ "code": code }));
    let confirmed = ask(house, &admin, Method::POST, path, code).await;
    json!({ "email": email, "password": password, "totp": confirmed["recovery_codes"][0] })
}

/// Lets the browser look at a platform; gives what it has seen.
fn look(url: &str, people: &Value) -> String {
    let screenshots =
        std::env::temp_dir().join(format!("office-hours-page-{}", std::process::id()));
    std::fs::create_dir_all(&screenshots).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/browser/admin.mjs");
    let output = Command::new("node")
        .arg(script)
        .arg(url)
        .arg(&screenshots)
        .env("PEOPLE", people.to_string())
        .env("CHROMIUM", cache().join("chromium"))
        .env("PLAYWRIGHT", cache().join("node"))
        .output()
        .expect("Node.js is installed: run `infra/setup.sh browser`");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{said}{complaints}\nscreenshots: {}",
        screenshots.display()
    );
    std::fs::remove_dir_all(screenshots).unwrap();
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn admins_use_their_page_by_keyboard_and_on_a_phone() {
    let house = House::start().await;
    given_three_weeks(&house).await;
    let email = "admin@example.com";
    let password = standalone::admin::create(&house.state, email).await;
    let people = json!({
        "admin": { "email": email, "password": password.unwrap() },
        "careful": given_careful_admin(&house).await,
        "mentee": { "email": "theo@example.com", "password": "Demo-Passw0rd!" },
        "mentor": format!("{MARKUP} Test"),
    });
    let url = house.url().to_owned();

    let seen = tokio::task::spawn_blocking(move || look(&url, &people)).await;

    assert_eq!(seen.unwrap().lines().count(), 10);
    house.stop().await;
}
