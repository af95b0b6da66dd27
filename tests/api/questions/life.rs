//! The life of a question, and who may know of it.

use http::StatusCode;
use serde_json::json;
use shared::domain::user::Role;
use tests::{Setup, TestApp, api};

use super::{QUESTIONS, get, post, show, step, text, titles, told, write};

#[tokio::test]
async fn a_question_is_asked_claimed_answered_completed_and_rated() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    let body = json!({
        "title": "How do I price a pilot?", "text": "It is for a bank.", "topics": ["B2B pricing"],
    });

    let asked = post(&app, mentee, QUESTIONS, body).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text);
    let id = text(&asked.data()["id"]);
    assert_eq!(asked.header("location"), format!("{QUESTIONS}/{id}"));
    assert_eq!(asked.data()["allowed_actions"], json!(["withdraw"]));
    let claimed = step(&app, mentor, &id, "claim").await;
    assert_eq!(claimed.data()["status"], "claimed", "{}", claimed.text);
    assert_eq!(claimed.data()["mentee_id"], mentee.to_string());
    assert_eq!(write(&app, mentee, &id, "A small one.").await.status, 201);
    let answered = write(&app, mentor, &id, "Ask what it saves them.").await;
    assert_eq!(answered.status, StatusCode::CREATED, "{}", answered.text);
    let completed = step(&app, mentee, &id, "complete").await;
    assert_eq!(
        completed.data()["status"],
        "completed",
        "{}",
        completed.text
    );
    let rating = format!("{QUESTIONS}/{id}/rating");
    let rated = post(&app, mentee, &rating, json!({ "rating": 5 })).await;
    assert_eq!(rated.data()["rating"], 5, "{}", rated.text);
    let again = post(&app, mentee, &rating, json!({ "rating": 1 })).await;
    assert_eq!(
        (again.status, again.code()),
        (StatusCode::CONFLICT, "question_rated")
    );

    let seen = show(&app, mentor, &id).await;
    let hidden = "[hidden]";
    insta::assert_json_snapshot!(seen.data(), {
        ".id" => hidden, ".mentee_id" => hidden, ".mentor_id" => hidden, ".created_at" => hidden,
        ".updated_at" => hidden, ".answers[].id" => hidden, ".answers[].author_id" => hidden,
        ".answers[].created_at" => hidden,
    }, @r#"
    {
      "allowed_actions": [],
      "answers": [
        {
          "author_id": "[hidden]",
          "content": "A small one.",
          "created_at": "[hidden]",
          "id": "[hidden]"
        },
        {
          "author_id": "[hidden]",
          "content": "Ask what it saves them.",
          "created_at": "[hidden]",
          "id": "[hidden]"
        }
      ],
      "created_at": "[hidden]",
      "escalated_at": null,
      "fit": null,
      "holds_until": null,
      "id": "[hidden]",
      "mentee_id": "[hidden]",
      "mentor_id": "[hidden]",
      "next_slots": [],
      "rating": 5,
      "session_id": null,
      "status": "completed",
      "text": "It is for a bank.",
      "title": "How do I price a pilot?",
      "topics": [
        "B2B pricing"
      ],
      "updated_at": "[hidden]",
      "version": 6
    }
    "#);
    for (turn, person) in [
        ("claimed", mentee),
        ("replied", mentor),
        ("answered", mentee),
        ("completed", mentor),
        ("rated", mentor),
    ] {
        assert_eq!(told(&app, turn).await, [person.to_string()], "{turn}");
    }
}

#[tokio::test]
async fn a_thread_is_between_its_two_people_and_the_next_mentor_starts_anew() {
    let app = TestApp::whole().await;
    let (mentee, other_mentee) = (app.given_mentee().await, app.given_mentee().await);
    let (first, second) = (app.given_mentor().await, app.given_mentor().await);
    let admin = app.given_admin().await;
    let id = app.given_answered_question(mentee, first).await;

    for stranger in [second, other_mentee] {
        assert_eq!(show(&app, stranger, id).await.status, StatusCode::NOT_FOUND);
        let refused = write(&app, stranger, id, "Hello").await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{}", refused.text);
    }
    assert_eq!(step(&app, mentee, id, "release").await.status, 200);
    assert_eq!(told(&app, "passed_on").await, [first.to_string()]);

    // Open again: mentors read the question, not the thread, nor who asks.
    let open = show(&app, second, id).await;
    assert_eq!(open.data()["answers"], json!([]));
    assert_eq!(open.data()["mentee_id"], json!(null));
    let late = write(&app, first, id, "One more thing").await;
    assert_eq!(late.status, StatusCode::NOT_FOUND, "{}", late.text);
    step(&app, second, id, "claim").await;
    write(&app, second, id, "Another answer").await;
    let counts =
        [mentee, admin, second].map(|person| (person, if person == second { 1 } else { 2 }));
    for (person, count) in counts {
        let answers = show(&app, person, id).await.data()["answers"].clone();
        assert_eq!(answers.as_array().unwrap().len(), count);
    }
    assert_eq!(show(&app, first, id).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_mentor_whom_its_asker_turned_away_does_not_get_it_again() {
    let app = TestApp::whole().await;
    let (mentee, first) = (app.given_mentee().await, app.given_mentor().await);
    let second = app.given_mentor().await;
    let id = app.given_answered_question(mentee, first).await;
    assert_eq!(step(&app, mentee, id, "release").await.status, 200);

    assert_eq!(get(&app, first, QUESTIONS).await.data(), &json!([]));
    assert_eq!(show(&app, first, id).await.status, StatusCode::NOT_FOUND);
    let refused = step(&app, first, id, "claim").await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::CONFLICT, "question_passed_on")
    );
    assert_eq!(titles(&get(&app, second, QUESTIONS).await).len(), 1);
    // Whoever gives it back by themselves finds it again.
    assert_eq!(step(&app, second, id, "claim").await.status, 200);
    assert_eq!(step(&app, second, id, "release").await.status, 200);
    assert_eq!(titles(&get(&app, second, QUESTIONS).await).len(), 1);
    assert_eq!(
        step(&app, first, id, "claim").await.code(),
        "question_passed_on"
    );
}

#[tokio::test]
async fn a_claim_tells_nothing_of_what_has_ended() {
    let app = TestApp::whole().await;
    app.at("2026-03-02T10:00:00Z");
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    let (admin, stranger) = (app.given_admin().await, app.given_mentor().await);
    let removed = app.given_question(mentee, "How do I hire?").await;
    let withdrawn = app.given_question(mentee, "How do I fire?").await;
    let expired = app.given_question(mentee, "How do I sell?").await;
    let completed = app.given_rated_answer(mentee, mentor, 5).await;
    let held = app.given_claimed_question(mentee, mentor).await;
    let reason = json!({ "reason": "It advertises." });
    for (actor, id, body) in [(admin, removed, Some(&reason)), (mentee, withdrawn, None)] {
        let path = format!("{QUESTIONS}/{id}");
        let gone = app
            .ask(Some(actor), http::Method::DELETE, &path, body)
            .await;
        assert_eq!(gone.status, StatusCode::OK, "{}", gone.text);
    }
    let taken = step(&app, stranger, held, "claim").await;
    assert_eq!(
        (taken.status, taken.code()),
        (StatusCode::CONFLICT, "question_taken")
    );
    let over = step(&app, mentor, completed, "claim").await;
    assert_eq!(
        (over.status, over.code()),
        (StatusCode::CONFLICT, "invalid_transition"),
        "who answered it knows it"
    );
    app.at("2026-03-09T10:10:00Z");
    app.given_login(stranger, Role::Mentor).await;

    for id in [removed, withdrawn, expired, completed] {
        let refused = step(&app, stranger, id, "claim").await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{}", refused.text);
        assert_eq!(show(&app, stranger, id).await.status, refused.status);
    }
}

#[tokio::test]
async fn open_questions_are_for_mentors_who_were_approved() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let waiting = app.given_unapproved_mentor().await;
    let id = app.given_question(mentee, "How do I hire?").await;

    let list = get(&app, waiting, QUESTIONS).await;
    assert_eq!(
        (list.status, list.code()),
        (StatusCode::FORBIDDEN, "mentor_not_approved")
    );
    let claim = step(&app, waiting, id, "claim").await;
    assert_eq!(
        (claim.status, claim.code()),
        (StatusCode::FORBIDDEN, "mentor_not_approved")
    );
    assert_eq!(show(&app, waiting, id).await.status, StatusCode::NOT_FOUND);
    let unverified = app.given_unverified(Role::Mentor).await;
    assert_eq!(
        get(&app, unverified, QUESTIONS).await.code(),
        "email_not_verified"
    );
    let other = app.given_mentee().await;
    let open = format!("{QUESTIONS}?scope=open");
    assert_eq!(get(&app, other, &open).await.status, StatusCode::FORBIDDEN);
    assert_eq!(get(&app, other, QUESTIONS).await.data(), &json!([]));
    assert_eq!(
        titles(&get(&app, mentee, QUESTIONS).await),
        ["How do I hire?"]
    );
}

#[tokio::test]
async fn nobody_hoards_questions() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    let body = json!({ "title": "Why?", "text": "Tell me." });
    for _ in 0..5 {
        assert_eq!(
            post(&app, mentee, QUESTIONS, body.clone()).await.status,
            201
        );
    }
    let sixth = post(&app, mentee, QUESTIONS, body.clone()).await;
    assert_eq!(
        (sixth.status, sixth.code()),
        (StatusCode::CONFLICT, "too_many_questions")
    );

    let other = app.given_mentee().await;
    let one_more = app.given_question(other, "And why not?").await;
    let asked = get(&app, mentee, QUESTIONS).await;
    for question in asked.data().as_array().unwrap() {
        assert_eq!(
            step(&app, mentor, text(&question["id"]), "claim")
                .await
                .status,
            200
        );
    }
    let refused = step(&app, mentor, one_more, "claim").await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::CONFLICT, "too_many_claims")
    );
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_field_by_field() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    let bad = json!({
        "title": "x".repeat(121), "text": "", "topics": ["a", "b", "c", "d", "e", "f"], "price": 5,
    });
    let refused = post(&app, mentee, QUESTIONS, bad).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let mut problems = refused.problems();
    problems.sort_unstable();
    let expected = [
        ("price", "unknown_field"),
        ("text", "too_short"),
        ("title", "too_long"),
        ("topics", "too_many"),
    ];
    assert!(
        problems == expected || problems == expected.map(|(a, b)| (b, a)),
        "{problems:?}"
    );

    let id = app.given_answered_question(mentee, mentor).await;
    let rating = format!("{QUESTIONS}/{id}/rating");
    let refused = post(&app, mentee, &rating, json!({ "rating": 6 })).await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::BAD_REQUEST, "out_of_range")
    );
    let early = post(&app, mentee, &rating, json!({ "rating": 5 })).await;
    assert_eq!(
        (early.status, early.code()),
        (StatusCode::CONFLICT, "invalid_transition")
    );
    let narrowed = format!("{QUESTIONS}?scope=open&status=open");
    assert_eq!(
        get(&app, mentor, &narrowed).await.code(),
        "status_of_open_questions"
    );
}

#[tokio::test]
async fn an_admin_removes_a_question_and_says_why() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    let admin = app.given_admin().await;
    let id = app.given_rated_answer(mentee, mentor, 5).await;
    let path = format!("{QUESTIONS}/{id}");

    let (status, refused) = app.delete_as(admin, &path).await;
    assert_eq!(
        (status, &refused["errors"][0]["code"]),
        (StatusCode::BAD_REQUEST, &json!("missing_field"))
    );
    let reason = json!({ "reason": "It advertises." });
    let removed = app
        .ask(Some(admin), http::Method::DELETE, &path, Some(&reason))
        .await;

    assert_eq!(removed.data()["status"], "removed", "{}", removed.text);
    assert_eq!(
        told(&app, "removed").await,
        [mentee.to_string(), mentor.to_string()]
    );
    assert!(app.audited().await.contains(&"question_removed".to_owned()));
    for person in [mentee, mentor] {
        assert_eq!(show(&app, person, id).await.status, StatusCode::NOT_FOUND);
        let mine = format!("{QUESTIONS}?scope=mine");
        assert_eq!(get(&app, person, &mine).await.data(), &json!([]));
    }
    let board = get(&app, mentee, "/api/questions/leaderboard").await;
    assert_eq!(board.data(), &json!([]), "its rating counts no more");
    assert_eq!(show(&app, admin, id).await.status, StatusCode::OK);
}

#[tokio::test]
async fn its_asker_takes_a_question_back_while_nobody_has_it() {
    let app = TestApp::whole().await;
    let (mentee, mentor) = (app.given_mentee().await, app.given_mentor().await);
    let id = app.given_question(mentee, "How do I hire?").await;
    let held = app.given_claimed_question(mentee, mentor).await;

    let (status, _) = app.delete_as(mentor, &format!("{QUESTIONS}/{id}")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, gone) = app.delete_as(mentee, &format!("{QUESTIONS}/{id}")).await;
    assert_eq!(
        (status, &gone["data"]["status"]),
        (StatusCode::OK, &json!("withdrawn"))
    );
    let (status, _) = app.delete_as(mentee, &format!("{QUESTIONS}/{held}")).await;
    assert_eq!(status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn questions_of_people_who_are_shut_out_or_paused_are_not_shown() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let (suspended, paused) = (app.given_mentee().await, app.given_mentee().await);
    let ids = [
        app.given_question(suspended, "How do I hire?").await,
        app.given_question(paused, "How do I fire?").await,
    ];
    assert_eq!(
        get(&app, mentor, QUESTIONS)
            .await
            .data()
            .as_array()
            .unwrap()
            .len(),
        2
    );
    app.given_suspension(suspended).await;
    app.patch_as(paused, "/api/users/me", &json!({ "status": "inactive" }))
        .await;

    assert_eq!(get(&app, mentor, QUESTIONS).await.data(), &json!([]));
    for id in ids {
        assert_eq!(show(&app, mentor, id).await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            step(&app, mentor, id, "claim").await.status,
            StatusCode::NOT_FOUND
        );
    }
}

#[tokio::test]
async fn limits_per_person_hold() {
    let setup = Setup {
        rate_limit_scale: 1,
        ..Setup::default()
    };
    let app = TestApp::with(api(), setup).await;
    let mentee = app.given_mentee().await;
    let body = json!({ "title": "Why?", "text": "Tell me." });
    for _ in 0..5 {
        post(&app, mentee, QUESTIONS, body.clone()).await;
    }
    let refused = post(&app, mentee, QUESTIONS, body).await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::TOO_MANY_REQUESTS, "rate_limited")
    );
}
