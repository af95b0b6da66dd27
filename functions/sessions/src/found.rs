//! What decides about a request for a session, read together behind one lock.

use jiff::{SignedDuration, Timestamp};
use shared::domain::id::MatchId;
use shared::domain::offering::{Offering, OfferingError};
use shared::domain::score::Thousandths;
use shared::domain::time::Span;
use shared::domain::user::Actor;
use shared::http::{ApiError, Problems};
use shared::store::schedule::Bookable;
use shared::store::{self, StoreError, Transaction};

use crate::body::SessionRequestBody;

/// How far around the asked time alternatives are looked for.
const AROUND: SignedDuration = SignedDuration::from_hours(14 * 24);
/// What decides about a request.
pub(crate) struct Found {
    pub(crate) bookable: Bookable,
    pub(crate) matched: Option<(MatchId, Thousandths)>,
    pub(crate) offering: Option<Offering>,
}

/// Locks the two people and reads what decides; everything travels together, and is read behind the lock.
pub(crate) async fn read(
    tx: &Transaction<'_>,
    body: &SessionRequestBody,
    actor: Actor,
    now: Timestamp,
) -> Result<Found, ApiError> {
    let locked = store::schedule::lock_people(tx, [actor.id, body.mentor_id]);
    let mentor = [body.mentor_id];
    let around = around(body.scheduled_at.0, now);
    let schedules = store::schedule::list(tx, &mentor, Some(actor.id), around);
    let matched = async {
        match body.match_id {
            Some(id) => store::matching::find_for(tx, id, actor).await,
            None => Ok(None),
        }
    };
    // Boxed: the futures of all four together are larger than a stack should hold.
    let offering = Box::pin(find_offering(tx, body));
    let ((), schedules, matched, offering) =
        futures_util::try_join!(locked, schedules, matched, offering)?;

    let matched =
        matched.filter(|found| found.mentor_id == body.mentor_id && found.mentee_id == actor.id);
    if body.match_id.is_some() && matched.is_none() {
        return Err(Problems::of(
            "match_id",
            "unknown_match",
            "is no match of yours with this mentor",
        )
        .into());
    }
    let bookable = schedules
        .into_iter()
        .next()
        .ok_or(ApiError::not_found("mentor"))?;
    if body.offering_id.is_some() && offering.is_none() {
        return Err(OfferingError::Unknown.into());
    }
    Ok(Found {
        bookable,
        matched: matched.map(|found| (found.id, found.score)),
        offering,
    })
}

async fn find_offering(
    tx: &Transaction<'_>,
    body: &SessionRequestBody,
) -> Result<Option<Offering>, StoreError> {
    match body.offering_id {
        Some(id) => store::offering::find_active(tx, id, body.mentor_id).await,
        None => Ok(None),
    }
}

/// The time in which alternatives are looked for.
pub(crate) fn around(starts_at: Timestamp, now: Timestamp) -> Span {
    Span::new((starts_at - AROUND).max(now), starts_at.max(now) + AROUND)
}
