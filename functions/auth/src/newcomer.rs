//! A new account, however somebody comes to it.

use jiff::Timestamp;
use shared::config::Config;
use shared::domain::id::UserId;
use shared::domain::profile::{MentorProfile, Profile, RoleProfile, Vetting};
use shared::domain::time::Zone;
use shared::domain::user::{Email, User};

use crate::body::NewRole;

/// Somebody who opens an account.
pub(crate) struct Newcomer {
    pub(crate) email: Email,
    pub(crate) role: NewRole,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) timezone: Zone,
}

impl Newcomer {
    /// Makes the account; a mentor waits for approval where that is asked for.
    pub(crate) fn into_user(self, id: UserId, config: &Config, now: Timestamp) -> User {
        let vetting = if config.mentor_vetting {
            Vetting::Pending
        } else {
            Vetting::Approved
        };
        let role = match self.role {
            NewRole::Mentor => RoleProfile::Mentor(Box::new(MentorProfile::new(vetting))),
            NewRole::Mentee => RoleProfile::Mentee(Box::default()),
        };
        let profile = Profile::new(self.first_name, self.last_name, self.timezone, role);
        User::new(id, self.email, profile, now)
    }
}
