//! Batches as people see them: the mentee with all who were asked, a mentor with themselves alone.

use std::collections::HashMap;

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::{Json, Type};
use uuid::Uuid;

use super::{Batch, batch};
use crate::domain::id::{Id, MentoringRequestId, MentorshipId, ProposalBatchId, UserId};
use crate::domain::matching::Component;
use crate::domain::mentoring::{BatchStatus, Outcome};
use crate::domain::page::{Cursor, Page, PageRequest};
use crate::domain::score::Thousandths;
use crate::domain::user::Actor;
use crate::store::{Read, StoreError};

/// A batch with the two sides of its proposals.
#[derive(Clone, Debug)]
pub struct BatchView {
    /// The batch.
    pub batch: Batch,
    /// The wish behind it.
    pub request_id: MentoringRequestId,
    /// What has come of the wish.
    pub mentorship_id: Option<MentorshipId>,
    /// What the mentee wants to reach.
    pub goals: String,
    /// Whose wish it is.
    pub mentee_id: UserId,
    /// Their given name.
    pub mentee_first_name: String,
    /// Their family name.
    pub mentee_last_name: String,
    /// The name of their startup.
    pub startup_name: Option<String>,
    /// Who was asked, the best first.
    pub proposals: Vec<ProposalView>,
}

/// One mentor of a batch.
#[derive(Clone, Debug)]
pub struct ProposalView {
    /// The mentor.
    pub mentor_id: UserId,
    /// Their given name.
    pub first_name: String,
    /// Their family name.
    pub last_name: String,
    /// What they are, if they say it.
    pub title: Option<String>,
    /// Where they work, if they show it.
    pub company: Option<String>,
    /// How well the two fit.
    pub score: Thousandths,
    /// The parts of the score, with their evidence.
    pub components: Vec<Component>,
    /// The parts in words.
    pub reasoning: String,
    /// Whether it lies below what the program calls good.
    pub is_weak: bool,
    /// What has become of it.
    pub outcome: Outcome,
    /// When the mentor answered.
    pub answered_at: Option<Timestamp>,
}

/// Which batches of a list are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct BatchFilter {
    /// Only those in this state.
    pub status: Option<BatchStatus>,
    /// Only those of this wish.
    pub request_id: Option<MentoringRequestId>,
    /// Only those in which this mentor was asked.
    pub mentor_id: Option<UserId>,
    /// Only those in which somebody the asker may see has come to this.
    pub outcome: Option<Outcome>,
}

/// Reads a batch of one's own wish, or in which one was asked; an admin reads any.
pub async fn find_batch(
    db: &impl Read,
    id: ProposalBatchId,
    actor: Actor,
) -> Result<Option<BatchView>, StoreError> {
    let page = PageRequest {
        limit: 1,
        after: None,
    };
    let found = read(db, actor, &BatchFilter::default(), Some(id), page).await?;
    Ok(found.items.into_iter().next())
}

/// Lists the batches of one's own wishes, or in which one was asked, the newest first; an admin lists all.
pub async fn list_batches(
    db: &impl Read,
    actor: Actor,
    filter: &BatchFilter,
    page: PageRequest,
) -> Result<Page<BatchView>, StoreError> {
    read(db, actor, filter, None, page).await
}

async fn read(
    db: &impl Read,
    actor: Actor,
    filter: &BatchFilter,
    id: Option<ProposalBatchId>,
    page: PageRequest,
) -> Result<Page<BatchView>, StoreError> {
    let rows = db
        .query(
            "SELECT b.id, b.request_id, b.round, b.status, b.respond_by, b.closed_at, b.created_at, r.goals,
                    r.mentorship_id, r.mentee_id, u.first_name, u.last_name, e.startup_name
               FROM proposal_batches b
               JOIN mentoring_requests r ON r.id = b.request_id
               JOIN users u ON u.id = r.mentee_id
               LEFT JOIN mentees e ON e.user_id = r.mentee_id
              WHERE ($2 OR r.mentee_id = $1
                        OR EXISTS (SELECT FROM mentoring_candidates c
                                    WHERE c.request_id = b.request_id AND c.round = b.round AND c.mentor_id = $1))
                AND ($6::text IS NULL
                        OR EXISTS (SELECT FROM mentoring_candidates c
                                    WHERE c.request_id = b.request_id AND c.round = b.round AND c.outcome = $6
                                      AND ($2 OR r.mentee_id = $1 OR c.mentor_id = $1)))
                AND ($3::uuid IS NULL OR b.id = $3)
                AND ($4::text IS NULL OR b.status = $4)
                AND ($5::uuid IS NULL OR b.request_id = $5)
                AND ($7::uuid IS NULL
                        OR EXISTS (SELECT FROM mentoring_candidates c
                                    WHERE c.request_id = b.request_id AND c.round = b.round AND c.mentor_id = $7))
                AND ($8::timestamptz IS NULL OR (b.created_at, b.id) < ($8, $9))
              ORDER BY b.created_at DESC, b.id DESC
              LIMIT $10",
            &[
                (&actor.id.uuid(), Type::UUID),
                (&actor.is_admin(), Type::BOOL),
                (&id.map(Id::uuid), Type::UUID),
                (&filter.status.map(BatchStatus::as_str), Type::TEXT),
                (&filter.request_id.map(Id::uuid), Type::UUID),
                (&filter.outcome.map(Outcome::as_str), Type::TEXT),
                (&filter.mentor_id.map(Id::uuid), Type::UUID),
                (&page.after.map(|cursor| cursor.at), Type::TIMESTAMPTZ),
                (&page.after.map(|cursor| cursor.id), Type::UUID),
                (&(page.limit + 1), Type::INT8),
            ],
        )
        .await?;
    let mut found = rows.iter().map(view).collect::<Result<Vec<_>, _>>()?;
    let mut proposals = list_proposals(db, &found, actor).await?;
    for one in &mut found {
        one.proposals = proposals.remove(&one.batch.id).unwrap_or_default();
    }
    Ok(Page::from_rows(found, page.limit, |one| Cursor {
        at: one.batch.created_at,
        id: one.batch.id.uuid(),
    }))
}

fn view(row: &Row) -> Result<BatchView, StoreError> {
    let mentorship_id: Option<Uuid> = row.try_get("mentorship_id")?;
    Ok(BatchView {
        batch: batch(row)?,
        request_id: row.try_get::<_, Uuid>("request_id")?.into(),
        mentorship_id: mentorship_id.map(MentorshipId::from),
        goals: row.try_get("goals")?,
        mentee_id: row.try_get::<_, Uuid>("mentee_id")?.into(),
        mentee_first_name: row.try_get("first_name")?,
        mentee_last_name: row.try_get("last_name")?,
        startup_name: row.try_get("startup_name")?,
        proposals: Vec::new(),
    })
}

/// A mentor sees no other mentors.
async fn list_proposals(
    db: &impl Read,
    batches: &[BatchView],
    actor: Actor,
) -> Result<HashMap<ProposalBatchId, Vec<ProposalView>>, StoreError> {
    let ids: Vec<Uuid> = batches.iter().map(|one| one.batch.id.uuid()).collect();
    let rows = db
        .query(
            "SELECT b.id, c.mentor_id, u.first_name, u.last_name, m.title,
                    CASE WHEN u.shows_company THEN m.company END AS company, c.score, c.components, c.reasoning,
                    c.is_weak, c.outcome, c.answered_at
               FROM proposal_batches b
               JOIN mentoring_requests r ON r.id = b.request_id
               JOIN mentoring_candidates c ON c.request_id = b.request_id AND c.round = b.round
               JOIN users u ON u.id = c.mentor_id
               LEFT JOIN mentors m ON m.user_id = c.mentor_id
              WHERE b.id = ANY($1) AND ($3 OR r.mentee_id = $2 OR c.mentor_id = $2)
              ORDER BY c.place",
            &[
                (&ids, Type::UUID_ARRAY),
                (&actor.id.uuid(), Type::UUID),
                (&actor.is_admin(), Type::BOOL),
            ],
        )
        .await?;
    let mut proposals: HashMap<ProposalBatchId, Vec<ProposalView>> = HashMap::new();
    for row in &rows {
        let batch: Uuid = row.try_get("id")?;
        let entry = proposals.entry(batch.into()).or_default();
        entry.push(proposal(row)?);
    }
    Ok(proposals)
}

fn proposal(row: &Row) -> Result<ProposalView, StoreError> {
    let Json(components) = row.try_get::<_, Json<Vec<Component>>>("components")?;
    Ok(ProposalView {
        mentor_id: row.try_get::<_, Uuid>("mentor_id")?.into(),
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        title: row.try_get("title")?,
        company: row.try_get("company")?,
        score: Thousandths::new(row.try_get("score")?),
        components,
        reasoning: row.try_get("reasoning")?,
        is_weak: row.try_get("is_weak")?,
        outcome: Outcome::parse(row.try_get("outcome")?)
            .map_err(|error| StoreError::inconsistent("mentoring_candidates", error))?,
        answered_at: row.try_get("answered_at")?,
    })
}
