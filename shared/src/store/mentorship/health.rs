//! What is known of how mentorships go, and who is at risk.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::TABLE;
use crate::domain::id::{Id, MentorshipId, UserId};
use crate::domain::mentorship::{Health, JUDGED_FOR_HOURS, MentorshipStatus, Pair, Signals};
use crate::store::{Read, StoreError, Transaction};

/// Reads what is known of how these go. Opinions are those of `author` alone when one is named: nobody learns from a
/// figure what the other one thinks. What the mentor said of the last session counts too; what the mentee said does not:
/// that can be anonymous.
pub async fn list_signals(
    db: &impl Read,
    ids: &[MentorshipId],
    author: Option<UserId>,
    now: Timestamp,
) -> Result<HashMap<MentorshipId, Signals>, StoreError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = db
        .query(
            "SELECT m.id, m.status, m.created_at,
                    greatest((SELECT max(met_at) FROM mentorship_meetings t WHERE t.mentorship_id = m.id),
                             (SELECT max(s.scheduled_at) FROM sessions s
                               WHERE s.mentor_id = m.mentor_id AND s.mentee_id = m.mentee_id
                                 AND s.status = 'completed' AND s.scheduled_at >= m.created_at)) AS last_met_at,
                    (SELECT min(s.scheduled_at) FROM sessions s
                      WHERE s.mentor_id = m.mentor_id AND s.mentee_id = m.mentee_id
                        AND s.status = 'confirmed' AND s.scheduled_at >= $2) AS next_session_at,
                    (SELECT min(t.created_at) FROM messages t JOIN sessions s ON s.id = t.session_id
                      WHERE s.mentor_id = m.mentor_id AND s.mentee_id = m.mentee_id AND t.read_at IS NULL
                    ) AS oldest_unread_at,
                    ARRAY(SELECT rating FROM mentorship_feedback f
                           WHERE f.mentorship_id = m.id AND ($3::uuid IS NULL OR f.author_id = $3)
                          UNION ALL
                          (SELECT f.rating FROM feedback f JOIN sessions s ON s.id = f.session_id
                            WHERE f.author_id = m.mentor_id AND f.subject_id = m.mentee_id AND f.hidden_at IS NULL
                              AND s.scheduled_at >= m.created_at AND ($3::uuid IS NULL OR f.author_id = $3)
                            ORDER BY s.scheduled_at DESC
                            LIMIT 1)) AS ratings
               FROM mentorships m
              WHERE m.id = ANY($1)",
            &[
                (&ids, Type::UUID_ARRAY),
                (&now, Type::TIMESTAMPTZ),
                (&author.map(Id::uuid), Type::UUID),
            ],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get::<_, Uuid>("id")?.into(), signals(row)?)))
        .collect()
}

fn signals(row: &Row) -> Result<Signals, StoreError> {
    Ok(Signals {
        status: MentorshipStatus::parse(row.try_get("status")?)
            .map_err(|error| StoreError::inconsistent(TABLE, error))?,
        created_at: row.try_get("created_at")?,
        last_met_at: row.try_get("last_met_at")?,
        next_session_at: row.try_get("next_session_at")?,
        ratings: row.try_get("ratings")?,
        oldest_unread_at: row.try_get("oldest_unread_at")?,
    })
}

/// Judges one anew after something has happened to it, within the same transaction.
pub async fn update_risk(
    tx: &Transaction<'_>,
    id: MentorshipId,
    now: Timestamp,
) -> Result<(), StoreError> {
    judge(tx, &[id], now).await
}

/// The same of what two people have, if they have anything.
pub async fn update_risk_of(
    tx: &Transaction<'_>,
    pair: Pair,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = tx
        .query_opt(
            "SELECT id FROM mentorships
              WHERE mentor_id = $1 AND mentee_id = $2 AND status IN ('pending', 'active', 'paused')
                FOR NO KEY UPDATE",
            &[
                (&pair.mentor_id.uuid(), Type::UUID),
                (&pair.mentee_id.uuid(), Type::UUID),
            ],
        )
        .await?;
    match row {
        Some(row) => judge(tx, &[row.try_get::<_, Uuid>("id")?.into()], now).await,
        None => Ok(()),
    }
}

/// Judges up to a hundred anew that were not judged for a day; returns how many. Those that somebody else holds are left
/// for later.
pub async fn judge_due(tx: &Transaction<'_>, now: Timestamp) -> Result<usize, StoreError> {
    let before = now - SignedDuration::from_hours(JUDGED_FOR_HOURS);
    let rows = tx
        .query(
            "SELECT id FROM mentorships
              WHERE status IN ('pending', 'active') AND judged_at <= $1
              ORDER BY judged_at
              LIMIT 100
                FOR NO KEY UPDATE SKIP LOCKED",
            &[(&before, Type::TIMESTAMPTZ)],
        )
        .await?;
    let ids = rows
        .iter()
        .map(|row| Ok(row.try_get::<_, Uuid>("id")?.into()))
        .collect::<Result<Vec<MentorshipId>, StoreError>>()?;
    judge(tx, &ids, now).await?;
    Ok(ids.len())
}

async fn judge(
    tx: &Transaction<'_>,
    ids: &[MentorshipId],
    now: Timestamp,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let signals = list_signals(tx, ids, None, now).await?;
    let is_at_risk = |signals| Health::of(signals, now).is_some_and(|health| health.at_risk);
    let (ids, risks): (Vec<Uuid>, Vec<bool>) = signals
        .iter()
        .map(|(id, signals)| (id.uuid(), is_at_risk(signals)))
        .unzip();
    tx.execute(
        "UPDATE mentorships m SET at_risk = judged.at_risk, judged_at = $3
           FROM unnest($1::uuid[], $2::bool[]) AS judged (id, at_risk)
          WHERE m.id = judged.id",
        &[
            (&ids, Type::UUID_ARRAY),
            (&risks, Type::BOOL_ARRAY),
            (&now, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}
