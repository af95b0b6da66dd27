//! Links in mails: what each is for, and how long it works. Each is used once.

use jiff::{SignedDuration, Timestamp};

use super::value::ValueError;

/// What a link in a mail does for whoever opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Proves the address of an account.
    VerifyEmail,
    /// Sets a new password.
    ResetPassword,
    /// Proves a new address, which takes the place of the old one.
    ChangeEmail,
    /// Takes a change of address back.
    RevertEmail,
}

impl LinkPurpose {
    /// The word for the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
            Self::ChangeEmail => "change_email",
            Self::RevertEmail => "revert_email",
        }
    }

    /// Reads the word of the database.
    ///
    /// # Errors
    /// When it is no purpose.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        match text {
            "verify_email" => Ok(Self::VerifyEmail),
            "reset_password" => Ok(Self::ResetPassword),
            "change_email" => Ok(Self::ChangeEmail),
            "revert_email" => Ok(Self::RevertEmail),
            _ => Err(ValueError::NotOneOf(
                "verify_email, reset_password, change_email, revert_email",
            )),
        }
    }

    /// How long a link works. A reset is short-lived: whoever reads the mail has the account.
    #[must_use]
    pub const fn life(self) -> SignedDuration {
        match self {
            Self::VerifyEmail | Self::ChangeEmail => SignedDuration::from_hours(24),
            Self::ResetPassword => SignedDuration::from_mins(30),
            Self::RevertEmail => SignedDuration::from_hours(7 * 24),
        }
    }

    /// Until when a link works that is made now.
    #[must_use]
    pub fn ends_at(self, now: Timestamp) -> Timestamp {
        now + self.life()
    }

    /// Whether a new link ends the older ones of the same purpose. Each change of address can be taken back on its own.
    #[must_use]
    pub const fn replaces_older(self) -> bool {
        match self {
            Self::VerifyEmail | Self::ResetPassword | Self::ChangeEmail => true,
            Self::RevertEmail => false,
        }
    }
}
