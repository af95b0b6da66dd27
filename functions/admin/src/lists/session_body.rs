//! A session as admins see it: without what its two people wrote for themselves.

use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::{SessionId, UserId};
use shared::domain::session::{PaymentStatus, Session, SessionAction, SessionStatus};
use shared::domain::user::Actor;
use shared::http::Answer;
use utoipa::ToSchema;

/// A session, as admins see it.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminSessionBody {
    id: SessionId,
    mentor_id: UserId,
    mentee_id: UserId,
    #[schema(value_type = String, format = DateTime)]
    scheduled_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
    duration_minutes: u32,
    status: SessionStatus,
    topic: Option<String>,
    payment_status: PaymentStatus,
    /// Minor units of the currency; `null` when nothing is to be paid.
    price: Option<i32>,
    currency: Option<String>,
    /// Until when the mentor can answer.
    #[schema(value_type = String, format = DateTime)]
    respond_by: Timestamp,
    /// Who ended it before its time; `null` when nobody did.
    ended_by: Option<UserId>,
    ended_reason: Option<String>,
    version: i64,
    /// What you may do now.
    allowed_actions: Vec<SessionAction>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl AdminSessionBody {
    /// A session with its version.
    pub(crate) fn answer(session: Session, admin: Actor, now: Timestamp) -> Answer<Self> {
        let version = session.version;
        Answer::ok(Self::new(session, admin, now)).at_version(version)
    }

    pub(crate) fn new(session: Session, admin: Actor, now: Timestamp) -> Self {
        let (ended_by, ended_reason) = match &session.ending {
            Some(ending) => (Some(ending.by), ending.reason.clone()),
            None => (None, None),
        };
        Self {
            allowed_actions: session.allowed_actions(admin, now),
            ends_at: session.ends_at(),
            id: session.id,
            mentor_id: session.mentor_id,
            mentee_id: session.mentee_id,
            scheduled_at: session.scheduled_at,
            duration_minutes: session.duration.0,
            status: session.status,
            topic: session.topic,
            payment_status: session.payment.status,
            price: session.payment.price,
            currency: session.payment.currency,
            respond_by: session.respond_by,
            ended_by,
            ended_reason,
            version: session.version,
            created_at: session.created_at,
            updated_at: session.updated_at,
        }
    }
}
