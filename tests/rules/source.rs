//! The sources of this repository, as the rules read them: without comments and without tests.

use std::fs;
use std::path::{Path, PathBuf};

/// One file.
pub(crate) struct Source {
    /// Its path from the root of the repository, with slashes.
    pub(crate) path: String,
    /// Its text as it is.
    pub(crate) raw: String,
    /// Its code: no comments, nothing behind `#[cfg(test)]`.
    pub(crate) code: String,
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .unwrap()
}

/// Reads one file of the repository.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every Rust source below a folder.
pub(crate) fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(folder), "rs", &mut found);
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}

/// Every file of a kind below a folder.
pub(crate) fn collect(folder: &Path, extension: &str, found: &mut Vec<Source>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            collect(&entry, extension, found);
        } else if entry.extension().is_some_and(|kind| kind == extension) {
            let raw = fs::read_to_string(&entry).unwrap();
            let path = entry
                .strip_prefix(root())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            let code = code_of(&raw);
            found.push(Source { path, raw, code });
        }
    }
}

/// The names of the folders of `functions/`.
pub(crate) fn functions() -> Vec<String> {
    let entries = fs::read_dir(root().join("functions"))
        .unwrap()
        .map(Result::unwrap);
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Test modules stand last in their files.
fn code_of(raw: &str) -> String {
    let end = raw.find("#[cfg(test)]\nmod tests {").unwrap_or(raw.len());
    let lines = raw[..end].lines().map(|line| {
        let is_comment = line.trim_start().starts_with("//");
        if is_comment {
            ""
        } else {
            line.split(" // ").next().unwrap_or(line)
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a word stands in a text, not as a part of another.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let starts_whole = !word.starts_with(is_part) || !text[..at].ends_with(is_part);
        let ends_whole = !word.ends_with(is_part) || !text[at + word.len()..].starts_with(is_part);
        starts_whole && ends_whole
    })
}
