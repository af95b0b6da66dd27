//! Meanings: what texts mean to a model, beside the words that they use.
//!
//! Words and meanings are standardised against what is usual, weighed 3 to 7, and expressed on the scale of words. A mentor
//! or a mentee without vectors is compared by words alone, on that same scale.

use super::facts::{MenteeField, MentorField};
use super::lexicon::{Lexicon, Terms};
use super::vector::Vector;

/// How many texts of a mentor count: the best.
const BEST_TEXTS: usize = 3;

/// Parts of ten.
const OF_WORDS: i64 = 3;
const OF_MEANING: i64 = 7;

/// Two standardised numbers weighed 3 to 7 spread by about 8 parts of ten; divided by that, they spread as before.
const SPREAD: i64 = 8;

/// What a hundred-thousandth is in billionths.
const FINE: i64 = 10_000;

/// From so many pairs of a mentee and a mentor on, what is usual can be measured.
const ENOUGH: i64 = 1_000;

/// What is usual between any mentee and any mentor, in hundred-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Norms {
    /// The mean of the similarities by words.
    pub lexical_mean: i32,
    /// How far they spread.
    pub lexical_deviation: i32,
    /// The mean of the similarities by meaning.
    pub dense_mean: i32,
    /// How far they spread.
    pub dense_deviation: i32,
}

impl Default for Norms {
    /// Until somebody has measured it.
    fn default() -> Self {
        Self {
            lexical_mean: 4_000,
            lexical_deviation: 8_000,
            dense_mean: 15_000,
            dense_deviation: 12_000,
        }
    }
}

impl Norms {
    /// Joins a similarity by words, in billionths, with one by meaning, in hundred-thousandths; never below 0.
    pub(super) fn fused(&self, words: u64, meaning: i32) -> u64 {
        let words = i64::try_from(words).unwrap_or(i64::MAX);
        let mean = i64::from(self.lexical_mean) * FINE;
        let above = words - mean;
        let meant = i64::from(meaning - self.dense_mean) * FINE * i64::from(self.lexical_deviation)
            / i64::from(self.dense_deviation.max(1));
        let fused = mean + (OF_WORDS * above + OF_MEANING * meant) / SPREAD;
        u64::try_from(fused).unwrap_or_default()
    }
}

/// Numbers that are added up for their mean and their deviation.
#[derive(Clone, Copy, Debug, Default)]
struct Sample {
    count: i64,
    sum: i64,
    squares: i64,
}

impl Sample {
    fn add(&mut self, number: i64) {
        self.count += 1;
        self.sum += number;
        self.squares += number * number;
    }

    /// The mean and the deviation, once there are enough numbers for them, and they differ.
    fn measured(self) -> Option<(i32, i32)> {
        if self.count < ENOUGH {
            return None;
        }
        let mean = self.sum / self.count;
        let deviation = (self.squares / self.count - mean * mean).max(0).isqrt();
        let deviation = i32::try_from(deviation).ok().filter(|number| *number > 0)?;
        Some((i32::try_from(mean).ok()?, deviation))
    }
}

impl Norms {
    /// Measures what is usual; what cannot be measured yet is as before anybody has.
    pub(super) fn measure<'a>(lexicon: &Lexicon, asked: impl Iterator<Item = Terms<'a>>) -> Self {
        let (mut words, mut meanings) = (Sample::default(), Sample::default());
        for terms in asked {
            for cosines in lexicon.by_words(&terms) {
                words.add(i64::try_from(cosines).unwrap_or(i64::MAX) / FINE);
            }
            for meaning in lexicon.by_meaning(&terms).into_iter().flatten().flatten() {
                meanings.add(i64::from(meaning));
            }
        }
        let default = Self::default();
        let (lexical_mean, lexical_deviation) = words
            .measured()
            .unwrap_or((default.lexical_mean, default.lexical_deviation));
        let (dense_mean, dense_deviation) = meanings
            .measured()
            .unwrap_or((default.dense_mean, default.dense_deviation));
        Self {
            lexical_mean,
            lexical_deviation,
            dense_mean,
            dense_deviation,
        }
    }
}

/// The vectors of all mentors.
pub(super) struct Meanings {
    fields: Vec<MentorField>,
    vectors: Vec<Vector>,
    lengths: Vec<i32>,
    /// Where those of each mentor begin, and where the last one's end.
    starts: Vec<u32>,
}

/// Two texts that mean nearly the same.
pub(super) struct Nearest {
    pub(super) mentee: MenteeField,
    pub(super) mentor: MentorField,
    pub(super) similarity: i32,
}

impl Meanings {
    pub(super) fn build<'a>(
        profiles: impl Iterator<Item = &'a [(MentorField, Vector)]>,
    ) -> Option<Self> {
        let mut built = Self {
            fields: Vec::new(),
            vectors: Vec::new(),
            lengths: Vec::new(),
            starts: vec![0],
        };
        for profile in profiles {
            for (field, vector) in profile {
                built.fields.push(*field);
                built.lengths.push(vector.length());
                built.vectors.push(*vector);
            }
            let end = u32::try_from(built.vectors.len()).unwrap_or(u32::MAX);
            built.starts.push(end);
        }
        (!built.vectors.is_empty()).then_some(built)
    }

    /// How near each mentor's best few texts come on average, in hundred-thousandths; `None` for those without any.
    pub(super) fn similarities(&self, asked: &Vector) -> Vec<Option<i32>> {
        let cosines = asked.cosines(&self.vectors, &self.lengths);
        let of_mentor =
            |range: &[u32]| mean_of_best(&cosines[range[0] as usize..range[1] as usize]);
        self.starts.windows(2).map(of_mentor).collect()
    }

    /// How near one mentor's best few texts come, as among [`Self::similarities`] of all.
    pub(super) fn similarity(&self, asked: &Vector, mentor: u32) -> Option<i32> {
        let range =
            self.starts[mentor as usize] as usize..self.starts[mentor as usize + 1] as usize;
        let cosines = asked.cosines(&self.vectors[range.clone()], &self.lengths[range]);
        mean_of_best(&cosines)
    }

    /// The text of a mentor and the text of a mentee that come nearest to each other.
    pub(super) fn nearest(&self, asked: &[(MenteeField, Vector)], mentor: u32) -> Option<Nearest> {
        let (start, end) = (
            self.starts[mentor as usize],
            self.starts[mentor as usize + 1],
        );
        let pairs =
            (start..end).flat_map(|own| asked.iter().map(move |asked| (own as usize, asked)));
        pairs
            .map(|(own, (field, vector))| Nearest {
                mentee: *field,
                mentor: self.fields[own],
                similarity: vector.cosine(&self.vectors[own]),
            })
            .max_by_key(|nearest| nearest.similarity)
    }
}

/// Any two texts mean something alike, so the best are averaged, not added: none of them is proof by being there.
fn mean_of_best(cosines: &[i32]) -> Option<i32> {
    let count = cosines.len().min(BEST_TEXTS);
    let sum: i32 = if cosines.len() > BEST_TEXTS {
        best_of(cosines).iter().sum()
    } else {
        cosines.iter().sum()
    };
    sum.checked_div(i32::try_from(count).ok()?)
}

fn best_of(cosines: &[i32]) -> [i32; BEST_TEXTS] {
    let mut best = [i32::MIN; BEST_TEXTS];
    for cosine in cosines {
        let mut rest = *cosine;
        for kept in &mut best {
            if rest > *kept {
                std::mem::swap(kept, &mut rest);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_in_both_stays_usual() {
        let usual = Norms::default();
        let words = u64::try_from(i64::from(usual.lexical_mean) * FINE).unwrap();

        assert_eq!(usual.fused(words, usual.dense_mean), words);
        assert!(usual.fused(words, usual.dense_mean + 1) > words);
        assert!(usual.fused(words + 100, usual.dense_mean) > words);
        assert_eq!(usual.fused(0, -100_000), 0);
        assert!(usual.fused(3_000_000_000, 100_000) < 3_000_000_000);
    }

    #[test]
    fn the_mean_is_of_the_best_three() {
        assert_eq!(mean_of_best(&[]), None);
        assert_eq!(mean_of_best(&[7]), Some(7));
        assert_eq!(mean_of_best(&[1, 90, 30, 60]), Some(60));
    }
}
