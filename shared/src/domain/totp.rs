//! The second factor: a code of an authenticator app, or one of ten recovery codes, each good for one sign-in.

use std::fmt;

use jiff::Timestamp;

use super::refusal::{Refusal, RefusalKind};

mod secret;

use secret::base32;
pub use secret::{SECRET_BYTES, Secret};

/// How long a code is shown, in seconds (RFC 6238 §5.2).
const PERIOD: i64 = 30;
/// Codes of this many steps before and after now are taken too: clocks differ, people type slowly.
const SKEW: i64 = 1;
/// 120 bits: more than the 112 below which ASVS 6.5.2 asks for a slow hash.
pub const RECOVERY_CODE_BYTES: usize = 15;
/// How many recovery codes a person gets.
pub const RECOVERY_CODES: usize = 10;

/// Six digits of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(u32);

impl Code {
    /// Takes a number below a million as a code.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

/// A code for the day on which the app is lost: 24 letters and digits in groups of six.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// Takes random bytes as a code.
    #[must_use]
    pub fn new(bytes: &[u8; RECOVERY_CODE_BYTES]) -> Self {
        Self(base32(bytes).to_ascii_lowercase())
    }

    /// The code without its groups, for the hash.
    #[must_use]
    pub fn plain(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups: Vec<&str> = (0..self.0.len())
            .step_by(6)
            .filter_map(|at| self.0.get(at..at + 6))
            .collect();
        f.write_str(&groups.join("-"))
    }
}

/// What somebody types as their second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// The code that the app shows.
    Code(Code),
    /// A recovery code.
    Recovery(RecoveryCode),
}

impl SecondFactor {
    /// Reads what was typed; spaces and hyphens are for the eye.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let plain: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .collect();
        let is_code = plain.len() == 6 && plain.bytes().all(|b| b.is_ascii_digit());
        match plain.parse() {
            Ok(number) if is_code => Self::Code(Code(number)),
            _ => Self::Recovery(RecoveryCode(plain.to_lowercase())),
        }
    }
}

/// The number of the step that `now` lies in.
#[must_use]
pub fn step_of(now: Timestamp) -> i64 {
    now.as_second().div_euclid(PERIOD)
}

/// Finds the step whose code was typed: one near now, and later than the last one that was used (ASVS 6.5.1).
#[must_use]
pub fn matching_step(
    typed: Code,
    last_step: Option<i64>,
    now: Timestamp,
    code_at: impl Fn(i64) -> Code,
) -> Option<i64> {
    let present = step_of(now);
    (present - SKEW..=present + SKEW)
        .filter(|step| last_step.is_none_or(|last| *step > last))
        .find(|step| code_at(*step) == typed)
}

/// Why a second factor was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TotpError {
    /// The password is right, and there is a second factor.
    #[error("a code of your authenticator app is needed too: send it as `totp`")]
    Required,
    /// The code opens nothing at a sign-in.
    #[error("this code is wrong, too old, or was used before")]
    BadCode,
    /// The code opens nothing, and who asks is signed in.
    #[error("this code is wrong, too old, or was used before: wait for the next one")]
    WrongCode,
    /// There is a second factor already.
    #[error("two-factor sign-in is on already: switch it off first")]
    AlreadyOn,
    /// There is none, and none was started.
    #[error("two-factor sign-in is not set up: start with a new secret")]
    NotSetUp,
    /// Admins need one here.
    #[error("admins need two-factor sign-in: set it up first")]
    SetupRequired,
}

impl Refusal for TotpError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::Required | Self::BadCode => RefusalKind::Unauthenticated,
            Self::WrongCode | Self::SetupRequired => RefusalKind::Forbidden,
            Self::AlreadyOn | Self::NotSetUp => RefusalKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Required => "totp_required",
            Self::BadCode => "bad_totp",
            Self::WrongCode => "wrong_code",
            Self::AlreadyOn => "totp_already_on",
            Self::NotSetUp => "totp_not_set_up",
            Self::SetupRequired => "totp_setup_required",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Required | Self::BadCode => Some("totp"),
            Self::WrongCode => Some("code"),
            Self::AlreadyOn | Self::NotSetUp | Self::SetupRequired => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Step 1 begins at second 30.
    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn number_of_step(step: i64) -> Code {
        Code::new(u32::try_from(step).unwrap())
    }

    #[test]
    fn a_code_is_good_one_step_early_and_one_late() {
        for (step, is_good) in [(8, false), (9, true), (10, true), (11, true), (12, false)] {
            let found = matching_step(number_of_step(step), None, at(300), number_of_step);
            assert_eq!(found, is_good.then_some(step), "{step}");
        }
    }

    #[test]
    fn a_code_works_once_and_no_older_one_after_it() {
        let find =
            |step, last| matching_step(number_of_step(step), Some(last), at(300), number_of_step);
        assert_eq!(find(10, 10), None);
        assert_eq!(find(9, 10), None);
        assert_eq!(find(11, 10), Some(11));
    }

    #[test]
    fn six_digits_are_a_code_and_anything_else_a_recovery_code() {
        assert_eq!(
            SecondFactor::parse(" 012 345 "),
            SecondFactor::Code(Code::new(12_345))
        );
        assert_eq!(Code::new(12_345).to_string(), "012345");
        let code = RecoveryCode::new(&[7; RECOVERY_CODE_BYTES]);
        assert_eq!(code.to_string().len(), 24 + 3);
        assert_eq!(
            SecondFactor::parse(&code.to_string().to_uppercase()),
            SecondFactor::Recovery(code)
        );
        assert!(matches!(
            SecondFactor::parse("12345"),
            SecondFactor::Recovery(_)
        ));
        assert!(matches!(
            SecondFactor::parse("+12345"),
            SecondFactor::Recovery(_)
        ));
    }
}
