//! `GET /api/sync/conflicts` and `PUT /api/sync/conflicts/{id}`

use axum::extract::State;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::id::{ConflictId, UserId};
use shared::domain::sync::{Cell, SyncError, SyncField, put};
use shared::http::{
    Admin, Answer, ApiError, AppState, Caller, IfMatch, Json, Listed, Path, Query, Refused,
};
use shared::store::{self, Db, Transaction};

use crate::body::{ConflictBody, ConflictQuery, ResolutionBody};
use crate::person::wake;

/// List fields that both sides changed, the newest first.
///
/// The value that counts for now came in last; the other one is kept here until somebody has looked at it.
#[utoipa::path(
    get,
    path = "/api/sync/conflicts",
    tag = "sync",
    params(ConflictQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<ConflictBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_conflicts(
    State(db): State<Db>,
    Admin(_): Admin,
    Query(query): Query<ConflictQuery>,
) -> Result<Listed<ConflictBody>, ApiError> {
    let (is_resolved, page) = (query.is_resolved(), query.page());
    let found = store::sync::list(&db.client().await?, is_resolved, page).await?;
    let conflicts = found.items.into_iter().map(ConflictBody::from).collect();
    Ok(Listed::new(conflicts, page.limit, found.next))
}

/// Resolve a conflict.
///
/// `ours` or `theirs` says whose value counts from now on, on both sides.
#[utoipa::path(
    put,
    path = "/api/sync/conflicts/{id}",
    tag = "sync",
    params(("id" = ConflictId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = ResolutionBody,
    responses((status = OK, body = Answer<ConflictBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(conflict.id = %id))]
pub(crate) async fn resolve_conflict(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Path(id): Path<ConflictId>,
    if_match: IfMatch,
    Json(body): Json<ResolutionBody>,
) -> Result<Answer<ConflictBody>, ApiError> {
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let conflict = store::sync::lock(&tx, id).await?;
    let conflict = conflict.ok_or(ApiError::not_found("conflict"))?;
    if_match.check(conflict.version)?;
    let (conflict, value) = conflict.resolve(body.resolution, now)?;
    write(&state, &tx, conflict.user_id, (conflict.field, &value)).await?;
    store::sync::update(&tx, &conflict, admin.id).await?;
    let entry = AuditEntry::to(AuditAction::UserUpdated, admin.id, conflict.user_id);
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    let version = conflict.version;
    Ok(Answer::ok(ConflictBody::from(conflict)).at_version(version))
}

/// Writes the value that counts into the profile, from where it is brought over.
async fn write(
    state: &AppState,
    tx: &Transaction<'_>,
    person: UserId,
    (field, value): (SyncField, &Cell),
) -> Result<(), ApiError> {
    let user = store::user::lock(tx, person).await?;
    let mut user = user.ok_or(ApiError::not_found("user"))?;
    put(&mut user, field, value).map_err(|_| SyncError::Unacceptable)?;
    user.version += 1;
    user.updated_at = state.clock.now();
    store::user::update_profile(tx, &user).await??;
    store::catalog::raise_for(tx, person).await?;
    wake(state, tx, person).await
}
