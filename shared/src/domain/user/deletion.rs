//! Leaving the platform: announced first, called off within two weeks, carried out after them.

use jiff::{SignedDuration, Timestamp};

use super::{Role, Surroundings, UserError, UserStatus};
use crate::domain::event::Event;
use crate::domain::id::UserId;
use crate::domain::refusal::{Refusal, RefusalKind};

/// How long a person can change their mind: 14 days.
pub const DELETION_GRACE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// How old the sign-in of a person without a password may be when it stands for one: 10 minutes.
const FRESH_LOGIN: SignedDuration = SignedDuration::from_mins(10);

/// An account, as far as its deletion goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// Whose it is.
    pub user: UserId,
    /// Their role.
    pub role: Role,
    /// Whether it may be used.
    pub status: UserStatus,
    /// When the person will be erased, if they will.
    pub erase_after: Option<Timestamp>,
}

/// Why a deletion was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeletionError {
    /// The password is missing.
    #[error("is required: send your password along")]
    PasswordMissing,
    /// There is no password, and the sign-in is too old to stand for it.
    #[error("log in again first: you have ten minutes for this after signing in")]
    LoginTooOld,
    /// Nobody asked for it.
    #[error("this account is not going to be deleted")]
    NotRequested,
}

impl Refusal for DeletionError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::PasswordMissing => RefusalKind::Invalid,
            Self::LoginTooOld => RefusalKind::Forbidden,
            Self::NotRequested => RefusalKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::PasswordMissing => "password_required",
            Self::LoginTooOld => "login_too_old",
            Self::NotRequested => "deletion_not_requested",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::PasswordMissing => Some("password"),
            Self::LoginTooOld | Self::NotRequested => None,
        }
    }
}

impl Deletion {
    /// Announces the deletion: the account is paused, and its person erased at `erase_after` or before, if that was
    /// announced already.
    ///
    /// # Errors
    /// When nobody would be left to run the program.
    pub fn request(
        self,
        erase_after: Timestamp,
        around: Surroundings,
    ) -> Result<(Self, Event), UserError> {
        self.keep_an_admin(around)?;
        let event = Event::DeletionRequested { user_id: self.user };
        let known = self.erase_after;
        let requested = Self {
            // Who is shut out stays shut out.
            status: match self.status {
                UserStatus::Active | UserStatus::Inactive => UserStatus::Inactive,
                UserStatus::Suspended => UserStatus::Suspended,
            },
            erase_after: Some(known.map_or(erase_after, |known| known.min(erase_after))),
            ..self
        };
        Ok((requested, event))
    }

    /// Carries it out at once.
    ///
    /// # Errors
    /// When nobody would be left to run the program.
    pub fn complete(self, around: Surroundings) -> Result<Self, UserError> {
        self.keep_an_admin(around)?;
        Ok(Self {
            status: UserStatus::Inactive,
            erase_after: None,
            ..self
        })
    }

    fn keep_an_admin(&self, around: Surroundings) -> Result<(), UserError> {
        if self.role == Role::Admin && around.other_admins == 0 {
            Err(UserError::LastAdmin)
        } else {
            Ok(())
        }
    }

    /// Calls it off; the account can be used again.
    ///
    /// # Errors
    /// When nobody asked for it.
    pub fn cancel(self) -> Result<(Self, Event), DeletionError> {
        if self.erase_after.is_none() {
            return Err(DeletionError::NotRequested);
        }
        let event = Event::DeletionCancelled { user_id: self.user };
        let cancelled = Self {
            status: UserStatus::Active,
            erase_after: None,
            ..self
        };
        Ok((cancelled, event))
    }

    /// Whether the person is to be erased now. Nobody is whose account is in use again, however that came about.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        let is_over = self.erase_after.is_some_and(|moment| moment <= now);
        is_over && self.status != UserStatus::Active
    }
}

/// How somebody has signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// When.
    pub at: Timestamp,
    /// Whether they have a password that could be asked for again.
    pub has_password: bool,
}

impl SignIn {
    /// Lets a person without a password through who has just signed in.
    ///
    /// # Errors
    /// When there is a password to ask for, or the sign-in is too long ago.
    pub fn require_fresh(self, now: Timestamp) -> Result<(), DeletionError> {
        if self.has_password {
            Err(DeletionError::PasswordMissing)
        } else if now.duration_since(self.at) > FRESH_LOGIN {
            Err(DeletionError::LoginTooOld)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn account(status: UserStatus) -> Deletion {
        Deletion {
            user: Uuid::from_u128(1).into(),
            role: Role::Mentee,
            status,
            erase_after: None,
        }
    }

    fn around(other_admins: i64) -> Surroundings {
        Surroundings {
            other_admins,
            has_open_sessions: true,
            is_leaving: false,
        }
    }

    fn request(deletion: Deletion, erase_after: Timestamp) -> Deletion {
        deletion.request(erase_after, around(0)).unwrap().0
    }

    #[test]
    fn the_last_admin_stays() {
        let admin = Deletion {
            role: Role::Admin,
            ..account(UserStatus::Active)
        };
        let moment = at("2026-03-16T08:00:00Z");
        let alone = admin.clone().request(moment, around(0));
        assert_eq!(alone.unwrap_err(), UserError::LastAdmin);
        assert_eq!(admin.clone().complete(around(0)), Err(UserError::LastAdmin));
        assert!(admin.request(moment, around(1)).is_ok());
    }

    #[test]
    fn an_account_that_is_in_use_again_is_not_erased() {
        let moment = at("2026-03-16T08:00:00Z");
        let leaving = request(account(UserStatus::Active), moment);
        let back = Deletion {
            status: UserStatus::Active,
            ..leaving
        };
        assert!(!back.is_due(moment));
    }

    #[test]
    fn a_deletion_is_announced_and_called_off() {
        let now = at("2026-03-02T08:00:00Z");
        let leaving = request(account(UserStatus::Active), now + DELETION_GRACE);
        assert_eq!(leaving.status, UserStatus::Inactive);
        assert!(!leaving.is_due(at("2026-03-16T07:59:59Z")));
        assert!(leaving.is_due(at("2026-03-16T08:00:00Z")));
        let (back, _) = leaving.cancel().unwrap();
        assert_eq!((back.status, back.erase_after), (UserStatus::Active, None));
        assert_eq!(back.cancel(), Err(DeletionError::NotRequested));
    }

    #[test]
    fn the_earlier_date_holds() {
        let (first, second) = (at("2026-03-16T08:00:00Z"), at("2026-03-20T08:00:00Z"));
        let leaving = request(account(UserStatus::Active), first);
        let leaving = request(leaving, second);
        assert_eq!(leaving.erase_after, Some(first));
    }

    #[test]
    fn who_is_shut_out_does_not_come_back_by_leaving() {
        let leaving = request(account(UserStatus::Suspended), at("2026-03-16T08:00:00Z"));
        assert_eq!(leaving.status, UserStatus::Suspended);
    }

    #[test]
    fn a_sign_in_stands_for_a_password_for_ten_minutes() {
        let sign_in = SignIn {
            at: at("2026-03-02T08:00:00Z"),
            has_password: false,
        };
        assert_eq!(sign_in.require_fresh(at("2026-03-02T08:10:00Z")), Ok(()));
        let late = sign_in.require_fresh(at("2026-03-02T08:10:01Z"));
        assert_eq!(late, Err(DeletionError::LoginTooOld));
        let with_password = SignIn {
            has_password: true,
            ..sign_in
        };
        let refused = with_password.require_fresh(sign_in.at);
        assert_eq!(refused, Err(DeletionError::PasswordMissing));
    }
}
