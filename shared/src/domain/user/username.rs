//! The name a person is found by.

use serde::Serialize;

use crate::domain::value::ValueError;

/// A name of 3 to 30 letters, digits, dots, dashes and underscores, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Username(String);

impl Username {
    /// Reads a name; capitals are the same name.
    ///
    /// # Errors
    /// When it is too short, too long, or holds anything else.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let name = text.to_ascii_lowercase();
        let is_mark = |b: u8| matches!(b, b'_' | b'.' | b'-');
        let is_name = (3..=30).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || is_mark(b));
        is_name.then_some(Self(name)).ok_or(ValueError::NotUsername)
    }

    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_in_lower_case() {
        assert_eq!(Username::parse("Ada.L-1").unwrap().as_str(), "ada.l-1");
        assert!(Username::parse(&"a".repeat(30)).is_ok());
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for bad in [
            "ab",
            &"a".repeat(31),
            "ada lovelace",
            "ädä",
            "a@b",
            "",
            "ada\n",
        ] {
            assert_eq!(
                Username::parse(bad),
                Err(ValueError::NotUsername),
                "{bad:?}"
            );
        }
    }
}
