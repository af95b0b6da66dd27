//! Moving a session. Locks are taken in the order of every booking: the people by their ids, then the session.

use jiff::Timestamp;
use shared::clock::Clock;
use shared::domain::id::{RescheduleId, SessionId};
use shared::domain::session::{
    Proposal, RescheduleAction, RescheduleRequest, Session, SessionStatus, Target,
};
use shared::domain::time::Span;
use shared::domain::user::Actor;
use shared::http::{ApiError, IfMatch, Problems};
use shared::store::schedule::Bookable;
use shared::store::{self, StoreError, Transaction};

use crate::asked::{Asked, around};
use crate::body::Times;

/// Other times that somebody would like better.
pub(crate) struct Wish {
    times: Vec<Timestamp>,
    reason: Option<String>,
}

impl Wish {
    pub(crate) fn read(times: Times, reason: Option<String>) -> Result<Self, Problems> {
        let times: Vec<Timestamp> = times.into_vec().into_iter().map(|time| time.0).collect();
        if times.is_empty() {
            let message = "must name one to three times";
            return Err(Problems::of("proposed_times", "wrong_length", message));
        }
        Ok(Self { times, reason })
    }
}

/// Proposes other times for a session whose row is held; nobody is held at these times yet.
pub(crate) async fn propose(
    tx: &Transaction<'_>,
    clock: &Clock,
    session: Session,
    wish: Wish,
    actor: Actor,
) -> Result<(Session, RescheduleRequest), ApiError> {
    let now = clock.now();
    let proposal = Proposal {
        id: clock.id(),
        times: wish.times,
        reason: wish.reason,
    };
    let (session, request, event) = session.propose(proposal, actor, now)?;
    check_all(tx, &session, &request.times, now).await?;
    futures_util::try_join!(
        store::session::update_status(tx, &session),
        store::reschedule::lapse(tx, session.id),
        store::reschedule::insert(tx, &request),
        store::outbox::append(tx, clock.id(), now, event),
    )?;
    Ok((session, request))
}

/// Every time that cannot be had is named, each with the reasons.
async fn check_all(
    tx: &Transaction<'_>,
    session: &Session,
    times: &[Timestamp],
    now: Timestamp,
) -> Result<(), ApiError> {
    let spans = times.iter().map(|time| around(*time, now));
    let span = spans.reduce(|all, one| Span::new(all.start.min(one.start), all.end.max(one.end)));
    let span = span.unwrap_or(Span::new(now, now));
    let bookable = read(tx, session, span).await?;
    let refused = times.iter().enumerate().filter_map(|(index, time)| {
        let checked = asked(session, *time).check_move(&bookable.schedule, now);
        let field = format!("proposed_times[{index}]");
        checked.err().map(|refused| refused.about(&field))
    });
    refused.reduce(ApiError::and).map_or(Ok(()), Err)
}

/// One answer to one proposal.
pub(crate) struct Answering {
    pub(crate) session: SessionId,
    pub(crate) request: RescheduleId,
    pub(crate) actor: Actor,
    pub(crate) if_match: IfMatch,
}

impl Answering {
    /// Moves the session to one of the proposed times; or, when that is taken meanwhile, changes nothing.
    pub(crate) async fn accept(
        &self,
        tx: &Transaction<'_>,
        clock: &Clock,
        named: Option<Timestamp>,
    ) -> Result<(Session, RescheduleRequest), ApiError> {
        let now = clock.now();
        // Who the two people are, and which times were proposed, stays as it is: the locks need to know.
        let session = store::session::find_for(tx, self.session, self.actor);
        let request = store::reschedule::find(tx, self.session, self.request);
        let (session, request) = known(futures_util::try_join!(session, request)?)?;
        session.check_answer(&request, RescheduleAction::Accept, self.actor, now)?;
        let asked = asked(&session, request.choose(named)?);

        let around = around(asked.starts_at, now);
        let (locked, bookable) = Box::pin(self.lock_all(tx, &session, around)).await?;
        let (session, request) = known(locked)?;
        self.if_match.check(request.version)?;
        session.check_answer(&request, RescheduleAction::Accept, self.actor, now)?;
        let target = Target {
            slot: asked.check_move(&bookable.schedule, now)?,
            min_notice: bookable.schedule.rules.min_notice,
        };
        let (session, request, event) = session.reschedule(request, target, self.actor, now)?;

        let (held, written) = futures_util::join!(
            store::session::move_holds(tx, &session, bookable.schedule.rules.buffer),
            write_move(tx, clock, &session, now),
        );
        held?
            .map_err(|refused| asked.with_alternatives(refused.into(), &bookable.schedule, now))?;
        written?;
        futures_util::try_join!(
            store::reschedule::update(tx, &request),
            store::outbox::append(tx, clock.id(), now, event),
        )?;
        Ok((session, request))
    }

    /// Leaves the session where it is.
    pub(crate) async fn close(
        &self,
        tx: &Transaction<'_>,
        clock: &Clock,
        is_withdrawn: bool,
        reason: Option<String>,
    ) -> Result<(Session, RescheduleRequest), ApiError> {
        let now = clock.now();
        let session = store::session::lock_for(tx, self.session, self.actor);
        let request = store::reschedule::find(tx, self.session, self.request);
        let (session, request) = known(futures_util::try_join!(session, request)?)?;
        self.if_match.check(request.version)?;
        let (session, request, event) = if is_withdrawn {
            session.withdraw_reschedule(request, reason, self.actor, now)?
        } else {
            session.reject_reschedule(request, reason, self.actor, now)?
        };
        futures_util::try_join!(
            store::session::update_status(tx, &session),
            store::reschedule::update(tx, &request),
            store::outbox::append(tx, clock.id(), now, event),
        )?;
        Ok((session, request))
    }

    /// Takes the locks and reads what decides behind them; all of it travels together.
    async fn lock_all(
        &self,
        tx: &Transaction<'_>,
        session: &Session,
        around: Span,
    ) -> Result<(Read, Bookable), ApiError> {
        let people = [session.mentor_id, session.mentee_id];
        let people = store::schedule::lock_people(tx, people);
        let locked = store::session::lock_for(tx, self.session, self.actor);
        let request = store::reschedule::find(tx, self.session, self.request);
        let bookable = read(tx, session, around);
        let everything = async { Ok(futures_util::try_join!(people, locked, request)?) };
        let ((_, locked, request), bookable) = futures_util::try_join!(everything, bookable)?;
        Ok(((locked, request), bookable))
    }
}

type Read = (Option<Session>, Option<RescheduleRequest>);

fn known((session, request): Read) -> Result<(Session, RescheduleRequest), ApiError> {
    let session = session.ok_or(ApiError::not_found("session"))?;
    let request = request.ok_or(ApiError::not_found("reschedule request"))?;
    Ok((session, request))
}

/// Somebody who is a mentor no more has no hours, and their sessions stay where they are.
async fn read(tx: &Transaction<'_>, session: &Session, around: Span) -> Result<Bookable, ApiError> {
    let found = store::schedule::find_to_move(tx, session, around).await?;
    found.ok_or(ApiError::not_found("mentor"))
}

fn asked(session: &Session, starts_at: Timestamp) -> Asked {
    Asked {
        starts_at,
        duration: session.duration,
    }
}

/// Writes the new time; reminders of the old one are void.
async fn write_move(
    tx: &Transaction<'_>,
    clock: &Clock,
    session: &Session,
    now: Timestamp,
) -> Result<(), StoreError> {
    let planned = async {
        if session.status == SessionStatus::Confirmed {
            store::reminder::plan(tx, session, now, || clock.id()).await?;
        }
        Ok(())
    };
    futures_util::try_join!(
        store::session::update_status(tx, session),
        store::reminder::delete_planned(tx, session.id),
        planned,
    )?;
    Ok(())
}
