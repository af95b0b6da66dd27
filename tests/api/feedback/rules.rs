//! Who says what, when, and how often; and what they can change.

use futures_util::future::join_all;
use http::{Method, StatusCode};
use serde_json::json;
use shared::domain::user::Role;
use tests::TestApp;

use super::{FEEDBACK, at, get, give, given, given_pair, on, opinion, put, shown};

#[tokio::test]
async fn a_mentee_says_how_it_was_with_their_name() {
    let app = TestApp::whole().await;
    let (mentor, mentee, session) = given_pair(&app).await;
    let mut said = opinion(5, false);
    said["written_feedback"] = json!("  Straight to the point.  ");
    said["topics_covered"] = json!(["Pricing", "Hiring"]);

    let reply = given(&app, mentee, session, &said).await;

    assert_eq!(reply.header("location"), format!("{FEEDBACK}/{session}"));
    insta::assert_json_snapshot!(reply.data(), {
        ".session_id" => "[session]", ".author_id" => "[mentee]", ".subject_id" => "[mentor]",
        ".created_at" => "[now]", ".updated_at" => "[now]", ".published_at" => "[now]", ".editable_until" => "[tomorrow]",
    }, @r#"
    {
      "about": "mentor",
      "author_id": "[mentee]",
      "created_at": "[now]",
      "editable_until": "[tomorrow]",
      "helpfulness_rating": 5,
      "hidden_reason": null,
      "is_anonymous": false,
      "published_at": "[now]",
      "rating": 5,
      "session_id": "[session]",
      "status": "published",
      "subject_id": "[mentor]",
      "topics_covered": [
        "Pricing",
        "Hiring"
      ],
      "updated_at": "[now]",
      "version": 1,
      "would_recommend": true,
      "written_feedback": "Straight to the point."
    }
    "#);
    let path = format!("{FEEDBACK}/{session}");
    assert_eq!(get(&app, mentor, &path).await.data()[0], *reply.data());
    insta::assert_json_snapshot!(shown(&app, mentor).await, { "[].author.id" => "[mentee]" }, @r#"
    [
      {
        "author": {
          "id": "[mentee]",
          "name": "Ada L."
        },
        "helpfulness_rating": 5,
        "is_anonymous": false,
        "published_on": "2026-03-02",
        "rating": 5,
        "topics_covered": [
          "Pricing",
          "Hiring"
        ],
        "would_recommend": true,
        "written_feedback": "Straight to the point."
      }
    ]
    "#);
}

#[tokio::test]
async fn what_a_mentor_says_is_seen_by_admins_only() {
    let app = TestApp::whole().await;
    let (mentor, mentee, session) = given_pair(&app).await;
    let admin = app.given_admin().await;

    let said = given(&app, mentor, session, &opinion(2, false)).await;

    assert_eq!(said.data()["status"], "internal");
    let path = format!("{FEEDBACK}/{session}");
    assert_eq!(get(&app, mentor, &path).await.data()[0]["rating"], 2);
    assert_eq!(get(&app, mentee, &path).await.data(), &json!([]));
    assert_eq!(get(&app, admin, &path).await.data()[0]["rating"], 2);
    assert!(shown(&app, mentor).await.is_empty());
    assert_eq!(app.rating_sums(mentor).await, (0, 0));
}

#[tokio::test]
async fn only_what_took_place_is_spoken_of_and_only_by_the_two() {
    let app = TestApp::whole().await;
    let (mentor, mentee, session) = given_pair(&app).await;
    let confirmed = app
        .given_confirmed_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;
    let (stranger, admin) = (app.given_mentee().await, app.given_admin().await);
    let said = opinion(4, false);

    for (author, session, status, code) in [
        (
            mentee,
            confirmed,
            StatusCode::CONFLICT,
            "session_not_completed",
        ),
        (
            mentor,
            confirmed,
            StatusCode::CONFLICT,
            "session_not_completed",
        ),
        (stranger, session, StatusCode::NOT_FOUND, "not_found"),
        (admin, session, StatusCode::FORBIDDEN, "feedback_not_yours"),
    ] {
        let refused = give(&app, author, session, &said).await;
        assert_eq!(
            (refused.status, refused.code()),
            (status, code),
            "{}",
            refused.text
        );
    }
}

#[tokio::test]
async fn everybody_says_it_once() {
    let app = TestApp::whole().await;
    let (mentor, mentee, session) = given_pair(&app).await;
    given(&app, mentee, session, &opinion(4, true)).await;
    given(&app, mentor, session, &opinion(4, true)).await;

    let again = give(&app, mentee, session, &opinion(5, true)).await;

    assert_eq!(
        (again.status, again.code()),
        (StatusCode::CONFLICT, "session_feedback_given")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_the_same_time_one_is_kept() {
    let app = TestApp::whole().await;
    let (mentor, mentee, session) = given_pair(&app).await;
    let said = opinion(4, false);

    let replies = join_all((0..8).map(|_| give(&app, mentee, session, &said))).await;

    let count = |status| {
        replies
            .iter()
            .filter(|reply| reply.status == status)
            .count()
    };
    assert_eq!(count(StatusCode::CREATED), 1);
    assert_eq!(count(StatusCode::CONFLICT), 7);
    assert_eq!(app.rating_sums(mentor).await, (1, 4));
    assert_eq!(app.deadlocks().await, 0);
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer() {
    let app = TestApp::whole().await;
    let (_, mentee, session) = given_pair(&app).await;
    let body = on(session, &opinion(4, true));
    let send = async || {
        let call = app.call(Method::POST, FEEDBACK).by(mentee).await;
        let call = call.header("idempotency-key", "\"once-and-for-all\"");
        call.json(&body).send().await
    };

    let (first, second) = (send().await, send().await);

    assert_eq!(
        (first.status, second.status),
        (StatusCode::CREATED, StatusCode::CREATED)
    );
    assert_eq!(first.body, second.body);
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let app = TestApp::whole().await;
    let (_, mentee, session) = given_pair(&app).await;
    let body = json!({
        "session_id": session, "rating": 6, "helpfulness_rating": 0, "would_recommend": "yes",
        "topics_covered": ["a", "a"], "written_feedback": "", "stars": 5,
    });

    let refused = app
        .ask(Some(mentee), Method::POST, FEEDBACK, Some(&body))
        .await;

    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let mut problems = refused.problems();
    problems.sort_unstable();
    assert_eq!(
        problems,
        [
            ("helpfulness_rating", "out_of_range"),
            ("is_anonymous", "missing_field"),
            ("rating", "out_of_range"),
            ("stars", "unknown_field"),
            ("topics_covered", "repeated_entry"),
            ("would_recommend", "wrong_type"),
            ("written_feedback", "too_short"),
        ]
    );
}

#[tokio::test]
async fn it_can_be_changed_for_a_day_and_what_it_said_is_kept() {
    let app = TestApp::whole().await;
    let (mentor, mentee, session) = given_pair(&app).await;
    let path = format!("{FEEDBACK}/{session}");
    given(&app, mentee, session, &opinion(5, false)).await;

    at(&app, "2026-03-03T07:00:00Z", &[(mentee, Role::Mentee)]).await;
    let changed = put(&app, mentee, &path, &opinion(1, false)).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    assert_eq!(changed.header("etag"), "\"2\"");
    assert_eq!(app.rating_sums(mentor).await, (1, 1));
    let stale = app.call(Method::PUT, &path).by(mentee).await;
    let stale = stale
        .header("if-match", "\"1\"")
        .json(&opinion(2, false))
        .send()
        .await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);

    at(
        &app,
        "2026-03-03T08:00:01Z",
        &[(mentee, Role::Mentee), (mentor, Role::Mentor)],
    )
    .await;
    let late = put(&app, mentee, &path, &opinion(2, false)).await;
    assert_eq!(
        (late.status, late.code()),
        (StatusCode::CONFLICT, "feedback_edit_closed")
    );
    let nothing = put(&app, mentor, &path, &opinion(2, false)).await;
    assert_eq!(
        nothing.status,
        StatusCode::NOT_FOUND,
        "the mentor has said nothing"
    );

    let history = get(&app, mentee, &format!("{path}/history")).await;
    assert_eq!(history.data().as_array().unwrap().len(), 1);
    assert_eq!(history.data()[0]["rating"], 5);
    assert_eq!(history.data()[0]["version"], 1);
    let of_other = get(&app, mentor, &format!("{path}/history")).await;
    assert_eq!(of_other.data(), &json!([]));
}

#[tokio::test]
async fn a_name_can_be_added_and_not_be_taken_away() {
    let app = TestApp::whole().await;
    let (mentor, mentee, session) = given_pair(&app).await;
    let path = format!("{FEEDBACK}/{session}");
    given(&app, mentee, session, &opinion(5, true)).await;
    assert_eq!(app.rating_sums(mentor).await, (0, 0));

    let named = put(&app, mentee, &path, &opinion(5, false)).await;
    let hidden = put(&app, mentee, &path, &opinion(5, true)).await;

    assert_eq!(named.data()["status"], "published");
    assert_eq!(app.rating_sums(mentor).await, (1, 5));
    assert_eq!(
        (hidden.status, hidden.code()),
        (StatusCode::CONFLICT, "feedback_was_named")
    );
}

#[tokio::test]
async fn people_list_what_they_said_and_admins_list_everything() {
    let app = TestApp::whole().await;
    let (mentor, mentee, session) = given_pair(&app).await;
    let (_, other, theirs) = given_pair(&app).await;
    let admin = app.given_admin().await;
    given(&app, mentee, session, &opinion(5, true)).await;
    given(&app, mentor, session, &opinion(2, false)).await;
    given(&app, other, theirs, &opinion(3, false)).await;

    for (actor, query, ratings) in [
        (mentee, String::new(), vec![5]),
        (mentor, String::new(), vec![2]),
        (mentor, format!("?author_id={mentor}"), vec![2]),
        (mentor, "?about=mentor".to_owned(), vec![]),
        (admin, String::new(), vec![3, 2, 5]),
        (admin, "?about=mentor".to_owned(), vec![3, 5]),
        (admin, "?status=waiting".to_owned(), vec![5]),
        (admin, "?status=internal".to_owned(), vec![2]),
        (admin, "?status=published".to_owned(), vec![3]),
        (admin, "?status=hidden".to_owned(), vec![]),
        (admin, "?min_rating=3".to_owned(), vec![3, 5]),
        (admin, "?min_rating=3&max_rating=4".to_owned(), vec![3]),
        (admin, format!("?author_id={mentee}"), vec![5]),
        (admin, format!("?subject_id={mentee}"), vec![2]),
        (admin, "?to=2026-03-02T08:00:00Z".to_owned(), vec![]),
        (
            admin,
            "?from=2026-03-02T08:00:00Z".to_owned(),
            vec![3, 2, 5],
        ),
    ] {
        let list = get(&app, actor, &format!("{FEEDBACK}{query}")).await;
        assert_eq!(list.status, StatusCode::OK, "{}", list.text);
        let found: Vec<i64> = list
            .data()
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["rating"].as_i64().unwrap())
            .collect();
        assert_eq!(found, ratings, "{query}");
    }
    let of_other = get(&app, mentor, &format!("{FEEDBACK}?author_id={mentee}")).await;
    assert_eq!(of_other.status, StatusCode::FORBIDDEN);
    let mut walked = Vec::new();
    let mut path = format!("{FEEDBACK}?limit=1");
    loop {
        let page = get(&app, admin, &path).await;
        walked.push(page.data()[0]["rating"].as_i64().unwrap());
        let Some(next) = page.body["meta"]["next_cursor"].as_str() else {
            break;
        };
        path = format!("{FEEDBACK}?limit=1&cursor={next}");
    }
    assert_eq!(walked, [3, 2, 5]);
}
