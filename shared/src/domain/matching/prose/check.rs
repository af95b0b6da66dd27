//! The check of a text: every word must be known, every number and name must be a placeholder beside its own component.

use std::collections::HashSet;

use super::words::{NEGATIONS, NUMBERS, USABLE};
use super::{Facts, Filling, label};
use crate::domain::matching::scored::ComponentName;
use crate::domain::matching::words::Reader;

/// How long a text is once its placeholders are filled, in characters.
const SHORTEST: usize = 40;
const LONGEST: usize = 900;

/// The most sentences.
const MAX_SENTENCES: usize = 8;

/// Why a text was thrown away.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProseError {
    /// It is too short, too long, or of too many sentences.
    #[error("the text has the wrong length")]
    Length,
    /// It holds a character of links, markup, addresses or numbers.
    #[error("the text holds {0:?}")]
    Character(char),
    /// A placeholder stands for nothing.
    #[error("the text holds an unknown placeholder")]
    Placeholder,
    /// It says the contrary of something.
    #[error("the text holds a negation")]
    Negation,
    /// It names a number in words.
    #[error("the text holds a number in words")]
    Number,
    /// A word is neither in the facts nor on the list.
    #[error("the text holds a word that is not in the facts")]
    Word,
    /// A sentence mixes components, or does not say which one it is about.
    #[error("a sentence does not stand by its own component")]
    Component,
    /// Nobody is proposed.
    #[error("the text does not name the mentor")]
    NoMentor,
}

/// A piece of a sentence.
enum Token<'a> {
    Word(&'a str),
    Placeholder(&'a Filling),
}

pub(super) fn checked(facts: &Facts, text: &str) -> Result<String, ProseError> {
    let text = text.trim();
    // Checked before anything else, so that a text without end costs nothing.
    if text.len() > 4 * LONGEST {
        return Err(ProseError::Length);
    }
    characters(text)?;
    if !text.contains("{mentor}") {
        return Err(ProseError::NoMentor);
    }
    let mut count = 0;
    for sentence in sentences(text) {
        let tokens = tokens(facts, sentence)?;
        let about = component(facts, &tokens)?;
        for token in &tokens {
            if let Token::Word(word) = token {
                check_word(facts, word, about)?;
            }
        }
        count += 1;
    }
    let filled = fill(facts, text);
    let is_long_enough = (SHORTEST..=LONGEST).contains(&filled.chars().count());
    if is_long_enough && count <= MAX_SENTENCES && text.ends_with('.') {
        Ok(filled)
    } else {
        Err(ProseError::Length)
    }
}

/// Letters, spaces, commas, full stops at the end of sentences, and placeholders.
fn characters(text: &str) -> Result<(), ProseError> {
    let mut rest = text.chars().peekable();
    let mut is_inside = false;
    while let Some(c) = rest.next() {
        let is_fine = match c {
            '{' => !std::mem::replace(&mut is_inside, true),
            '}' => std::mem::replace(&mut is_inside, false),
            _ if is_inside => c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c),
            '.' | ',' | ';' | ':' => rest.peek().is_none_or(|next| *next == ' '),
            ' ' | '-' => true,
            c => c.is_ascii_alphabetic(),
        };
        if !is_fine {
            return Err(ProseError::Character(c));
        }
    }
    if is_inside {
        return Err(ProseError::Placeholder);
    }
    Ok(())
}

/// What stands between full stops and semicolons; the dots of placeholders are none.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut is_inside = false;
    let parts = text.split(move |c| {
        is_inside = (is_inside || c == '{') && c != '}';
        !is_inside && ".;".contains(c)
    });
    parts.filter(|part| !part.trim().is_empty())
}

fn tokens<'a>(facts: &'a Facts, sentence: &'a str) -> Result<Vec<Token<'a>>, ProseError> {
    let mut tokens = Vec::new();
    let mut rest = sentence;
    while let Some((before, behind)) = rest.split_once('{') {
        let (key, behind) = behind.split_once('}').ok_or(ProseError::Placeholder)?;
        let filling = facts.fillings.get(key).ok_or(ProseError::Placeholder)?;
        tokens.extend(words(before).map(Token::Word));
        tokens.push(Token::Placeholder(filling));
        rest = behind;
    }
    tokens.extend(words(rest).map(Token::Word));
    Ok(tokens)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| !word.is_empty())
}

/// The one component that a sentence is about; one without any placeholder of a component is about none.
fn component(facts: &Facts, tokens: &[Token<'_>]) -> Result<Option<ComponentName>, ProseError> {
    let mut about = HashSet::new();
    let mut spoken = HashSet::new();
    let mut has_total = false;
    for token in tokens {
        match token {
            Token::Placeholder(filling) => {
                about.extend(filling.component);
                has_total |= filling.is_total;
            }
            Token::Word(word) => {
                spoken.insert(word.to_ascii_lowercase());
            }
        }
    }
    let labels = |name| label(name).iter().copied().collect::<HashSet<_>>();
    let name = match (about.len(), about.into_iter().next()) {
        (1, Some(name)) => name,
        (0, None) => {
            let labelled = facts.components.iter();
            let mut all = labelled.flat_map(|name| label(*name));
            let is_labelled = all.any(|word| spoken.contains(*word));
            let is_total = !has_total || spoken.contains("score");
            let is_fine = is_total && !is_labelled;
            return if is_fine {
                Ok(None)
            } else {
                Err(ProseError::Component)
            };
        }
        _ => return Err(ProseError::Component),
    };
    let own = labels(name);
    let mut others = facts.components.iter().flat_map(|other| label(*other));
    let is_other = others.any(|word| !own.contains(word) && spoken.contains(*word));
    let says_so = own.iter().all(|word| spoken.contains(*word));
    if says_so && !is_other && !has_total {
        Ok(Some(name))
    } else {
        Err(ProseError::Component)
    }
}

fn check_word(facts: &Facts, word: &str, about: Option<ComponentName>) -> Result<(), ProseError> {
    let lower = word.to_ascii_lowercase();
    let is_in = |list: &[&str]| list.binary_search(&lower.as_str()).is_ok();
    if is_in(NEGATIONS) {
        return Err(ProseError::Negation);
    }
    if is_in(NUMBERS) {
        return Err(ProseError::Number);
    }
    let is_label = about.is_some_and(|name| label(name).contains(&lower.as_str()));
    // A word of the facts in lower case is a word; in capitals it is a name, which comes by its placeholder.
    let is_fact = word == lower && about.is_some_and(|name| stands_in(facts, name, &lower));
    if is_in(USABLE) || is_label || is_fact {
        Ok(())
    } else {
        Err(ProseError::Word)
    }
}

/// Whether a passage of the component has the word, up to its inflection.
fn stands_in(facts: &Facts, name: ComponentName, word: &str) -> bool {
    let mut reader = Reader::new(None);
    let stems: Vec<_> = reader.content(word).iter().map(|word| word.stem).collect();
    let own = facts
        .fillings
        .values()
        .filter(|filling| filling.component == Some(name));
    let mut said = own.flat_map(|filling| reader.content(&filling.text));
    !stems.is_empty() && said.any(|said| stems.contains(&said.stem))
}

fn fill(facts: &Facts, text: &str) -> String {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((before, behind)) = rest.split_once('{') {
        let (key, behind) = behind.split_once('}').unwrap_or((behind, ""));
        filled.push_str(before);
        filled.push_str(facts.fillings.get(key).map_or("", |filling| &filling.text));
        rest = behind;
    }
    filled + rest
}
