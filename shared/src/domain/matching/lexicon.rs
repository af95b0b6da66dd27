//! The lexicon: every mentor's texts as a sparse vector of words and pairs, turned round into lists of mentors per term.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::facts::{MenteeField, MentorFacts, Source};
use super::fixed::{FULL, ln, narrow, rarity};
use super::words::{Reader, Term};

/// How many terms of a text count: its heaviest.
const MAX_TERMS: usize = 256;

/// The length of every vector: weights fit 16 bits, and a dot product is exact in 64.
const UNIT: u64 = 65_535;

/// The texts of all mentors.
pub(super) struct Lexicon {
    ids: HashMap<Term, u32>,
    rarities: Vec<u32>,
    /// Per term, by rising mentor.
    postings: Vec<Vec<Posting>>,
    mentors: usize,
}

struct Posting {
    mentor: u32,
    weight: u16,
}

/// What is asked for, as a sparse vector over the lexicon.
pub(super) struct Terms<'a> {
    terms: Vec<Asked<'a>>,
}

/// One term of an ask and the first piece of text it was read from.
pub(super) struct Asked<'a> {
    pub(super) term: Term,
    pub(super) field: MenteeField,
    pub(super) piece: &'a str,
    id: Option<u32>,
    weight: u64,
}

impl Lexicon {
    pub(super) fn build(reader: &mut Reader<'_>, mentors: &[MentorFacts]) -> Self {
        let mut ids = HashMap::new();
        let counts: Vec<_> = mentors
            .iter()
            .map(|mentor| count(reader, mentor, &mut ids))
            .collect();
        let mut holders = vec![0; ids.len()];
        for (term, _) in counts.iter().flatten() {
            holders[*term as usize] += 1;
        }
        let rarities: Vec<u32> = holders.iter().map(|n| rarity(mentors.len(), *n)).collect();
        let mut postings: Vec<Vec<Posting>> = holders.iter().map(|_| Vec::new()).collect();
        for (mentor, counts) in (0u32..).zip(counts) {
            for (term, weight) in unit_vector(counts, &rarities) {
                postings[term as usize].push(Posting { mentor, weight });
            }
        }
        Self {
            ids,
            rarities,
            postings,
            mentors: mentors.len(),
        }
    }

    /// Turns texts into a vector. Words that no mentor uses count for its length, so that what nobody answers lowers the score.
    pub(super) fn read<'a>(
        &self,
        reader: &mut Reader<'_>,
        sources: impl Iterator<Item = Source<'a, MenteeField>>,
    ) -> Terms<'a> {
        let mut found: HashMap<Term, Asked<'a>> = HashMap::new();
        for Source { field, boost, text } in sources {
            reader.terms(text, |term, piece| {
                let id = self.ids.get(&term).copied();
                if id.is_some() || term.second.is_none() {
                    let asked = Asked {
                        term,
                        field,
                        piece,
                        id,
                        weight: 0,
                    };
                    found.entry(term).or_insert(asked).weight += u64::from(boost);
                }
            });
        }
        Terms {
            terms: self.weigh(found.into_values().collect()),
        }
    }

    fn weigh<'a>(&self, mut terms: Vec<Asked<'a>>) -> Vec<Asked<'a>> {
        for term in &mut terms {
            let rarity = term
                .id
                .map_or_else(|| rarity(self.mentors, 0), |id| self.rarities[id as usize]);
            term.weight = weight(narrow(term.weight), rarity);
        }
        terms.sort_unstable_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.term.cmp(&b.term)));
        terms.truncate(MAX_TERMS);
        let length = length(terms.iter().map(|term| term.weight));
        for term in &mut terms {
            term.weight = (term.weight * UNIT / length).min(UNIT);
        }
        terms.retain(|term| term.id.is_some());
        terms
    }

    /// The similarity of every mentor to what is asked for, 0 to [`FULL`].
    pub(super) fn similarities(&self, asked: &Terms<'_>) -> Vec<u32> {
        let mut dots = vec![0u64; self.mentors];
        for (term, postings) in self.matching(asked) {
            for posting in postings {
                dots[posting.mentor as usize] += term.weight * u64::from(posting.weight);
            }
        }
        dots.into_iter().map(similarity).collect()
    }

    /// What each shared term adds to the dot product with one mentor.
    pub(super) fn parts<'a>(&self, asked: &'a Terms<'_>, mentor: u32) -> Vec<(&'a Asked<'a>, u64)> {
        let with_mentor = |(term, postings): (&'a Asked<'a>, &Vec<Posting>)| {
            let found = postings
                .binary_search_by_key(&mentor, |posting| posting.mentor)
                .ok()?;
            Some((term, term.weight * u64::from(postings[found].weight)))
        };
        self.matching(asked)
            .filter_map(with_mentor)
            .filter(|(_, dot)| *dot > 0)
            .collect()
    }

    fn matching<'a, 'b>(
        &'b self,
        asked: &'a Terms<'a>,
    ) -> impl Iterator<Item = (&'a Asked<'a>, &'b Vec<Posting>)> {
        asked
            .terms
            .iter()
            .filter_map(|term| Some((term, &self.postings[term.id? as usize])))
    }
}

/// How often a mentor uses each term; words of a telling field count more.
fn count(
    reader: &mut Reader<'_>,
    mentor: &MentorFacts,
    ids: &mut HashMap<Term, u32>,
) -> Vec<(u32, u32)> {
    let mut uses: Vec<(u32, u32)> = Vec::new();
    for source in mentor.sources() {
        reader.terms(source.text, |term, _| {
            let next = u32::try_from(ids.len()).unwrap_or(u32::MAX);
            uses.push((*ids.entry(term).or_insert(next), source.boost));
        });
    }
    uses.sort_unstable();
    uses.dedup_by(|(term, boost), (kept, sum)| {
        let is_same = term == kept;
        *sum += if is_same { *boost } else { 0 };
        is_same
    });
    uses
}

fn unit_vector(counts: Vec<(u32, u32)>, rarities: &[u32]) -> impl Iterator<Item = (u32, u16)> {
    let mut terms: Vec<(u32, u64)> = counts
        .into_iter()
        .map(|(term, count)| (term, weight(count, rarities[term as usize])))
        .collect();
    terms.sort_unstable_by_key(|(term, weight)| (Reverse(*weight), *term));
    terms.truncate(MAX_TERMS);
    let length = length(terms.iter().map(|(_, weight)| *weight));
    terms.into_iter().map(move |(term, weight)| {
        (
            term,
            u16::try_from(weight * UNIT / length).unwrap_or(u16::MAX),
        )
    })
}

/// Repetition counts by its logarithm: the tenth mention says little that the second did not.
fn weight(count: u32, rarity: u32) -> u64 {
    u64::from(1000 + ln(count)) * u64::from(rarity) / 1000
}

fn length(weights: impl Iterator<Item = u64>) -> u64 {
    weights
        .map(|weight| weight * weight)
        .sum::<u64>()
        .isqrt()
        .max(1)
}

/// Stretches the cosine: short asks against long profiles rarely pass 0.4, which is already a strong match (80 of 100).
fn similarity(dot: u64) -> u32 {
    const MILLION: u64 = 1_000_000;
    let cosine = (dot * MILLION / (UNIT * UNIT)).min(MILLION);
    let stretched = cosine * 6 * u64::from(FULL) / (5 * cosine + MILLION);
    narrow(stretched).min(FULL)
}
