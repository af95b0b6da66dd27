//! Phrases: the short texts of a list ("Pricing strategy", "Fintech") compared word by word, rare words counting more.

use std::collections::{HashMap, HashSet};

use super::fixed::{FULL, rarity, share};
use super::wants::{Want, WantKind};
use super::words::{Reader, Stem, Word};

/// Below this a shared word or two is chance ("strategy" alone), not a match.
const MIN_OF_PHRASE: u32 = 35_000;
const MIN_OF_TEXT: u32 = 50_000;

/// One list of phrases per mentor, with the words of all of them.
pub(super) struct Phrases {
    words: HashMap<Stem, u32>,
    rarities: Vec<u32>,
    distinct: Vec<Phrase>,
    by_word: Vec<Vec<u32>>,
    by_mentor: Vec<Vec<u32>>,
}

/// One phrase, whoever has it.
struct Phrase {
    /// Sorted, without repeats.
    words: Vec<u32>,
    mass: u64,
    mentors: Vec<u32>,
}

/// The phrase of a mentor that answers a want best.
#[derive(Clone, Copy)]
pub(super) struct Answer<'a> {
    /// Its place in the mentor's list.
    pub(super) item: usize,
    pub(super) similarity: u32,
    /// The rarest word of the want that it shares.
    pub(super) shared: &'a str,
}

impl Phrases {
    pub(super) fn mentors(&self) -> usize {
        self.by_mentor.len()
    }

    pub(super) fn build<'a>(
        reader: &mut Reader<'_>,
        lists: impl Iterator<Item = &'a [String]>,
    ) -> Self {
        let mut built = Self {
            words: HashMap::new(),
            rarities: Vec::new(),
            distinct: Vec::new(),
            by_word: Vec::new(),
            by_mentor: Vec::new(),
        };
        let mut known = HashMap::new();
        for (mentor, list) in (0u32..).zip(lists) {
            let held = list
                .iter()
                .map(|text| built.add(reader.phrase(text), mentor, &mut known))
                .collect();
            built.by_mentor.push(held);
        }
        built.weigh();
        built
    }

    fn add(&mut self, words: Vec<Word>, mentor: u32, known: &mut HashMap<Vec<u32>, u32>) -> u32 {
        let mut words: Vec<u32> = words
            .into_iter()
            .map(|word| self.intern(word.stem))
            .collect();
        words.sort_unstable();
        words.dedup();
        let id = *known.entry(words).or_insert_with_key(|words| {
            let next = u32::try_from(self.distinct.len()).unwrap_or(u32::MAX);
            for word in words {
                self.by_word[*word as usize].push(next);
            }
            self.distinct.push(Phrase {
                words: words.clone(),
                mass: 0,
                mentors: Vec::new(),
            });
            next
        });
        self.distinct[id as usize].mentors.push(mentor);
        id
    }

    fn intern(&mut self, stem: Stem) -> u32 {
        *self.words.entry(stem).or_insert_with(|| {
            self.by_word.push(Vec::new());
            u32::try_from(self.by_word.len() - 1).unwrap_or(u32::MAX)
        })
    }

    fn weigh(&mut self) {
        let holders = |phrases: &Vec<u32>| {
            let mentors = phrases
                .iter()
                .flat_map(|phrase| &self.distinct[*phrase as usize].mentors);
            mentors.collect::<HashSet<_>>().len()
        };
        self.rarities = self
            .by_word
            .iter()
            .map(|phrases| rarity(self.by_mentor.len(), holders(phrases)))
            .collect();
        for phrase in &mut self.distinct {
            phrase.mass = phrase
                .words
                .iter()
                .map(|word| u64::from(self.rarities[*word as usize]))
                .sum();
        }
    }

    pub(super) fn want<'a>(
        &self,
        reader: &mut Reader<'_>,
        text: &'a str,
        kind: WantKind,
    ) -> Want<'a> {
        let known = |stem: Stem| {
            self.words
                .get(&stem)
                .map(|id| (*id, self.rarities[*id as usize]))
        };
        Want::read(reader, text, kind, known, rarity(self.by_mentor.len(), 0))
    }

    /// How well each mentor answers a want with their best phrase, 0 to [`FULL`].
    pub(super) fn similarities(&self, want: &Want<'_>) -> Vec<u32> {
        let mut best = vec![0; self.by_mentor.len()];
        let mut is_seen = vec![false; self.distinct.len()];
        for id in want.words().flat_map(|word| &self.by_word[word as usize]) {
            if std::mem::replace(&mut is_seen[*id as usize], true) {
                continue;
            }
            let phrase = &self.distinct[*id as usize];
            let similarity = self.similarity(want, phrase);
            for mentor in &phrase.mentors {
                let best = &mut best[*mentor as usize];
                *best = similarity.max(*best);
            }
        }
        best
    }

    /// The phrase of one mentor that answers a want best, if any does.
    pub(super) fn answer<'a>(&self, want: &Want<'a>, mentor: u32) -> Option<Answer<'a>> {
        let mut best: Option<Answer<'a>> = None;
        for (item, id) in self.by_mentor[mentor as usize].iter().enumerate() {
            let phrase = &self.distinct[*id as usize];
            let similarity = self.similarity(want, phrase);
            if similarity > best.map_or(0, |best| best.similarity) {
                best = self.rarest(want, phrase).map(|shared| Answer {
                    item,
                    similarity,
                    shared,
                });
            }
        }
        best
    }

    fn similarity(&self, want: &Want<'_>, phrase: &Phrase) -> u32 {
        let shared = want
            .shared(&phrase.words)
            .map(|(word, _)| u64::from(self.rarities[word as usize]))
            .sum();
        let of_phrase = share(shared, phrase.mass);
        match want.kind() {
            WantKind::Text if of_phrase < MIN_OF_TEXT => 0,
            WantKind::Text => of_phrase,
            WantKind::Phrase => {
                let of_both = u32::midpoint(of_phrase, share(shared, want.mass()));
                if of_both < MIN_OF_PHRASE {
                    0
                } else {
                    of_both.min(FULL)
                }
            }
        }
    }

    fn rarest<'a>(&self, want: &Want<'a>, phrase: &Phrase) -> Option<&'a str> {
        want.shared(&phrase.words)
            .max_by_key(|(word, _)| self.rarities[*word as usize])
            .map(|(_, piece)| piece)
    }
}
