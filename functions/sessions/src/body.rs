//! What `/api/sessions` takes and gives.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::{MatchId, OfferingId, QuestionId, SessionId, UserId};
use shared::domain::payment::PaymentMethod;
use shared::domain::score::Thousandths;
use shared::domain::session::{PaymentStatus, Session, SessionAction, SessionStatus};
use shared::domain::user::Actor;
use shared::domain::value::{Bounded, HttpsUrl, List, Patch, Text};
use shared::http::{Answer, Moment, Problems};
use utoipa::ToSchema;

pub(crate) type Topic = Text<1, 200>;
pub(crate) type Note = Text<0, 2000>;
pub(crate) type Reason = Text<1, 500>;
pub(crate) type Duration = Bounded<30, 180>;
pub(crate) type Times = List<Moment, 3>;

/// What a mentee asks for.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionRequestBody {
    pub(crate) mentor_id: UserId,
    /// A time from the mentor's slots.
    pub(crate) scheduled_at: Moment,
    /// 60 when both this and `offering_id` are left out.
    #[deserr(default, from(Duration) = Some)]
    #[schema(nullable = false)]
    pub(crate) duration_minutes: Option<Duration>,
    /// The mentor's kind of session, which says how long it takes and what it costs.
    #[deserr(default, from(OfferingId) = Some)]
    #[schema(nullable = false)]
    pub(crate) offering_id: Option<OfferingId>,
    /// The title of the offering when left out.
    #[deserr(default)]
    #[schema(example = "B2B pricing")]
    pub(crate) topic: Option<Topic>,
    #[deserr(default)]
    pub(crate) mentee_notes: Option<Note>,
    /// The payment provider's token of a card, when the offering has a price. Never the number of a card.
    #[deserr(default)]
    pub(crate) payment_method: Option<PaymentMethod>,
    /// The match that led here; its score is kept with the session.
    #[deserr(default)]
    pub(crate) match_id: Option<MatchId>,
    /// The quick question that is talked about instead: one of yours with this mentor that was escalated.
    #[deserr(default, from(QuestionId) = Some)]
    #[schema(nullable = false)]
    pub(crate) question_id: Option<QuestionId>,
}

/// What a participant does to a session: one action, or plain fields.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionChangeBody {
    #[deserr(default, from(ChangeAction) = Some)]
    #[schema(nullable = false)]
    pub(crate) action: Option<ChangeAction>,
    /// Why, with `decline` and `reschedule`.
    #[deserr(default)]
    pub(crate) reason: Option<Reason>,
    /// One to three other times from the mentor's slots, with `reschedule`.
    #[deserr(default, from(Times) = Some)]
    #[schema(value_type = Option<Vec<Moment>>, nullable = false, min_items = 1, max_items = 3)]
    pub(crate) proposed_times: Option<Times>,
    /// For both people.
    #[deserr(default)]
    #[schema(value_type = Option<Note>)]
    pub(crate) notes: Patch<Note>,
    /// For the mentor alone.
    #[deserr(default)]
    #[schema(value_type = Option<Note>)]
    pub(crate) mentor_notes: Patch<Note>,
    /// Where they meet; the mentor says it.
    #[deserr(default)]
    #[schema(value_type = Option<HttpsUrl>)]
    pub(crate) meeting_link: Patch<HttpsUrl>,
}

/// What can be done by `PUT`; cancelling is a `DELETE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Problems)]
pub(crate) enum ChangeAction {
    #[deserr(rename = "accept")]
    #[schema(rename = "accept")]
    Accept,
    #[deserr(rename = "decline")]
    #[schema(rename = "decline")]
    Decline,
    #[deserr(rename = "reschedule")]
    #[schema(rename = "reschedule")]
    Reschedule,
    #[deserr(rename = "complete")]
    #[schema(rename = "complete")]
    Complete,
    #[deserr(rename = "no_show")]
    #[schema(rename = "no_show")]
    NoShow,
}

/// Why a session is called off.
#[derive(Default, Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct CancelBody {
    #[deserr(default)]
    pub(crate) reason: Option<Reason>,
}

/// A session, as one of its people sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionBody {
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
    notes: Option<String>,
    mentee_notes: Option<String>,
    /// For the mentor alone; `null` for everybody else.
    mentor_notes: Option<String>,
    meeting_link: Option<String>,
    match_score: Option<Thousandths>,
    payment_status: PaymentStatus,
    /// Minor units of the currency; `null` when nothing is to be paid.
    price: Option<i32>,
    currency: Option<String>,
    /// Until when the mentor can answer.
    #[schema(value_type = String, format = DateTime)]
    respond_by: Timestamp,
    version: i64,
    /// What you may do now.
    allowed_actions: Vec<SessionAction>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl SessionBody {
    /// A session with its version, as every answer about one has it.
    pub(crate) fn answer(session: Session, actor: Actor, now: Timestamp) -> Answer<Self> {
        let version = session.version;
        Answer::ok(Self::new(session, actor, now)).at_version(version)
    }

    pub(crate) fn new(session: Session, actor: Actor, now: Timestamp) -> Self {
        Self {
            allowed_actions: session.allowed_actions(actor, now),
            ends_at: session.ends_at(),
            mentor_notes: session
                .mentor_notes
                .filter(|_| actor.id == session.mentor_id),
            id: session.id,
            mentor_id: session.mentor_id,
            mentee_id: session.mentee_id,
            scheduled_at: session.scheduled_at,
            duration_minutes: session.duration.0,
            status: session.status,
            topic: session.topic,
            notes: session.notes,
            mentee_notes: session.mentee_notes,
            meeting_link: session.meeting_link,
            match_score: session.match_score,
            payment_status: session.payment.status,
            price: session.payment.price,
            currency: session.payment.currency,
            respond_by: session.respond_by,
            version: session.version,
            created_at: session.created_at,
            updated_at: session.updated_at,
        }
    }
}
