//! How well mentors are ranked on the open set in `tests/data/matching-onet`.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use shared::domain::matching::Texts;

use crate::similarity::{Refusal, lines, profiles, ranked};

/// What comes of it, each in ten-thousandths.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Quality {
    /// Normalized discounted cumulative gain of the first three.
    pub ndcg_at_3: u32,
    /// The same of the first ten.
    pub ndcg_at_10: u32,
    /// How often the same occupation comes first.
    pub self_at_1: u32,
    /// How often it is among the first three.
    pub self_at_3: u32,
}

#[derive(Deserialize)]
struct Judgement {
    query: String,
    mentor: String,
    grade: i32,
}

/// Ranks the open set and compares that with its grades.
///
/// # Errors
/// When its files cannot be used.
pub fn quality() -> Result<Quality, Refusal> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/matching-onet");
    let mentors = profiles(&folder.join("mentors.jsonl"))?;
    let mentees = profiles(&folder.join("mentees.jsonl"))?;
    let mut grades: HashMap<String, HashMap<String, i32>> = HashMap::new();
    let path = folder.join("relevance.jsonl");
    for (number, line) in lines(&path)? {
        let judged: Judgement = serde_json::from_slice(&line)
            .map_err(|error| Refusal::Line(path.clone(), number, error.to_string()))?;
        grades
            .entry(judged.query)
            .or_default()
            .insert(judged.mentor, judged.grade);
    }
    let texts: Vec<Vec<String>> = mentors.iter().map(|mentor| mentor.texts.clone()).collect();
    let texts = Texts::build(&texts);
    let mut sums = [0.0; 4];
    for mentee in &mentees {
        let known = &grades[mentee.id.as_str().unwrap_or_default()];
        let grade = |mentor: usize| {
            let id = mentors[mentor].id.as_str().unwrap_or_default();
            known.get(id).copied().unwrap_or_default()
        };
        let gains: Vec<i32> = ranked(&texts, &mentee.texts)
            .map(|(mentor, _)| grade(mentor))
            .take(10)
            .collect();
        let mut ideal: Vec<i32> = known.values().copied().collect();
        ideal.sort_unstable_by_key(|grade| Reverse(*grade));
        let ndcg = |k: usize| gain(&gains, k) / gain(&ideal, k);
        let is_own = |k: usize| f64::from(u8::from(gains[..k].contains(&4)));
        for (sum, value) in sums
            .iter_mut()
            .zip([ndcg(3), ndcg(10), is_own(1), is_own(3)])
        {
            *sum += value;
        }
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a mean of numbers from 0 to 1"
    )]
    let mean = |sum: f64| (sum / mentees.len() as f64 * 10_000.0).round() as u32;
    let [ndcg_at_3, ndcg_at_10, self_at_1, self_at_3] = sums.map(mean);
    Ok(Quality {
        ndcg_at_3,
        ndcg_at_10,
        self_at_1,
        self_at_3,
    })
}

fn gain(grades: &[i32], k: usize) -> f64 {
    let ranks = (2u32..).map(f64::from);
    let gains = grades.iter().take(k).zip(ranks);
    gains
        .map(|(grade, rank)| (2f64.powi(*grade) - 1.0) / rank.log2())
        .sum()
}
