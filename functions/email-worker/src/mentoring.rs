//! Letters about long-term mentoring: one template, a few facts, and a path into the frontend.

use jiff::Timestamp;
use shared::domain::id::{ProposalBatchId, UserId};
use shared::domain::letter::{Note, Topic};
use shared::domain::mentoring::{BatchStatus, Outcome, RequestStatus};
use shared::domain::mentorship::Mentorship;
use shared::domain::news::News;
use shared::store::{self, Read, StoreError};

/// Writes the letter that a piece of news asks for, if it is still true.
pub(crate) async fn letter(
    db: &impl Read,
    news: &News,
    now: Timestamp,
) -> Result<Option<Note>, StoreError> {
    let topic = Topic::of(news);
    match *news {
        News::Proposed {
            batch_id,
            recipient_id,
        }
        | News::ProposalClosed {
            batch_id,
            recipient_id,
        } => proposal(db, topic, (batch_id, recipient_id), now).await,
        News::MovedOn { request_id, .. } | News::NobodyLeft { request_id, .. } => {
            let status = store::mentoring::find_status(db, request_id).await?;
            let wanted = if topic == Topic::NobodyLeft {
                RequestStatus::Queued
            } else {
                RequestStatus::Open
            };
            let path = format!("/matching/requests/{request_id}");
            Ok((status == Some(wanted)).then(|| Note::new(topic, path)))
        }
        News::MatchMade {
            mentorship_id,
            recipient_id,
        }
        | News::MatchChanged {
            mentorship_id,
            recipient_id,
            ..
        }
        | News::CheckIn {
            mentorship_id,
            recipient_id,
            ..
        } => {
            let known = store::mentorship::find(db, mentorship_id).await?;
            match known.filter(|known| is_still_true(news, known)) {
                Some(known) => about(db, topic, known, recipient_id).await,
                None => Ok(None),
            }
        }
    }
}

async fn proposal(
    db: &impl Read,
    topic: Topic,
    (batch_id, mentor): (ProposalBatchId, UserId),
    now: Timestamp,
) -> Result<Option<Note>, StoreError> {
    let Some(asked) = store::mentoring::find_asked(db, batch_id, mentor).await? else {
        return Ok(None);
    };
    let is_waiting = asked.status == BatchStatus::Open
        && asked.outcome == Outcome::Proposed
        && now < asked.respond_by;
    let is_true = if topic == Topic::Proposed {
        is_waiting
    } else {
        asked.outcome == Outcome::Closed
    };
    let other = name_of(db, asked.mentee_id).await?;
    let path = format!("/matching/batches/{batch_id}");
    Ok(is_true.then(|| Note {
        other,
        about: Some(asked.mentee_id),
        goals: is_waiting.then_some(asked.goals),
        respond_by: is_waiting.then_some(asked.respond_by),
        is_mentor: true,
        ..Note::new(topic, path)
    }))
}

async fn about(
    db: &impl Read,
    topic: Topic,
    known: Mentorship,
    reader: UserId,
) -> Result<Option<Note>, StoreError> {
    let is_mentor = known.pair.mentor_id == reader;
    if !known.has_participant(reader) {
        return Ok(None);
    }
    let other = if is_mentor {
        known.pair.mentee_id
    } else {
        known.pair.mentor_id
    };
    let path = format!("/matching/matches/{}", known.id);
    Ok(Some(Note {
        other: name_of(db, other).await?,
        about: Some(other),
        status: Some(known.status),
        is_mentor,
        is_first: known.started_at.is_none(),
        reason: known.ending.and_then(|ending| ending.reason),
        ..Note::new(topic, path)
    }))
}

fn is_still_true(news: &News, known: &Mentorship) -> bool {
    match news {
        News::MatchMade { .. } => known.status.is_holding(),
        News::MatchChanged { status, .. } => known.status == *status,
        News::CheckIn { occasion, .. } => occasion.is_of_use(known),
        News::Proposed { .. }
        | News::ProposalClosed { .. }
        | News::MovedOn { .. }
        | News::NobodyLeft { .. } => false,
    }
}

async fn name_of(db: &impl Read, person: UserId) -> Result<String, StoreError> {
    let found = store::notification::list_readers(db, &[person]).await?;
    Ok(found
        .first()
        .map_or_else(String::new, |reader| reader.person().shown_name()))
}
