//! `POST /api/admin/dead-letters/{queue}/replay`

use std::collections::HashSet;

use axum::extract::State;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::http::{Admin, Answer, ApiError, AppState, Caller, Json, Path, Refused};
use shared::store;

use crate::dead_letter_body::{ReplayBody, ReplayedBody};
use crate::dead_letters::{open, unavailable};

/// Send dead letters back to their queue.
///
/// All of them, or those that are named. A message that arrives twice because of this is acted on once. Some may be left
/// when there are very many: ask again.
#[utoipa::path(
    post,
    path = "/api/admin/dead-letters/{queue}/replay",
    tag = "admin",
    params(("queue" = String, Path, example = "email")),
    security(("bearer" = [])),
    request_body = Option<ReplayBody>,
    responses((status = OK, body = Answer<ReplayedBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(queue = name))]
pub(crate) async fn replay_dead_letters(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Path(name): Path<String>,
    body: Option<Json<ReplayBody>>,
) -> Result<Answer<ReplayedBody>, ApiError> {
    let (sqs, queue) = open(&state, &name)?;
    let wanted = body.and_then(|Json(body)| body.message_ids);
    let wanted: Option<HashSet<String>> = wanted.map(|ids| {
        let ids = ids.as_slice().iter();
        ids.map(|id| id.as_str().to_owned()).collect()
    });
    // Before the first one is sent: of what is cut off in the middle the log tells too.
    let entry = AuditEntry::own(AuditAction::DeadLettersReplayed, admin.id).on(admin.login());
    let entry = entry.because(queue.name());
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    store::audit::append(&tx, state.clock.id(), state.clock.now(), &origin, &entry).await?;
    tx.commit().await?;
    drop(client);
    let replayed = sqs.replay(queue, wanted.as_ref()).await;
    let replayed = replayed.map_err(unavailable)?;
    let left = sqs.count_dead(queue).await.map_err(unavailable)?;
    Ok(Answer::ok(ReplayedBody { replayed, left }))
}
