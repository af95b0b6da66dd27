//! What the slot function and the scoring of mentors take by themselves, as criterion has measured it before this program
//! started.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

/// The time of one question, on average.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SlotFigures {
    /// As `shared/benches/slots.rs` names it.
    pub(crate) name: &'static str,
    /// What the table says beside it.
    #[serde(skip)]
    pub(crate) beside: &'static str,
    pub(crate) mean_us: f64,
    /// What it may take.
    #[serde(skip)]
    pub(crate) most_us: f64,
}

const BUSY: &str = ", with 200 sessions";

const QUESTIONS: [(&str, &str, f64); 7] = [
    ("slots of 30 days", BUSY, 100.0),
    ("slots of 92 days", BUSY, 300.0),
    ("check of one moment", BUSY, 50.0),
    ("top 10 of 10,000 mentors by words", "", 1_000.0),
    ("top 10 of 10,000 mentors by words and meaning", "", 1_000.0),
    ("top 10 of 100,000 mentors by words", "", 12_000.0),
    (
        "top 10 of 100,000 mentors by words and meaning",
        "",
        12_000.0,
    ),
];

/// Reads what criterion left beside this program; nothing where it has not run.
pub(crate) fn read() -> Vec<SlotFigures> {
    let folder = std::env::current_exe().ok().and_then(|program| {
        let target = program.parent()?.parent()?;
        Some(target.join("criterion"))
    });
    let found = QUESTIONS.into_iter().filter_map(|(name, beside, most_us)| {
        let mean_us = mean(&folder.clone()?.join(name))? / 1e3;
        Some(SlotFigures {
            name,
            beside,
            mean_us,
            most_us,
        })
    });
    found.collect()
}

/// In nanoseconds.
fn mean(folder: &Path) -> Option<f64> {
    let file: PathBuf = folder.join("new/estimates.json");
    let estimates: Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    estimates["mean"]["point_estimate"].as_f64()
}
