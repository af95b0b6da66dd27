//! `POST /api/auth/oauth/{provider}/link`

use axum::extract::State;
use deserr::Deserr;
use http::StatusCode;
use shared::domain::identity::{self, IdentityError, Provider};
use shared::http::{Actor, ApiError, AppState, Caller, Json, Path, Problems, Refused};
use shared::store;
use utoipa::ToSchema;

use super::give;
use super::proof::{Code, Returned, StateToken, prove};

/// What the browser has brought back.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkBody {
    code: Code,
    state: StateToken,
}

/// Link another service to my account.
///
/// From then on it signs in to this account, whatever address it knows. Begin it with your access token: what somebody
/// else has begun is refused. An account has one sign-in of each service.
#[utoipa::path(
    post,
    path = "/api/auth/oauth/{provider}/link",
    tag = "auth",
    params(("provider" = inline(Provider), Path)),
    request_body = LinkBody,
    security(("bearer" = [])),
    responses((status = NO_CONTENT), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn link_identity(
    State(state): State<AppState>,
    actor: Actor,
    Caller(origin): Caller,
    Path(provider): Path<String>,
    Json(body): Json<LinkBody>,
) -> Result<StatusCode, ApiError> {
    let returned = Returned {
        provider: &provider,
        state: &body.state,
        code: &body.code,
        person: Some(actor.id),
    };
    let proven = prove(&state, returned).await?;

    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let held_by = store::identity::find_holder(&tx, &proven.identity).await?;
    let has_other = store::identity::has_one_of(&tx, actor.id, proven.identity.provider).await?;
    let is_new = identity::link(actor.id, held_by, has_other)?;
    if !store::oauth::delete(&tx, &proven.sign_in).await? {
        return Err(IdentityError::InvalidState.into());
    }
    if is_new {
        let linked = give(&tx, &state, &proven.identity, actor.id).await?;
        store::audit::append(&tx, state.clock.id(), state.clock.now(), &origin, &linked).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
