//! Every table that knows people is in the inventory: an export shows it, and an erasure clears it.

use std::collections::{BTreeMap, BTreeSet};

use shared::store::privacy::inventory::{Erasure, Export, INVENTORY};
use tests::{Column, TestApp, api};

/// Tables that know nobody, although a column of them looks as if they did.
const KNOW_NOBODY: &[(&str, &str)] = &[
    ("audit_heads", "hashes and counts"),
    ("inbox", "ids of events that were acted on, for a week"),
    (
        "airtable_bases",
        "ids of a base and its webhook, and a sealed secret",
    ),
    (
        "airtable_fields",
        "names of columns, which belong to everybody",
    ),
    ("airtable_map", "one number"),
    (
        "login_failures",
        "keyed MACs of addresses that were tried, for a day",
    ),
    (
        "corpus",
        "how many profiles use a word, of words that several use",
    ),
    ("mentor_catalog", "one number"),
    ("session_changes", "moments at which something has changed"),
    ("session_quarters", "counts of sessions by program"),
    (
        "session_days",
        "counts of sessions by program, and by topics that belong to everybody",
    ),
    ("answer_days", "counts of answers by program"),
    ("proposal_changes", "days on which something has changed"),
    ("proposal_days", "counts of proposals by program"),
    ("batch_days", "counts of batches of proposals by program"),
    ("offered_quarters", "sums over all mentors"),
    ("analytics_state", "one moment"),
    ("programs", "ways to score, which belong to everybody"),
    (
        "program_versions",
        "names of ways to score, and the weights of components",
    ),
    ("rate_limits", "keyed MACs of whoever asks, for a day"),
    ("topic_names", "words for topics, which belong to everybody"),
    ("refinery_schema_history", "which migrations were applied"),
];

/// Words in names of columns that hold what people say about themselves.
const PERSONAL_WORDS: &[&str] = &[
    "email", "name", "phone", "address", "bio", "note", "reason", "location", "agent", "network",
    "ip", "url", "text", "content", "message",
];

/// Whether a column could tell of a person.
fn is_suspicious(column: &Column) -> bool {
    let leads_to_people = column.leads_to.as_deref() == Some("users");
    let is_loose_id = column.kind == "uuid" && column.leads_to.is_none() && !column.is_key;
    let is_anything = matches!(column.kind.as_str(), "jsonb" | "bytea" | "inet" | "cidr");
    let says_so = matches!(column.kind.as_str(), "text" | "_text" | "varchar")
        && column
            .name
            .split('_')
            .any(|word| PERSONAL_WORDS.contains(&word.trim_end_matches('s')));
    leads_to_people || is_loose_id || is_anything || says_so
}

fn by_table(columns: Vec<Column>) -> BTreeMap<String, Vec<Column>> {
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for column in columns {
        tables.entry(column.table.clone()).or_default().push(column);
    }
    tables
}

/// The names of what a list of columns shows: the last word of each, outside of brackets.
fn shown(columns: &str) -> BTreeSet<String> {
    let (mut depth, mut names, mut column) = (0, BTreeSet::new(), String::new());
    for c in columns.chars().chain([',']) {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                let name = column.split([' ', '\n']).rfind(|word| !word.is_empty());
                names.extend(name.map(str::to_owned));
                column.clear();
            }
            _ => column.push(c),
        }
    }
    names
}

#[tokio::test]
async fn every_table_that_knows_people_is_exported_and_erased_or_says_why_not() {
    let app = TestApp::new(api()).await;
    let known: BTreeSet<&str> = INVENTORY.iter().map(|entry| entry.table).collect();
    assert_eq!(
        known.len(),
        INVENTORY.len(),
        "a table is in the inventory twice"
    );

    let mut missing = Vec::new();
    for (table, columns) in by_table(app.columns().await) {
        let is_excused = KNOW_NOBODY.iter().any(|(name, _)| *name == table);
        if known.contains(table.as_str()) || is_excused {
            continue;
        }
        let suspicious: Vec<&str> = columns
            .iter()
            .filter(|column| is_suspicious(column))
            .map(|column| column.name.as_str())
            .collect();
        if !suspicious.is_empty() {
            missing.push(format!(
                "{table} (because of {}): add an entry to INVENTORY in shared/src/store/privacy/inventory.rs, or a line to \
                 KNOW_NOBODY in tests/api/inventory.rs",
                suspicious.join(", ")
            ));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[tokio::test]
async fn every_column_of_these_tables_is_shown_or_hidden_on_purpose() {
    let app = TestApp::new(api()).await;
    let tables = by_table(app.columns().await);
    let mut wrong = Vec::new();
    for entry in INVENTORY {
        let Some(columns) = tables.get(entry.table) else {
            wrong.push(format!("there is no table {}", entry.table));
            continue;
        };
        let Export::Rows {
            columns: listed,
            hidden,
            sealed,
            ..
        } = entry.export
        else {
            continue;
        };
        let there: BTreeSet<String> = columns.iter().map(|column| column.name.clone()).collect();
        let mut listed = shown(listed);
        assert!(
            sealed.iter().all(|name| listed.contains(*name)),
            "{}",
            entry.table
        );
        for name in hidden {
            assert!(
                listed.insert((*name).to_owned()),
                "{}.{name} is shown and hidden",
                entry.table
            );
        }
        for name in there.difference(&listed) {
            wrong.push(format!(
                "{}.{name} is neither shown nor hidden",
                entry.table
            ));
        }
        for name in listed.difference(&there) {
            wrong.push(format!("{}.{name} does not exist", entry.table));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn whatever_is_left_out_has_a_reason() {
    for entry in INVENTORY {
        assert!(entry.about.ends_with('.'), "{}", entry.table);
        if let Export::Nothing(reason) = entry.export {
            assert!(reason.len() > 10, "{}", entry.table);
        }
        if let Erasure::Nothing(reason) = entry.erasure {
            assert!(reason.len() > 10, "{}", entry.table);
        }
    }
    assert!(KNOW_NOBODY.iter().all(|(_, reason)| reason.len() > 8));
}

#[test]
fn the_list_of_columns_is_read_right() {
    let names = shown("a, b AS c, CASE WHEN f(x, y) THEN d END AS e,\n  g");
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["a", "c", "e", "g"]);
}
