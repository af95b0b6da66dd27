//! Values with limits: once one exists it is within them, so nobody checks twice.

mod https_url;

use serde::Serialize;

use super::refusal::{Refusal, RefusalKind};

pub use https_url::HttpsUrl;

/// Why a value was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// The text has too few characters.
    #[error("must have at least {0} characters")]
    TooShort(usize),
    /// The text has too many characters.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// The text holds a control character other than a line break or a tab.
    #[error("must not contain control characters")]
    Control,
    /// The number lies outside its range.
    #[error("must be a whole number from {0} to {1}")]
    OutOfRange(i64, i64),
    /// The list has too many entries.
    #[error("must have at most {0} entries")]
    TooMany(usize),
    /// The list names one entry twice.
    #[error("must not repeat an entry")]
    Repeated,
    /// The text is not an `https` address.
    #[error("must be an https:// address of a public host, without a user or a port")]
    NotHttps,
    /// The text is not a currency code.
    #[error("must be an ISO 4217 currency code such as EUR")]
    NotCurrency,
    /// The text is no name that a person can be found by.
    #[error("must have 3 to 30 of the characters a–z, 0–9, '_', '.' and '-'")]
    NotUsername,
    /// The text is no phone number in the international form.
    #[error("must be an international phone number without spaces such as +493012345678")]
    NotPhone,
    /// The text is no token of a payment method.
    #[error("must be the payment provider's token of a card, never a card number")]
    NotPaymentMethod,
    /// The text is none of the values that are allowed.
    #[error("must be one of: {0}")]
    NotOneOf(&'static str),
}

impl Refusal for ValueError {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            Self::TooShort(_) => "too_short",
            Self::TooLong(_) => "too_long",
            Self::Control => "control_character",
            Self::OutOfRange(..) => "out_of_range",
            Self::TooMany(_) => "too_many",
            Self::Repeated => "repeated_entry",
            Self::NotHttps => "invalid_url",
            Self::NotCurrency => "invalid_currency",
            Self::NotUsername => "invalid_username",
            Self::NotPhone => "invalid_phone",
            Self::NotPaymentMethod => "invalid_payment_method",
            Self::NotOneOf(_) => "unknown_value",
        }
    }
}

/// A text of `MIN` to `MAX` characters, without surrounding white space and without control characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Text<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> Text<MIN, MAX> {
    /// Reads a text.
    ///
    /// # Errors
    /// When it is too short, too long, or holds control characters.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
        if text
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            return Err(ValueError::Control);
        }
        match text.chars().count() {
            n if n < MIN => Err(ValueError::TooShort(MIN)),
            n if n > MAX => Err(ValueError::TooLong(MAX)),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text itself, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Characters that show nothing: a name of them alone would be no name.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}')
}

/// An ISO 4217 currency code: three capital letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Currency(String);

impl Currency {
    /// Reads a currency code.
    ///
    /// # Errors
    /// When it is not three capital letters.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let is_code = text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
        is_code
            .then(|| Self(text.to_owned()))
            .ok_or(ValueError::NotCurrency)
    }

    /// The code itself.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// A whole number from `MIN` to `MAX`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Bounded<const MIN: i32, const MAX: i32>(i32);

impl<const MIN: i32, const MAX: i32> Bounded<MIN, MAX> {
    /// Reads a number.
    ///
    /// # Errors
    /// When it lies outside the range.
    pub fn new(number: i64) -> Result<Self, ValueError> {
        i32::try_from(number)
            .ok()
            .filter(|n| (MIN..=MAX).contains(n))
            .map(Self)
            .ok_or(ValueError::OutOfRange(MIN.into(), MAX.into()))
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> i32 {
        self.0
    }
}

/// A list of at most `MAX` different entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct List<T, const MAX: usize>(Vec<T>);

impl<T: PartialEq, const MAX: usize> List<T, MAX> {
    /// Reads a list.
    ///
    /// # Errors
    /// When it has too many entries or names one twice.
    pub fn new(entries: Vec<T>) -> Result<Self, ValueError> {
        if entries.len() > MAX {
            return Err(ValueError::TooMany(MAX));
        }
        let repeats = entries
            .iter()
            .enumerate()
            .any(|(i, entry)| entries[..i].contains(entry));
        if repeats {
            Err(ValueError::Repeated)
        } else {
            Ok(Self(entries))
        }
    }
}

impl<T, const MAX: usize> Default for List<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const MAX: usize> List<T, MAX> {
    /// The entries in their order.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }

    /// Gives the entries away.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

/// What a PATCH says about one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// The field was not sent: it stays.
    #[default]
    Keep,
    /// The field was sent as `null`: it is emptied.
    Clear,
    /// The field gets this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field was sent at all.
    #[must_use]
    pub const fn is_sent(&self) -> bool {
        !matches!(self, Self::Keep)
    }

    /// Writes the change into an optional field.
    pub fn apply<U>(self, field: &mut Option<U>, convert: impl FnOnce(T) -> U) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(convert(value)),
        }
    }

    /// Writes the change into a field that falls back to `default` when emptied.
    pub fn apply_or<U>(self, field: &mut U, default: U, convert: impl FnOnce(T) -> U) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = default,
            Self::Set(value) => *field = convert(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_trimmed_and_measured_in_characters() {
        assert_eq!(Text::<1, 3>::parse(" äöü ").unwrap().as_str(), "äöü");
        assert_eq!(Text::<1, 3>::parse("   "), Err(ValueError::TooShort(1)));
        assert_eq!(
            Text::<1, 3>::parse("\u{200b} \u{2060}"),
            Err(ValueError::TooShort(1))
        );
        assert_eq!(Text::<1, 3>::parse("abcd"), Err(ValueError::TooLong(3)));
        assert_eq!(Text::<1, 9>::parse("a\u{0}b"), Err(ValueError::Control));
    }

    #[test]
    fn a_number_includes_both_ends_of_its_range() {
        assert!(Bounded::<30, 180>::new(30).is_ok());
        assert!(Bounded::<30, 180>::new(180).is_ok());
        assert_eq!(
            Bounded::<30, 180>::new(181),
            Err(ValueError::OutOfRange(30, 180))
        );
        assert!(Bounded::<30, 180>::new(i64::MAX).is_err());
    }

    #[test]
    fn a_list_refuses_repetition_and_excess() {
        assert!(List::<u8, 2>::new(vec![1, 2]).is_ok());
        assert_eq!(List::<u8, 2>::new(vec![1, 1]), Err(ValueError::Repeated));
        assert_eq!(
            List::<u8, 2>::new(vec![1, 2, 3]),
            Err(ValueError::TooMany(2))
        );
    }

    #[test]
    fn a_patch_keeps_clears_or_sets() {
        let mut field = Some(1);
        Patch::<i32>::Keep.apply(&mut field, |n| n);
        assert_eq!(field, Some(1));
        Patch::Set(2).apply(&mut field, |n| n);
        assert_eq!(field, Some(2));
        Patch::<i32>::Clear.apply(&mut field, |n| n);
        assert_eq!(field, None);
    }
}
