//! What `/api/feedback` gives.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use shared::domain::feedback::{About, Feedback, FeedbackStatus, Hiding};
use shared::domain::id::{SessionId, UserId};
use shared::domain::time::Zone;
use shared::store::feedback::{Earlier, PublicFeedback};
use utoipa::ToSchema;

/// What one of the two people of a session says about it.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionFeedbackBody {
    session_id: SessionId,
    author_id: UserId,
    /// Whom it is about.
    subject_id: UserId,
    about: About,
    #[schema(minimum = 1, maximum = 5)]
    rating: i16,
    #[schema(minimum = 1, maximum = 5)]
    helpfulness_rating: i16,
    would_recommend: bool,
    written_feedback: Option<String>,
    topics_covered: Vec<String>,
    is_anonymous: bool,
    /// `waiting` is anonymous and published once it is among others; `internal` is about a mentee.
    status: FeedbackStatus,
    /// Why an admin took it out of sight.
    hidden_reason: Option<String>,
    /// Since when everybody sees it.
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Timestamp>,
    /// Until when its author can change it.
    #[schema(value_type = String, format = DateTime)]
    editable_until: Timestamp,
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<Feedback> for SessionFeedbackBody {
    fn from(feedback: Feedback) -> Self {
        let (status, editable_until) = (feedback.status(), feedback.editable_until());
        let opinion = feedback.opinion;
        Self {
            session_id: feedback.session_id,
            author_id: feedback.author_id,
            subject_id: feedback.subject_id,
            about: feedback.about,
            rating: opinion.rating,
            helpfulness_rating: opinion.helpfulness_rating,
            would_recommend: opinion.would_recommend,
            written_feedback: opinion.written_feedback,
            topics_covered: opinion.topics_covered,
            is_anonymous: opinion.is_anonymous,
            status,
            hidden_reason: feedback.hidden.map(|Hiding { reason, .. }| reason),
            published_at: feedback.published_at,
            editable_until,
            version: feedback.version,
            created_at: feedback.created_at,
            updated_at: feedback.updated_at,
        }
    }
}

/// What a feedback said before it was changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct EarlierFeedbackBody {
    author_id: UserId,
    version: i64,
    rating: i16,
    helpfulness_rating: i16,
    would_recommend: bool,
    written_feedback: Option<String>,
    topics_covered: Vec<String>,
    is_anonymous: bool,
    /// Since when it had said so.
    #[schema(value_type = String, format = DateTime)]
    said_at: Timestamp,
}

impl From<Earlier> for EarlierFeedbackBody {
    fn from(earlier: Earlier) -> Self {
        let opinion = earlier.opinion;
        Self {
            author_id: earlier.author_id,
            version: earlier.version,
            rating: opinion.rating,
            helpfulness_rating: opinion.helpfulness_rating,
            would_recommend: opinion.would_recommend,
            written_feedback: opinion.written_feedback,
            topics_covered: opinion.topics_covered,
            is_anonymous: opinion.is_anonymous,
            said_at: earlier.said_at,
        }
    }
}

/// Who said something in public.
#[derive(Serialize, ToSchema)]
pub(crate) struct FeedbackAuthorBody {
    id: UserId,
    /// The first name, and how the last one begins.
    #[schema(example = "Ada L.")]
    name: String,
}

/// What a mentee said of a mentor, as everybody sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct MentorFeedbackBody {
    /// `null` of what is anonymous, and of people who have paused, are shut out, or leave.
    author: Option<FeedbackAuthorBody>,
    is_anonymous: bool,
    #[schema(minimum = 1, maximum = 5)]
    rating: i16,
    #[schema(minimum = 1, maximum = 5)]
    helpfulness_rating: i16,
    would_recommend: bool,
    written_feedback: Option<String>,
    /// Empty of what is anonymous: a topic could tell which session it was.
    topics_covered: Vec<String>,
    /// The day in UTC on which it became public. What is anonymous becomes so together with others, days or weeks after it
    /// was written, and the order of those of one day is random.
    #[schema(value_type = String, format = Date)]
    published_on: Date,
}

impl From<PublicFeedback> for MentorFeedbackBody {
    fn from(feedback: PublicFeedback) -> Self {
        let opinion = feedback.opinion;
        Self {
            author: feedback.author.map(author),
            is_anonymous: opinion.is_anonymous,
            rating: opinion.rating,
            helpfulness_rating: opinion.helpfulness_rating,
            would_recommend: opinion.would_recommend,
            written_feedback: opinion.written_feedback,
            topics_covered: opinion.topics_covered,
            published_on: Zone::UTC.date(feedback.published_at),
        }
    }
}

fn author((id, first, last): (UserId, String, String)) -> FeedbackAuthorBody {
    let name = match last.chars().next() {
        Some(initial) => format!("{first} {initial}."),
        None => first,
    };
    FeedbackAuthorBody { id, name }
}
