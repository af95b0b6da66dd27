//! What others wrote must not become a formula in a spreadsheet (OWASP, CSV injection).
//!
//! Not every spreadsheet splits a file where RFC 4180 does: some take a semicolon or a tab for the end of a cell, and drop
//! what cannot be seen in front of one. So each part of a text counts that one of them may take for a cell.

use std::borrow::Cow;

/// What a formula begins with, also in full width.
const BEGINNINGS: [char; 8] = [
    '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

/// What ends a cell for one spreadsheet or another. Where a comma does, a text with one stands in quotes.
const SEPARATORS: [char; 4] = [';', '\t', '\r', '\n'];

/// With what no text may begin, whatever comes then.
const BREAKS: [char; 3] = ['\t', '\r', '\n'];

/// The text, with an apostrophe in front of everything that would be read as a formula.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    let (mut safe, mut written) = (String::new(), 0);
    for place in places(text) {
        safe.push_str(&text[written..place]);
        safe.push('\'');
        written = place;
    }
    if safe.is_empty() {
        return Cow::Borrowed(text);
    }
    safe.push_str(&text[written..]);
    Cow::Owned(safe)
}

/// Where an apostrophe is needed, in order.
fn places(text: &str) -> impl Iterator<Item = usize> {
    let first = text.starts_with(BREAKS).then_some(0);
    let mut is_beginning = true;
    let formulas = text.char_indices().filter(move |(_, c)| {
        let is_formula = is_beginning && BEGINNINGS.contains(c);
        is_beginning = SEPARATORS.contains(c) || (is_beginning && is_passed_over(*c));
        is_formula
    });
    first.into_iter().chain(formulas.map(|(at, _)| at))
}

/// Whether a spreadsheet may look behind it for the beginning of a cell.
fn is_passed_over(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '\u{feff}' | '\u{200b}'..='\u{200f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_text_becomes_a_formula() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+49", "'+49"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("＝1", "'＝1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠A1", "'＠A1"),
            ("\ttab", "'\ttab"),
            ("\rreturn", "'\rreturn"),
            ("\nline", "'\nline"),
            ("\t=1", "'\t'=1"),
        ] {
            assert_eq!(harmless(text), expected);
        }
    }

    #[test]
    fn nothing_that_cannot_be_seen_hides_a_formula() {
        for hidden in [
            " ", "\u{a0}", "\"", "\u{1}", "\u{feff}", "\u{200b}", "\u{200f}", " \" ",
        ] {
            let text = format!("{hidden}=1");
            assert_eq!(harmless(&text), format!("{hidden}'=1"));
        }
    }

    #[test]
    fn every_part_counts_that_may_be_a_cell() {
        assert_eq!(harmless("x;=1"), "x;'=1");
        assert_eq!(harmless("x; \"@A1\";-2"), "x; \"'@A1\";'-2");
        assert_eq!(harmless("one\r\n+two\t-three"), "one\r\n'+two\t'-three");
    }

    #[test]
    fn what_is_harmless_is_not_copied() {
        for text in [
            "1=1", "", "'=1", "🦀=1", "a - b", "one; two", " \u{a0}", "a\nb",
        ] {
            assert!(matches!(harmless(text), Cow::Borrowed(same) if same == text));
        }
    }

    /// Texts of what matters here.
    const TEXTS: &str = "[-=+@＝＠;,\t\r\n \"'x1\u{1}\u{a0}\u{feff}\u{200b}🦀]{0,16}";

    proptest! {
        #[test]
        fn no_part_of_any_text_is_a_formula(text in TEXTS) {
            let safe = harmless(&text);
            prop_assert!(!safe.starts_with(BREAKS), "{safe:?}");
            for part in safe.split(SEPARATORS) {
                let seen = part.trim_start_matches(is_passed_over);
                prop_assert!(!seen.starts_with(BEGINNINGS), "{safe:?}");
            }
        }

        #[test]
        fn nothing_but_apostrophes_is_added(text in TEXTS) {
            let safe = harmless(&text);
            let mut rest = text.chars().peekable();
            for c in safe.chars() {
                if rest.next_if_eq(&c).is_none() {
                    prop_assert_eq!(c, '\'', "{:?}", &safe);
                }
            }
            prop_assert_eq!(rest.next(), None);
        }
    }
}
