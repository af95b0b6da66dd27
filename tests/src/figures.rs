//! Sessions of former times, as they lie in the database, for what is counted of them.

use std::fmt::Write;

use jiff::Timestamp;
use shared::domain::id::{MentoringRequestId, SessionId, UserId};
use shared::domain::session::SessionStatus;

use crate::TestApp;

/// A session, as far as figures know it.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The session.
    pub id: SessionId,
    /// Its mentor.
    pub mentor: UserId,
    /// Its mentee.
    pub mentee: UserId,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it starts.
    pub scheduled_at: Timestamp,
    /// How long it takes.
    pub minutes: i64,
    /// What it is.
    pub status: SessionStatus,
    /// What it is about.
    pub topic: Option<&'static str>,
    /// The program of its match.
    pub program: Option<&'static str>,
    /// When the mentor first answered.
    pub answered_at: Option<Timestamp>,
    /// What the mentee gives it, from one to five stars, and the mentor's opinion, which is no figure.
    pub ratings: [Option<i64>; 2],
    /// Whether an admin took what they said out of sight.
    pub is_hidden: bool,
}

fn quoted(text: Option<impl ToString>) -> String {
    text.map_or_else(
        || "NULL".to_owned(),
        |text| format!("'{}'", text.to_string()),
    )
}

/// A mentee's batch of mentors who were asked at once, as far as figures know it.
#[derive(Clone, Debug)]
pub struct BatchFact {
    /// The mentee.
    pub mentee: UserId,
    /// The program of the wish.
    pub program: &'static str,
    /// When the mentors were asked.
    pub created_at: Timestamp,
    /// When it was over.
    pub closed_at: Option<Timestamp>,
    /// What became of it.
    pub status: &'static str,
    /// The mentors, the best first: with their score in thousandths, and what they said.
    pub mentors: Vec<(UserId, i32, &'static str)>,
}

impl TestApp {
    /// Batches as time has left them.
    pub async fn given_batches(&self, batches: &[BatchFact]) {
        for batch in batches {
            let request: MentoringRequestId = self.clock.id();
            let (at, status, mentee) = (batch.created_at, batch.status, batch.mentee);
            let mut statement = format!(
                "INSERT INTO mentoring_requests (id, mentee_id, status, goals, program, program_version, rounds, version,
                                                 created_at, updated_at)
                 VALUES ('{request}', '{mentee}', 'withdrawn', 'Customers', '{}', 1, 1, 1, '{at}', '{at}');
                 INSERT INTO proposal_batches (id, request_id, round, status, respond_by, closed_at, created_at)
                 VALUES (gen_random_uuid(), '{request}', 1, '{status}', '{at}', {}, '{at}');",
                batch.program,
                quoted(batch.closed_at),
            );
            for (place, (mentor, score, outcome)) in (1..).zip(&batch.mentors) {
                let _ = write!(
                    statement,
                    "INSERT INTO mentoring_candidates (request_id, place, mentor_id, round, outcome, score, components,
                                                       reasoning, is_weak)
                     VALUES ('{request}', {place}, '{mentor}', 1, '{outcome}', {score}, '[]', '', false);"
                );
            }
            self.database.sql(&statement).await;
        }
    }

    /// Lets what has become of batches and proposals become something else, and a mentee's be gone.
    pub async fn given_later_outcomes(&self, (word, later): (&str, &str), gone: UserId) {
        let statement = format!(
            "UPDATE proposal_batches SET status = '{later}' WHERE status = '{word}';
             UPDATE mentoring_candidates SET outcome = '{later}' WHERE outcome = '{word}';
             DELETE FROM mentoring_requests WHERE mentee_id = '{gone}';"
        );
        self.database.sql(&statement).await;
    }

    /// Sessions as time has left them; whether they could have been booked is nobody's business here.
    pub async fn given_facts(&self, facts: &[Fact]) {
        let mut values = String::new();
        for fact in facts {
            let separator = if values.is_empty() { "" } else { "," };
            let _ = write!(
                values,
                "{separator}('{}'::uuid, '{}'::uuid, '{}'::uuid, '{}'::timestamptz, '{}'::timestamptz, {}, '{}', \
                 {}::text, {}::text, {}::timestamptz)",
                fact.id,
                fact.mentor,
                fact.mentee,
                fact.created_at,
                fact.scheduled_at,
                fact.minutes,
                fact.status.as_str(),
                quoted(fact.topic),
                quoted(fact.program),
                quoted(fact.answered_at),
            );
        }
        self.database
            .sql(&format!(
                "WITH fact (id, mentor_id, mentee_id, created_at, scheduled_at, minutes, status, topic, program,
                            answered_at) AS (VALUES {values})
                 INSERT INTO sessions (id, mentor_id, mentee_id, scheduled_at, ends_at, duration_minutes, status, topic,
                                       program, respond_by, cancellation_notice_minutes, version, sequence,
                                       created_at, updated_at, answered_at)
                 SELECT id, mentor_id, mentee_id, scheduled_at, scheduled_at + make_interval(mins => minutes), minutes,
                        status, topic, program, scheduled_at, 0, 1, 0, created_at,
                        created_at, answered_at
                   FROM fact"
            ))
            .await;
        self.given_opinions(facts).await;
    }

    async fn given_opinions(&self, facts: &[Fact]) {
        for fact in facts {
            let sides = [
                ("mentor", fact.mentee, fact.mentor),
                ("mentee", fact.mentor, fact.mentee),
            ];
            for ((about, author, subject), rating) in sides.into_iter().zip(fact.ratings) {
                let Some(rating) = rating else { continue };
                let hidden = if fact.is_hidden {
                    "'2026-05-01T00:00:00Z'"
                } else {
                    "NULL"
                };
                let because = if fact.is_hidden { "'Rude'" } else { "NULL" };
                let statement = format!(
                    "INSERT INTO feedback (id, session_id, author_id, subject_id, about, rating, helpfulness_rating,
                                           would_recommend, topics_covered, is_anonymous, settles_at, published_at,
                                           hidden_at, hidden_by, hidden_reason, version, created_at, said_at, updated_at)
                     SELECT gen_random_uuid(), s.id, '{author}', '{subject}', '{about}', {rating}, 5, true, '{{}}', false,
                            s.ends_at, CASE WHEN '{about}' = 'mentor' THEN s.ends_at END, {hidden},
                            CASE WHEN {hidden} IS NOT NULL THEN s.mentor_id END, {because}, 1, s.ends_at, s.ends_at,
                            s.ends_at
                       FROM sessions s WHERE s.id = '{}'
                     ON CONFLICT (session_id, author_id) DO UPDATE
                        SET (rating, hidden_at, hidden_by, hidden_reason)
                          = (excluded.rating, excluded.hidden_at, excluded.hidden_by, excluded.hidden_reason)",
                    fact.id
                );
                self.database.sql(&statement).await;
            }
        }
    }

    /// What has become of sessions since then: their state, when they start, and how they are rated.
    pub async fn given_changed_facts(&self, facts: &[Fact]) {
        for fact in facts {
            let statement = format!(
                "UPDATE sessions SET status = '{}', scheduled_at = '{}', topic = {}, version = version + 1
                  WHERE id = '{}'",
                fact.status.as_str(),
                fact.scheduled_at,
                quoted(fact.topic),
                fact.id
            );
            self.database.sql(&statement).await;
        }
        self.given_opinions(facts).await;
    }

    /// Forgets all hours of a mentor.
    pub async fn given_no_hours(&self, mentor: UserId) {
        let statement = format!("DELETE FROM availability WHERE mentor_id = '{mentor}'");
        self.database.sql(&statement).await;
    }

    /// Holds the row that counts, as another run does, until the connection is dropped.
    pub async fn given_somebody_who_counts(&self) -> tokio_postgres::Client {
        let client = self.database.client().await;
        client
            .batch_execute("BEGIN; SELECT FROM analytics_state FOR UPDATE")
            .await
            .unwrap();
        client
    }
}
