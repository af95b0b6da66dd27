//! Who somebody is elsewhere: sign-ins of other services, and whether they open an account here.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::id::UserId;
use super::refusal::{Refusal, RefusalKind};
use super::user::Email;

/// How long a sign-in that is under way may take.
pub const SIGN_IN_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// A service that people sign in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// GitHub.
    Github,
    /// Google.
    Google,
}

impl Provider {
    /// Every provider.
    pub const ALL: [Self; 2] = [Self::Github, Self::Google];

    /// The word for paths, the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Google => "google",
        }
    }

    /// The name that people know.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Github => "GitHub",
            Self::Google => "Google",
        }
    }

    /// Reads the word of a path or of the database.
    ///
    /// # Errors
    /// When it is none that we know.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let found = Self::ALL.into_iter().find(|known| known.as_str() == text);
        found.ok_or(IdentityError::UnknownProvider)
    }
}

/// Who somebody is, in the words of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Who says so.
    pub provider: Provider,
    /// The provider's name for the person, which never changes hands.
    pub subject: String,
    /// Their address of mail, only if the provider vouches for it.
    pub email: Option<String>,
    /// What they are called first.
    pub first_name: String,
    /// What they are called last; may be empty.
    pub last_name: String,
}

/// An account here with the address of an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Namesake {
    /// Whose it is.
    pub user: UserId,
    /// Whether its address is proven.
    pub is_verified: bool,
}

/// What an identity opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// The account it belongs to.
    Known(UserId),
    /// An account with the same address: both sides have proven that it is theirs.
    Link(UserId),
    /// A new account with this address.
    New(Email),
}

/// Why an identity opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// There is no such provider, or it is not configured.
    #[error("there is no sign-in with this service")]
    UnknownProvider,
    /// The sign-in was not begun here, is over, too old, or of somebody else.
    #[error("this sign-in is no longer valid: begin again")]
    InvalidState,
    /// The provider does not stand by what was brought from it.
    #[error("the service did not confirm this sign-in: begin again")]
    Refused,
    /// One of both sides has not proven the address.
    #[error(
        "log in with your password first, then link this sign-in: its address is not proven on both sides"
    )]
    NeedsPassword,
    /// Nobody knows yet whether the newcomer is a mentor or a mentee.
    #[error("is required for a new account")]
    RoleRequired,
    /// It opens somebody else's account.
    #[error("this sign-in belongs to another account")]
    Taken,
    /// The account has another sign-in of the same service.
    #[error("your account is linked with another sign-in of this service")]
    AlreadyLinked,
}

impl Refusal for IdentityError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::UnknownProvider => RefusalKind::NotFound,
            Self::InvalidState | Self::Refused | Self::RoleRequired => RefusalKind::Invalid,
            Self::NeedsPassword | Self::Taken | Self::AlreadyLinked => RefusalKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::UnknownProvider => "unknown_provider",
            Self::InvalidState => "invalid_state",
            Self::Refused => "oauth_refused",
            Self::NeedsPassword => "link_needs_password",
            Self::RoleRequired => "role_required",
            Self::Taken => "identity_taken",
            Self::AlreadyLinked => "already_linked",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::InvalidState => Some("state"),
            Self::Refused => Some("code"),
            Self::RoleRequired => Some("role"),
            Self::UnknownProvider | Self::NeedsPassword | Self::Taken | Self::AlreadyLinked => None,
        }
    }
}

impl Identity {
    /// The address that the provider vouches for, if it is one.
    #[must_use]
    pub fn proven_email(&self) -> Option<Email> {
        Email::parse(self.email.as_deref()?).ok()
    }

    /// Decides what the identity opens: whom it belongs to, by whoever holds its address.
    ///
    /// Only an address that both sides have proven joins them (ASVS 6.8.1): else whoever registers somebody else's
    /// address, here or there, would wait behind the door. Without a proven address the answer is the same whether
    /// there is an account or not.
    ///
    /// # Errors
    /// When it opens nothing.
    pub fn open(
        &self,
        known: Option<UserId>,
        namesake: Option<Namesake>,
    ) -> Result<Door, IdentityError> {
        if let Some(user) = known {
            return Ok(Door::Known(user));
        }
        let email = self.proven_email().ok_or(IdentityError::NeedsPassword)?;
        match namesake {
            None => Ok(Door::New(email)),
            Some(account) if account.is_verified => Ok(Door::Link(account.user)),
            Some(_) => Err(IdentityError::NeedsPassword),
        }
    }
}

/// Decides whether a person who is logged in may link an identity: `held_by` is whom it belongs to, `has_other` whether
/// they have another one of the same provider. `false` when it is theirs already.
///
/// # Errors
/// When it is somebody else's, or they have one.
pub fn link(
    person: UserId,
    held_by: Option<UserId>,
    has_other: bool,
) -> Result<bool, IdentityError> {
    match held_by {
        Some(holder) if holder == person => Ok(false),
        Some(_) => Err(IdentityError::Taken),
        None if has_other => Err(IdentityError::AlreadyLinked),
        None => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn identity(email: Option<&str>) -> Identity {
        Identity {
            provider: Provider::Github,
            subject: "7".to_owned(),
            email: email.map(str::to_owned),
            first_name: "Ada".to_owned(),
            last_name: "Lovelace".to_owned(),
        }
    }

    fn user(number: u128) -> UserId {
        Uuid::from_u128(number).into()
    }

    fn namesake(is_verified: bool) -> Namesake {
        let user = user(1);
        Namesake { user, is_verified }
    }

    #[test]
    fn a_known_identity_opens_its_account_whatever_its_address_says() {
        for email in [None, Some("ada@example.com"), Some("nonsense")] {
            let door = identity(email).open(Some(user(2)), Some(namesake(false)));
            assert_eq!(door, Ok(Door::Known(user(2))));
        }
    }

    #[test]
    fn only_an_address_that_both_sides_have_proven_links() {
        let proven = identity(Some("Ada@Example.com"));
        assert_eq!(
            proven.open(None, Some(namesake(true))),
            Ok(Door::Link(user(1)))
        );
        assert_eq!(
            proven.open(None, Some(namesake(false))),
            Err(IdentityError::NeedsPassword)
        );
        let email = Email::parse("ada@example.com").unwrap();
        assert_eq!(proven.open(None, None), Ok(Door::New(email)));
    }

    #[test]
    fn without_a_proven_address_nobody_learns_whether_there_is_an_account() {
        for email in [None, Some("nonsense")] {
            for namesake in [None, Some(namesake(true)), Some(namesake(false))] {
                assert_eq!(
                    identity(email).open(None, namesake),
                    Err(IdentityError::NeedsPassword)
                );
            }
        }
    }

    #[test]
    fn a_person_links_what_is_nobodys_and_one_of_each() {
        assert_eq!(link(user(1), None, false), Ok(true));
        assert_eq!(link(user(1), Some(user(1)), true), Ok(false));
        assert_eq!(
            link(user(1), Some(user(2)), false),
            Err(IdentityError::Taken)
        );
        assert_eq!(link(user(1), None, true), Err(IdentityError::AlreadyLinked));
    }

    #[test]
    fn a_provider_is_read_as_it_is_written() {
        for provider in Provider::ALL {
            assert_eq!(Provider::parse(provider.as_str()), Ok(provider));
        }
        assert_eq!(
            Provider::parse("Google"),
            Err(IdentityError::UnknownProvider)
        );
    }
}
