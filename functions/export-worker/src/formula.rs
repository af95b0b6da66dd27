//! What others wrote must not become a formula in a spreadsheet (OWASP, CSV injection).

use std::borrow::Cow;

/// What a formula begins with, also in full width.
const BEGINNINGS: [char; 11] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

/// The text, behind an apostrophe where it would be read as a formula.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(BEGINNINGS) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_formula() {
        for text in [
            "=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A1",
        ] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["1=1", "", "'=1", "🦀=1"] {
            assert_eq!(harmless(text), text);
        }
    }
}
