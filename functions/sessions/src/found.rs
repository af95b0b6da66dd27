//! What decides about a request for a session, read together behind one lock.

use jiff::Timestamp;
use shared::domain::id::MatchId;
use shared::domain::offering::{Offering, OfferingError};
use shared::domain::score::Thousandths;
use shared::domain::user::{Actor, Role};
use shared::http::{ApiError, Problems};
use shared::store::schedule::{Bookable, Locked};
use shared::store::{self, StoreError, Transaction};

use crate::asked::around;
use crate::body::SessionRequestBody;

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
    let (people, schedules, matched, offering) =
        futures_util::try_join!(locked, schedules, matched, offering)?;
    still_may_book(&people, actor)?;

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

/// What was known of the mentee when the request came in may have changed before the lock was theirs.
fn still_may_book(people: &[Locked], actor: Actor) -> Result<(), ApiError> {
    let mentee = people
        .iter()
        .find(|person| person.id == actor.id && person.role == Role::Mentee)
        .ok_or_else(ApiError::forbidden)?;
    let actor = Actor {
        status: mentee.status,
        is_verified: mentee.is_verified,
        ..actor
    };
    Ok(actor.require_ready()?)
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
