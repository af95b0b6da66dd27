//! Wants: what a mentee asks for, reduced to the words that some mentor uses.

use std::collections::HashSet;

use super::words::{Reader, Stem};

/// Something that is wanted, read against the phrases of all mentors.
pub(super) struct Want<'a> {
    /// Sorted by word, without repeats: the words that some mentor uses.
    words: Vec<(u32, &'a str)>,
    mass: u64,
    kind: WantKind,
}

/// How a want is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum WantKind {
    /// A short phrase: both sides should be about the same.
    Phrase,
    /// Free text: it mentions the phrase among other things.
    Text,
}

impl<'a> Want<'a> {
    /// Reads a want; `known` finds the number and the rarity of a word, words it does not know are as rare as `strange`.
    pub(super) fn read(
        reader: &mut Reader<'_>,
        text: &'a str,
        kind: WantKind,
        known: impl Fn(Stem) -> Option<(u32, u32)>,
        strange: u32,
    ) -> Self {
        let read = match kind {
            WantKind::Phrase => reader.phrase(text),
            WantKind::Text => reader.content(text),
        };
        let (mut words, mut seen, mut mass) = (Vec::new(), HashSet::new(), 0);
        for word in &read {
            if !seen.insert(word.stem) {
                continue;
            }
            let found = known(word.stem);
            mass += u64::from(found.map_or(strange, |(_, rarity)| rarity));
            words.extend(found.map(|(id, _)| (id, word.within(text))));
        }
        words.sort_unstable_by_key(|(word, _)| *word);
        Self { words, mass, kind }
    }

    pub(super) fn kind(&self) -> WantKind {
        self.kind
    }

    pub(super) fn mass(&self) -> u64 {
        self.mass
    }

    pub(super) fn words(&self) -> impl Iterator<Item = u32> {
        self.words.iter().map(|(word, _)| *word)
    }

    /// The words that a phrase shares. It walks the phrase, which is the shorter of the two.
    pub(super) fn shared(&self, phrase: &[u32]) -> impl Iterator<Item = (u32, &'a str)> {
        let in_want = |word: &u32| {
            self.words
                .binary_search_by_key(word, |(known, _)| *known)
                .ok()
        };
        phrase
            .iter()
            .filter_map(in_want)
            .map(|found| self.words[found])
    }
}
