//! Codes of refusals: one meaning each, and all of them in the contract.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Source, sources};

fn all() -> Vec<Source> {
    ["shared/src", "functions"]
        .into_iter()
        .flat_map(sources)
        .collect()
}

/// The text from an opening bracket to the one that closes it; quotes are respected.
fn inside(text: &str) -> &str {
    let (mut depth, mut is_quoted, mut is_escaped) = (0_i32, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            '(' | '{' | '[' if !is_quoted => depth += 1,
            ')' | '}' | ']' if !is_quoted => {
                depth -= 1;
                if depth == 0 {
                    return &text[1..at];
                }
            }
            _ => {}
        }
    }
    text
}

/// The arguments of a call.
fn arguments(inside: &str) -> Vec<String> {
    let (mut depth, mut is_quoted, mut found) = (0_i32, false, vec![String::new()]);
    for c in inside.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            '(' | '{' | '[' if !is_quoted => depth += 1,
            ')' | '}' | ']' if !is_quoted => depth -= 1,
            _ => {}
        }
        if c == ',' && depth == 0 && !is_quoted {
            found.push(String::new());
        } else {
            found.last_mut().unwrap().push(c);
        }
    }
    found
        .iter()
        .map(|argument| argument.trim().to_owned())
        .collect()
}

fn literals(text: &str) -> Vec<String> {
    text.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Code by code, the arms of `fn code` that give it: the type and the arm.
fn of_refusals() -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in all() {
        for (at, _) in source.code.match_indices("Refusal for ") {
            let name = source.code[at + "Refusal for ".len()..]
                .split([' ', '{'])
                .next()
                .unwrap()
                .to_owned();
            let body = &source.code[at..];
            let body = inside(&body[body.find('{').unwrap()..]);
            let Some(code) = body.find("fn code(&self)") else {
                continue;
            };
            let code = inside(&body[code + body[code..].find('{').unwrap()..]);
            for literal in literals(code) {
                let before = code.split(&format!("\"{literal}\"")).next().unwrap();
                let arm = before
                    .rsplit(['\n', ','])
                    .next()
                    .unwrap()
                    .trim()
                    .trim_end_matches("=>")
                    .trim();
                found
                    .entry(literal)
                    .or_default()
                    .push(format!("{name}: {arm}"));
            }
        }
    }
    found
}

/// Codes that are given where they are needed, by the room that speaks HTTP and by handlers.
fn of_calls() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for source in all() {
        for call in ["Problems::of(", "ApiError::new(", "Self::of(", "Self::new("] {
            let is_error_room = source.path.starts_with("shared/src/http/");
            if call.starts_with("Self") && !is_error_room {
                continue;
            }
            for (at, _) in source.code.match_indices(call) {
                let arguments = arguments(inside(&source.code[at + call.len() - 1..]));
                let code = arguments
                    .get(1)
                    .and_then(|code| code.strip_prefix('"')?.strip_suffix('"'));
                if let Some(code) = code {
                    found.insert(code.to_owned(), source.path.clone());
                }
            }
        }
    }
    found
}

#[test]
fn the_scan_finds_codes() {
    assert!(of_refusals().contains_key("slot_taken"));
    assert!(of_refusals().contains_key("invalid_email"));
    for known in [
        "unknown_route",
        "missing_field",
        "internal",
        "range_too_long",
        "too_many_windows",
    ] {
        assert!(of_calls().contains_key(known), "{known}");
    }
}

/// What has no such step says so in one way, whatever it is: clients read its state and what is left to do.
const SAME_NEWS: &[&str] = &["invalid_transition"];

#[test]
fn every_refusal_has_a_code_of_its_own() {
    let shared: Vec<_> = of_refusals()
        .into_iter()
        .filter(|(code, arms)| arms.len() > 1 && !SAME_NEWS.contains(&code.as_str()))
        .collect();
    // A field that is missing is the same news whoever misses it.
    assert!(shared.is_empty(), "{shared:#?}");
    for (code, arms) in of_refusals() {
        assert!(!arms[0].contains('|'), "{code} is given by two variants");
        let is_word = code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(is_word && !code.is_empty(), "{code}");
    }
}

#[test]
fn the_contract_lists_exactly_the_codes_that_are_used() {
    let used: BTreeSet<String> = of_refusals()
        .into_keys()
        .chain(of_calls().into_keys())
        .collect();
    let listed: BTreeSet<String> = shared::http::CODES
        .iter()
        .map(|(code, _)| (*code).to_owned())
        .collect();
    let missing: Vec<_> = used.difference(&listed).collect();
    let dead: Vec<_> = listed.difference(&used).collect();
    assert!(
        missing.is_empty() && dead.is_empty(),
        "missing in shared/src/http/openapi.rs: {missing:?}, used nowhere: {dead:?}"
    );
}

#[test]
fn codes_are_listed_in_order() {
    let codes: Vec<_> = shared::http::CODES.iter().map(|(code, _)| *code).collect();
    let mut sorted = codes.clone();
    sorted.sort_unstable();
    assert_eq!(codes, sorted);
}
