//! Who can be asked, and whose wishes have come true in another way.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::event::Event;
use crate::domain::id::{EventId, Id, UserId};
use crate::domain::mentorship::Mentorship;
use crate::domain::news::News;
use crate::store::db::Param;
use crate::store::{Read, StoreError, Transaction, mentorship, outbox};

/// How long a mentor who passed is not asked for the same mentee again: 90 days.
pub(in crate::store) const PASSED_FOR: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Lists who of these mentors can take this mentee on at this moment. A place may be gone when they do.
pub async fn list_available(
    db: &impl Read,
    mentee: UserId,
    mentors: &[UserId],
) -> Result<HashSet<UserId>, StoreError> {
    let ids: Vec<Uuid> = mentors.iter().map(|id| id.uuid()).collect();
    let rows = db
        .query(
            "SELECT m.user_id AS id
               FROM mentors m JOIN users u ON u.id = m.user_id
              WHERE m.user_id = ANY($1)
                AND u.role = 'mentor' AND m.vetting = 'approved' AND m.listed AND m.accepting
                AND u.status = 'active' AND u.email_verified_at IS NOT NULL
                AND m.max_mentees > (SELECT count(*) FROM mentorships s
                                      WHERE s.mentor_id = m.user_id AND s.status IN ('pending', 'active', 'paused'))
                AND NOT EXISTS (SELECT FROM mentorships s
                                 WHERE s.mentor_id = m.user_id AND s.mentee_id = $2
                                   AND s.status IN ('pending', 'active', 'paused'))",
            &[(&ids, Type::UUID_ARRAY), (&mentee.uuid(), Type::UUID)],
        )
        .await?;
    people(&rows)
}

/// Lists the mentors who are not asked for this mentee: those without a place, those who work with them or broke it off,
/// and those who passed not long ago.
pub async fn list_out_of_reach(
    db: &impl Read,
    mentee: UserId,
    now: Timestamp,
) -> Result<HashSet<UserId>, StoreError> {
    let rows = db
        .query(
            "SELECT s.mentor_id AS id
               FROM mentorships s JOIN mentors m ON m.user_id = s.mentor_id
              WHERE s.status IN ('pending', 'active', 'paused')
              GROUP BY s.mentor_id, m.max_mentees
             HAVING count(*) >= m.max_mentees
              UNION
             SELECT mentor_id FROM mentorships WHERE mentee_id = $1 AND status <> 'completed'
              UNION
             SELECT c.mentor_id
               FROM mentoring_candidates c JOIN mentoring_requests r ON r.id = c.request_id
              WHERE r.mentee_id = $1 AND c.outcome = 'passed' AND c.answered_at > $2",
            &[
                (&mentee.uuid(), Type::UUID),
                (&(now - PASSED_FOR), Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    people(&rows)
}

fn people(rows: &[Row]) -> Result<HashSet<UserId>, StoreError> {
    rows.iter()
        .map(|row| Ok(row.try_get::<_, Uuid>("id")?.into()))
        .collect()
}

/// Closes the wishes of mentees who were brought together with a mentor in another way than by these wishes; returns
/// what the mentors are told who were asked and need not answer any more.
pub async fn settle(
    tx: &Transaction<'_>,
    made: &[Mentorship],
    now: Timestamp,
) -> Result<Vec<Event>, StoreError> {
    let mentees: Vec<Uuid> = made.iter().map(|new| new.pair.mentee_id.uuid()).collect();
    let ids: Vec<Uuid> = made.iter().map(|new| new.id.uuid()).collect();
    let whose: [Param<'_>; 1] = [(&mentees, Type::UUID_ARRAY)];
    let held = tx.query(
        "SELECT id FROM mentoring_requests
          WHERE mentee_id = ANY($1) AND status IN ('open', 'queued') ORDER BY id FOR NO KEY UPDATE",
        &whose,
    );
    // A statement of its own: it sees what was written until the rows were held.
    let params: [Param<'_>; 3] = [
        (&mentees, Type::UUID_ARRAY),
        (&ids, Type::UUID_ARRAY),
        (&now, Type::TIMESTAMPTZ),
    ];
    let closed = tx.query(
        "WITH settled AS (
           UPDATE mentoring_requests r
              SET status = 'matched', mentorship_id = made.id, version = version + 1, updated_at = $3
             FROM (SELECT DISTINCT ON (mentee_id) mentee_id, id
                     FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS made (mentee_id, id, place)
                    ORDER BY mentee_id, place) AS made
            WHERE r.mentee_id = made.mentee_id AND r.status IN ('open', 'queued')
        RETURNING r.id),
              batches AS (
           UPDATE proposal_batches b SET status = 'closed', closed_at = $3
             FROM settled WHERE b.request_id = settled.id AND b.status = 'open'
        RETURNING b.id, b.request_id)
         UPDATE mentoring_candidates c SET outcome = 'closed'
           FROM batches WHERE c.request_id = batches.request_id AND c.outcome = 'proposed'
      RETURNING batches.id, c.mentor_id",
        &params,
    );
    let (_, rows) = futures_util::try_join!(held, closed)?;
    rows.iter()
        .map(|row| {
            Ok(Event::Mentoring(News::ProposalClosed {
                batch_id: row.try_get::<_, Uuid>("id")?.into(),
                recipient_id: row.try_get::<_, Uuid>("mentor_id")?.into(),
            }))
        })
        .collect()
}

/// Takes back what somebody who leaves has asked for, and dissolves what they take part in; the others are told.
pub async fn call_off(
    tx: &Transaction<'_>,
    person: UserId,
    now: Timestamp,
    new_id: impl FnMut() -> EventId,
) -> Result<(), StoreError> {
    let rows = tx
        .query(
            "SELECT id FROM mentoring_requests WHERE mentee_id = $1 AND status IN ('open', 'queued')",
            &[(&person.uuid(), Type::UUID)],
        )
        .await?;
    let mut events = Vec::new();
    for row in &rows {
        let id: Uuid = row.try_get("id")?;
        let Some(request) = super::lock(tx, id.into()).await? else {
            continue;
        };
        if let Ok((withdrawn, told)) = request.withdraw(now) {
            super::update(tx, &withdrawn).await?;
            events.extend(told);
        }
    }
    for open in mentorship::lock_open(tx, person).await? {
        if let Some((dissolved, told)) = open.leave(person, now) {
            mentorship::update(tx, &dissolved).await?;
            events.extend(told);
        }
    }
    outbox::append_all(tx, new_id, now, events).await
}
