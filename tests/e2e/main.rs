//! The platform as it is deployed: the real template with the real binaries, in a cloud that checks permissions.
//!
//! `make test` builds the functions (`make lambda-e2e`) and starts PostgreSQL before.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test says what it expects by unwrapping it"
)]

mod api;
mod cloud;
mod database;
mod mail;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use shared::clock::Clock;

use api::NOBODY;
use cloud::Cloud;

const PASSWORD: &str = "Correct-Horse-7!";
const DAY: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

struct Person {
    id: String,
    email: String,
    token: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_booking_goes_from_the_gateway_to_the_mail() {
    let cloud = Cloud::deploy("e2e-booking").await;
    given_migrations(&cloud).await;
    let mentor = given_person(&cloud, "mentor", "grace").await;
    let mentee = given_person(&cloud, "mentee", "ada").await;

    let session = book(&cloud, &mentor, &mentee).await;
    cloud.mail("session_requested", &mentor.email).await;
    accept(&cloud, &mentor, &session).await;
    for person in [&mentor, &mentee] {
        expect_invitation(&cloud, person, &session).await;
    }

    cloud.database.wait_until_the_day_before().await;
    cloud.invoke("reminders-cron");
    for person in [&mentor, &mentee] {
        cloud.mail("reminder_24h", &person.email).await;
    }

    cloud.database.given_unkept_promise(&mentee.id).await;
    cloud.invoke("outbox-cron");
    cloud.mail("account_exists", &mentee.email).await;

    assert_eq!(
        cloud.mails(),
        [
            "account_exists to ada@example.org",
            "reminder_24h to ada@example.org",
            "reminder_24h to grace@example.org",
            "session_confirmed to ada@example.org",
            "session_confirmed to grace@example.org",
            "session_requested to grace@example.org",
            "verify_email to ada@example.org",
            "verify_email to grace@example.org",
        ]
    );
    assert_eq!(cloud.errors(), Vec::<String>::new());
    expect_traces(&cloud.lines());
    expect_metrics(&cloud.lines());
}

/// What a worker does for a request is in the trace of that request.
fn expect_traces(lines: &[Value]) {
    let of = |message: &str| -> BTreeMap<String, String> {
        let said = lines.iter().filter(|line| line["message"] == message);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        said.map(|line| {
            let span = &line["span"];
            (text(&span["request_id"]), text(&span["trace_id"]))
        })
        .collect()
    };
    let (answered, mailed) = (of("answered"), of("handed a message over"));
    let caused: Vec<_> = mailed
        .iter()
        .filter(|(request, _)| answered.contains_key(*request))
        .collect();
    assert!(caused.len() >= 4, "{mailed:?}");
    for (request, trace) in caused {
        assert_eq!(answered[request], *trace);
    }
}

/// Each function says that it was cold once, and what its routes took.
fn expect_metrics(lines: &[Value]) {
    let counted = |name: &str| -> BTreeSet<&str> {
        let documents = lines.iter().filter(|line| line["_aws"].is_object());
        let with = documents.filter(|line| !line[name].is_null());
        with.map(|line| line["service"].as_str().unwrap()).collect()
    };
    for (metric, function) in [
        ("cold_starts", "sessions"),
        ("cold_starts", "email-worker"),
        ("latency", "auth"),
        ("booking_conflicts", "sessions"),
        ("queue_lag", "email-worker"),
        ("messages_sent", "email-worker"),
        ("outbox_age", "outbox-cron"),
    ] {
        let service = format!("office-hours-e2e-booking-{function}");
        assert!(
            counted(metric).contains(service.as_str()),
            "{metric} of {function}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
#[expect(clippy::too_many_lines, reason = "a line per right")]
async fn a_function_may_do_what_it_needs_and_nothing_else() {
    let cloud = Cloud::deploy("e2e-permissions").await;

    let allowed = cloud.permissions();

    let api = ["read app", "read database", "read jwt-public"].as_slice();
    let api_and = |more: &[&'static str]| {
        let mut all = [api, more].concat();
        all.sort_unstable();
        all
    };
    let expected = json!({
        "admin": api_and(&[
            "read exports",
            "receive from the dead letters",
            "send to the airtable queue",
            "send to the assignment queue",
            "send to the bulk queue",
            "send to the delivery queue",
            "send to the export queue",
            "send to the matching queue",
            "send to the payment queue",
            "send to the queue",
        ]),
        "airtable-worker": [
            "read airtable",
            "read data-keys",
            "read database",
            "send to the airtable queue",
            "send to the matching queue",
        ],
        "auth": [
            "read app",
            "read data-keys",
            "read database",
            "read jwt-public",
            "read jwt-signing",
            "read oauth",
            "read pepper",
            "send to the airtable queue",
            "send to the queue",
        ],
        "delivery-worker": ["read database"],
        "email-worker": [
            "read app",
            "read data-keys",
            "read database",
            "read sms",
            "receive from the queue",
            "send to the dead letters",
        ],
        "assignment-worker": ["read database"],
        "feedback": api_and(&["send to the bulk queue"]),
        "matching": api_and(&["send to the assignment queue", "send to the queue"]),
        "matching-worker": ["read database"],
        "mentors": api_and(&["send to the airtable queue", "send to the queue"]),
        "notifications": api,
        "questions": api_and(&["send to the queue"]),
        "migrate": [
            "read database",
            "read jwt-public",
            "read jwt-signing",
            "write jwt-public",
            "write jwt-signing",
        ],
        "export-worker": [
            "read data-keys",
            "read database",
            "send to the queue",
            "write exports",
        ],
        "outbox-cron": [
            "read database",
            "send to the airtable queue",
            "send to the assignment queue",
            "send to the bulk queue",
            "send to the export queue",
            "send to the matching queue",
            "send to the payment queue",
            "send to the queue",
        ],
        "payment-worker": [
            "read data-keys",
            "read database",
            "read payment",
            "send to the queue",
        ],
        "reminders-cron": [
            "read database",
            "send to the airtable queue",
            "send to the bulk queue",
            "send to the payment queue",
            "send to the queue",
        ],
        "sessions": [
            "read app",
            "read data-keys",
            "read database",
            "read jwt-public",
            "send to the airtable queue",
            "send to the bulk queue",
            "send to the payment queue",
            "send to the queue",
        ],
        "sync": [
            "read app",
            "read data-keys",
            "read database",
            "read jwt-public",
            "send to the airtable queue",
        ],
        "system": api,
        "upkeep-cron": [
            "delete exports",
            "read database",
            "send to the airtable queue",
            "send to the bulk queue",
            "send to the matching queue",
            "send to the payment queue",
            "send to the queue",
        ],
        "users": [
            "delete exports",
            "read app",
            "read data-keys",
            "read database",
            "read exports",
            "read jwt-public",
            "read pepper",
            "send to the airtable queue",
            "send to the export queue",
            "send to the matching queue",
            "send to the payment queue",
            "send to the queue",
        ],
    });
    assert_eq!(allowed, expected);
}

async fn given_migrations(cloud: &Cloud) {
    cloud.api.get(NOBODY, "/api/health").await.expect(200);
    cloud.api.get(NOBODY, "/api/health/ready").await.expect(503);

    let first = cloud.invoke("migrate");
    let second = cloud.invoke("migrate");

    assert_eq!(first["keys_made"], true, "{first}");
    assert_eq!(
        second,
        json!({ "migrations_applied": 0, "keys_made": false })
    );
    cloud.api.get(NOBODY, "/api/health/ready").await.expect(200);
}

/// Somebody who registered, proved their address by the link in the mail, signed in and said who they are.
async fn given_person(cloud: &Cloud, role: &str, name: &str) -> Person {
    let email = format!("{name}@example.org");
    let account = json!({
        "email": email, "password": PASSWORD, "role": role,
        "first_name": name, "last_name": "Example", "timezone": "Europe/Berlin",
    });
    let post = async |path, body| cloud.api.post(NOBODY, path, &body).await;
    post("/api/auth/register", account).await.expect(202);
    let token = cloud.mail("verify_email", &email).await.token();
    let verified = post("/api/auth/email/verify", json!({ "token": token })).await;
    verified.expect(200);
    let credentials = json!({ "email": email, "password": PASSWORD });
    let login = post("/api/auth/login", credentials).await.expect(200);

    let person = Person {
        id: login["user"]["id"].as_str().unwrap().to_owned(),
        token: login["access_token"].as_str().unwrap().to_owned(),
        email,
    };
    let topics = if role == "mentor" {
        "expertise_areas"
    } else {
        "interests"
    };
    let profile = json!({ "bio": "Sells software", topics: ["pricing"] });
    let changed = cloud.api.patch(&person.token, "/api/users/me", &profile);
    changed.await.expect(200);
    // Else a reminder rests till the morning whenever this runs at night.
    let awake = json!({ "quiet_hours": null });
    let chosen = cloud
        .api
        .put(&person.token, "/api/notifications/preferences", &awake);
    chosen.await.expect(200);
    person
}

/// The mentor opens a day, the mentee is matched with them and takes their first free time.
async fn book(cloud: &Cloud, mentor: &Person, mentee: &Person) -> Value {
    let day = (Clock::system().now() + 3 * DAY).to_zoned(jiff::tz::TimeZone::UTC);
    let hours = json!({
        "is_recurring": true, "day_of_week": day.weekday().to_sunday_zero_offset(),
        "start_time": "09:00", "end_time": "12:00", "timezone": "UTC",
    });
    let schedule = format!("/api/mentors/{}/availability", mentor.id);
    let opened = cloud.api.post(&mentor.token, &schedule, &hours).await;
    opened.expect(201);
    let slots = format!("/api/mentors/{}/slots", mentor.id);
    let slots = cloud.api.get(NOBODY, &slots).await.expect(200);
    let need = json!({ "topic": "pricing" });
    let matched = cloud.api.post(&mentee.token, "/api/matching/match", &need);
    let best = matched.await.expect(200)[0].clone();
    assert_eq!(best["mentor"]["id"], mentor.id);
    assert_eq!(best["next_slots"][0]["starts_at"], slots[0]["starts_at"]);

    let wish = json!({
        "mentor_id": mentor.id, "match_id": best["match_id"], "topic": "Pricing",
        "scheduled_at": slots[0]["starts_at"],
    });
    let booked = cloud.api.post(&mentee.token, "/api/sessions", &wish).await;
    let again = cloud.api.post(&mentee.token, "/api/sessions", &wish).await;

    assert_eq!(again.code(409), "slot_taken");
    booked.expect(201)
}

async fn accept(cloud: &Cloud, mentor: &Person, session: &Value) {
    let path = format!("/api/sessions/{}", session["id"].as_str().unwrap());
    let change = json!({ "action": "accept" });

    let accepted = cloud.api.put(&mentor.token, &path, &change).await;

    assert_eq!(accepted.expect(200)["status"], "confirmed");
}

async fn expect_invitation(cloud: &Cloud, person: &Person, session: &Value) {
    let mail = cloud.mail("session_confirmed", &person.email).await;

    let (method, calendar) = mail.calendar.unwrap();
    assert_eq!(method, "REQUEST");
    let starts_at = session["scheduled_at"].as_str().unwrap();
    let starts_at = format!("DTSTART:{}", starts_at.replace(['-', ':'], ""));
    for line in ["BEGIN:VEVENT", "METHOD:REQUEST", &starts_at] {
        assert!(calendar.contains(line), "no {line} in {calendar}");
    }
}
