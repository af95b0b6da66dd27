//! What stands in the files.

use http::StatusCode;
use serde_json::json;
use tests::TestApp;

use super::{exported, lines, of, order, records};

const HOSTILE: [&str; 14] = [
    "=HYPERLINK(\"https://evil.example\", \"Click\")",
    "+49 30 1234",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "\t=1+1",
    "says \"yes\", and\r\nthen; \"no\"",
    "＝1+1 🦀 Zoë\u{200d}",
    "'already quoted",
    "  =1+1",
    "\"=1+1",
    "\u{a0}+1",
    "\u{feff}@SUM(A1:A9)",
    "x;=1+1",
    "first line\r\n\u{200b} \"-1\ttab",
];

/// What some spreadsheet or other takes for the end of a cell.
const ENDS: [char; 4] = [';', '\t', '\r', '\n'];

/// Whether a cell would be read as a formula by one of them, or a part of it.
fn is_formula(cell: &str) -> bool {
    let unseen = |c: char| {
        let is_mark = matches!(c, '"' | '\u{feff}' | '\u{200b}'..='\u{200f}');
        is_mark || c.is_whitespace() || c.is_control()
    };
    let mut parts = cell.split(ENDS).map(|part| part.trim_start_matches(unseen));
    cell.starts_with(ENDS) || parts.any(|part| part.starts_with(['=', '+', '-', '@', '＝']))
}

#[tokio::test]
async fn hostile_texts_harm_no_spreadsheet_and_stay_what_they_are() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    let admin = app.given_admin().await;
    for text in HOSTILE {
        let person = app.given_mentee().await;
        app.given_bio(person, text).await;
    }

    let csv = exported(&app, admin, &of("users", "csv")).await;
    let json = exported(&app, admin, &of("users", "json")).await;

    let header = csv.split("\r\n").next().unwrap();
    assert!(
        header.starts_with("id,email,email_verified,role,status,"),
        "{header}"
    );
    let at = header.split(',').position(|name| name == "bio").unwrap();
    let rows = records(&csv);
    let objects = lines(&json);
    assert_eq!((rows.len(), objects.len()), (15, 15));
    for (number, text) in HOSTILE.into_iter().enumerate() {
        let cell = &rows[number + 1][at];
        assert!(!is_formula(cell), "{cell}");
        assert_eq!(cell.replace('\'', ""), text.replace('\'', ""));
        assert_eq!(objects[number + 1]["bio"], text);
    }
}

#[tokio::test]
async fn a_nul_never_comes_in() {
    let app = TestApp::whole().await;
    let (admin, mentee) = (app.given_admin().await, app.given_mentee().await);
    let (status, body) = app
        .patch_as(mentee, "/api/users/me", &json!({ "bio": "a\u{0}b" }))
        .await;
    assert_eq!(status, 400);
    assert_eq!(body["errors"][0]["code"], "malformed_json");
    let mut body = of("sessions", "csv");
    body["filters"] = json!({ "status": "com\u{0}pleted" });
    assert_eq!(order(&app, admin, &body).await.status, 400);
}

#[tokio::test]
async fn sessions_and_matches_are_told_with_their_ids() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    let (admin, mentor, mentee) = (
        app.given_admin().await,
        app.given_mentor().await,
        app.given_mentee().await,
    );
    let first = app
        .given_confirmed_session(mentee, mentor, "2026-03-03T10:00:00Z")
        .await;
    let second = app
        .given_session(mentee, mentor, "2026-03-04T10:00:00Z")
        .await;
    let matched = app.given_match(mentee, mentor).await;

    let sessions = lines(&exported(&app, admin, &of("sessions", "json")).await);
    let pairs = lines(&exported(&app, admin, &of("matches", "json")).await);

    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions[0]["id"], first.to_string());
    assert_eq!(sessions[0]["status"], "confirmed");
    assert_eq!(sessions[0]["duration_minutes"], 60);
    assert_eq!(sessions[0]["scheduled_at"], "2026-03-03T10:00:00Z");
    assert!(sessions[0]["answered_at"].is_string());
    assert_eq!(sessions[1]["answered_at"], json!(null));
    assert_eq!(pairs[0]["id"], matched.to_string());
    assert_eq!(pairs[0]["at_risk"], false);

    for (filters, expected) in [
        (json!({ "status": "pending" }), vec![second]),
        (json!({ "from": "2026-03-04T00:00:00Z" }), vec![second]),
        (json!({ "to": "2026-03-04T10:00:00Z" }), vec![first]),
        (json!({ "mentor_id": mentee }), vec![]),
        (
            json!({ "mentee_id": mentee, "program": "mentorship" }),
            vec![],
        ),
    ] {
        let body = json!({ "what": "sessions", "format": "json", "filters": filters });
        let found = lines(&exported(&app, admin, &body).await);
        let ids: Vec<_> = found.iter().map(|row| row["id"].clone()).collect();
        let expected: Vec<_> = expected.iter().map(|id| json!(id)).collect();
        assert_eq!(ids, expected, "{filters}");
    }
}

#[tokio::test]
async fn feedback_is_told_with_names_and_questions_as_time_has_left_them() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    let (mentor, mentee) = (app.given_mentor().await, app.given_mentee().await);
    let session = app
        .given_completed_session(mentee, mentor, "2026-03-01T10:00:00Z")
        .await;
    let said = json!({
        "session_id": session, "rating": 4, "helpfulness_rating": 5, "would_recommend": true, "is_anonymous": true,
        "written_feedback": "=Good", "topics_covered": ["Pricing", "Hiring"],
    });
    let (status, body) = app.post_as(mentee, "/api/feedback", &said).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let open = app.given_question(mentee, "How do I hire?").await;
    let claimed = app.given_claimed_question(mentee, mentor).await;
    app.given_answered_question(mentee, mentor).await;
    app.at("2026-03-02T09:30:00Z");
    let admin = app.given_admin().await;

    let feedback = records(&exported(&app, admin, &of("feedback", "csv")).await);
    let questions = lines(&exported(&app, admin, &of("questions", "json")).await);

    assert_eq!(feedback.len(), 1);
    let row: Vec<&str> = feedback[0].iter().take(11).collect();
    let (session, mentor, mentee) = (session.to_string(), mentor.to_string(), mentee.to_string());
    let [session, mentor, mentee] = [&session, &mentor, &mentee].map(String::as_str);
    let expected = [
        session, mentor, mentee, "mentor", "4", "5", "true", "'=Good",
    ];
    assert_eq!(row[..8], expected);
    assert_eq!(row[8..], ["Pricing; Hiring", "true", "waiting"]);
    // Nobody answered within an hour: nobody has it any more, whether or not that is written down.
    let found: Vec<_> = questions
        .iter()
        .map(|row| (&row["id"], &row["status"], &row["mentor_id"]))
        .collect();
    let (open, claimed) = (json!(open), json!(claimed));
    let [free, held] = [json!("open"), json!("answered")];
    let (nobody, mentor) = (json!(null), json!(mentor));
    assert_eq!(
        found[..2],
        [(&open, &free, &nobody), (&claimed, &free, &nobody)]
    );
    assert_eq!((found[2].1, found[2].2), (&held, &mentor));

    for (what, filters, expected) in [
        (
            "feedback",
            json!({ "status": "waiting", "mentor_id": mentor }),
            1,
        ),
        ("feedback", json!({ "status": "published" }), 0),
        ("feedback", json!({ "program": "office_hours" }), 0),
        (
            "questions",
            json!({ "status": "open", "mentee_id": mentee }),
            2,
        ),
        ("questions", json!({ "mentor_id": mentor }), 1),
    ] {
        let body = json!({ "what": what, "format": "json", "filters": filters });
        let found = lines(&exported(&app, admin, &body).await);
        assert_eq!(found.len(), expected, "{body}");
    }
}

#[tokio::test]
async fn analytics_are_told_by_the_days_of_a_zone() {
    let app = TestApp::whole().await;
    app.given_bucket().await;
    let (admin, mentor, mentee) = (
        app.given_admin().await,
        app.given_mentor().await,
        app.given_mentee().await,
    );
    app.given_confirmed_session(mentee, mentor, "2026-03-03T22:00:00Z")
        .await;
    let session = app
        .given_completed_session(mentee, mentor, "2026-03-01T19:00:00Z")
        .await;
    let said = json!({
        "session_id": session, "rating": 4, "helpfulness_rating": 5, "would_recommend": true, "is_anonymous": true,
    });
    let (status, body) = app.post_as(mentee, "/api/feedback", &said).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    // To the end of the fourth in Kathmandu, which is a quarter past six in the evening in UTC.
    let body = json!({
        "what": "analytics",
        "format": "csv",
        "filters": {
            "zone": "Asia/Kathmandu", "from": "2026-03-02T00:00:00Z", "to": "2026-03-04T18:15:00Z",
        },
    });
    let uncounted = exported(&app, admin, &body).await;
    crate::analytics::count(&app).await;

    let text = exported(&app, admin, &body).await;

    let (_, overview) = app.get_as(admin, "/api/admin/analytics").await;
    let as_of = overview["data"]["as_of"].as_str().unwrap();
    assert_eq!(
        text.split("\r\n").collect::<Vec<_>>(),
        [
            "day,zone,requested,pending,confirmed,declined,cancelled,expired,completed,no_show,booked,booked_minutes,\
             ratings,average_rating,as_of",
            &format!("2026-03-02,Asia/Kathmandu,2,0,0,0,0,0,1,0,1,60,1,4,{as_of}"),
            &format!("2026-03-03,Asia/Kathmandu,0,0,0,0,0,0,0,0,0,0,0,,{as_of}"),
            &format!("2026-03-04,Asia/Kathmandu,0,0,1,0,0,0,0,0,1,60,0,,{as_of}"),
            ""
        ]
    );
    let nothing = "2026-03-02,Asia/Kathmandu,0,0,0,0,0,0,0,0,0,0,0,,";
    assert_eq!(uncounted.split("\r\n").nth(1), Some(nothing));
}
