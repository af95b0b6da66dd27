//! Sessions that took place, and what is kept of what people said about them.

use shared::domain::id::{SessionId, UserId};

use crate::TestApp;

/// One feedback as the database has it, for whoever computes figures again.
#[derive(Clone, Debug)]
pub struct KeptFeedback {
    /// Whom it is about.
    pub subject: String,
    /// Who said so.
    pub author: String,
    /// One to five stars.
    pub rating: i64,
    /// How much it helped.
    pub helpfulness: i64,
    /// Whether they would recommend the other one.
    pub recommends: bool,
    /// Whether it is anonymous.
    pub is_anonymous: bool,
    /// In small letters.
    pub topics: Vec<String>,
    /// Since when it is public.
    pub published_at: Option<String>,
    /// Whether an admin took it out of sight.
    pub is_hidden: bool,
}

impl TestApp {
    /// A session of one hour that took place.
    pub async fn given_completed_session(
        &self,
        mentee: UserId,
        mentor: UserId,
        at: &str,
    ) -> SessionId {
        let id = self.given_session(mentee, mentor, at).await;
        let statement = format!(
            "WITH freed AS (DELETE FROM busy WHERE session_id = '{id}')
             UPDATE sessions SET status = 'completed', version = version + 1 WHERE id = '{id}'"
        );
        self.database.sql(&statement).await;
        id
    }

    /// The count and the sum of a mentor's ratings, as search and matching read them.
    pub async fn rating_sums(&self, mentor: UserId) -> (i64, i64) {
        let statement = format!(
            "SELECT rating_count, rating_sum FROM mentor_search WHERE mentor_id = '{mentor}'"
        );
        let rows = self.database.sql(&statement).await;
        let number = |at: usize| rows[0][at].as_deref().unwrap().parse().unwrap();
        (number(0), number(1))
    }

    /// Which revision of the mentors matching would read.
    pub async fn catalog_revision(&self) -> u64 {
        self.count("SELECT revision FROM mentor_catalog").await
    }

    /// Everything that was said about mentors.
    pub async fn kept_feedback(&self) -> Vec<KeptFeedback> {
        let rows = self
            .database
            .sql(
                "SELECT subject_id, author_id, rating, helpfulness_rating, would_recommend, is_anonymous,
                        lower(array_to_string(topics_covered, '|')),
                        to_char(published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), hidden_at IS NOT NULL
                   FROM feedback WHERE about = 'mentor' ORDER BY id",
            )
            .await;
        rows.into_iter().map(kept).collect()
    }

    /// How many places among feedback of one moment carry a time: never any.
    pub async fn places_with_a_time(&self) -> u64 {
        self.count("SELECT count(*) FROM feedback WHERE substr(public_id::text, 15, 1) <> '4'")
            .await
    }
}

fn kept(row: Vec<Option<String>>) -> KeptFeedback {
    let mut fields = row.into_iter();
    let mut next = || fields.next().unwrap();
    KeptFeedback {
        subject: next().unwrap(),
        author: next().unwrap(),
        rating: next().unwrap().parse().unwrap(),
        helpfulness: next().unwrap().parse().unwrap(),
        recommends: next().as_deref() == Some("t"),
        is_anonymous: next().as_deref() == Some("t"),
        topics: next()
            .unwrap_or_default()
            .split('|')
            .filter(|topic| !topic.is_empty())
            .map(str::to_owned)
            .collect(),
        published_at: next(),
        is_hidden: next().as_deref() == Some("t"),
    }
}
