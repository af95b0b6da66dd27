//! Lists of sessions: filters, orders, pages.

use http::{Method, StatusCode};
use shared::domain::id::SessionId;

use super::{Stage, TEN, stage};
use crate::texts;

#[tokio::test]
async fn a_list_is_filtered() {
    let Stage {
        app,
        mentor,
        mentee,
    } = stage().await;
    let (other_mentor, other_mentee) = (app.given_mentor().await, app.given_mentee().await);
    let one = app.given_session(mentee, mentor, TEN).await;
    let two = app
        .given_confirmed_session(mentee, other_mentor, "2026-03-04T10:00:00Z")
        .await;
    let three = app
        .given_session(other_mentee, mentor, "2026-03-05T10:00:00Z")
        .await;
    let admin = app.given_admin().await;
    let list = async |actor, query: String| {
        let (status, body) = app
            .get_as(actor, &format!("/api/sessions?sort=scheduled_at{query}"))
            .await;
        assert_eq!(status, StatusCode::OK, "{query} {body}");
        texts(&body["data"], "id")
    };
    let ids = |ids: &[SessionId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();

    assert_eq!(list(mentee, String::new()).await, ids(&[one, two]));
    assert_eq!(list(mentor, String::new()).await, ids(&[one, three]));
    assert_eq!(list(admin, String::new()).await, ids(&[one, two, three]));
    assert_eq!(list(mentee, "&status=confirmed".into()).await, ids(&[two]));
    assert_eq!(
        list(mentee, "&from=2026-03-04T10:00:00Z".into()).await,
        ids(&[two])
    );
    assert_eq!(
        list(mentee, "&to=2026-03-04T10:00:00Z".into()).await,
        ids(&[one])
    );
    assert_eq!(list(mentee, "&role=mentor".into()).await, ids(&[]));
    assert_eq!(list(mentee, "&role=mentee".into()).await, ids(&[one, two]));
    assert_eq!(
        list(mentee, format!("&mentor_id={other_mentor}")).await,
        ids(&[two])
    );
    assert_eq!(
        list(mentor, format!("&mentee_id={other_mentee}")).await,
        ids(&[three])
    );
    for (query, problem) in [
        ("status=open", ("status", "unknown_value")),
        ("limit=0", ("limit", "out_of_range")),
        ("limit=101", ("limit", "out_of_range")),
        ("sort=topic", ("sort", "unknown_value")),
        ("cursor=abc", ("cursor", "invalid_cursor")),
        ("mentor_id=1", ("mentor_id", "invalid_id")),
        ("offset=3", ("offset", "unknown_field")),
    ] {
        let path = format!("/api/sessions?{query}");
        let reply = app.ask(Some(mentee), Method::GET, &path, None).await;
        assert_eq!(reply.problems(), [problem], "{query}");
    }
}

#[tokio::test]
async fn a_walk_over_all_pages_has_no_gaps_and_no_repeats_in_any_order() {
    let Stage { app, mentor, .. } = stage().await;
    let (one, two) = (app.given_mentee().await, app.given_mentee().await);
    let other = app.given_mentor().await;
    let mut known = Vec::new();
    for day in 3..9 {
        let at = format!("2026-03-{day:02}T10:00:00Z");
        known.push(app.given_session(one, mentor, &at).await.to_string());
        // The same moment twice: the id decides.
        known.push(app.given_session(two, other, &at).await.to_string());
    }
    let admin = app.given_admin().await;
    known.sort();

    let mut walks = Vec::new();
    for sort in ["scheduled_at", "-scheduled_at", "created_at", "-created_at"] {
        let (mut met, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = format!("/api/sessions?limit=5&sort={sort}{cursor}");
            let (status, body) = app.get_as(admin, &page).await;
            assert_eq!(status, StatusCode::OK, "{body}");
            met.extend(texts(&body["data"], "id"));
            match body["meta"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let mut sorted = met.clone();
        sorted.sort();
        assert_eq!(sorted, known, "{sort}");
        walks.push(met);
    }
    walks[1].reverse();
    assert_eq!(walks[0], walks[1]);
    walks[3].reverse();
    assert_eq!(walks[2], walks[3]);
}
