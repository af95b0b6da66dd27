//! What a mentor says of the last session counts in the health of their match, for admins.

use tests::TestApp;

use super::{FEEDBACK, get, given, opinion, put};

#[tokio::test]
async fn a_mentor_who_is_not_happy_puts_a_match_at_risk_for_admins() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let admin = app.given_admin().await;
    let matched = app.given_match(mentee, mentor).await;
    let session = app
        .given_completed_session(mentee, mentor, "2026-03-02T09:00:00Z")
        .await;
    let path = format!("/api/matching/matches/{matched}");
    let ill = "/api/matching/matches?at_risk=true".to_owned();
    let before = get(&app, mentee, &path).await;

    given(&app, mentor, session, &opinion(1, false)).await;

    let seen = get(&app, admin, &path).await;
    assert_eq!(
        seen.data()["health"]["evidence"][0]["kind"],
        "low_rating",
        "{}",
        seen.text
    );
    assert_eq!(seen.data()["at_risk"], true);
    assert_eq!(
        get(&app, admin, &ill)
            .await
            .data()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        get(&app, mentee, &path).await.body,
        before.body,
        "the mentee learns nothing"
    );
    put(
        &app,
        mentor,
        &format!("{FEEDBACK}/{session}"),
        &opinion(5, false),
    )
    .await;
    assert_eq!(
        get(&app, admin, &ill)
            .await
            .data()
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

#[tokio::test]
async fn what_a_mentee_says_of_a_session_is_no_part_of_it() {
    let app = TestApp::whole().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let admin = app.given_admin().await;
    let matched = app.given_match(mentee, mentor).await;
    let session = app
        .given_completed_session(mentee, mentor, "2026-03-02T09:00:00Z")
        .await;
    let path = format!("/api/matching/matches/{matched}");
    let before = get(&app, admin, &path).await;

    given(&app, mentee, session, &opinion(1, true)).await;

    assert_eq!(get(&app, admin, &path).await.body, before.body);
}
