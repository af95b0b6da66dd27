//! A password that is chosen.

use crate::domain::refusal::{Refusal, RefusalKind};

/// A password that may be chosen: 8–128 characters, at most 512 bytes, with upper, lower, digit and symbol.
///
/// The classes are the product's rule and deviate from OWASP ASVS 6.2.5, which advises against them.
#[derive(Clone)]
pub struct NewPassword(String);

/// Why a password was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than 8 characters.
    #[error("must have at least 8 characters")]
    TooShort,
    /// More than 128 characters or 512 bytes.
    #[error("must have at most 128 characters")]
    TooLong,
    /// A class of characters is missing.
    #[error("must contain an upper-case letter, a lower-case letter, a digit and a symbol")]
    TooSimple,
}

impl Refusal for PasswordError {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            Self::TooShort => "password_too_short",
            Self::TooLong => "password_too_long",
            Self::TooSimple => "password_too_simple",
        }
    }
}

impl NewPassword {
    /// Reads a new password as typed: never trimmed, cut or changed in case (ASVS 6.2.8).
    ///
    /// # Errors
    /// When it breaks the policy.
    pub fn parse(text: &str) -> Result<Self, PasswordError> {
        let length = text.chars().count();
        if length < 8 {
            return Err(PasswordError::TooShort);
        }
        if length > 128 || text.len() > 512 {
            return Err(PasswordError::TooLong);
        }
        let has = |class: fn(char) -> bool| text.chars().any(class);
        let is_symbol = |c: char| !c.is_alphanumeric() && !c.is_control();
        if has(char::is_uppercase)
            && has(char::is_lowercase)
            && has(|c| c.is_ascii_digit())
            && has(is_symbol)
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(PasswordError::TooSimple)
        }
    }

    /// The password itself, for the hash.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_needs_length_and_four_classes() {
        assert!(NewPassword::parse("Demo-Passw0rd!").is_ok());
        for (bad, why) in [
            ("aA1!", PasswordError::TooShort),
            ("aaaaaaaa", PasswordError::TooSimple),
            ("AAAAaaaa1", PasswordError::TooSimple),
        ] {
            assert_eq!(NewPassword::parse(bad).err(), Some(why), "{bad}");
        }
        let long = format!("aA1!{}", "x".repeat(125));
        assert_eq!(
            NewPassword::parse(&long).err(),
            Some(PasswordError::TooLong)
        );
    }
}
