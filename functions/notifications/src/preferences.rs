//! `GET /api/notifications/preferences` and `PUT /api/notifications/preferences`

use axum::extract::State;
use shared::domain::id::UserId;
use shared::http::{Actor, Answer, ApiError, AppState, IfMatch, Json, Refused};
use shared::store::{self, Db, Read, StoreError};

use crate::preferences_body::{PreferencesBody, PreferencesChange};

/// Show how I want to hear of things.
///
/// Each event says by which ways it comes. What concerns the account itself always comes by mail: `is_fixed`. With
/// `digest`, mails of an event gather and come together in the morning.
#[utoipa::path(
    get,
    path = "/api/notifications/preferences",
    tag = "notifications",
    security(("bearer" = [])),
    responses(
        (status = OK, body = Answer<PreferencesBody>, headers(("ETag" = String, description = "The `version` in quotes, for `If-Match`."))),
        (status = "4XX", body = Refused),
        (status = "5XX", body = Refused),
    ),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_preferences(
    State(db): State<Db>,
    actor: Actor,
) -> Result<Answer<PreferencesBody>, ApiError> {
    let body = read(&db.client().await?, actor.id).await?;
    let version = body.version;
    Ok(Answer::ok(body).at_version(version))
}

/// Change how I want to hear of things.
///
/// Events that are left out stay as they are. It counts for whatever has not been sent yet, too.
#[utoipa::path(
    put,
    path = "/api/notifications/preferences",
    tag = "notifications",
    params(IfMatch),
    security(("bearer" = [])),
    request_body = PreferencesChange,
    responses((status = OK, body = Answer<PreferencesBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn change_preferences(
    State(state): State<AppState>,
    actor: Actor,
    if_match: IfMatch,
    Json(change): Json<PreferencesChange>,
) -> Result<Answer<PreferencesBody>, ApiError> {
    let choices = change.choices(state.config.sms_from.is_some())?;
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    // Of two changes at once the second one waits for the person, and finds the first one's version.
    store::user::lock(&tx, actor.id)
        .await?
        .ok_or(ApiError::unauthenticated())?;
    let (settings, version) = store::notification::find_settings(&tx, actor.id).await?;
    if_match.check(version)?;
    let settings = change.settings(settings)?;
    let written = (version + 1, state.clock.now());
    store::notification::write_settings(&tx, actor.id, &settings, written).await?;
    store::notification::write_choices(&tx, actor.id, &choices).await?;
    let body = read(&tx, actor.id).await?;
    tx.commit().await?;
    let version = body.version;
    Ok(Answer::ok(body).at_version(version))
}

async fn read(db: &impl Read, person: UserId) -> Result<PreferencesBody, StoreError> {
    let (settings, choices, problem) = futures_util::try_join!(
        store::notification::find_settings(db, person),
        store::notification::list_choices(db, person),
        store::notification::find_suppression(db, person),
    )?;
    Ok(PreferencesBody::new(settings, &choices, problem))
}
