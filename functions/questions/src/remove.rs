//! `DELETE /api/questions/{id}`

use axum::extract::State;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::id::QuestionId;
use shared::domain::question::{Question, Stepped};
use shared::domain::user::Actor;
use shared::domain::value::Text;
use shared::http::{Answer, ApiError, AppState, Caller, Json, Path, Problems, Refused};
use shared::store;

use crate::body::QuestionBody;
use crate::held::{lock, save};
use crate::input::QuestionRemovalInput;

/// Take a question back, or remove it.
///
/// Its asker takes it back while nobody has it. Admins remove any question and say why: both people hear of it, only
/// admins still read it, a rating of it counts no more, and the reason is kept in the audit log.
#[utoipa::path(
    delete,
    path = "/api/questions/{id}",
    tag = "questions",
    params(("id" = QuestionId, Path)),
    security(("bearer" = [])),
    request_body = Option<QuestionRemovalInput>,
    responses((status = OK, body = Answer<QuestionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(question.id = %id))]
pub(crate) async fn remove_question(
    State(state): State<AppState>,
    actor: Actor,
    Caller(origin): Caller,
    Path(id): Path<QuestionId>,
    body: Option<Json<QuestionRemovalInput>>,
) -> Result<Answer<QuestionBody>, ApiError> {
    let reason = body
        .and_then(|Json(body)| body.reason)
        .map(Text::into_string);
    let (clock, now) = (&state.clock, state.clock.now());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let question = lock(&tx, id, actor, now).await?;
    let entry = entry(&question, reason.as_deref(), actor);
    let (question, events): Stepped = match reason.filter(|_| actor.is_admin()) {
        Some(reason) => question.remove(actor, reason, now)?,
        None if actor.is_admin() => {
            return Err(Problems::of("reason", "missing_field", "is required").into());
        }
        None => question.withdraw(actor, now)?,
    };
    save(&tx, clock, &question, events).await?;
    if let Some(entry) = entry {
        store::audit::append(&tx, clock.id(), now, &origin, &entry).await?;
    }
    tx.commit().await?;
    Ok(QuestionBody::answer(question, actor))
}

/// What the audit log keeps: only what admins do.
fn entry(question: &Question, reason: Option<&str>, by: Actor) -> Option<AuditEntry> {
    let reason = reason.filter(|_| by.is_admin())?;
    let entry = AuditEntry::to(AuditAction::QuestionRemoved, by.id, question.mentee_id);
    let said = format!("{}: {reason}", question.id);
    Some(entry.on(by.login()).because(said))
}
