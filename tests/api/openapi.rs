//! The contract: the OpenAPI document of the code is the one that is checked in, and it is complete.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tests::{TestApp, areas};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn document() -> Value {
    let parts = areas().map(|(_, router)| router().split_for_parts().1);
    serde_json::to_value(shared::http::document(parts)).unwrap()
}

/// Path, method and operation of everything in the document.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let mut all = Vec::new();
    for (path, item) in paths {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                all.push((path.as_str(), method, operation));
            }
        }
    }
    all
}

#[expect(
    clippy::disallowed_methods,
    reason = "how a snapshot is updated is no configuration of the platform"
)]
fn is_updating() -> bool {
    std::env::var("UPDATE_SNAPSHOTS").is_ok_and(|value| value == "1")
}

#[test]
fn the_checked_in_document_is_that_of_the_code() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions/system/openapi.json");
    let text = serde_json::to_string_pretty(&document()).unwrap() + "\n";
    if is_updating() {
        fs::write(&file, &text).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap();
    assert!(
        kept == text,
        "functions/system/openapi.json is stale: UPDATE_SNAPSHOTS=1 cargo test -p tests --test api openapi"
    );
}

#[test]
fn the_document_is_openapi_3_1() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    assert!(document["info"]["title"].is_string());
    assert_eq!(
        document["components"]["securitySchemes"]["bearer"]["scheme"],
        "bearer"
    );
    // What 3.0 said and 3.1 no longer knows.
    let text = document.to_string();
    for old in [
        "\"nullable\":",
        "\"exclusiveMinimum\":true",
        "\"exclusiveMaximum\":true",
    ] {
        assert!(!text.contains(old), "{old}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
        match value {
            Value::Object(fields) => {
                if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                    found.insert(reference);
                }
                fields.values().for_each(|field| walk(field, found));
            }
            Value::Array(entries) => entries.iter().for_each(|entry| walk(entry, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let document = document();
    let mut references = BTreeSet::new();
    walk(&document, &mut references);
    assert!(references.len() > 10);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn every_operation_says_what_it_is() {
    let document = document();
    let operations = operations(&document);
    assert!(operations.len() >= 24, "{}", operations.len());
    let mut ids = BTreeMap::new();
    for (path, method, operation) in operations {
        let what = format!("{method} {path}");
        let tag = operation["tags"][0].as_str().expect(&what);
        assert!(
            areas().iter().any(|(area, _)| *area == tag),
            "{what}: {tag}"
        );
        assert!(
            operation["summary"]
                .as_str()
                .is_some_and(|text| text.len() > 5),
            "{what}"
        );
        let id = operation["operationId"].as_str().expect(&what).to_owned();
        assert_eq!(ids.insert(id, what.clone()), None, "{what}");
        assert!(path.starts_with("/api/"), "{what}");
    }
}

#[test]
fn every_parameter_of_a_path_is_documented() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        let named: BTreeSet<&str> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        let parameters = operation["parameters"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let documented: BTreeSet<&str> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        assert_eq!(named, documented, "{method} {path}");
        for parameter in parameters {
            assert!(
                parameter["schema"].is_object(),
                "{method} {path}: {parameter}"
            );
        }
    }
}

#[test]
fn every_operation_names_its_success_and_its_refusals() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        let responses = operation["responses"].as_object().unwrap();
        assert!(
            responses.keys().any(|status| status.starts_with('2')),
            "{method} {path}"
        );
        assert!(responses.contains_key("4XX"), "{method} {path}");
        for (status, response) in responses {
            assert!(
                response["description"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{method} {path} {status}"
            );
            let has_body = response["content"].is_object();
            // Airtable wants nothing in the answer to its pings.
            let is_empty = status == "204" || path == "/api/webhooks/airtable" && status == "200";
            assert_eq!(has_body, !is_empty, "{method} {path} {status}");
        }
    }
}

#[test]
fn every_post_that_makes_something_honours_idempotency_keys() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        let is_making = method == "post" && operation["responses"]["201"].is_object();
        let is_known = operation["security"].is_array();
        let mut parameters = operation["parameters"].as_array().into_iter().flatten();
        let is_honoured = parameters.any(|parameter| parameter["name"] == "Idempotency-Key");
        assert!(is_honoured || !is_making || !is_known, "{method} {path}");
    }
}

#[test]
fn every_body_refuses_unknown_fields() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema")
        else {
            continue;
        };
        // What others send may have more in it any day.
        if path.starts_with("/api/webhooks/") {
            continue;
        }
        let reference = schema["$ref"].as_str().or_else(|| {
            let choices = schema["oneOf"].as_array()?;
            choices.iter().find_map(|choice| choice["$ref"].as_str())
        });
        let reference = reference.unwrap_or_else(|| panic!("{method} {path}: {schema}"));
        let body = document.pointer(&reference[1..]).unwrap();
        assert_eq!(
            body["additionalProperties"],
            json!(false),
            "{method} {path}"
        );
    }
}

#[test]
fn every_code_is_described_once() {
    let codes: Vec<&str> = shared::http::CODES.iter().map(|(code, _)| *code).collect();
    let unique: BTreeSet<&str> = codes.iter().copied().collect();
    assert_eq!(codes.len(), unique.len());
    let document = document();
    let description = document["info"]["description"].as_str().unwrap();
    for code in codes {
        assert!(description.contains(&format!("`{code}`")), "{code}");
    }
}

#[tokio::test]
async fn the_document_is_served_as_it_is_kept() {
    let app = TestApp::whole().await;
    let reply = app
        .ask(None, http::Method::GET, "/api/openapi.json", None)
        .await;
    assert_eq!(
        reply.header("content-type"),
        "application/json; charset=utf-8"
    );
    assert_eq!(reply.body["openapi"], document()["openapi"]);
}
