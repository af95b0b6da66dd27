//! A phone number, and the form in which it is kept.

use crate::domain::id::UserId;
use crate::domain::value::ValueError;

/// A phone number in the international form of ITU-T E.164: a plus, the country, at most 15 digits in all.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

/// A phone number as the database has it; only the data keys open it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedPhone(pub Vec<u8>);

impl SealedPhone {
    /// Where the number of a person belongs: sealed with this, it opens nowhere else.
    #[must_use]
    pub fn context(person: UserId) -> String {
        format!("users.phone|{person}")
    }
}

impl Phone {
    /// Reads a number without spaces.
    ///
    /// # Errors
    /// When it is not written that way.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let digits = text.strip_prefix('+').unwrap_or_default();
        let is_number = (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|b| b.is_ascii_digit());
        is_number
            .then(|| Self(text.to_owned()))
            .ok_or(ValueError::NotPhone)
    }

    /// The number itself, to be sealed.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_international_form_is_a_number() {
        for good in [
            "+493012345678",
            "+12025550123",
            "+1234567",
            "+123456789012345",
        ] {
            assert_eq!(
                Phone::parse(good).ok().as_ref().map(Phone::expose),
                Some(good)
            );
        }
        for bad in [
            "",
            "+",
            "030 1234567",
            "493012345678",
            "+49 30 123456",
            "+0301234567",
            "+123456",
            "+1234567890123456",
            "+49301234x",
            "++4930123456",
            "+４９３０１２３４５６",
        ] {
            assert!(Phone::parse(bad).is_err(), "{bad:?}");
        }
    }
}
