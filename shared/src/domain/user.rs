//! A person's account: who they are, in which role, and whether they may act.

mod actor;
mod deletion;
mod email;
mod password;
mod phone;
mod sight;
mod standing;
#[cfg(test)]
mod tests;
mod username;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::UserId;
use super::privacy::Visibility;
use super::profile::{Profile, RoleProfile};
use super::sync::SyncStatus;
use super::time::Zone;
use super::value::ValueError;

pub use actor::{AccountError, Actor, Credential};
pub use deletion::{DELETION_GRACE, Deletion, DeletionError, SignIn};
pub use email::{Email, EmailError};
pub use password::{NewPassword, PasswordError, PasswordHash, PasswordRules, personal_words};
pub use phone::{Phone, SealedPhone};
pub use sight::{Bond, Sight};
pub use standing::{Surroundings, UserError};
pub use username::Username;

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

/// A person with their whole profile.
#[derive(Clone, Debug)]
pub struct User {
    /// The person.
    pub id: UserId,
    /// Where mail goes.
    pub email: Email,
    /// The name they are found by, if they chose one.
    pub username: Option<Username>,
    /// Their phone number.
    pub phone: Option<SealedPhone>,
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
    /// How far their record in Airtable is in step.
    pub airtable_sync_status: SyncStatus,
    /// Which parts of their profile others see.
    pub visibility: Visibility,
    /// Everything the person says about themselves.
    pub profile: Profile,
}

impl User {
    /// A new account: active, its address not proven yet.
    #[must_use]
    pub const fn new(id: UserId, email: Email, profile: Profile, now: Timestamp) -> Self {
        Self {
            id,
            email,
            username: None,
            phone: None,
            email_verified_at: None,
            status: UserStatus::Active,
            last_login_at: None,
            created_at: now,
            updated_at: now,
            version: 1,
            airtable_sync_status: SyncStatus::Pending,
            visibility: Visibility::NEW,
            profile,
        }
    }

    /// Whether the person gives sessions.
    #[must_use]
    pub const fn is_mentor(&self) -> bool {
        matches!(self.profile.role, RoleProfile::Mentor(_))
    }

    /// The account of a program manager, opened by whoever runs the platform: nobody else proves the address.
    #[must_use]
    pub fn new_admin(id: UserId, email: Email, now: Timestamp) -> Self {
        let (first_name, last_name) = ("Program".to_owned(), "Manager".to_owned());
        let profile = Profile::new(first_name, last_name, Zone::UTC, RoleProfile::Admin);
        Self {
            email_verified_at: Some(now),
            ..Self::new(id, email, profile, now)
        }
    }

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
