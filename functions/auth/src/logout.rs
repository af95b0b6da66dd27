//! `POST /api/auth/logout`

use axum::extract::State;
use http::StatusCode;
use shared::clock::Clock;
use shared::http::{Actor, ApiError, Refused};
use shared::store::{self, Db};

/// Sign this device out.
///
/// Its access token stops working with the next request, its refresh token too.
#[utoipa::path(
    post,
    path = "/api/auth/logout",
    tag = "auth",
    security(("bearer" = [])),
    responses((status = NO_CONTENT), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn log_out(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
) -> Result<StatusCode, ApiError> {
    let mut client = db.client().await?;
    let tx = client.transaction();
    if let Some(login) = actor.login() {
        store::login::revoke(&tx, login, actor.id, clock.now()).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
