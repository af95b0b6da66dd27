//! `POST /api/auth/register`

use axum::extract::State;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::event::Event;
use shared::domain::user::personal_words;
use shared::http::{Answer, ApiError, AppState, Caller, Json, Refused};
use shared::store;

use crate::answer::Nothing;
use crate::body::RegisterBody;
use crate::newcomer::Newcomer;
use crate::password::hash_new;

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
    Caller(origin): Caller,
    Json(body): Json<RegisterBody>,
) -> Result<Answer<Nothing>, ApiError> {
    let (first, last) = (body.first_name.as_str(), body.last_name.as_str());
    let words = personal_words(&body.email, first, last);
    let password = hash_new(&state, &body.password, &words).await?;
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
    let (event, entry) = if store::user::insert(&tx, &user, Some(&password)).await? {
        let event = Event::UserRegistered { user_id: user.id };
        (event, AuditEntry::own(AuditAction::UserCreated, user.id))
    } else {
        let known = store::credentials::find(&tx, &user.email).await?;
        let user_id = known.map(|known| known.user);
        let entry = AuditEntry::by_stranger(AuditAction::RegistrationRepeated, user_id);
        (Event::RegistrationRepeated { user_id }, entry)
    };
    store::outbox::append(&tx, state.clock.id(), now, event).await?;
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    Ok(Answer::accepted(Nothing {}, CHECK_MAIL))
}
