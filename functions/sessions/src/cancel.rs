//! `DELETE /api/sessions/{id}`

use axum::extract::State;
use shared::clock::Clock;
use shared::domain::id::SessionId;
use shared::domain::value::Text;
use shared::http::{Actor, Answer, ApiError, IfMatch, Json, Path, Refused};
use shared::store::{self, Db};

use crate::admins::admins_elsewhere;
use crate::body::{CancelBody, SessionBody};

/// Cancel a session.
///
/// Either participant may cancel; a mentee must do so with the mentor's notice. Admins call sessions of others off by
/// `PUT /api/admin/sessions/{id}`, with a reason.
#[utoipa::path(
    delete,
    path = "/api/sessions/{id}",
    tag = "sessions",
    params(("id" = SessionId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = Option<CancelBody>,
    responses((status = OK, body = Answer<SessionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(session.id = %id))]
pub(crate) async fn cancel_session(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path(id): Path<SessionId>,
    if_match: IfMatch,
    body: Option<Json<CancelBody>>,
) -> Result<Answer<SessionBody>, ApiError> {
    if actor.is_admin() {
        return Err(admins_elsewhere());
    }
    let reason = body
        .and_then(|Json(body)| body.reason)
        .map(Text::into_string);
    let now = clock.now();
    let mut client = db.client().await?;
    let tx = client.transaction();

    let session = store::session::lock_for(&tx, id, actor)
        .await?
        .ok_or(ApiError::not_found("session"))?;
    if_match.check(session.version)?;
    let (session, event) = session.cancel(actor, reason, now)?;
    futures_util::try_join!(
        store::session::update_status(&tx, &session),
        store::reminder::delete_planned(&tx, session.id),
        store::outbox::append(&tx, clock.id(), now, event),
    )?;

    tx.commit().await?;
    Ok(SessionBody::answer(session, actor, now))
}
