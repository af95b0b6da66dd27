//! `DELETE /api/users/me`, `POST /api/users/me/restore` and `DELETE /api/users/{id}`

use axum::extract::State;
use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::audit::{AuditAction, AuditEntry, Origin};
use shared::domain::id::UserId;
use shared::domain::user::{DELETION_GRACE, Deletion, Surroundings, UserStatus};
use shared::domain::value::Text;
use shared::http::{
    Actor, Admin, Answer, ApiError, AppState, Caller, Json, Path, Problems, Proof, Refused,
};
use shared::store::{self, Transaction};
use utoipa::ToSchema;

const ANNOUNCED: &str =
    "the account is paused and will be deleted: until then it can be restored after logging in";
const ERASED: &str = "the person was erased";

/// Confirms that an account is to be deleted.
#[derive(Default, Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeleteMeBody {
    /// The password once more. Who has none must have signed in within the last ten minutes.
    #[deserr(default)]
    password: Option<String>,
}

/// Why an account is deleted.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeleteUserBody {
    /// For the audit log, which keeps it for good: name nobody in it.
    reason: Text<1, 500>,
    /// Erases the person at once instead of in 14 days; nothing brings them back.
    #[deserr(default)]
    #[schema(required = false, default = false)]
    now: bool,
}

/// What becomes of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeletionBody {
    status: UserStatus,
    /// When the person will be erased; `null` when they will not be, or are already.
    #[schema(value_type = Option<String>, format = DateTime)]
    erase_after: Option<Timestamp>,
}

impl From<&Deletion> for DeletionBody {
    fn from(deletion: &Deletion) -> Self {
        Self {
            status: deletion.status,
            erase_after: deletion.erase_after,
        }
    }
}

/// Delete my account.
///
/// It is paused at once: every device is signed out and the sessions to come are called off. For 14 days it can be
/// restored after logging in; then everything about you is erased, and what others need stays without your name.
#[utoipa::path(
    delete,
    path = "/api/users/me",
    tag = "users",
    security(("bearer" = [])),
    request_body = Option<DeleteMeBody>,
    responses((status = ACCEPTED, body = Answer<DeletionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn delete_me(
    State(state): State<AppState>,
    actor: Actor,
    Caller(origin): Caller,
    body: Option<Json<DeleteMeBody>>,
) -> Result<Answer<DeletionBody>, ApiError> {
    let body = body.map(|Json(body)| body).unwrap_or_default();
    reauthenticate(&state, actor, &origin, body.password).await?;
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let deletion = announce(&state, &tx, actor.id, now).await?;
    let entry = AuditEntry::own(AuditAction::DeletionRequested, actor.id).on(actor.login());
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    Ok(Answer::accepted(DeletionBody::from(&deletion), ANNOUNCED))
}

/// The password once more, or a fresh sign-in of somebody who has none.
async fn reauthenticate(
    state: &AppState,
    actor: Actor,
    origin: &Origin,
    typed: Option<String>,
) -> Result<(), ApiError> {
    // An API key is nobody who could confirm it.
    let login = actor.login().ok_or(ApiError::forbidden())?;
    let Some(password) = typed else {
        let client = state.db.client().await?;
        let sign_in = store::deletion::find_sign_in(&client, actor.id, login).await?;
        let sign_in = sign_in.ok_or(ApiError::unauthenticated())?;
        return Ok(sign_in.require_fresh(state.clock.now())?);
    };
    let proof = Proof {
        actor,
        origin,
        password: &password,
        failure: AuditAction::DeletionFailed,
    };
    proof.check(state).await.map(drop)
}

/// Pauses an account, signs its person out everywhere and calls their sessions off.
async fn announce(
    state: &AppState,
    tx: &Transaction<'_>,
    person: UserId,
    now: Timestamp,
) -> Result<Deletion, ApiError> {
    let (deletion, around) = lock(tx, person).await?;
    let (deletion, event) = deletion.request(now + DELETION_GRACE, around)?;
    // Sessions first, as everywhere: what changes one of them then waits for what is counted of its mentor.
    store::deletion::call_off_sessions(tx, person, now, || state.clock.id()).await?;
    store::deletion::update(tx, &deletion, now).await?;
    store::deletion::end_access(tx, person, now).await?;
    store::outbox::append(tx, state.clock.id(), now, event).await?;
    store::catalog::raise(tx).await?;
    Ok(deletion)
}

/// Keep my account after all.
///
/// Possible until the account is deleted. Sessions that were called off stay called off.
#[utoipa::path(
    post,
    path = "/api/users/me/restore",
    tag = "users",
    security(("bearer" = [])),
    responses((status = OK, body = Answer<DeletionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn restore_me(
    State(state): State<AppState>,
    actor: Actor,
    Caller(origin): Caller,
) -> Result<Answer<DeletionBody>, ApiError> {
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let deletion = store::deletion::lock(&tx, actor.id)
        .await?
        .ok_or(ApiError::unauthenticated())?;
    let (deletion, event) = deletion.cancel()?;
    store::deletion::update(&tx, &deletion, now).await?;
    store::outbox::append(&tx, state.clock.id(), now, event).await?;
    store::catalog::raise(&tx).await?;
    let entry = AuditEntry::own(AuditAction::DeletionCancelled, actor.id).on(actor.login());
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    Ok(Answer::ok(DeletionBody::from(&deletion)))
}

/// Delete somebody's account.
///
/// As when they do it themselves: they get a mail, and can come back within 14 days; with `now` they are erased at once.
#[utoipa::path(
    delete,
    path = "/api/users/{id}",
    tag = "users",
    params(("id" = UserId, Path)),
    security(("bearer" = [])),
    request_body = DeleteUserBody,
    responses((status = ACCEPTED, body = Answer<DeletionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(user.id = %id))]
pub(crate) async fn delete_user(
    State(state): State<AppState>,
    Admin(actor): Admin,
    Caller(origin): Caller,
    Path(id): Path<UserId>,
    Json(body): Json<DeleteUserBody>,
) -> Result<Answer<DeletionBody>, ApiError> {
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    if body.now {
        for key in store::job::list_files(&client, id).await? {
            state.files.delete(&key).await?;
        }
    }
    let tx = client.transaction();
    let deletion = if body.now {
        erase(&state, &tx, id, now).await?
    } else {
        announce(&state, &tx, id, now).await?
    };
    let action = if body.now {
        AuditAction::UserDeleted
    } else {
        AuditAction::DeletionRequested
    };
    let entry = AuditEntry::to(action, actor.id, id)
        .because(body.reason.into_string())
        .on(actor.login());
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    let message = if body.now { ERASED } else { ANNOUNCED };
    Ok(Answer::accepted(DeletionBody::from(&deletion), message))
}

async fn erase(
    state: &AppState,
    tx: &Transaction<'_>,
    person: UserId,
    now: Timestamp,
) -> Result<Deletion, ApiError> {
    let (deletion, around) = lock(tx, person).await?;
    let deletion = deletion.complete(around)?;
    store::deletion::call_off_sessions(tx, person, now, || state.clock.id()).await?;
    store::privacy::erase(tx, person, now).await?;
    Ok(deletion)
}

/// Holds the person and all admins: of two admins who leave at the same time one stays.
async fn lock(tx: &Transaction<'_>, person: UserId) -> Result<(Deletion, Surroundings), ApiError> {
    let missing = || ApiError::not_found("user");
    let (_, around) = store::user::lock_with_admins(tx, person)
        .await?
        .ok_or_else(missing)?;
    let deletion = store::deletion::lock(tx, person).await?;
    Ok((deletion.ok_or_else(missing)?, around))
}
