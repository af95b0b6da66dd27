//! A login: one signed-in device, kept alive by refresh tokens that are used once each.

use jiff::{SignedDuration, Timestamp};

use super::id::LoginId;
use super::refusal::{Refusal, RefusalKind};

/// How long an access token lives (RFC 9068): 15 minutes.
pub const ACCESS_TOKEN_LIFE: SignedDuration = SignedDuration::from_mins(15);
/// How long an unused refresh token lives: 7 days, sliding.
pub const REFRESH_TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a login lives at most, however often it is refreshed: 30 days (ASVS 10.4.8).
pub const LOGIN_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long a used token may be presented once more, because the answer may have been lost: 10 seconds.
pub const REUSE_GRACE: SignedDuration = SignedDuration::from_secs(10);

/// How many logins a person has at most; a new one ends the oldest (ASVS 7.1.2).
pub const MOST_LOGINS: i64 = 20;
/// After this many failed sign-ins within an hour the person is warned by mail, once an hour.
pub const FAILURES_BEFORE_WARNING: i32 = 10;
/// The time in which failed sign-ins are counted, and in which there is one warning.
pub const FAILURE_WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// A signed-in device, as its owner recognises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The login.
    pub id: LoginId,
    /// When it was signed in.
    pub created_at: Timestamp,
    /// When it was signed in or last refreshed its tokens.
    pub last_seen_at: Timestamp,
    /// The network it was signed in from.
    pub network: Option<String>,
    /// The program it was signed in with.
    pub user_agent: Option<String>,
}

/// Why a sign-in failed: for the audit log. The answer tells less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInFailure {
    /// No account has this address.
    UnknownAddress,
    /// The account is opened by another service only.
    NoPassword,
    /// The password is wrong.
    WrongPassword,
    /// The password is right, and the account is shut out.
    Suspended,
    /// The password is right, and a code is needed too.
    CodeMissing,
    /// The password is right, and the code is wrong.
    WrongCode,
}

impl SignInFailure {
    /// The word for the audit log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownAddress => "unknown_address",
            Self::NoPassword => "no_password",
            Self::WrongPassword => "wrong_password",
            Self::Suspended => "suspended",
            Self::CodeMissing => "code_missing",
            Self::WrongCode => "wrong_code",
        }
    }

    /// Whether somebody may have guessed; who has not been asked for a code yet has not.
    #[must_use]
    pub const fn is_guess(self) -> bool {
        match self {
            Self::UnknownAddress
            | Self::NoPassword
            | Self::WrongPassword
            | Self::Suspended
            | Self::WrongCode => true,
            Self::CodeMissing => false,
        }
    }
}

/// What is remembered of a refresh token and its login.
#[derive(Clone, Copy, Debug)]
pub struct RefreshState {
    /// When the token ends.
    pub expires_at: Timestamp,
    /// When the token was used, if it was.
    pub used_at: Option<Timestamp>,
    /// Whether the token that it was changed into was used too.
    pub is_child_used: bool,
    /// Whether the grace was taken already.
    pub is_graced: bool,
    /// Whether the login was ended.
    pub is_revoked: bool,
}

/// What to do with a refresh token that was presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Issue its child.
    Issue,
    /// Its answer was lost: drop the unused child and issue another.
    Replace,
}

/// Why a refresh token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// The token is unknown, too old, or its login has ended.
    #[error("you have been signed out: log in again")]
    Ended,
    /// The token was replaced a moment ago: whoever holds the newest one goes on with it.
    #[error("this refresh token was replaced a moment ago: use the newest one")]
    Superseded,
    /// A used token came back: somebody may have stolen it, so the whole login ends (RFC 9700 §4.14).
    #[error("this refresh token was used before, so this device was signed out: log in again")]
    Reused,
}

impl Refusal for LoginError {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Unauthenticated
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Ended => "login_ended",
            Self::Superseded => "refresh_superseded",
            Self::Reused => "refresh_reused",
        }
    }
}

impl RefreshState {
    /// Decides about a token that is presented `now`.
    ///
    /// # Errors
    /// When it may not be changed into a new one.
    pub fn present(self, now: Timestamp) -> Result<Rotation, LoginError> {
        if self.is_revoked || self.expires_at <= now {
            return Err(LoginError::Ended);
        }
        let Some(used_at) = self.used_at else {
            return Ok(Rotation::Issue);
        };
        if self.is_child_used || now.duration_since(used_at) > REUSE_GRACE {
            return Err(LoginError::Reused);
        }
        if self.is_graced {
            Err(LoginError::Superseded)
        } else {
            Ok(Rotation::Replace)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn a_device_stays_signed_in_for_a_week_unused_and_a_month_at_most() {
        let days = |count: i64| SignedDuration::from_secs(count * 86_400);
        assert_eq!(ACCESS_TOKEN_LIFE, SignedDuration::from_secs(900));
        assert_eq!((REFRESH_TOKEN_LIFE, LOGIN_LIFE), (days(7), days(30)));
    }

    #[test]
    fn the_log_says_why_a_sign_in_failed_and_whether_somebody_guessed() {
        for (failure, word, is_guess) in [
            (SignInFailure::UnknownAddress, "unknown_address", true),
            (SignInFailure::NoPassword, "no_password", true),
            (SignInFailure::WrongPassword, "wrong_password", true),
            (SignInFailure::Suspended, "suspended", true),
            (SignInFailure::WrongCode, "wrong_code", true),
            (SignInFailure::CodeMissing, "code_missing", false),
        ] {
            assert_eq!((failure.as_str(), failure.is_guess()), (word, is_guess));
        }
    }

    #[test]
    fn a_client_learns_whether_to_sign_in_again_or_to_use_the_newest_token() {
        let codes = [
            LoginError::Ended,
            LoginError::Superseded,
            LoginError::Reused,
        ];
        assert_eq!(
            codes.map(|error| error.code()),
            ["login_ended", "refresh_superseded", "refresh_reused"]
        );
        assert!(
            codes
                .iter()
                .all(|error| error.kind() == RefusalKind::Unauthenticated)
        );
    }

    fn used() -> RefreshState {
        RefreshState {
            expires_at: at(3600),
            used_at: Some(at(0)),
            is_child_used: false,
            is_graced: false,
            is_revoked: false,
        }
    }

    #[test]
    fn a_fresh_token_is_changed_into_its_child() {
        assert_eq!(
            RefreshState {
                used_at: None,
                ..used()
            }
            .present(at(5)),
            Ok(Rotation::Issue)
        );
    }

    #[test]
    fn a_lost_answer_is_forgiven_once_within_ten_seconds() {
        assert_eq!(used().present(at(10)), Ok(Rotation::Replace));
        assert_eq!(
            RefreshState {
                is_graced: true,
                ..used()
            }
            .present(at(10)),
            Err(LoginError::Superseded)
        );
    }

    #[test]
    fn a_token_that_comes_back_late_ends_the_login() {
        assert_eq!(used().present(at(11)), Err(LoginError::Reused));
        assert_eq!(
            RefreshState {
                is_child_used: true,
                ..used()
            }
            .present(at(1)),
            Err(LoginError::Reused)
        );
    }

    #[test]
    fn an_expired_or_revoked_token_is_just_over() {
        assert_eq!(used().present(at(3600)), Err(LoginError::Ended));
        assert_eq!(
            RefreshState {
                is_revoked: true,
                ..used()
            }
            .present(at(1)),
            Err(LoginError::Ended)
        );
    }
}
