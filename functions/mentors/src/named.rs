//! A topic as mentors name it: by its id or by its name.

use shared::clock::Clock;
use shared::domain::id::{TopicId, UserId};
use shared::domain::offering::OfferingError;
use shared::domain::topic::{Topic, TopicName};
use shared::http::{ApiError, Problems};
use shared::store::{self, Transaction};

/// How a topic is named.
pub(crate) enum Named {
    ById(TopicId),
    ByName(TopicName),
}

impl Named {
    /// Reads what was sent: at most one of the two.
    pub(crate) fn read(
        id: Option<TopicId>,
        name: Option<TopicName>,
    ) -> Result<Option<Self>, Problems> {
        match (id, name) {
            (Some(_), Some(_)) => Err(Problems::of(
                "topic",
                "topic_named_twice",
                "send either topic_id or topic",
            )),
            (Some(id), None) => Ok(Some(Self::ById(id))),
            (None, Some(name)) => Ok(Some(Self::ByName(name))),
            (None, None) => Ok(None),
        }
    }

    /// Finds the topic; one that is named and not there yet is added.
    pub(crate) async fn find(
        self,
        tx: &Transaction<'_>,
        clock: &Clock,
        mentor: UserId,
    ) -> Result<Topic, ApiError> {
        match self {
            Self::ById(id) => Ok(store::topic::find(tx, id)
                .await?
                .ok_or(OfferingError::UnknownTopic)?),
            Self::ByName(name) => {
                let (id, now) = (clock.id(), clock.now());
                let (topic, _) = store::topic::insert_or_find(tx, id, &name, mentor, now).await?;
                Ok(topic)
            }
        }
    }
}
