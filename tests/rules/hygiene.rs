//! Small promises that are easily forgotten.

use crate::source::{Source, collect, has_word, root, sources};

const FOLDERS: [&str; 4] = ["shared/src", "functions", "infra/standalone", "tests"];

fn everything() -> Vec<Source> {
    let all = FOLDERS.into_iter().flat_map(sources);
    all.filter(|source| !source.path.starts_with("tests/rules"))
        .collect()
}

#[test]
fn nothing_is_left_for_later() {
    for source in everything() {
        for word in [
            "todo!(",
            "unimplemented!(",
            "#[ignore",
            "TODO",
            "FIXME",
            "XXX",
        ] {
            assert!(!has_word(&source.raw, word), "{}: {word}", source.path);
        }
    }
}

/// A handler that honours `Idempotency-Key` commits its answer with its effect.
#[test]
fn an_answer_that_is_kept_is_committed_with_its_effect() {
    for source in sources("functions") {
        let handlers = source.code.split("#[utoipa::path(").skip(1);
        for handler in handlers.filter(|handler| handler.contains("IdempotencyKey")) {
            let name = handler.split("async fn ").nth(1).unwrap_or_default();
            let name = name.split('(').next().unwrap_or_default();
            assert!(
                handler.contains(".commit(tx)") && !handler.contains("tx.commit()"),
                "{name} of {} ends with `tx.commit()` instead of `Answer::commit`",
                source.path
            );
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for source in everything() {
        assert!(source.raw.starts_with("//! "), "{}", source.path);
    }
}

/// Behind a pooler a session belongs to nobody: what is set in it leaks, or is gone.
#[test]
fn no_statement_leans_on_a_session() {
    let mut all = sources("shared/src/store");
    collect(&root().join("shared/migrations"), "sql", &mut all);
    // Migrations have a connection to themselves, and put back what they set.
    all.retain(|source| source.path != "shared/src/store/migrate.rs");
    for source in all {
        for words in [
            "\"SET ",
            "SET SESSION",
            "SET LOCAL",
            "LISTEN ",
            "NOTIFY ",
            "pg_advisory_lock",
            "pg_try_advisory_lock",
            "TEMP TABLE",
            "TEMPORARY",
            "DISCARD ",
            "DECLARE ",
            "WITH HOLD",
            "set_config(",
        ] {
            assert!(!has_word(&source.code, words), "{}: {words}", source.path);
        }
    }
}

#[test]
fn statements_name_their_columns_and_never_count_pages() {
    for source in sources("shared/src/store") {
        for words in [
            "SELECT *",
            "RETURNING *",
            " OFFSET ",
            "format!(\"SELECT",
            "format!(\"UPDATE",
            "format!(\"INSERT",
            "format!(\"DELETE",
        ] {
            assert!(!source.code.contains(words), "{}: {words}", source.path);
        }
    }
}

#[test]
fn migrations_are_numbered_without_gaps() {
    let mut files = Vec::new();
    collect(&root().join("shared/migrations"), "sql", &mut files);
    for (index, file) in files.iter().enumerate() {
        let name = file.path.rsplit('/').next().unwrap();
        assert!(name.starts_with(&format!("V{:04}__", index + 1)), "{name}");
    }
}

#[test]
fn columns_have_no_types_that_cost_a_round_trip() {
    let mut files = Vec::new();
    collect(&root().join("shared/migrations"), "sql", &mut files);
    for file in files {
        for words in ["CREATE TYPE", "CREATE DOMAIN", "AS ENUM", "citext"] {
            assert!(!has_word(&file.raw, words), "{}: {words}", file.path);
        }
    }
}
