//! Who may import whom.

use std::collections::BTreeSet;

use crate::source::{Source, functions, has_word, read, sources};

/// The rooms of `shared`, and what each may import; `state` puts them together for those who serve.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &["domain"]),
    ("store", &["domain", "config", "store"]),
    ("outside", &["domain", "config", "outside", "telemetry"]),
    ("auth", &["domain", "store", "clock", "config", "auth"]),
    ("queue", &["domain", "store", "config", "clock", "queue"]),
    (
        "worker",
        &["domain", "store", "config", "clock", "state", "telemetry"],
    ),
    (
        "http",
        &[
            "domain",
            "store",
            "outside",
            "auth",
            "queue",
            "http",
            "clock",
            "config",
            "state",
            "telemetry",
        ],
    ),
    (
        "state",
        &[
            "domain", "store", "outside", "auth", "queue", "clock", "config",
        ],
    ),
    ("clock", &[]),
    ("config", &["config"]),
    ("telemetry", &[]),
    ("lib", &[]),
];

/// What each room must not know of the world: crates by the beginning of their paths.
const NEVER: &[(&str, &[&str])] = &[
    (
        "domain",
        &[
            "async fn",
            "async move",
            ".await",
            "tokio::",
            "tokio_postgres",
            "axum::",
            "tower::",
            "aws_",
            "lambda_",
            "::http::",
            "hyper",
            "reqwest",
            "deadpool",
            "std::env",
            "std::fs",
            "std::net",
            "std::process",
            "SystemTime",
            "Instant::now",
            "Timestamp::now",
            "Zoned::now",
            "now_v7",
            "new_v4",
            "rand::",
            "tracing::",
            "futures_util",
        ],
    ),
    ("store", &["aws_", "axum::", "lambda_", "std::env"]),
    (
        "outside",
        &["tokio_postgres", "axum::", "lambda_http", "std::env"],
    ),
    (
        "auth",
        &["aws_sdk", "axum::", "lambda_", "tokio_postgres", "std::env"],
    ),
    (
        "queue",
        &["axum::", "tokio_postgres", "lambda_http", "std::env"],
    ),
    (
        "worker",
        &["axum::", "tokio_postgres", "lambda_http", "std::env"],
    ),
    ("http", &["tokio_postgres", "aws_sdk", "std::env"]),
];

fn room_of(path: &str) -> &str {
    let inside = path.strip_prefix("shared/src/").unwrap();
    inside.split(['/', '.']).next().unwrap()
}

/// The rooms that a file names: `crate::store::…` as well as `use crate::{store, clock::Clock};`.
fn imports(source: &Source) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (at, _) in source.code.match_indices("crate::") {
        // `$crate::` and other crates' names that end so.
        if source.code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &source.code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => rooms.extend(first_word(rest)),
            Some(group) => rooms.extend(heads(group)),
        }
    }
    rooms
}

fn first_word(text: &str) -> Option<String> {
    let word: String = text
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!word.is_empty()).then_some(word)
}

/// The first words of a group's own entries, not of the groups inside it.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut entry, mut found) = (0, String::new(), Vec::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => found.extend(first_word(std::mem::take(&mut entry).trim())),
            _ if depth == 0 => entry.push(c),
            _ => {}
        }
    }
    found.extend(first_word(entry.trim()));
    found
}

#[test]
fn rooms_import_only_what_the_table_says() {
    let mut wrong = Vec::new();
    for source in sources("shared/src") {
        let room = room_of(&source.path);
        let (_, allowed) = MAY_IMPORT
            .iter()
            .find(|(name, _)| *name == room)
            .unwrap_or_else(|| panic!("{room} is no room"));
        for import in imports(&source) {
            if !allowed.contains(&import.as_str()) {
                wrong.push(format!("{} imports crate::{import}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn rooms_keep_away_from_what_is_not_theirs() {
    let mut wrong = Vec::new();
    for source in sources("shared/src") {
        let room = room_of(&source.path);
        let never = NEVER
            .iter()
            .find(|(name, _)| *name == room)
            .map_or(&[][..], |(_, never)| never);
        for word in never {
            if has_word(&source.code, word) {
                wrong.push(format!("{} says {word}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_configuration_reads_the_environment() {
    for folder in ["shared/src", "functions"] {
        for source in sources(folder) {
            let is_config = source.path.starts_with("shared/src/config");
            assert!(
                is_config || !source.code.contains("env::var"),
                "{}",
                source.path
            );
        }
    }
}

/// SQL begins with one of these, and prose does not.
const SQL: &[&str] = &[
    "SELECT ",
    "INSERT INTO",
    "DELETE FROM",
    "UPDATE ",
    "CREATE TABLE",
    "ALTER TABLE",
    "ALTER ROLE",
    "DROP TABLE",
    "TRUNCATE ",
    "ON CONFLICT",
    "RETURNING ",
    "FOR UPDATE",
    "BEGIN;",
    "COMMIT",
    "ROLLBACK",
];

#[test]
fn only_the_store_speaks_sql() {
    let mut wrong = Vec::new();
    for folder in ["shared/src", "functions"] {
        for source in sources(folder) {
            if source.path.starts_with("shared/src/store/") {
                continue;
            }
            wrong.extend(
                SQL.iter()
                    .filter(|word| has_word(&source.code, word))
                    .map(|word| format!("{}: {word}", source.path)),
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn functions_know_shared_and_nobody_else() {
    let functions = functions();
    for function in &functions {
        let manifest = read(&format!("functions/{function}/Cargo.toml"));
        let names = manifest
            .lines()
            .filter_map(|line| line.split(['.', ' ', '=']).next());
        for name in names.filter(|name| !name.is_empty()) {
            assert!(
                !functions
                    .iter()
                    .any(|other| other == name && other != function),
                "{function} depends on {name}"
            );
            let is_machinery =
                name.starts_with("aws-sdk") || name == "aws-config" || name.contains("postgres");
            assert!(!is_machinery, "{function} depends on {name}");
        }
    }
}

#[test]
fn a_function_starts_in_a_few_lines() {
    for function in functions() {
        let main = read(&format!("functions/{function}/src/main.rs"));
        let lines = main.lines().count();
        assert!(
            lines <= 20,
            "functions/{function}/src/main.rs has {lines} lines"
        );
        assert!(
            main.starts_with(&format!("//! The `{function}` Lambda function")),
            "{function}"
        );
    }
}
