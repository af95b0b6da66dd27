//! Walks over all pages of a search, while other mentors come.

use http::StatusCode;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use shared::domain::id::UserId;
use tests::TestApp;

use crate::texts;

const SORTS: [&str; 5] = ["newest", "rating", "price", "-price", "name"];

/// What decides where a mentor stands in a list; few values, so that many are alike.
type Standing = (u8, Option<u8>, Option<u8>);

fn standings(most: usize) -> impl Strategy<Value = Vec<Standing>> {
    let standing = (
        0..4_u8,
        proptest::option::of(0..4_u8),
        proptest::option::of(1..=5_u8),
    );
    proptest::collection::vec(standing, 0..most)
}

async fn given(app: &TestApp, (name, price, stars): Standing) -> UserId {
    let names = ["Ávila", "avila", "Zoë", "Brown"];
    let profile = json!({
        "last_name": names[usize::from(name)],
        "bio": "Has sold software.",
        "hourly_rate": price,
        "hourly_rate_currency": "EUR",
    });
    let mentor = app.given_profile(profile).await;
    if let Some(stars) = stars {
        app.given_ratings(mentor, &[stars.into(); 3]).await;
    }
    mentor
}

/// Walks over all pages, and lets a mentor come after each.
async fn walk(app: &TestApp, query: &str, limit: usize, mut coming: Vec<Standing>) -> Vec<String> {
    let (mut met, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/mentors?{query}&limit={limit}{cursor}");
        let (status, body) = app.get(&path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        met.extend(texts(&body["data"], "id"));
        let Some(next) = body["meta"]["next_cursor"].as_str() else {
            return met;
        };
        cursor = format!("&cursor={next}");
        if let Some(standing) = coming.pop() {
            given(app, standing).await;
        }
    }
}

async fn check(
    present: Vec<Standing>,
    coming: Vec<Standing>,
    limit: usize,
    sort: usize,
    has_words: bool,
) {
    let app = TestApp::whole().await;
    let mut known = Vec::new();
    for standing in present {
        known.push(given(&app, standing).await.to_string());
    }
    let words = if has_words { "&q=software" } else { "" };
    let sort = if has_words && sort == 0 {
        "relevance"
    } else {
        SORTS[sort]
    };

    let mut met = walk(&app, &format!("sort={sort}{words}"), limit, coming).await;

    let count = met.len();
    met.sort_unstable();
    met.dedup();
    assert_eq!(met.len(), count, "{sort}: somebody was met twice");
    for mentor in known {
        assert!(met.contains(&mentor), "{sort}: {mentor} was not met");
    }
}

/// However a list is sorted, and whoever comes meanwhile: everybody who is there is met exactly once.
#[test]
fn a_walk_meets_everybody_once_while_others_come() {
    let config = Config {
        cases: 12,
        failure_persistence: None,
        ..Config::default()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let cases = (
        standings(9),
        standings(4),
        1..4_usize,
        0..SORTS.len(),
        any::<bool>(),
    );
    TestRunner::new(config)
        .run(&cases, |(present, coming, limit, sort, has_words)| {
            runtime.block_on(check(present, coming, limit, sort, has_words));
            Ok(())
        })
        .unwrap();
}
