//! What people read of requests that nobody answers, and of sessions that move.

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, Person};

/// Far from every change of clocks, and a Monday.
const NOW: &str = "2027-02-01T08:00:00Z";
/// Wednesday of the week after, ten in Berlin.
const TEN: &str = "2027-02-10T09:00:00Z";
const ELEVEN: &str = "2027-02-10T10:00:00Z";

struct Cast {
    house: House,
    mona: Person,
    theo: Person,
    /// Where theo's request to mona is.
    session: String,
}

/// Mona and olga are open on Wednesdays, and theo has asked mona.
async fn cast() -> Cast {
    let house = House::start().await;
    house.state.clock.set(NOW.parse().unwrap());
    let mona = house.newcomer("mona", "mentor", "Europe/Berlin").await;
    let olga = house.newcomer("olga", "mentor", "Europe/Berlin").await;
    let theo = house.newcomer("theo", "mentee", "America/New_York").await;
    for mentor in [&mona, &olga] {
        let hours = json!({ "day_of_week": 3, "start_time": "10:00", "end_time": "12:00", "timezone": "Europe/Berlin" });
        let path = format!("/api/mentors/{}/availability", mentor.id);
        let added = ask(&house, mentor, Method::POST, &path, hours).await;
        assert_eq!(added.status, 201, "{}", added.body);
    }
    let body = json!({ "mentor_id": mona.id, "scheduled_at": TEN, "topic": "pricing" });
    let asked = ask(&house, &theo, Method::POST, "/api/sessions", body).await;
    assert_eq!(asked.status, 201, "{}", asked.body);
    let id = asked.body["data"]["id"].as_str().unwrap();
    Cast {
        session: format!("/api/sessions/{id}"),
        house,
        mona,
        theo,
    }
}

async fn ask(house: &House, who: &Person, method: Method, path: &str, body: Value) -> Answer {
    house.ask(method, path, Some(&who.token), Some(body)).await
}

impl Cast {
    async fn propose(&self, who: &Person, times: &[&str]) -> String {
        let path = format!("{}/reschedule-requests", self.session);
        let body = json!({ "proposed_times": times, "reason": "A clash." });
        let proposed = ask(&self.house, who, Method::POST, &path, body).await;
        assert_eq!(proposed.status, 201, "{}", proposed.body);
        format!("{path}/{}", proposed.body["data"]["id"].as_str().unwrap())
    }
}

/// The line of a calendar that begins so.
fn line<'a>(mail: &'a str, name: &str) -> &'a str {
    let line = mail.lines().find(|line| line.starts_with(name));
    line.unwrap_or_else(|| panic!("no {name} in {mail}")).trim()
}

#[tokio::test]
async fn a_mentor_is_asked_once_more_and_then_the_mentee_is_told_whom_else_to_ask() {
    let Cast {
        house, mona, theo, ..
    } = cast().await;

    house
        .tick_at("2027-02-02T08:01:00Z", "reminders-cron")
        .await;
    house
        .tick_at("2027-02-02T09:00:00Z", "reminders-cron")
        .await;
    let asked = house.mail_to(&mona.email, "still waiting").await;
    assert!(
        asked.contains("Wednesday 3 February 2027, 09:00 (Europe/Berlin)"),
        "{asked}"
    );
    house
        .tick_at("2027-02-03T08:01:00Z", "reminders-cron")
        .await;
    house
        .tick_at("2027-02-03T08:02:00Z", "reminders-cron")
        .await;

    let told = house.mail_to(&theo.email, "has expired").await;

    assert!(told.contains("olga Test"), "{told}");
    assert!(
        told.contains("Wednesday 10 February 2027, 04:00–05:00 (America/New_York)"),
        "{told}"
    );
    let count = |person: &Person, words: &str| {
        let mails = house.mails_to(&person.email);
        mails.iter().filter(|mail| mail.contains(words)).count()
    };
    assert_eq!(count(&mona, "still waiting"), 1);
    assert_eq!(count(&theo, "has expired"), 1);
    house.stop().await;
}

#[tokio::test]
async fn a_move_updates_the_calendars_of_both() {
    let cast = cast().await;
    let Cast {
        house,
        mona,
        theo,
        session,
    } = &cast;
    let accept = json!({ "action": "accept" });
    ask(house, mona, Method::PUT, session, accept.clone()).await;
    let invited = house.mail_to(&theo.email, "METHOD:REQUEST").await;
    assert_eq!(line(&invited, "SEQUENCE:"), "SEQUENCE:0");

    let request = cast.propose(theo, &[ELEVEN]).await;
    let proposed = house.mail_to(&mona.email, "Another time?").await;
    assert!(proposed.contains("A clash."), "{proposed}");
    assert!(
        proposed.contains("Wednesday 10 February 2027, 11:00–12:00 (Europe/Berlin)"),
        "{proposed}"
    );
    let moved = ask(house, mona, Method::PUT, &request, accept).await;
    assert_eq!(moved.status, 200, "{}", moved.body);

    for person in [mona, theo] {
        let update = house.mail_to(&person.email, "SEQUENCE:1").await;
        assert!(update.contains("Subject: Moved: "), "{update}");
        assert!(update.contains("METHOD:REQUEST"), "{update}");
        assert_eq!(line(&update, "UID:"), line(&invited, "UID:"));
        assert_eq!(line(&update, "DTSTART:"), "DTSTART:20270210T100000Z");
    }
    // The reminders are those of the new time.
    let before = house.mailbox.mails().len();
    house
        .tick_at("2027-02-09T09:30:00Z", "reminders-cron")
        .await;
    assert_eq!(house.mailbox.mails().len(), before);
    house
        .tick_at("2027-02-09T10:00:00Z", "reminders-cron")
        .await;
    // Theo sleeps in New York until noon.
    assert_eq!(house.mailbox.mails().len(), before + 1);
    house
        .tick_at("2027-02-09T12:00:00Z", "reminders-cron")
        .await;
    assert_eq!(house.mailbox.mails().len(), before + 2);
    cast.house.stop().await;
}

#[tokio::test]
async fn whoever_proposed_hears_that_nothing_comes_of_it() {
    let cast = cast().await;
    let Cast {
        house, mona, theo, ..
    } = &cast;
    let request = cast.propose(mona, &[ELEVEN]).await;
    house.mail_to(&theo.email, "Another time?").await;

    let body = json!({ "action": "reject", "reason": "I am in class." });
    let rejected = ask(house, theo, Method::PUT, &request, body).await;

    assert_eq!(rejected.status, 200, "{}", rejected.body);
    let told = house.mail_to(&mona.email, "Stays as it is").await;
    assert!(told.contains("I am in class."), "{told}");
    cast.house.stop().await;
}
