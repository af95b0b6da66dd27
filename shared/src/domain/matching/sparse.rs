//! Sparse vectors: how often a text uses each term, how much that counts, how long the whole is, and what products say.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::corpus::Corpus;
use super::fixed::{FULL, ln, narrow};
use super::words::{Reader, Term};

/// How many terms of a text count: its heaviest.
pub(super) const MAX_TERMS: usize = 256;

/// The length of every vector: a dot product of two is exact in 32 bits.
pub(super) const UNIT: u64 = 65_535;

/// How many texts of a mentor count: the best.
pub(super) const BEST_TEXTS: usize = 3;

/// How finely cosines are added.
const BILLION: u64 = 1_000_000_000;

/// What is added to the length of a mentor's text at a right angle: about two rare words that nobody asks for.
const LENGTH_OF_DOUBT: u64 = 10_000;

/// How often a text uses each term.
pub(super) type Counts = Vec<(u32, u32)>;

pub(super) fn count(
    reader: &mut Reader<'_>,
    text: &[&str],
    ids: &mut HashMap<Term, u32>,
) -> Counts {
    let mut uses: Counts = Vec::new();
    for piece in text {
        reader.terms(piece, |term, _| {
            let next = u32::try_from(ids.len()).unwrap_or(u32::MAX);
            uses.push((*ids.entry(term).or_insert(next), 1));
        });
    }
    uses.sort_unstable();
    uses.dedup_by(|(term, count), (kept, sum)| {
        let is_same = term == kept;
        *sum += if is_same { *count } else { 0 };
        is_same
    });
    uses
}

/// How many of these profiles have each term.
pub(super) fn holders(texts: &[Counts], starts: &[u32], terms: usize) -> Vec<usize> {
    let mut holders = vec![0; terms];
    let mut last_holder = vec![usize::MAX; terms];
    for (profile, range) in starts.windows(2).enumerate() {
        let own = &texts[range[0] as usize..range[1] as usize];
        for (term, _) in own.iter().flatten() {
            let term = *term as usize;
            if std::mem::replace(&mut last_holder[term], profile) != profile {
                holders[term] += 1;
            }
        }
    }
    holders
}

/// How many profiles had each term when they were counted; a term that is not known has its one holder here.
pub(super) fn known_holders(
    reader: &mut Reader<'_>,
    corpus: &Corpus,
    ids: &HashMap<Term, u32>,
) -> Vec<usize> {
    let mut holders = vec![1; ids.len()];
    for (written, count) in corpus.holders() {
        if let Some(id) = ids.get(&reader.term(written)) {
            holders[*id as usize] = count as usize;
        }
    }
    holders
}

/// A pair repeats what its words say already, so it counts half.
pub(super) fn weight_of(term: Term, rarity: u32) -> u32 {
    if term.second.is_some() {
        rarity / 2
    } else {
        rarity
    }
}

pub(super) fn unit_vector(counts: Counts, weights: &[u32]) -> impl Iterator<Item = (u32, u16)> {
    let mut terms: Vec<(u32, u64)> = counts
        .into_iter()
        .map(|(term, count)| (term, weight(count, weights[term as usize])))
        .collect();
    terms.sort_unstable_by_key(|(term, weight)| (Reverse(*weight), *term));
    terms.truncate(MAX_TERMS);
    let length = length(terms.iter().map(|(_, weight)| *weight), LENGTH_OF_DOUBT);
    terms.into_iter().map(move |(term, weight)| {
        (
            term,
            u16::try_from(weight * UNIT / length).unwrap_or(u16::MAX),
        )
    })
}

/// Repetition counts by its logarithm: the tenth mention says little that the second did not.
pub(super) fn weight(count: u32, of_one: u32) -> u64 {
    u64::from(1000 + ln(count)) * u64::from(of_one) / 1000
}

/// Rounded up, so that no vector becomes longer than [`UNIT`].
pub(super) fn length(weights: impl Iterator<Item = u64>, doubt: u64) -> u64 {
    let squares: u64 = weights.map(|weight| weight * weight).sum();
    (squares + doubt * doubt).isqrt() + 1
}
/// The sum of the best few cosines, in billionths.
pub(super) fn cosines(dots: &[u32]) -> u64 {
    let mut best = [0; BEST_TEXTS];
    for dot in dots {
        let mut rest = *dot;
        for kept in &mut best {
            if rest > *kept {
                std::mem::swap(kept, &mut rest);
            }
        }
    }
    best.into_iter().map(u64::from).sum::<u64>() * BILLION / (UNIT * UNIT)
}

/// Stretches a sum of cosines: it rarely passes 0.4, which is already a strong match (71 of 100).
pub(super) fn stretched(cosines: u64) -> u32 {
    let stretched = cosines * 16 * u64::from(FULL) / (15 * cosines + 3 * BILLION);
    narrow(stretched).min(FULL)
}
