//! Queries and formats that the document does not name.

use http::{Method, StatusCode};
use serde_json::Value;
use tests::TestApp;

use super::is_refusal;

/// Method, path with an id in it, and description of every operation.
fn operations() -> Vec<(Method, String, Value)> {
    let parts = tests::areas().map(|(_, router)| router().split_for_parts().1);
    let document = serde_json::to_value(shared::http::document(parts)).unwrap();
    let mut all = Vec::new();
    for (route, item) in document["paths"].as_object().unwrap() {
        let filled: Vec<&str> = route
            .split('/')
            .map(|part| {
                if part.starts_with('{') {
                    "00000000-0000-7000-8000-000000000000"
                } else {
                    part
                }
            })
            .collect();
        for (method, operation) in item.as_object().unwrap() {
            if let Ok(method) = method.to_uppercase().parse() {
                all.push((method, filled.join("/"), operation.clone()));
            }
        }
    }
    assert!(all.len() >= 24);
    all
}

fn has_parameter(operation: &Value, name: &str) -> bool {
    let mut parameters = operation["parameters"].as_array().into_iter().flatten();
    parameters.any(|parameter| parameter["name"] == name && parameter["in"] == "query")
}

#[tokio::test]
async fn every_operation_refuses_a_query_that_it_does_not_know() {
    let app = TestApp::whole().await;
    for (method, path, _) in operations() {
        for (query, name) in [
            ("surprise=1", "surprise"),
            ("_method=DELETE", "_method"),
            ("=", ""),
        ] {
            let path = format!("{path}?{query}");
            let reply = app.ask(None, method.clone(), &path, None).await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{method} {path}");
            assert_eq!(
                reply.problems(),
                [(name, "unknown_field")],
                "{method} {path}"
            );
            assert!(is_refusal(&reply));
        }
    }
}

#[tokio::test]
async fn a_query_is_text_and_says_everything_once() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    for (query, problem) in [
        ("limit=1&limit=2", ("limit", "repeated_field")),
        ("limit=1&limi%74=1", ("limit", "repeated_field")),
        ("limit=%ff", ("limit", "malformed_text")),
        ("limit=%00", ("limit", "control_character")),
        ("limit%00=1", ("limit\0", "control_character")),
    ] {
        let path = format!("/api/sessions?{query}");
        let reply = app.ask(Some(mentee), Method::GET, &path, None).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(reply.problems(), [problem], "{query}");
    }
}

#[tokio::test]
async fn no_list_gives_more_than_a_hundred_entries_at_once() {
    let app = TestApp::whole().await;
    let admin = app.given_admin().await;
    let lists = operations()
        .into_iter()
        .filter(|(_, _, operation)| has_parameter(operation, "limit"));
    let mut count = 0;
    for (method, path, _) in lists {
        for limit in ["0", "101", "-1", "1e2", "99999999999999999999", ""] {
            let path = format!("{path}?limit={limit}");
            let reply = app.ask(Some(admin), method.clone(), &path, None).await;
            assert_eq!(reply.problems(), [("limit", "out_of_range")], "{path}");
        }
        count += 1;
    }
    assert!(count >= 2, "{count}");
}

#[tokio::test]
async fn a_format_that_nobody_speaks_is_406() {
    let app = TestApp::whole().await;
    let ask = async |method: &Method, path: &str, accept: &str| {
        let call = app.call(method.clone(), path).header("accept", accept);
        call.send().await
    };
    for (method, path, _) in operations() {
        let is_calendar = path.ends_with("/calendar.ics");
        let is_page = method == Method::GET && path.contains("/unsubscribe/");
        let others = if is_calendar {
            ["application/json", "text/html", "text/calendar;q=0"]
        } else if is_page {
            ["application/json", "text/calendar", "text/html;q=0"]
        } else {
            ["application/xml", "text/*;q=0.9", "application/json;q=0"]
        };
        for accept in others {
            let reply = ask(&method, &path, accept).await;
            assert_eq!(reply.status, StatusCode::NOT_ACCEPTABLE, "{method} {path}");
            assert_eq!(reply.code(), "not_acceptable");
            assert!(is_refusal(&reply), "a refusal is JSON all the same");
        }
    }
    for accept in ["*/*", "application/*", "text/html, application/json;q=0.1"] {
        let reply = ask(&Method::GET, "/api/health", accept).await;
        assert_eq!(reply.status, StatusCode::OK, "{accept}");
    }
    let page = ask(&Method::GET, "/api/docs/", "text/html").await;
    assert_eq!(page.status, StatusCode::OK);
}
