//! `POST /api/auth/register`

use axum::extract::State;
use shared::auth::password;
use shared::domain::event::Event;
use shared::http::{Answer, ApiError, AppState, Json, Refused};
use shared::store;

use crate::body::{Nothing, RegisterBody};
use crate::newcomer::Newcomer;

const CHECK_MAIL: &str = "we have sent you a mail: open the link in it to confirm your address";

/// Open an account.
///
/// The answer is the same for every address; what happens next is said by mail.
#[utoipa::path(
    post,
    path = "/api/auth/register",
    tag = "auth",
    request_body = RegisterBody,
    responses((status = ACCEPTED, body = Answer<Nothing>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn register(
    State(state): State<AppState>,
    Json(body): Json<RegisterBody>,
) -> Result<Answer<Nothing>, ApiError> {
    let password_hash = password::hash(body.password.expose().to_owned()).await?;
    let now = state.clock.now();
    let newcomer = Newcomer {
        email: body.email,
        role: body.role,
        first_name: body.first_name.into_string(),
        last_name: body.last_name.into_string(),
        timezone: body.timezone,
    };
    let user = newcomer.into_user(state.clock.id(), &state.config, now);

    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let event = if store::user::insert(&tx, &user, &password_hash).await? {
        Event::UserRegistered { user_id: user.id }
    } else {
        let known = store::user::find_credentials(&tx, &user.email)
            .await?
            .ok_or(ApiError::unavailable())?;
        Event::RegistrationRepeated {
            user_id: known.user,
        }
    };
    store::outbox::append(&tx, state.clock.id(), now, event).await?;
    tx.commit().await?;
    Ok(Answer::accepted(Nothing {}, CHECK_MAIL))
}
