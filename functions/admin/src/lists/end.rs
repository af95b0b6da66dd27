//! `PUT /api/admin/sessions/{id}`

use axum::extract::State;
use deserr::Deserr;
use jiff::Timestamp;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::event::Event;
use shared::domain::id::SessionId;
use shared::domain::session::{Session, SessionError};
use shared::domain::user::Actor;
use shared::domain::value::Text;
use shared::http::{
    Admin, Answer, ApiError, AppState, Caller, IfMatch, Json, Path, Problems, Refused,
};
use shared::store;
use utoipa::ToSchema;

use super::session_body::AdminSessionBody;

/// How a session is ended, and why.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct InterventionBody {
    action: Intervention,
    /// For the audit log; who is called off reads it too.
    #[schema(example = "the mentor is ill")]
    reason: Text<1, 500>,
}

/// What admins can do to a session of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Problems)]
pub(crate) enum Intervention {
    /// Call it off.
    #[deserr(rename = "cancel")]
    #[schema(rename = "cancel")]
    Cancel,
    /// Say that it took place.
    #[deserr(rename = "complete")]
    #[schema(rename = "complete")]
    Complete,
    /// Say that one of the two did not come.
    #[deserr(rename = "no_show")]
    #[schema(rename = "no_show")]
    NoShow,
}

impl Intervention {
    const fn word(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Complete => "complete",
            Self::NoShow => "no_show",
        }
    }
}

/// End a session of others.
///
/// `allowed_actions` of the session says what is possible. Both people hear of it as if one of them had done it, and the
/// reason is kept in the audit log.
#[utoipa::path(
    put,
    path = "/api/admin/sessions/{id}",
    tag = "admin",
    params(("id" = SessionId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = InterventionBody,
    responses((status = OK, body = Answer<AdminSessionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(session.id = %id))]
pub(crate) async fn end_session(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Path(id): Path<SessionId>,
    if_match: IfMatch,
    Json(body): Json<InterventionBody>,
) -> Result<Answer<AdminSessionBody>, ApiError> {
    let (clock, now) = (&state.clock, state.clock.now());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let session = store::session::lock_for(&tx, id, admin)
        .await?
        .ok_or(ApiError::not_found("session"))?;
    if_match.check(session.version)?;
    let (session, event) = act(session, &body, admin, now)?;
    futures_util::try_join!(
        store::session::update_status(&tx, &session),
        store::reminder::delete_planned(&tx, session.id),
        store::outbox::append(&tx, clock.id(), now, event),
    )?;
    let said = format!("{} {id}: {}", body.action.word(), body.reason.as_str());
    let entry = AuditEntry::to(AuditAction::SessionChanged, admin.id, session.mentee_id);
    let entry = entry.on(admin.login()).because(said);
    store::audit::append(&tx, clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    Ok(AdminSessionBody::answer(session, admin, now))
}

fn act(
    session: Session,
    body: &InterventionBody,
    admin: Actor,
    now: Timestamp,
) -> Result<(Session, Event), SessionError> {
    match body.action {
        Intervention::Cancel => {
            let reason = Some(body.reason.as_str().to_owned());
            session.cancel(admin, reason, now)
        }
        Intervention::Complete => session.complete(admin, now),
        Intervention::NoShow => session.no_show(admin, now),
    }
}
