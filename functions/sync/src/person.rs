//! `POST /api/sync/airtable/{user_id}` and `GET /api/sync/status/{user_id}`

use axum::extract::State;
use shared::domain::event::Event;
use shared::domain::id::UserId;
use shared::domain::sync::SyncError;
use shared::domain::user::{Actor, User};
use shared::http::{Answer, ApiError, AppState, Path, Refused};
use shared::store::{self, Read, Transaction};

use crate::body::StatusBody;

/// How many lines of the log are shown.
const LINES: i64 = 20;

const TAKEN_ON: &str = "this person is being brought over to Airtable";

/// Bring a person over to Airtable now.
///
/// Whoever it is may ask for themselves, admins for anybody. A record that was deleted there is made anew.
#[utoipa::path(
    post,
    path = "/api/sync/airtable/{user_id}",
    tag = "sync",
    params(("user_id" = UserId, Path)),
    security(("bearer" = [])),
    responses((status = ACCEPTED, body = Answer<StatusBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(user.id = %user_id))]
pub(crate) async fn sync_person(
    State(state): State<AppState>,
    actor: Actor,
    Path(user_id): Path<UserId>,
) -> Result<Answer<StatusBody>, ApiError> {
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let person = find(&tx, actor, user_id).await?;
    state.config.airtable.as_ref().ok_or(SyncError::Off)?;
    wake(&state, &tx, person.id).await?;
    let status = read(&tx, user_id).await?;
    tx.commit().await?;
    let location = format!("/api/sync/status/{user_id}");
    Ok(Answer::accepted(status, TAKEN_ON).at(location))
}

/// Has a person brought over once more.
pub(crate) async fn wake(
    state: &AppState,
    tx: &Transaction<'_>,
    person: UserId,
) -> Result<(), ApiError> {
    store::sync::reset(tx, person).await?;
    let due = Event::SyncDue { is_news: false };
    store::outbox::append(tx, state.clock.id(), state.clock.now(), due).await?;
    Ok(())
}

/// Show how far a person is in step with Airtable.
///
/// Everybody sees their own, admins see anybody's.
#[utoipa::path(
    get,
    path = "/api/sync/status/{user_id}",
    tag = "sync",
    params(("user_id" = UserId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<StatusBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(user.id = %user_id))]
pub(crate) async fn show_status(
    State(state): State<AppState>,
    actor: Actor,
    Path(user_id): Path<UserId>,
) -> Result<Answer<StatusBody>, ApiError> {
    let client = state.db.client().await?;
    find(&client, actor, user_id).await?;
    Ok(Answer::ok(read(&client, user_id).await?))
}

async fn read(db: &impl Read, user: UserId) -> Result<StatusBody, ApiError> {
    let (person, link, open, log) = futures_util::try_join!(
        store::user::find(db, user),
        store::sync::find_link(db, user),
        store::sync::find_open(db, user),
        store::sync::list_log(db, user, LINES),
    )?;
    let person = person.ok_or(ApiError::not_found("user"))?;
    Ok(StatusBody::new(&person, link, open, log))
}

/// Finds a person of whom the asker may know how they are synced.
async fn find(db: &impl Read, actor: Actor, user: UserId) -> Result<User, ApiError> {
    if actor.id != user && !actor.is_admin() {
        return Err(ApiError::not_found("user"));
    }
    let person = store::user::find(db, user).await?;
    person.ok_or(ApiError::not_found("user"))
}
