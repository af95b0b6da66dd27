//! With what somebody pays: a token that the provider gave the payer's browser. Cards themselves never come here.

use std::fmt;

use crate::domain::id::SessionId;
use crate::domain::value::ValueError;

/// A provider's token of a card or the like. It is shown to nobody: not by `Debug`, and it has no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct PaymentMethod(String);

impl PaymentMethod {
    /// Reads a token: a letter, then letters, digits, `_` and `-`. The number of a card has no letter.
    ///
    /// # Errors
    /// When it is no such text.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let is_token = (3..=255).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
            && text.starts_with(|c: char| c.is_ascii_alphabetic());
        is_token
            .then(|| Self(text.to_owned()))
            .ok_or(ValueError::NotPaymentMethod)
    }

    /// The token itself, for the provider.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PaymentMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PaymentMethod(…)")
    }
}

/// A token as the database holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedMethod(pub Vec<u8>);

impl SealedMethod {
    /// Where a sealed token belongs: it opens nowhere else.
    #[must_use]
    pub fn context(session: SessionId) -> String {
        format!("payments.method|{session}")
    }
}

impl fmt::Debug for SealedMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedMethod(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_and_never_shown() {
        let token = PaymentMethod::parse("pm_card_ok").unwrap();
        assert_eq!(token.expose(), "pm_card_ok");
        assert!(!format!("{token:?}").contains("card"));
    }

    #[test]
    fn the_number_of_a_card_is_no_token() {
        for bad in [
            "",
            "pm",
            "4242424242424242",
            "4242-4242-4242-4242",
            "4242 4242 4242 4242",
            "pm card",
            "1pm",
            "pm_\u{e4}",
            &"x".repeat(256),
        ] {
            assert_eq!(
                PaymentMethod::parse(bad),
                Err(ValueError::NotPaymentMethod),
                "{bad}"
            );
        }
    }
}
