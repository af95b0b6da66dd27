//! What people typed, made fit for places where a line break or an invisible mark would change the meaning: headers,
//! subjects, calendar properties.

/// Puts a text on one line: line breaks and control characters become spaces, runs of white space one space, and marks
/// that turn the direction of writing go.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .map(without_marks)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Keeps a text's lines, each ended by `\n`, and turns other control characters into spaces.
#[must_use]
pub fn lines(text: &str) -> String {
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let text: String = text
        .chars()
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect();
    without_marks(text.trim())
}

/// Cuts a text to at most `max` characters, the last one `…` when something was cut.
#[must_use]
pub fn shorten(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Removes the marks that let a name run backwards over what stands beside it.
fn without_marks(text: &str) -> String {
    text.replace(
        |c| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'),
        "",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_line_breaks_is_one_line() {
        assert_eq!(
            one_line("Ada\r\nBcc: eve@example.com\t\u{0}x"),
            "Ada Bcc: eve@example.com x"
        );
        assert_eq!(one_line("a\u{2028}b\u{85}c"), "a b c");
        assert_eq!(one_line("\u{202e}drow \u{202c} x"), "drow x");
        assert_eq!(one_line("👩\u{200d}🚀 Zoë"), "👩\u{200d}🚀 Zoë");
    }

    #[test]
    fn notes_keep_their_lines() {
        assert_eq!(
            lines("one\r\ntwo\rthree\u{7}four\n"),
            "one\ntwo\nthree four"
        );
    }

    #[test]
    fn a_long_text_ends_in_an_ellipsis() {
        assert_eq!(shorten("äöü", 3), "äöü");
        assert_eq!(shorten("äöü x", 4), "äöü…");
    }
}
