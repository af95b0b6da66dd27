//! `PUT /api/sessions/{id}`

use axum::extract::State;
use jiff::Timestamp;
use shared::clock::Clock;
use shared::domain::event::Event;
use shared::domain::id::SessionId;
use shared::domain::session::{Session, SessionEdit, SessionError, SessionStatus};
use shared::domain::value::{HttpsUrl, Patch, Text};
use shared::http::{Actor, Answer, ApiError, IfMatch, Json, Path, Problems, Refused};
use shared::store::{self, Db, Transaction};

use crate::admins::admins_elsewhere;
use crate::body::{ChangeAction, SessionBody, SessionChangeBody};
use crate::moving::{Wish, propose};

/// Accept, decline, move or complete a session, or write on it.
///
/// Send either one `action` or plain fields. `allowed_actions` of the session says what is possible. `reschedule` does the
/// same as a reschedule request: the session stays where it is until the other one takes one of the times. Admins end
/// sessions of others by `PUT /api/admin/sessions/{id}`, with a reason.
#[utoipa::path(
    put,
    path = "/api/sessions/{id}",
    tag = "sessions",
    params(("id" = SessionId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = SessionChangeBody,
    responses((status = OK, body = Answer<SessionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(session.id = %id))]
pub(crate) async fn change_session(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path(id): Path<SessionId>,
    if_match: IfMatch,
    Json(body): Json<SessionChangeBody>,
) -> Result<Answer<SessionBody>, ApiError> {
    let change = Change::read(body)?;
    let now = clock.now();
    let mut client = db.client().await?;
    let tx = client.transaction();

    let session = store::session::lock_for(&tx, id, actor)
        .await?
        .ok_or(ApiError::not_found("session"))?;
    if_match.check(session.version)?;
    let session = match change {
        Change::Edit(edit) => {
            let (session, event) = session.edit(edit, actor, now)?;
            store::session::update_fields(&tx, &session).await?;
            if let Some(event) = event {
                store::outbox::append(&tx, clock.id(), now, event).await?;
            }
            session
        }
        Change::Reschedule(wish) => propose(&tx, &clock, session, wish, actor).await?.0,
        Change::Act(Action::Complete | Action::NoShow, _) if actor.is_admin() => {
            return Err(admins_elsewhere());
        }
        Change::Act(action, reason) => {
            let (session, event) = act(session, action, reason, actor, now)?;
            write(&tx, &clock, &session, event, now).await?;
            session
        }
    };
    tx.commit().await?;
    Ok(SessionBody::answer(session, actor, now))
}

/// What a body asks for: one action, or plain fields.
enum Change {
    Act(Action, Option<String>),
    Reschedule(Wish),
    Edit(SessionEdit),
}

/// What is done to a session at once.
#[derive(Clone, Copy)]
enum Action {
    Accept,
    Decline,
    Complete,
    NoShow,
}

impl Change {
    fn read(body: SessionChangeBody) -> Result<Self, Problems> {
        let has_fields =
            body.notes.is_sent() || body.mentor_notes.is_sent() || body.meeting_link.is_sent();
        match (body.action, has_fields) {
            (Some(_), true) => Err(Problems::of(
                "action",
                "action_or_fields",
                "send either an action or plain fields",
            )),
            (Some(action), false) => Self::act(action, body),
            (None, true) => Self::edit(body),
            (None, false) => Err(Problems::of(
                "action",
                "missing_field",
                "send an action, or a field to change",
            )),
        }
    }

    fn edit(body: SessionChangeBody) -> Result<Self, Problems> {
        for (field, is_sent) in [
            ("reason", body.reason.is_some()),
            ("proposed_times", body.proposed_times.is_some()),
        ] {
            if is_sent {
                let message = "belongs to an action, and there is none";
                return Err(Problems::of(field, "unknown_field", message));
            }
        }
        Ok(Self::Edit(SessionEdit {
            notes: own(body.notes, Text::into_string),
            mentor_notes: own(body.mentor_notes, Text::into_string),
            meeting_link: own(body.meeting_link, HttpsUrl::into_string),
        }))
    }

    fn act(action: ChangeAction, body: SessionChangeBody) -> Result<Self, Problems> {
        let takes_reason = matches!(action, ChangeAction::Decline | ChangeAction::Reschedule);
        if body.reason.is_some() && !takes_reason {
            let message = "only declining and rescheduling take a reason";
            return Err(Problems::of("reason", "unknown_field", message));
        }
        if body.proposed_times.is_some() && action != ChangeAction::Reschedule {
            let message = "only rescheduling takes other times";
            return Err(Problems::of("proposed_times", "unknown_field", message));
        }
        let reason = body.reason.map(Text::into_string);
        let action = match action {
            ChangeAction::Accept => Action::Accept,
            ChangeAction::Decline => Action::Decline,
            ChangeAction::Complete => Action::Complete,
            ChangeAction::NoShow => Action::NoShow,
            ChangeAction::Reschedule => {
                let times = body.proposed_times.ok_or_else(|| {
                    Problems::of("proposed_times", "missing_field", "is required")
                })?;
                return Ok(Self::Reschedule(Wish::read(times, reason)?));
            }
        };
        Ok(Self::Act(action, reason))
    }
}

fn own<T>(patch: Patch<T>, into_string: impl FnOnce(T) -> String) -> Patch<String> {
    match patch {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(value) => Patch::Set(into_string(value)),
    }
}

fn act(
    session: Session,
    action: Action,
    reason: Option<String>,
    actor: Actor,
    now: Timestamp,
) -> Result<(Session, Event), SessionError> {
    match action {
        Action::Accept => session.accept(actor, now),
        Action::Decline => session.decline(actor, reason, now),
        Action::Complete => session.complete(actor, now),
        Action::NoShow => session.no_show(actor, now),
    }
}

/// Writes the new state with its reminders and its event; they travel together.
async fn write(
    tx: &Transaction<'_>,
    clock: &Clock,
    session: &Session,
    event: Event,
    now: Timestamp,
) -> Result<(), ApiError> {
    let updated = store::session::update_status(tx, session);
    let planned = async {
        if session.status == SessionStatus::Confirmed {
            store::reminder::plan(tx, session, now, || clock.id()).await?;
        }
        Ok(())
    };
    let promised = store::outbox::append(tx, clock.id(), now, event);
    futures_util::try_join!(updated, planned, promised)?;
    Ok(())
}
