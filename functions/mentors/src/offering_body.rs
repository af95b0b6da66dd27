//! What `/api/mentors/{id}/offerings` takes and gives.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::{OfferingId, TopicId, UserId};
use shared::domain::offering::Offering;
use shared::domain::time::Minutes;
use shared::domain::topic::TopicName;
use shared::domain::value::{Bounded, Currency, Patch, Text};
use shared::http::Problems;
use utoipa::ToSchema;

type Title = Text<1, 120>;
type Description = Text<0, 1000>;
type Duration = Bounded<30, 180>;
type Price = Bounded<0, 100_000_000>;

/// A kind of session. Name its topic either by `topic_id` or by `topic`.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOfferingBody {
    #[deserr(default, from(TopicId) = Some)]
    #[schema(nullable = false)]
    pub(crate) topic_id: Option<TopicId>,
    /// The name of a topic; one that is not there yet is added.
    #[deserr(default, from(TopicName) = Some)]
    #[schema(nullable = false)]
    pub(crate) topic: Option<TopicName>,
    #[schema(example = "Pricing review")]
    pub(crate) title: Title,
    #[deserr(default)]
    pub(crate) description: Option<Description>,
    pub(crate) duration_minutes: Duration,
    /// Minor units of the currency.
    pub(crate) price: Price,
    #[schema(example = "EUR")]
    pub(crate) currency: Currency,
    /// Whether it can be booked; it can when left out.
    #[deserr(default, from(bool) = Some)]
    #[schema(nullable = false)]
    pub(crate) active: Option<bool>,
}

/// A change to a kind of session. Every field is optional.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfferingChange {
    #[deserr(default, from(TopicId) = Some)]
    #[schema(nullable = false)]
    pub(crate) topic_id: Option<TopicId>,
    /// The name of a topic; one that is not there yet is added.
    #[deserr(default, from(TopicName) = Some)]
    #[schema(nullable = false)]
    pub(crate) topic: Option<TopicName>,
    #[deserr(default, from(Title) = Some)]
    #[schema(nullable = false)]
    title: Option<Title>,
    #[deserr(default)]
    #[schema(value_type = Option<Description>)]
    description: Patch<Description>,
    #[deserr(default, from(Duration) = Some)]
    #[schema(nullable = false)]
    duration_minutes: Option<Duration>,
    /// Minor units of the currency.
    #[deserr(default, from(Price) = Some)]
    #[schema(nullable = false)]
    price: Option<Price>,
    #[deserr(default, from(Currency) = Some)]
    #[schema(nullable = false)]
    currency: Option<Currency>,
    #[deserr(default, from(bool) = Some)]
    #[schema(nullable = false)]
    active: Option<bool>,
}

impl OfferingChange {
    /// Applies everything but the topic.
    pub(crate) fn apply(self, mut offering: Offering, now: Timestamp) -> Offering {
        if let Some(title) = self.title {
            offering.title = title.into_string();
        }
        if let Some(duration) = self.duration_minutes {
            offering.duration = minutes(duration);
        }
        if let Some(currency) = self.currency {
            offering.currency = currency.into_string();
        }
        self.description
            .apply(&mut offering.description, Text::into_string);
        Offering {
            price: self.price.map_or(offering.price, Bounded::get),
            active: self.active.unwrap_or(offering.active),
            version: offering.version + 1,
            updated_at: now,
            ..offering
        }
    }
}

/// Reads a number of minutes.
pub(crate) fn minutes(duration: Duration) -> Minutes {
    Minutes(duration.get().unsigned_abs())
}

/// A kind of session that a mentor gives.
#[derive(Serialize, ToSchema)]
pub(crate) struct OfferingBody {
    id: OfferingId,
    mentor_id: UserId,
    topic: OfferingTopicBody,
    title: String,
    description: Option<String>,
    duration_minutes: u32,
    /// Minor units of the currency.
    price: i32,
    currency: String,
    /// Whether it can be booked.
    active: bool,
    /// Counts the changes.
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// What a kind of session is about.
#[derive(Serialize, ToSchema)]
pub(crate) struct OfferingTopicBody {
    id: TopicId,
    name: String,
}

impl From<Offering> for OfferingBody {
    fn from(offering: Offering) -> Self {
        Self {
            id: offering.id,
            mentor_id: offering.mentor_id,
            topic: OfferingTopicBody {
                id: offering.topic_id,
                name: offering.topic_name,
            },
            title: offering.title,
            description: offering.description,
            duration_minutes: offering.duration.0,
            price: offering.price,
            currency: offering.currency,
            active: offering.active,
            version: offering.version,
            created_at: offering.created_at,
            updated_at: offering.updated_at,
        }
    }
}
