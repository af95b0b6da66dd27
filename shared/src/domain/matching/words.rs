//! Words: text becomes stemmed words and pairs of neighbouring words, each with its place in the text.

mod lists;
mod scripts;

use std::collections::HashMap;

use super::facts::MenteeField;
use super::vector::Vector;
use lists::{COMMONPLACES, SHORT_FORMS, STOPS};
use scripts::Stemmers;

/// The number of a stem.
pub(super) type Stem = u32;

/// A stem, or a pair of neighbouring ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Term {
    pub(super) first: Stem,
    pub(super) second: Option<Stem>,
}

impl Term {
    /// The term in letters, a pair with a space between its words.
    pub(super) fn written(self, names: &[&str]) -> String {
        let name = |stem: Stem| names.get(stem as usize).copied().unwrap_or_default();
        match self.second {
            None => name(self.first).to_owned(),
            Some(second) => format!("{} {}", name(self.first), name(second)),
        }
    }
}

/// A stemmed word and where it stands.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) stem: Stem,
    start: usize,
    end: usize,
    /// Nothing but spaces and stop words stands between this word and the one before it.
    follows: bool,
}

impl Word {
    pub(super) fn within<'a>(&self, text: &'a str) -> &'a str {
        &text[self.start..self.end]
    }
}

/// The words that were read, so that each is stemmed once and compared as a number ever after.
#[derive(Default)]
pub(super) struct Vocabulary {
    words: HashMap<String, Stem>,
    stems: HashMap<String, Stem>,
}

impl Vocabulary {
    /// The stems, by their number.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names = vec![""; self.stems.len()];
        for (name, stem) in &self.stems {
            names[*stem as usize] = name;
        }
        names
    }
}

/// Reads texts over a vocabulary; words that it lacks get numbers of the reader's own.
pub(super) struct Reader<'v> {
    known: Option<&'v Vocabulary>,
    fresh: Vocabulary,
    stemmers: Stemmers,
    meanings: &'v [(MenteeField, Vector)],
}

/// Which words are left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leave {
    /// Those that carry no meaning, and those that say little in a short phrase.
    Commonplaces,
    /// Those that carry no meaning.
    Stops,
    Nothing,
}

impl<'v> Reader<'v> {
    pub(super) fn new(known: Option<&'v Vocabulary>) -> Self {
        Self {
            known,
            fresh: Vocabulary::default(),
            stemmers: Stemmers::default(),
            meanings: &[],
        }
    }

    /// Says what the texts that will be read mean to a model, as far as that is known.
    pub(super) fn with_meanings(self, meanings: &'v [(MenteeField, Vector)]) -> Self {
        Self { meanings, ..self }
    }

    pub(super) fn meanings(&self) -> &'v [(MenteeField, Vector)] {
        self.meanings
    }

    /// What was read beyond the known vocabulary.
    pub(super) fn into_vocabulary(self) -> Vocabulary {
        self.fresh
    }

    /// Reads the words of a text that carry meaning: lower case, no stop words, stemmed, known short forms written out.
    pub(super) fn content(&mut self, text: &str) -> Vec<Word> {
        self.read(text, Leave::Commonplaces)
    }

    /// Reads the words of a short phrase; a phrase made of nothing but stop words keeps them all.
    pub(super) fn phrase(&mut self, text: &str) -> Vec<Word> {
        let words = self.content(text);
        if words.is_empty() {
            self.read(text, Leave::Nothing)
        } else {
            words
        }
    }

    /// Reads a term as [`Term::written`] gives it.
    pub(super) fn term(&mut self, written: &str) -> Term {
        let (first, second) = match written.split_once(' ') {
            None => (written, None),
            Some((first, second)) => (first, Some(self.number(second))),
        };
        Term {
            first: self.number(first),
            second,
        }
    }

    /// Calls `each` with every word and every pair of neighbours: the term, and the piece of the text it was read from.
    pub(super) fn terms<'a>(&mut self, text: &'a str, mut each: impl FnMut(Term, &'a str)) {
        let mut before: Option<Word> = None;
        for word in self.read(text, Leave::Stops) {
            each(
                Term {
                    first: word.stem,
                    second: None,
                },
                word.within(text),
            );
            if let Some(before) = before.filter(|_| word.follows) {
                each(
                    Term {
                        first: before.stem,
                        second: Some(word.stem),
                    },
                    &text[before.start..word.end],
                );
            }
            before = Some(word);
        }
    }

    fn read(&mut self, text: &str, leave: Leave) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::new();
        let mut last_end = 0;
        let mut follows = false;
        for (start, end) in runs(text) {
            follows &= !text[last_end..start].contains(BREAKS);
            last_end = end;
            scripts::words(&text[start..end], |from, to| {
                let (start, end) = (start + from, start + to);
                let lower = text[start..end].to_lowercase();
                if is_left_out(&lower, leave) {
                    return;
                }
                for plain in written_out(&lower) {
                    let stem = self.stem(plain);
                    words.push(Word {
                        stem,
                        start,
                        end,
                        follows,
                    });
                    follows = true;
                }
            });
        }
        words
    }

    fn stem(&mut self, word: &str) -> Stem {
        let known = self.known.and_then(|known| known.words.get(word));
        if let Some(stem) = known.or_else(|| self.fresh.words.get(word)) {
            return *stem;
        }
        let stem = self.stemmers.stem(word).into_owned();
        let stem = self.number(&stem);
        self.fresh.words.insert(word.to_owned(), stem);
        stem
    }

    fn number(&mut self, stem: &str) -> Stem {
        if let Some(stem) = self.known.and_then(|known| known.stems.get(stem)) {
            return *stem;
        }
        let used = self.known.map_or(0, |known| known.stems.len()) + self.fresh.stems.len();
        let next = Stem::try_from(used).unwrap_or(Stem::MAX);
        *self.fresh.stems.entry(stem.to_owned()).or_insert(next)
    }
}

/// The runs of letters and digits, with the marks that languages have in their names (C++, C#).
fn runs(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(char::is_alphanumeric)?;
        let tail = &text[start..];
        let word = tail
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(tail.len());
        let marks = tail[word..]
            .find(|c| c != '+' && c != '#')
            .unwrap_or(tail.len() - word);
        rest = start + word + marks;
        Some((start, rest))
    })
}

fn is_left_out(word: &str, leave: Leave) -> bool {
    let is_lone_letter = word.len() == 1 && !word.bytes().all(|b| b.is_ascii_digit());
    match leave {
        Leave::Nothing => false,
        Leave::Stops => is_lone_letter || STOPS.contains(word),
        Leave::Commonplaces => {
            is_lone_letter || STOPS.contains(word) || COMMONPLACES.contains(&word)
        }
    }
}

fn written_out(word: &str) -> impl Iterator<Item = &str> {
    let long: &[&'static str] = SHORT_FORMS
        .binary_search_by_key(&word, |(short, _)| short)
        .map_or(&[], |found| SHORT_FORMS[found].1);
    let own = long.is_empty().then_some(word);
    own.into_iter().chain(long.iter().copied())
}

/// Marks that end a thought: words on both sides of one are no pair.
const BREAKS: [char; 10] = ['.', ',', ';', ':', '!', '?', '(', ')', '\n', '•'];

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(text: &str) -> Vec<String> {
        let mut reader = Reader::new(None);
        let words = reader.content(text);
        let names = reader.into_vocabulary().stems;
        let name = |stem| {
            names
                .iter()
                .find(|(_, number)| **number == stem)
                .unwrap()
                .0
                .clone()
        };
        words.iter().map(|word| name(word.stem)).collect()
    }

    fn pairs(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        Reader::new(None).terms(text, |term, piece| {
            if term.second.is_some() {
                found.push(piece);
            }
        });
        found
    }

    #[test]
    fn the_short_forms_are_sorted_so_that_they_can_be_searched() {
        assert!(SHORT_FORMS.is_sorted_by_key(|(short, _)| short));
    }

    #[test]
    fn stop_words_go_and_the_rest_is_stemmed() {
        assert_eq!(
            stems("How do we price our SaaS pricing?"),
            ["price", "saa", "price"]
        );
    }

    #[test]
    fn pairs_do_not_reach_over_the_end_of_a_sentence() {
        assert_eq!(
            pairs("Raise a seed round. Growth"),
            ["Raise a seed", "seed round"]
        );
    }

    #[test]
    fn short_forms_meet_what_they_stand_for() {
        assert_eq!(stems("FinTech"), stems("financial technology"));
        assert_eq!(stems("AI"), stems("artificial intelligence"));
    }

    #[test]
    fn names_of_languages_and_other_scripts_survive() {
        assert_eq!(
            stems("C++, C# Раст über 東京"),
            ["c++", "c#", "раст", "über", "東京"]
        );
    }

    #[test]
    fn a_phrase_of_stop_words_keeps_them() {
        assert_eq!(Reader::new(None).phrase("Technology").len(), 1);
        assert!(Reader::new(None).phrase(" -- ").is_empty());
    }
}
