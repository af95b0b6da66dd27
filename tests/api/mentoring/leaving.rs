//! When one of the two leaves: what is called off, and what stays of them.

use http::{Method, StatusCode};
use serde_json::json;
use shared::domain::user::Role;
use shared::worker::run_schedule;
use tests::{ACCOUNT_PASSWORD, TRACE, TestApp};

use super::{MATCHES, ask_for_mentor, get, given_mentors, names, post, put, told};

#[tokio::test]
async fn who_leaves_takes_their_wishes_back_and_dissolves_their_matches() {
    let app = TestApp::whole().await;
    let mentors = given_mentors(&app, 4).await;
    let mentee = app.given_account("ada@example.com", Role::Mentee).await;
    app.given_login(mentee, Role::Mentee).await;
    let known = app.given_match(mentee, mentors[0]).await;
    ask_for_mentor(&app, mentee).await;

    let body = json!({ "password": ACCOUNT_PASSWORD });
    let left = app
        .ask(Some(mentee), Method::DELETE, "/api/users/me", Some(&body))
        .await;

    assert_eq!(left.status, StatusCode::ACCEPTED, "{}", left.text);
    assert_eq!(told(&app, "match_changed").await, names(&mentors[..1]));
    assert_eq!(told(&app, "proposal_closed").await, names(&mentors[1..]));
    assert_eq!(app.places_taken(mentors[0]).await, 0);
    assert_eq!(app.torn_requests().await, 0);
    let seen = get(&app, mentors[0], &format!("{MATCHES}/{known}")).await;
    assert_eq!(seen.data()["status"], "dissolved");
}

#[tokio::test]
async fn nothing_that_they_wrote_stays_and_the_other_one_keeps_theirs() {
    for role in [Role::Mentee, Role::Mentor] {
        let app = TestApp::whole().await;
        app.given_bucket().await;
        let mentors = given_mentors(&app, 2).await;
        let mentee = app.given_mentee().await;
        let id = app.given_match(mentee, mentors[0]).await;
        ask_for_mentor(&app, mentee).await;
        let path = format!("{MATCHES}/{id}");
        let (leaver, other) = match role {
            Role::Mentee => (mentee, mentors[0]),
            _ => (mentors[0], mentee),
        };
        let words = |who: &str| format!("{TRACE} of {who}");
        for (person, who) in [(leaver, "the leaver"), (other, "the other")] {
            let met = json!({
                "met_at": "2026-03-01T07:00:00Z", "minutes": 30, "kind": "phone", "notes": words(who),
                "action_items": [{ "text": words(who) }],
            });
            post(&app, person, &format!("{path}/meetings"), met).await;
            let opinion = json!({ "rating": 4, "text": words(who) });
            post(&app, person, &format!("{path}/feedback"), opinion).await;
        }
        put(
            &app,
            leaver,
            &path,
            json!({ "action": "dissolve", "reason": words("the leaver") }),
        )
        .await;

        app.given_deletion_due(leaver).await;
        run_schedule(&app.state, upkeep_cron::fire).await.unwrap();

        let left = app.leftovers(&[&words("the leaver")]).await;
        assert_eq!(left, Vec::<String>::new(), "{role:?}");
        let theirs = app.leftovers(&[&words("the other")]).await;
        assert_eq!(theirs.len(), 3, "{theirs:?}");
        let wishes = app.leftovers(&["Find the first ten customers"]).await;
        let is_gone = role == Role::Mentee;
        let in_requests = wishes
            .iter()
            .any(|line| line.contains("mentoring_requests"));
        assert_eq!(in_requests, !is_gone, "{wishes:?}");
        assert_eq!(app.places_taken(mentors[0]).await, 0);
    }
}
