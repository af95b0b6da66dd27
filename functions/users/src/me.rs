//! `GET /api/users/me` and `PATCH /api/users/me`

use axum::extract::State;
use shared::clock::Clock;
use shared::domain::profile::RoleProfile;
use shared::domain::time::Minutes;
use shared::http::{Actor, Answer, ApiError, IfMatch, Json, Refused, UserBody};
use shared::store::{self, Db};

use crate::body::ProfileChange;
use crate::change::apply;

/// Show my whole profile.
#[utoipa::path(
    get,
    path = "/api/users/me",
    tag = "users",
    security(("bearer" = [])),
    responses(
        (status = OK, body = Answer<UserBody>, headers(("ETag" = String, description = "The `version` in quotes, for `If-Match`."))),
        (status = "4XX", body = Refused),
        (status = "5XX", body = Refused),
    ),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_me(
    State(db): State<Db>,
    actor: Actor,
) -> Result<Answer<UserBody>, ApiError> {
    let client = db.client().await?;
    let user = store::user::find(&client, actor.id)
        .await?
        .ok_or(ApiError::unauthenticated())?;
    Ok(Answer::ok(UserBody::from(&user)).at_version(user.version))
}

/// Change my profile.
///
/// Fields that are left out stay; `null` empties a field. A field of another role is refused.
#[utoipa::path(
    patch,
    path = "/api/users/me",
    tag = "users",
    params(IfMatch),
    security(("bearer" = [])),
    request_body = ProfileChange,
    responses((status = OK, body = Answer<UserBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn change_me(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    if_match: IfMatch,
    Json(change): Json<ProfileChange>,
) -> Result<Answer<UserBody>, ApiError> {
    let mut client = db.client().await?;
    let tx = client.transaction();
    let user = store::user::lock(&tx, actor.id)
        .await?
        .ok_or(ApiError::unauthenticated())?;
    if_match.check(user.version)?;
    let user = apply(change, user, clock.now())?;
    store::user::update_profile(&tx, &user).await?;
    if let RoleProfile::Mentor(mentor) = &user.profile.role {
        let buffer = Minutes(mentor.buffer_minutes.unsigned_abs());
        store::session::shorten_holds(&tx, user.id, buffer).await?;
        store::catalog::raise(&tx).await?;
    }
    tx.commit().await?;
    Ok(Answer::ok(UserBody::from(&user)).at_version(user.version))
}
