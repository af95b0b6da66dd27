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

use crate::body::{ChangeAction, SessionBody, SessionChangeBody};

/// Accept, decline or complete a session, or write on it.
///
/// Send either one `action` or plain fields. `allowed_actions` of the session says what is possible.
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
            let session = session.edit(edit, actor, now)?;
            store::session::update_fields(&tx, &session).await?;
            session
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
    Act(ChangeAction, Option<String>),
    Edit(SessionEdit),
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
            (Some(action), false) if body.reason.is_some() && action != ChangeAction::Decline => {
                Err(Problems::of(
                    "reason",
                    "unknown_field",
                    "only declining takes a reason",
                ))
            }
            (Some(action), false) => Ok(Self::Act(action, body.reason.map(Text::into_string))),
            (None, true) => Ok(Self::Edit(SessionEdit {
                notes: own(body.notes, Text::into_string),
                mentor_notes: own(body.mentor_notes, Text::into_string),
                meeting_link: own(body.meeting_link, HttpsUrl::into_string),
            })),
            (None, false) => Err(Problems::of(
                "action",
                "missing_field",
                "send an action, or a field to change",
            )),
        }
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
    action: ChangeAction,
    reason: Option<String>,
    actor: Actor,
    now: Timestamp,
) -> Result<(Session, Event), SessionError> {
    match action {
        ChangeAction::Accept => session.accept(actor, now),
        ChangeAction::Decline => session.decline(actor, reason, now),
        ChangeAction::Complete => session.complete(actor, now),
        ChangeAction::NoShow => session.no_show(actor, now),
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
