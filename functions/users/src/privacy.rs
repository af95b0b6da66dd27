//! `GET /api/users/me/privacy` and `PUT /api/users/me/privacy`

use axum::extract::State;
use shared::clock::Clock;
use shared::http::{Actor, Answer, ApiError, IfMatch, Json, Refused};
use shared::store::{self, Db};

use crate::privacy_body::{PrivacyBody, PrivacyChange, decisions};

/// Show what I show to others, and what I have agreed to.
#[utoipa::path(
    get,
    path = "/api/users/me/privacy",
    tag = "users",
    security(("bearer" = [])),
    responses((status = OK, body = Answer<PrivacyBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_privacy(
    State(db): State<Db>,
    actor: Actor,
) -> Result<Answer<PrivacyBody>, ApiError> {
    let client = db.client().await?;
    let (user, consents) = futures_util::try_join!(
        store::user::find(&client, actor.id),
        store::user::list_consents(&client, actor.id),
    )?;
    let user = user.ok_or(ApiError::unauthenticated())?;
    Ok(Answer::ok(PrivacyBody::new(&user, consents)).at_version(user.version))
}

/// Change what I show to others, and what I agree to.
///
/// Agreeing to a newer text adds a line to the history; taking a consent back ends its lines. The terms are taken back
/// by deleting the account.
#[utoipa::path(
    put,
    path = "/api/users/me/privacy",
    tag = "users",
    params(IfMatch),
    security(("bearer" = [])),
    request_body = PrivacyChange,
    responses((status = OK, body = Answer<PrivacyBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn change_privacy(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    if_match: IfMatch,
    Json(mut change): Json<PrivacyChange>,
) -> Result<Answer<PrivacyBody>, ApiError> {
    let decisions = decisions(change.consents.take())?;
    for decision in &decisions {
        decision.check()?;
    }
    let now = clock.now();
    let mut client = db.client().await?;
    let tx = client.transaction();
    let user = store::user::lock(&tx, actor.id)
        .await?
        .ok_or(ApiError::unauthenticated())?;
    if_match.check(user.version)?;
    let user = change.apply(user, now)?;
    store::user::update_visibility(&tx, &user).await?;
    store::user::write_consents(&tx, actor.id, &decisions, now).await?;
    let consents = store::user::list_consents(&tx, actor.id).await?;
    if user.is_mentor() {
        store::catalog::raise(&tx).await?;
    }
    tx.commit().await?;
    Ok(Answer::ok(PrivacyBody::new(&user, consents)).at_version(user.version))
}
