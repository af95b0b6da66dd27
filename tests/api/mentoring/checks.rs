//! Check-ins, surveys, and the mails of long-term mentoring.

use futures_util::future::join;
use serde_json::json;
use shared::domain::user::Role;
use tests::TestApp;

use super::{MATCHES, fire, given_batch, given_mentors, names, pass, post, put, select, told};

fn subjects(mails: &[String]) -> Vec<&str> {
    let lines = mails.iter().filter_map(|mail| mail.lines().next());
    lines
        .map(|line| line.trim_start_matches("Subject: "))
        .collect()
}

#[tokio::test]
async fn the_two_are_asked_on_each_occasion_once() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    app.given_match(mentee, mentor).await;

    for (day, asked) in [
        ("2026-03-16T07:59:00Z", 0),
        ("2026-03-16T08:01:00Z", 2),
        ("2026-04-01T08:01:00Z", 2),
        ("2026-05-31T08:01:00Z", 2),
        ("2026-08-29T08:01:00Z", 2),
        ("2027-03-01T08:01:00Z", 0),
    ] {
        app.at(day);
        let (one, other) = Box::pin(join(fire(&app), fire(&app))).await;
        assert_eq!(one + other, asked, "{day}");
    }
    let mut everybody = told(&app, "check_in").await;
    everybody.sort();
    assert_eq!(everybody.len(), 8);
    assert_eq!(everybody[..4], vec![mentor.to_string(); 4]);
}

#[tokio::test]
async fn of_what_is_not_true_any_more_no_mail_goes_out() {
    let app = TestApp::whole().await;
    let post_office = app.given_mail_service().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let id = app.given_match(mentee, mentor).await;
    let path = format!("{MATCHES}/{id}");

    app.at("2026-03-16T08:01:00Z");
    fire(&app).await;
    let from = post_office.deliver_from(&app, 0).await;
    assert_eq!(
        subjects(&post_office.mails_to(mentee)),
        ["Have you met Ada Lovelace yet?"]
    );

    app.given_login(mentor, Role::Mentor).await;
    let met = json!({ "met_at": "2026-03-16T07:00:00Z", "minutes": 30, "kind": "phone" });
    post(&app, mentor, &format!("{path}/meetings"), met).await;
    app.at("2026-04-01T08:01:00Z");
    fire(&app).await;
    app.given_login(mentor, Role::Mentor).await;
    put(&app, mentor, &path, json!({ "action": "complete" })).await;
    let from = post_office.deliver_from(&app, from).await;
    app.at("2026-04-02T09:00:00Z");
    fire(&app).await;
    post_office.deliver_from(&app, from).await;

    let read = [
        "Have you met Ada Lovelace yet?",
        "Your match with Ada Lovelace is completed",
        "How was it with Ada Lovelace?",
    ];
    assert_eq!(subjects(&post_office.mails_to(mentee)), read);
}

#[tokio::test]
async fn everybody_hears_what_concerns_them() {
    let app = TestApp::whole().await;
    let post_office = app.given_mail_service().await;
    let mentors = given_mentors(&app, 4).await;
    let (mentee, batch) = given_batch(&app).await;
    let from = post_office.deliver_from(&app, 0).await;
    let asked = post_office.mails_to(mentors[0]);
    assert_eq!(
        subjects(&asked),
        ["Ada Lovelace is looking for a mentor like you"]
    );
    assert!(
        asked[0].contains("Find the first ten customers"),
        "{}",
        asked[0]
    );
    assert!(post_office.mails_to(mentors[3]).is_empty());

    for mentor in &mentors[..3] {
        pass(&app, *mentor, &batch).await;
    }
    let from = post_office.deliver_from(&app, from).await;
    assert_eq!(
        subjects(&post_office.mails_to(mentee)),
        ["We have asked other mentors for you"]
    );
    let proposed = told(&app, "proposed").await;
    assert_eq!(proposed[3..], names(&mentors[3..]));

    let waiting = super::get(&app, mentors[3], &format!("{}?status=open", super::BATCHES)).await;
    let next = super::text(&waiting.body["data"][0]["id"]);
    select(&app, mentors[3], &next).await;
    post_office.deliver_from(&app, from).await;

    assert_eq!(
        subjects(&post_office.mails_to(mentee))[1],
        "Ada Lovelace is your mentor now"
    );
    assert_eq!(
        subjects(&post_office.mails_to(mentors[3]))[1],
        "Ada Lovelace is your mentee now"
    );
    assert_eq!(post_office.mails_to(mentors[0]).len(), 1);
}
