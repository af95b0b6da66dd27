//! `GET /api/sync/fields` and `PUT /api/sync/fields`

use axum::extract::State;
use shared::domain::event::Event;
use shared::http::{Admin, Answer, ApiError, AppState, IfMatch, Json, Refused};
use shared::store::{self, Db};

use crate::body::{FieldsBody, FieldsChange};

/// Show which fields are synced with Airtable.
///
/// `is_found` says whether the table of people had a field of this name when it was last looked at.
#[utoipa::path(
    get,
    path = "/api/sync/fields",
    tag = "sync",
    security(("bearer" = [])),
    responses(
        (status = OK, body = Answer<FieldsBody>, headers(("ETag" = String, description = "The `version` in quotes, for `If-Match`."))),
        (status = "4XX", body = Refused),
        (status = "5XX", body = Refused),
    ),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_fields(
    State(db): State<Db>,
    Admin(_): Admin,
) -> Result<Answer<FieldsBody>, ApiError> {
    let (map, version) = store::sync::find_map(&db.client().await?).await?;
    Ok(Answer::ok(FieldsBody::new(&map, version)).at_version(version))
}

/// Change which fields are synced with Airtable.
///
/// Fields that are left out stay as they are. Everybody is compared with their record afterwards.
#[utoipa::path(
    put,
    path = "/api/sync/fields",
    tag = "sync",
    params(IfMatch),
    security(("bearer" = [])),
    request_body = FieldsChange,
    responses((status = OK, body = Answer<FieldsBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn change_fields(
    State(state): State<AppState>,
    Admin(_): Admin,
    if_match: IfMatch,
    Json(change): Json<FieldsChange>,
) -> Result<Answer<FieldsBody>, ApiError> {
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let (map, version) = store::sync::lock_map(&tx).await?;
    if_match.check(version)?;
    let map = change.apply(map)?;
    let version = store::sync::update_map(&tx, &map).await?;
    store::sync::lock_comparison(&tx, None).await?;
    let due = Event::SyncDue { is_news: true };
    store::outbox::append(&tx, state.clock.id(), state.clock.now(), due).await?;
    tx.commit().await?;
    Ok(Answer::ok(FieldsBody::new(&map, version)).at_version(version))
}
