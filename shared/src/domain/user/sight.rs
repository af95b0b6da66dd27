//! How much of a person somebody else may see.

use super::{Actor, User, UserStatus};
use crate::domain::profile::{RoleProfile, Vetting};

/// What ties two people together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bond {
    /// Nothing.
    None,
    /// A session that is asked for or has taken place, a match, or a mentor who is asked for one.
    Session,
    /// A session that both have agreed on.
    Confirmed,
}

/// How much of a person somebody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Everything.
    Whole,
    /// What the person shows to others.
    Card {
        /// Whether the phone number is among it.
        with_phone: bool,
    },
}

impl User {
    /// How much of this person the asker may see; `None` when not even that they exist.
    #[must_use]
    pub fn seen_by(&self, asker: &Actor, bond: Bond) -> Option<Sight> {
        if asker.id == self.id || asker.is_admin() {
            return Some(Sight::Whole);
        }
        match bond {
            Bond::Confirmed => Some(Sight::Card {
                with_phone: self.visibility.phone,
            }),
            Bond::Session => Some(Sight::Card { with_phone: false }),
            Bond::None => self.appears().then_some(Sight::Card { with_phone: false }),
        }
    }

    /// Whether everybody may see this person: a mentor who is approved, listed, active and verified.
    #[must_use]
    pub fn appears(&self) -> bool {
        let RoleProfile::Mentor(mentor) = &self.profile.role else {
            return false;
        };
        mentor.vetting == Vetting::Approved
            && mentor.listed
            && self.status == UserStatus::Active
            && self.email_verified_at.is_some()
    }
}
