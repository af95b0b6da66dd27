//! What `/api/topics` gives.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::TopicId;
use shared::domain::topic::{Topic, key};
use shared::store::topic::Listed;
use utoipa::ToSchema;

/// A topic of sessions.
#[derive(Serialize, ToSchema)]
pub(crate) struct TopicBody {
    id: TopicId,
    name: String,
    /// Whether it came with the platform.
    is_predefined: bool,
    /// Counts the changes.
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<Topic> for TopicBody {
    fn from(topic: Topic) -> Self {
        Self {
            id: topic.id,
            name: topic.name,
            is_predefined: topic.is_predefined,
            version: topic.version,
            created_at: topic.created_at,
            updated_at: topic.updated_at,
        }
    }
}

/// A topic of sessions, with who knows it.
#[derive(Serialize, ToSchema)]
pub(crate) struct CountedTopicBody {
    #[serde(flatten)]
    topic: TopicBody,
    /// How many mentors name it as their expertise, whatever they call it.
    mentors_count: i64,
    /// How many kinds of sessions are about it.
    offerings_count: i64,
}

impl CountedTopicBody {
    /// Adds up, topic by topic, the mentors who name it in any spelling.
    pub(crate) fn all(topics: Vec<Listed>, named: &[(String, i64)]) -> Vec<Self> {
        let mut mentors: HashMap<String, i64> = HashMap::new();
        for (area, count) in named {
            *mentors.entry(key(area)).or_default() += count;
        }
        let count = |keys: &[String]| keys.iter().filter_map(|key| mentors.get(key)).sum();
        topics
            .into_iter()
            .map(|listed| Self {
                mentors_count: count(&listed.keys),
                offerings_count: listed.offerings,
                topic: listed.topic.into(),
            })
            .collect()
    }
}
