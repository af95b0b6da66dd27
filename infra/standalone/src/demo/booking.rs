//! How the sessions of the demo were asked for, and who acts in it.

use jiff::Timestamp;
use shared::domain::id::{SessionId, UserId};
use shared::domain::profile::RoleProfile;
use shared::domain::session::{Payment, SessionRequest};
use shared::domain::slots::Slot;
use shared::domain::time::Minutes;
use shared::domain::user::{Actor, Credential, Role, User, UserStatus};
use uuid::Uuid;

use super::DemoSession;

/// What the mentee asked for, and the gap the mentor keeps after it.
pub(super) fn request_of(
    id: SessionId,
    mentor: &User,
    demo: &DemoSession,
    starts_at: Timestamp,
) -> (SessionRequest, Minutes) {
    let duration = Minutes(demo.duration_minutes);
    let minutes = |amount: i32| Minutes(u32::try_from(amount).unwrap_or_default());
    let (min_notice, cancellation_notice, buffer) = match &mentor.profile.role {
        RoleProfile::Mentor(profile) => (
            minutes(profile.min_notice_minutes),
            minutes(profile.cancellation_notice_minutes),
            minutes(profile.buffer_minutes),
        ),
        RoleProfile::Mentee(_) | RoleProfile::Admin => Default::default(),
    };
    let request = SessionRequest {
        id,
        mentor_id: mentor.id,
        slot: Slot {
            starts_at,
            ends_at: starts_at + duration,
        },
        duration,
        topic: Some(demo.topic.clone()),
        mentee_notes: Some(demo.mentee_notes.clone()),
        matched: None,
        payment: Payment::NONE,
        min_notice,
        cancellation_notice,
    };
    (request, buffer)
}

/// The mentor, signed in.
pub(super) fn acting(mentor: &User) -> Actor {
    acting_as(mentor.id, Role::Mentor)
}

/// Somebody of a role, signed in.
pub(super) fn acting_as(id: UserId, role: Role) -> Actor {
    Actor {
        id,
        role,
        credential: Credential::Login(Uuid::nil().into()),
        status: UserStatus::Active,
        is_verified: true,
        needs_totp: false,
    }
}
