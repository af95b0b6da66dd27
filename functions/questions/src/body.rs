//! What `/api/questions` gives.

use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::{PostId, QuestionId, SessionId, UserId};
use shared::domain::question::{Post, Question, QuestionAction, QuestionStatus};
use shared::domain::score::Thousandths;
use shared::domain::slots::Slot;
use shared::domain::user::Actor;
use shared::http::Answer;
use utoipa::ToSchema;

/// A quick question.
#[derive(Serialize, ToSchema)]
pub(crate) struct QuestionBody {
    id: QuestionId,
    /// Who asks; `null` for mentors who have not claimed it.
    mentee_id: Option<UserId>,
    /// Who has it, or had it when it ended.
    mentor_id: Option<UserId>,
    /// Like `text` and `topics` empty when its asker has left the platform and is erased.
    title: String,
    text: String,
    topics: Vec<String>,
    status: QuestionStatus,
    /// When it moves on by itself: an open question expires, a claim without an answer lapses, an answered question is
    /// completed. Whatever its two people do puts that off. `null` when it has ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    holds_until: Option<Timestamp>,
    /// When one of the two first wanted to meet instead.
    #[schema(value_type = Option<String>, format = DateTime)]
    escalated_at: Option<Timestamp>,
    /// The session that was booked for it.
    session_id: Option<SessionId>,
    /// What its asker thinks of the answer, 1 to 5 stars.
    rating: Option<i16>,
    /// How well it fits you, 0 to 100; only in the list of open questions, and `null` there while you cannot be matched,
    /// because you take a break or have hidden yourself.
    fit: Option<Thousandths>,
    version: i64,
    /// What you may do now.
    allowed_actions: Vec<QuestionAction>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl QuestionBody {
    /// A question as it stands, as this person sees it.
    pub(crate) fn new(question: Question, actor: Actor) -> Self {
        let knows_asker = question.has_participant(actor.id) || actor.is_admin();
        Self {
            allowed_actions: question.allowed_actions(actor),
            id: question.id,
            mentee_id: knows_asker.then_some(question.mentee_id),
            mentor_id: question.mentor_id,
            title: question.wording.title,
            text: question.wording.text,
            topics: question.wording.topics,
            status: question.status,
            holds_until: question.holds_until,
            escalated_at: question.escalated_at,
            session_id: question.session_id,
            rating: question.rating,
            fit: None,
            version: question.version,
            created_at: question.created_at,
            updated_at: question.updated_at,
        }
    }

    /// The same with how well it fits.
    pub(crate) fn fitting(self, fit: Option<Thousandths>) -> Self {
        Self { fit, ..self }
    }

    /// A question with its version, as every answer about one has it.
    pub(crate) fn answer(question: Question, actor: Actor) -> Answer<Self> {
        let version = question.version;
        Answer::ok(Self::new(question, actor)).at_version(version)
    }
}

/// One post of a thread.
#[derive(Serialize, ToSchema)]
pub(crate) struct QuestionPostBody {
    id: PostId,
    author_id: UserId,
    /// Empty when its author has left the platform and is erased.
    content: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<Post> for QuestionPostBody {
    fn from(post: Post) -> Self {
        Self {
            id: post.id,
            author_id: post.author_id,
            content: post.content,
            created_at: post.created_at,
        }
    }
}

/// A quick question with its thread.
#[derive(Serialize, ToSchema)]
pub(crate) struct QuestionThreadBody {
    #[serde(flatten)]
    question: QuestionBody,
    /// What both have written, the oldest first. A mentor sees what was written since they claimed it, its asker all of it.
    answers: Vec<QuestionPostBody>,
    /// The mentor's next free times, for the two while they would rather meet and have booked nothing. The asker books one
    /// with `POST /api/sessions` and this `question_id`. Otherwise empty.
    next_slots: Vec<QuestionSlotBody>,
}

impl QuestionThreadBody {
    pub(crate) fn answer(
        question: Question,
        posts: Vec<Post>,
        slots: Vec<Slot>,
        actor: Actor,
    ) -> Answer<Self> {
        let (version, claim) = (question.version, question.claims);
        let sees_all = question.mentee_id == actor.id || actor.is_admin();
        let sees_own = question.mentor_id == Some(actor.id);
        let seen = posts
            .into_iter()
            .filter(|post| sees_all || (sees_own && post.claim == claim));
        let body = Self {
            answers: seen.map(QuestionPostBody::from).collect(),
            next_slots: slots.into_iter().map(QuestionSlotBody::from).collect(),
            question: QuestionBody::new(question, actor),
        };
        Answer::ok(body).at_version(version)
    }
}

/// A question whose two people would rather meet.
#[derive(Serialize, ToSchema)]
pub(crate) struct EscalationBody {
    question: QuestionBody,
    /// How long these times are.
    duration_minutes: u32,
    /// The mentor's next free times. The asker books one with `POST /api/sessions` and this `question_id`.
    next_slots: Vec<QuestionSlotBody>,
}

/// A time that can be booked.
#[derive(Serialize, ToSchema)]
struct QuestionSlotBody {
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Timestamp,
}

impl From<Slot> for QuestionSlotBody {
    fn from(slot: Slot) -> Self {
        Self {
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
        }
    }
}

impl EscalationBody {
    pub(crate) fn new(question: QuestionBody, duration_minutes: u32, slots: Vec<Slot>) -> Self {
        Self {
            question,
            duration_minutes,
            next_slots: slots.into_iter().map(QuestionSlotBody::from).collect(),
        }
    }
}
