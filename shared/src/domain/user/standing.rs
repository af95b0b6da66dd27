//! What admins decide about an account: whether it may be used, and in which role.

use jiff::Timestamp;

use super::{Actor, Role, User, UserStatus};
use crate::domain::event::Event;
use crate::domain::refusal::{Refusal, RefusalKind};

/// Why an account cannot be made or changed as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// The address has an account.
    #[error("there is an account with this address already")]
    EmailTaken,
    /// Somebody else has the name.
    #[error("this name is taken: choose another one")]
    UsernameTaken,
    /// Nobody would be left to run the program.
    #[error("the program needs an admin: make somebody else one first")]
    LastAdmin,
    /// Admins do not shut themselves out.
    #[error("you cannot suspend yourself: ask another admin")]
    OwnSuspension,
    /// The account is going to be deleted, and stays paused until it is restored.
    #[error("this account is going to be deleted: its person can restore it")]
    Leaving,
    /// Sessions wait for this person in their present role.
    #[error("this person has open sessions: end them first")]
    OpenSessions,
}

impl Refusal for UserError {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Conflict
    }

    fn code(&self) -> &'static str {
        match self {
            Self::EmailTaken => "email_taken",
            Self::UsernameTaken => "username_taken",
            Self::LastAdmin => "last_admin",
            Self::OwnSuspension => "own_suspension",
            Self::Leaving => "deletion_requested",
            Self::OpenSessions => "open_sessions",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::EmailTaken => Some("email"),
            Self::UsernameTaken => Some("username"),
            Self::Leaving => Some("status"),
            Self::LastAdmin | Self::OwnSuspension | Self::OpenSessions => None,
        }
    }
}

/// What else must be known before somebody's standing changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// How many other admins are not shut out.
    pub other_admins: i64,
    /// Whether a pending or confirmed session waits for the person.
    pub has_open_sessions: bool,
    /// Whether the account is going to be deleted.
    pub is_leaving: bool,
}

impl User {
    /// Pauses the own account, or comes back.
    #[must_use]
    pub fn with_status(self, status: UserStatus, now: Timestamp) -> Self {
        Self {
            status,
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }

    /// An admin shuts the person out.
    ///
    /// # Errors
    /// When it is the admin, or the last one.
    pub fn suspend(
        self,
        by: &Actor,
        around: Surroundings,
        now: Timestamp,
    ) -> Result<(Self, Event), UserError> {
        if by.id == self.id {
            return Err(UserError::OwnSuspension);
        }
        self.keep_an_admin(around)?;
        let event = Event::UserSuspended { user_id: self.id };
        Ok((self.with_status(UserStatus::Suspended, now), event))
    }

    /// An admin lets the person in again.
    ///
    /// # Errors
    /// When the account is going to be deleted: only its person brings it back.
    pub fn reinstate(
        self,
        around: Surroundings,
        now: Timestamp,
    ) -> Result<(Self, Option<Event>), UserError> {
        if around.is_leaving {
            return Err(UserError::Leaving);
        }
        let was_suspended = self.status == UserStatus::Suspended;
        let event = was_suspended.then_some(Event::UserReinstated { user_id: self.id });
        Ok((self.with_status(UserStatus::Active, now), event))
    }

    /// Tells whether the person may leave their role.
    ///
    /// # Errors
    /// When sessions wait for them in it, or the program would be left without an admin.
    pub fn leave_role(&self, around: Surroundings) -> Result<(), UserError> {
        self.keep_an_admin(around)?;
        if around.has_open_sessions {
            return Err(UserError::OpenSessions);
        }
        Ok(())
    }

    fn keep_an_admin(&self, around: Surroundings) -> Result<(), UserError> {
        if self.role() == Role::Admin && around.other_admins == 0 {
            Err(UserError::LastAdmin)
        } else {
            Ok(())
        }
    }
}
