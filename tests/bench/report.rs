//! `bench/latest.json`: everything that was measured, for programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use serde_json::json;
use shared::clock::Clock;
use standalone::development::Failure;

use crate::Measured;
use crate::size::Size;

/// Writes the file, of the checkout that this program was built from.
pub(crate) fn write(size: Size, measured: &Measured) -> Result<(), Failure> {
    let report = json!({
        "measured_at": Clock::system().now(),
        "is_release": !cfg!(debug_assertions),
        "machine": { "processors": processors(), "model": model() },
        "data": { "mentors": size.mentors, "mentees": size.mentees, "sessions": size.sessions(),
                  "searched_mentors": size.searched_mentors },
        "slots": measured.slots,
        "ranking_in_ten_thousandths": measured.ranking,
        "http": measured.phases,
        "storm": measured.storm,
        "claims": measured.claims,
        "single": measured.singles,
        "mail": measured.mail,
        "admin": measured.admin,
        "airtable": measured.airtable,
        "functions": measured.functions,
        "assignments": measured.assignments,
    });
    let file = file();
    fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
    fs::write(&file, serde_json::to_vec_pretty(&report)?)?;
    println!("\nwritten: {}", file.display());
    Ok(())
}

fn file() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder
        .parent()
        .unwrap_or(crate_folder)
        .join("bench/latest.json")
}

pub(crate) fn processors() -> usize {
    available_parallelism().map_or(1, usize::from)
}

fn model() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("model name"));
    let model = line.and_then(|line| line.split_once(':'));
    model.map_or_else(String::new, |(_, model)| model.trim().to_owned())
}
