//! A person's account: who they are, in which role, and whether they may act.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::{LoginId, UserId};
use super::profile::{Profile, RoleProfile};
use super::refusal::{Refusal, RefusalKind};
use super::value::ValueError;

/// What a person is on the platform; exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Gives sessions.
    Mentor,
    /// Asks for sessions.
    Mentee,
    /// Manages the program.
    Admin,
}

impl Role {
    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mentor => "mentor",
            Self::Mentee => "mentee",
            Self::Admin => "admin",
        }
    }

    /// Reads the word of the database or the API.
    ///
    /// # Errors
    /// When it is no role.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        match text {
            "mentor" => Ok(Self::Mentor),
            "mentee" => Ok(Self::Mentee),
            "admin" => Ok(Self::Admin),
            _ => Err(ValueError::NotOneOf("mentor, mentee, admin")),
        }
    }
}

/// Whether an account may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    /// May do everything its role may.
    Active,
    /// Hidden and paused by the person; may log in and come back.
    Inactive,
    /// Shut out by an admin.
    Suspended,
}

impl UserStatus {
    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Suspended => "suspended",
        }
    }

    /// Reads the word of the database or the API.
    ///
    /// # Errors
    /// When it is no status.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        match text {
            "active" => Ok(Self::Active),
            "inactive" => Ok(Self::Inactive),
            "suspended" => Ok(Self::Suspended),
            _ => Err(ValueError::NotOneOf("active, inactive, suspended")),
        }
    }
}

/// An address of mail, in lower case, of at most 254 characters (RFC 5321 §4.5.3.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Email(String);

/// The text is no address of mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an email address such as ada@example.com")]
pub struct EmailError;

impl Refusal for EmailError {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn code(&self) -> &'static str {
        "invalid_email"
    }
}

impl Email {
    /// Reads an address: ASCII, one `@`, a dotted domain; the proof is the mail that arrives there.
    ///
    /// # Errors
    /// When it cannot be an address.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError)?;
        let is_atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
        let local_ok = local.len() <= 64
            && local
                .split('.')
                .all(|part| !part.is_empty() && part.bytes().all(is_atom));
        let is_label = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let domain_ok = domain.contains('.') && domain.split('.').all(is_label);
        if text.len() > 254 || !local_ok || !domain_ok {
            return Err(EmailError);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The address itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

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

/// A person with their whole profile.
#[derive(Clone, Debug)]
pub struct User {
    /// The person.
    pub id: UserId,
    /// Where mail goes.
    pub email: Email,
    /// When the address was proven, if it was.
    pub email_verified_at: Option<Timestamp>,
    /// Whether the account may be used.
    pub status: UserStatus,
    /// The last sign-in.
    pub last_login_at: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// The last change.
    pub updated_at: Timestamp,
    /// Counts the changes, for `If-Match`.
    pub version: i64,
    /// Everything the person says about themselves.
    pub profile: Profile,
}

impl User {
    /// The role, as the kind of profile says.
    #[must_use]
    pub const fn role(&self) -> Role {
        match self.profile.role {
            RoleProfile::Mentor(_) => Role::Mentor,
            RoleProfile::Mentee(_) => Role::Mentee,
            RoleProfile::Admin => Role::Admin,
        }
    }
}

/// Who asks: a person who has proven it, on one signed-in device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub id: UserId,
    /// Their role.
    pub role: Role,
    /// The signed-in device.
    pub login: LoginId,
    /// Whether the account may be used.
    pub status: UserStatus,
    /// Whether their address of mail is proven.
    pub is_verified: bool,
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
}

impl Refusal for AccountError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::BadCredentials => RefusalKind::Unauthenticated,
            Self::EmailNotVerified | Self::Inactive | Self::WrongRole => RefusalKind::Forbidden,
            Self::BadLink => RefusalKind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::BadCredentials => "bad_credentials",
            Self::EmailNotVerified => "email_not_verified",
            Self::Inactive => "account_inactive",
            Self::BadLink => "invalid_token",
            Self::WrongRole => "forbidden",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::BadLink => Some("token"),
            Self::BadCredentials | Self::EmailNotVerified | Self::Inactive | Self::WrongRole => {
                None
            }
        }
    }
}

impl Actor {
    /// Whether the person manages the program.
    #[must_use]
    pub const fn is_admin(&self) -> bool {
        matches!(self.role, Role::Admin)
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

    #[test]
    fn an_address_is_stored_in_lower_case() {
        assert_eq!(
            Email::parse(" Ada@Example.COM ").unwrap().as_str(),
            "ada@example.com"
        );
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        for bad in [
            "",
            "a",
            "a@b",
            "a@@b.c",
            ".a@b.co",
            "a..b@c.de",
            "a@-b.com",
            "a@b.com\nBcc: x@y.z",
            "ü@b.de",
            "a b@c.de",
        ] {
            assert_eq!(Email::parse(bad), Err(EmailError), "{bad:?}");
        }
    }

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
