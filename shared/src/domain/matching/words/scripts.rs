//! Scripts: how words end in each, and what to do where no spaces stand between them.

use std::borrow::Cow;

use rust_stemmers::{Algorithm, Stemmer};

/// One stemmer per script; the Latin one is for English, the platform's language.
pub(super) struct Stemmers {
    english: Stemmer,
    russian: Stemmer,
    greek: Stemmer,
    arabic: Stemmer,
}

impl Default for Stemmers {
    fn default() -> Self {
        Self {
            english: Stemmer::create(Algorithm::English),
            russian: Stemmer::create(Algorithm::Russian),
            greek: Stemmer::create(Algorithm::Greek),
            arabic: Stemmer::create(Algorithm::Arabic),
        }
    }
}

impl Stemmers {
    /// Plain words lose their endings; anything else (marks, digits, mixed or other scripts) stays as it was written.
    pub(super) fn stem<'a>(&self, word: &'a str) -> Cow<'a, str> {
        let all = |is_in: fn(char) -> bool| word.chars().all(is_in);
        if word.bytes().all(|b| b.is_ascii_lowercase()) {
            self.english.stem(word)
        } else if all(|c| matches!(c, '\u{400}'..='\u{4ff}')) {
            self.russian.stem(word)
        } else if all(|c| matches!(c, '\u{370}'..='\u{3ff}')) {
            self.greek.stem(word)
        } else if all(|c| matches!(c, '\u{620}'..='\u{64a}')) {
            self.arabic.stem(word)
        } else {
            Cow::Borrowed(word)
        }
    }
}

/// Calls `each` with the words of a run of letters. Scripts without spaces give every two neighbouring characters.
pub(super) fn words(run: &str, mut each: impl FnMut(usize, usize)) {
    if run.is_ascii() {
        each(0, run.len());
        return;
    }
    let ends = |at: usize, c: char| at + c.len_utf8();
    let mut characters = run.char_indices().peekable();
    while let Some((start, first)) = characters.next() {
        let mut end = ends(start, first);
        if is_dense(first) {
            let mut before = start;
            let mut is_alone = true;
            while let Some((at, c)) = characters.next_if(|(_, c)| is_dense(*c)) {
                each(before, ends(at, c));
                (before, is_alone) = (at, false);
            }
            if is_alone {
                each(start, end);
            }
        } else {
            while let Some((at, c)) = characters.next_if(|(_, c)| !is_dense(*c)) {
                end = ends(at, c);
            }
            each(start, end);
        }
    }
}

/// Thai, Lao, Myanmar and Khmer; Kana, Han and Hangul.
const fn is_dense(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(run: &str) -> Vec<&str> {
        let mut found = Vec::new();
        words(run, |start, end| found.push(&run[start..end]));
        found
    }

    #[test]
    fn what_has_no_spaces_is_read_two_characters_at_a_time() {
        assert_eq!(read("東京大学"), ["東京", "京大", "大学"]);
        assert_eq!(read("京"), ["京"]);
        assert_eq!(read("über"), ["über"]);
        assert_eq!(read("ai東京2"), ["ai", "東京", "2"]);
        assert!(read("").iter().all(|word| word.is_empty()));
    }

    #[test]
    fn each_script_loses_its_own_endings() {
        let stemmers = Stemmers::default();
        assert_eq!(stemmers.stem("pricing"), "price");
        assert_eq!(stemmers.stem("разработки"), stemmers.stem("разработка"));
        assert_eq!(stemmers.stem("c++"), "c++");
        assert_eq!(stemmers.stem("über"), "über");
    }
}
