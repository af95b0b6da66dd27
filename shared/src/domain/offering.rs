//! Offerings: what kind of session a mentor gives, how long, at what price.

use jiff::Timestamp;

use super::id::{OfferingId, TopicId, UserId};
use super::refusal::{Refusal, RefusalKind};
use super::session::{Payment, PaymentStatus};
use super::time::Minutes;

/// Most offerings a mentor can have.
pub const MOST_PER_MENTOR: i64 = 50;

/// A kind of session that a mentor gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offering {
    /// Names it for good.
    pub id: OfferingId,
    /// Who gives it.
    pub mentor_id: UserId,
    /// What it is about.
    pub topic_id: TopicId,
    /// That topic's name.
    pub topic_name: String,
    /// What the mentor calls it.
    pub title: String,
    /// What happens in it.
    pub description: Option<String>,
    /// How long it takes.
    pub duration: Minutes,
    /// What it costs, in minor units of the currency.
    pub price: i32,
    /// ISO 4217 code of the price.
    pub currency: String,
    /// Whether it can be booked.
    pub active: bool,
    /// Counts the changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// The last change.
    pub updated_at: Timestamp,
}

impl Offering {
    /// What a session of this kind costs.
    #[must_use]
    pub fn payment(&self) -> Payment {
        let status = match self.price {
            0 => PaymentStatus::NotRequired,
            _ => PaymentStatus::Pending,
        };
        Payment {
            status,
            price: Some(self.price),
            currency: Some(self.currency.clone()),
        }
    }
}

/// Why an offering cannot be made or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferingError {
    /// The mentor has as many as one can have.
    #[error("a mentor has at most 50 offerings: remove some first")]
    TooMany,
    /// The mentor gives no such sessions, or not any more.
    #[error("is no active offering of this mentor")]
    Unknown,
    /// There is no topic of this id.
    #[error("is no topic: list them at /api/topics, or send a name")]
    UnknownTopic,
}

impl Refusal for OfferingError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::TooMany => RefusalKind::Conflict,
            Self::Unknown | Self::UnknownTopic => RefusalKind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::TooMany => "too_many_offerings",
            Self::Unknown => "unknown_offering",
            Self::UnknownTopic => "unknown_topic",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::TooMany => None,
            Self::Unknown => Some("offering_id"),
            Self::UnknownTopic => Some("topic_id"),
        }
    }
}
