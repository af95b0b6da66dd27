//! Who asks, and what an account may not do.

use super::{Role, UserStatus};
use crate::domain::id::{ApiKeyId, LoginId, UserId};
use crate::domain::refusal::{Refusal, RefusalKind};

/// With what somebody has proven who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The access token of a signed-in device.
    Login(LoginId),
    /// A key of another system, which acts for the admin who made it.
    ApiKey(ApiKeyId),
}

/// Who asks: a person who has proven it, on a signed-in device or through another system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub id: UserId,
    /// Their role.
    pub role: Role,
    /// With what they have proven it.
    pub credential: Credential,
    /// Whether the account may be used.
    pub status: UserStatus,
    /// Whether their address of mail is proven.
    pub is_verified: bool,
    /// Whether this is an admin who must set up a second factor before they may act as one.
    pub needs_totp: bool,
}

/// Why an account may not do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// Address or password are wrong, or the account is shut out: nobody is told which.
    #[error("the email address or the password is wrong")]
    BadCredentials,
    /// The address of mail is not proven yet.
    #[error("confirm your email address first: open the link in the mail we sent you")]
    EmailNotVerified,
    /// The person paused their account.
    #[error("your account is paused: set it to active first")]
    Inactive,
    /// The link of a mail is unknown, used or too old.
    #[error("this link is no longer valid: ask for a new one")]
    BadLink,
    /// The role may not do this.
    #[error("your role may not do this")]
    WrongRole,
    /// The password that confirms a change is wrong.
    #[error("the password is wrong")]
    WrongPassword,
    /// The person signs in by another service only, so there is no password that could confirm a change.
    #[error("your account has no password yet: set one by the link for forgotten passwords")]
    NoPassword,
}

impl Refusal for AccountError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::BadCredentials => RefusalKind::Unauthenticated,
            Self::EmailNotVerified | Self::Inactive | Self::WrongRole | Self::WrongPassword => {
                RefusalKind::Forbidden
            }
            Self::BadLink => RefusalKind::Invalid,
            Self::NoPassword => RefusalKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::BadCredentials => "bad_credentials",
            Self::EmailNotVerified => "email_not_verified",
            Self::Inactive => "account_inactive",
            Self::BadLink => "invalid_token",
            Self::WrongRole => "forbidden",
            Self::WrongPassword => "wrong_password",
            Self::NoPassword => "no_password",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::BadLink => Some("token"),
            Self::BadCredentials
            | Self::EmailNotVerified
            | Self::Inactive
            | Self::WrongRole
            | Self::WrongPassword
            | Self::NoPassword => None,
        }
    }
}

impl Actor {
    /// The signed-in device, if it is one.
    #[must_use]
    pub const fn login(&self) -> Option<LoginId> {
        match self.credential {
            Credential::Login(login) => Some(login),
            Credential::ApiKey(_) => None,
        }
    }

    /// Whether the person manages the program, and may do so now.
    #[must_use]
    pub const fn is_admin(&self) -> bool {
        matches!(self.role, Role::Admin) && !self.needs_totp
    }

    /// Lets only people through who may book, be booked and be matched.
    ///
    /// # Errors
    /// When the address is not proven or the account is paused.
    pub const fn require_ready(&self) -> Result<(), AccountError> {
        if !self.is_verified {
            return Err(AccountError::EmailNotVerified);
        }
        match self.status {
            UserStatus::Active => Ok(()),
            UserStatus::Inactive | UserStatus::Suspended => Err(AccountError::Inactive),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn admin() -> Actor {
        Actor {
            id: Uuid::from_u128(1).into(),
            credential: Credential::Login(Uuid::from_u128(2).into()),
            role: Role::Admin,
            status: UserStatus::Active,
            is_verified: true,
            needs_totp: false,
        }
    }

    #[test]
    fn an_admin_without_the_second_factor_they_need_is_none() {
        assert!(admin().is_admin());
        let without = Actor {
            needs_totp: true,
            ..admin()
        };
        assert!(!without.is_admin());
        let mentor = Actor {
            role: Role::Mentor,
            ..admin()
        };
        assert!(!mentor.is_admin());
    }

    #[test]
    fn only_a_device_has_a_login() {
        assert_eq!(admin().login(), Some(Uuid::from_u128(2).into()));
        let program = Actor {
            credential: Credential::ApiKey(Uuid::from_u128(3).into()),
            ..admin()
        };
        assert_eq!(program.login(), None);
    }

    #[test]
    fn who_may_be_booked_has_proven_an_address_and_is_active() {
        assert_eq!(admin().require_ready(), Ok(()));
        let unproven = Actor {
            is_verified: false,
            ..admin()
        };
        assert_eq!(
            unproven.require_ready(),
            Err(AccountError::EmailNotVerified)
        );
        let paused = Actor {
            status: UserStatus::Inactive,
            ..admin()
        };
        assert_eq!(paused.require_ready(), Err(AccountError::Inactive));
    }

    #[test]
    fn a_refusal_has_a_word_of_its_own_and_names_the_field_it_is_about() {
        for (error, code, field) in [
            (AccountError::BadCredentials, "bad_credentials", None),
            (AccountError::EmailNotVerified, "email_not_verified", None),
            (AccountError::Inactive, "account_inactive", None),
            (AccountError::BadLink, "invalid_token", Some("token")),
            (AccountError::WrongRole, "forbidden", None),
            (AccountError::WrongPassword, "wrong_password", None),
            (AccountError::NoPassword, "no_password", None),
        ] {
            assert_eq!((error.code(), error.field()), (code, field));
        }
    }
}
