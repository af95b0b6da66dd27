//! A password that is chosen, and what is kept of one.

mod common;

use super::Email;
use crate::domain::refusal::{Refusal, RefusalKind};

/// The product's own name: whoever attacks it tries that first.
const PRODUCT: &str = "Office Hours";

/// What is kept of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordHash {
    /// The Argon2id hash, in PHC's form.
    pub phc: String,
    /// The name of the pepper that went into it, if one did.
    pub pepper: Option<String>,
}

/// A password that may be chosen, as far as it alone can tell: 8–128 characters, at most 512 bytes.
#[derive(Clone)]
pub struct NewPassword(String);

/// What a new password is held against.
///
/// The classes are the product's rule and deviate from OWASP ASVS 6.2.5, which advises against them: they make people
/// decorate a common word. Hence common words are refused in every usual decoration (ASVS 6.2.4), and the classes can
/// be switched off with `PASSWORD_REQUIRE_CLASSES=off`.
#[derive(Clone, Copy, Debug)]
pub struct PasswordRules<'a> {
    /// Whether upper case, lower case, a digit and a symbol are asked for.
    pub needs_classes: bool,
    /// Words about the person (see [`personal_words`]).
    pub personal: &'a [String],
}

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
    /// Others have it too, or it is the person's own name or address, or ours.
    #[error("is a common password, or a name with decoration: choose one that nobody guesses")]
    TooCommon,
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
            Self::TooCommon => "password_too_common",
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("password")
    }
}

/// The words that must not make a person's password: their names, the front of their address, and our name.
#[must_use]
pub fn personal_words(email: &Email, first_name: &str, last_name: &str) -> Vec<String> {
    let local = email.as_str().split('@').next().unwrap_or_default();
    let both = format!("{first_name}{last_name}");
    let parts = local
        .split(['.', '-', '_', '+'])
        .chain([local, first_name, last_name, &both, PRODUCT]);
    parts.filter_map(common::personal_word).collect()
}

impl NewPassword {
    /// Reads a new password as typed: never trimmed, cut or changed in case (ASVS 6.2.8).
    ///
    /// # Errors
    /// When it is too short or too long.
    pub fn parse(text: &str) -> Result<Self, PasswordError> {
        let length = text.chars().count();
        if length < 8 {
            return Err(PasswordError::TooShort);
        }
        if length > 128 || text.len() > 512 {
            return Err(PasswordError::TooLong);
        }
        Ok(Self(text.to_owned()))
    }

    /// Gives the password itself, for the hash, if it keeps the rules.
    ///
    /// # Errors
    /// When it breaks one.
    pub fn accept(&self, rules: &PasswordRules<'_>) -> Result<&str, PasswordError> {
        if rules.needs_classes && !self.has_all_classes() {
            return Err(PasswordError::TooSimple);
        }
        if common::is_common(&self.0, rules.personal) {
            return Err(PasswordError::TooCommon);
        }
        Ok(&self.0)
    }

    fn has_all_classes(&self) -> bool {
        let has = |class: fn(char) -> bool| self.0.chars().any(class);
        has(char::is_uppercase)
            && has(char::is_lowercase)
            && has(|c| c.is_ascii_digit())
            && has(|c| !c.is_alphanumeric() && !c.is_control())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(text: &str, needs_classes: bool) -> Result<String, PasswordError> {
        let email = Email::parse("ada.byron@example.com").unwrap();
        let personal = personal_words(&email, "Ada", "Lovelace");
        let rules = PasswordRules {
            needs_classes,
            personal: &personal,
        };
        NewPassword::parse(text)?.accept(&rules).map(str::to_owned)
    }

    #[test]
    fn a_password_needs_length_and_four_classes() {
        assert!(choose("Demo-Passw0rd!", true).is_ok());
        for (bad, why) in [
            ("aA1!", PasswordError::TooShort),
            ("xyxyzzyx", PasswordError::TooSimple),
            ("XYZXyzxx1", PasswordError::TooSimple),
        ] {
            assert_eq!(choose(bad, true).err(), Some(why), "{bad}");
        }
        let long = format!("aA1!{}", "x".repeat(125));
        assert_eq!(choose(&long, true).err(), Some(PasswordError::TooLong));
    }

    #[test]
    fn the_classes_can_be_switched_off_and_the_rest_stays() {
        assert!(choose("a long sentence without any", false).is_ok());
        assert_eq!(
            choose("a long sentence without any", true).err(),
            Some(PasswordError::TooSimple)
        );
        assert_eq!(
            choose("password", false).err(),
            Some(PasswordError::TooCommon)
        );
        assert_eq!(choose("short", false).err(), Some(PasswordError::TooShort));
    }

    #[test]
    fn a_password_is_not_ones_own_name_or_ours() {
        for bad in [
            "Lovelace1!",
            "L0vel@ce99#",
            "Byron-1815!",
            "AdaLovelace1!",
            "Ada.Byron7!",
            "OfficeHours1!",
            "0ffice-Hours!7",
        ] {
            assert_eq!(
                choose(bad, true).err(),
                Some(PasswordError::TooCommon),
                "{bad}"
            );
        }
        assert!(choose("Lovelace likes 7 engines!", true).is_ok());
    }
}
