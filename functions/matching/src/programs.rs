//! `/api/matching/programs`

use axum::extract::State;
use shared::clock::Clock;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::id::UserId;
use shared::domain::matching::KeptProgram;
use shared::domain::page::PageRequest;
use shared::http::{
    Actor, Admin, Answer, ApiError, Caller, IdempotencyKey, IfMatch, Json, Listed, PageQuery, Path,
    Query, Refused,
};
use shared::store::{self, Db};

use crate::program_body::{NewProgramBody, ProgramBody, ProgramChangeBody};

/// List the programs, oldest first.
///
/// Admins also see those that are not in use.
#[utoipa::path(
    get,
    path = "/api/matching/programs",
    tag = "matching",
    params(PageQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<ProgramBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_programs(
    State(db): State<Db>,
    actor: Actor,
    Query(query): Query<PageQuery>,
) -> Result<Listed<ProgramBody>, ApiError> {
    let (page, is_admin) = (PageRequest::from(query), actor.is_admin());
    let found = store::program::list(&db.client().await?, is_admin, page).await?;
    let body = |program| ProgramBody::new(program, is_admin);
    let programs = found.items.into_iter().map(body).collect();
    Ok(Listed::new(programs, page.limit, found.next))
}

/// Show a program.
///
/// Admins see every version of it, everybody else the one that is in use.
#[utoipa::path(
    get,
    path = "/api/matching/programs/{key}",
    tag = "matching",
    params(("key" = String, Path, example = "office_hours")),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<ProgramBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_program(
    State(db): State<Db>,
    actor: Actor,
    Path(key): Path<String>,
) -> Result<Answer<ProgramBody>, ApiError> {
    let client = db.client().await?;
    let (program, versions) = futures_util::try_join!(
        store::program::find(&client, &key),
        store::program::list_versions(&client, &key),
    )?;
    let is_admin = actor.is_admin();
    let program = program
        .filter(|program| is_admin || program.active.is_some())
        .ok_or(ApiError::not_found("program"))?;
    let version = program.version;
    let body = ProgramBody::new(program, is_admin);
    let body = if is_admin { body.with(versions) } else { body };
    Ok(Answer::ok(body).at_version(version))
}

/// Define a program.
///
/// Its first version is a draft: look at its preview, then put it to use.
#[utoipa::path(
    post,
    path = "/api/matching/programs",
    tag = "matching",
    params(IdempotencyKey),
    security(("bearer" = [])),
    request_body = NewProgramBody,
    responses((status = CREATED, body = Answer<ProgramBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn create_program(
    State(db): State<Db>,
    State(clock): State<Clock>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Json(body): Json<NewProgramBody>,
) -> Result<Answer<ProgramBody>, ApiError> {
    let now = clock.now();
    let key = body.key.clone();
    let program = KeptProgram::new(clock.id(), key, body.version(now)?, now);
    let mut client = db.client().await?;
    let tx = client.transaction();
    store::program::insert(&tx, &program).await??;
    let entry = entry(AuditAction::ProgramCreated, admin.id, &program);
    store::audit::append(&tx, clock.id(), now, &origin, &entry).await?;
    let location = format!("/api/matching/programs/{}", program.key.as_str());
    Answer::created(ProgramBody::new(program, true), location)
        .at_version(1)
        .commit(tx)
        .await
}

/// Change a program.
///
/// What is in use stays as it is: a change is a new version, a draft until it is put to use.
#[utoipa::path(
    patch,
    path = "/api/matching/programs/{key}",
    tag = "matching",
    params(("key" = String, Path, example = "office_hours"), IfMatch),
    security(("bearer" = [])),
    request_body = ProgramChangeBody,
    responses((status = OK, body = Answer<ProgramBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn change_program(
    State(db): State<Db>,
    State(clock): State<Clock>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Path(key): Path<String>,
    if_match: IfMatch,
    Json(body): Json<ProgramChangeBody>,
) -> Result<Answer<ProgramBody>, ApiError> {
    let (change, now) = (body.change()?, clock.now());
    let mut client = db.client().await?;
    let tx = client.transaction();
    let before = lock(&tx, &key, &if_match).await?;
    let Some(program) = before.clone().revised(change, now) else {
        let version = before.version;
        return Ok(Answer::ok(ProgramBody::new(before, true)).at_version(version));
    };
    store::program::insert_version(&tx, &program.key, &program.newest).await?;
    store::program::update(&tx, &program).await?;
    let entry = entry(AuditAction::ProgramDrafted, admin.id, &program);
    store::audit::append(&tx, clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    let version = program.version;
    Ok(Answer::ok(ProgramBody::new(program, true)).at_version(version))
}

/// Put a program's draft to use.
///
/// Matches are made with it from now on; those that were made before stay as they are.
#[utoipa::path(
    post,
    path = "/api/matching/programs/{key}/activate",
    tag = "matching",
    params(("key" = String, Path, example = "office_hours"), IfMatch, IdempotencyKey),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<ProgramBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn activate_program(
    State(db): State<Db>,
    State(clock): State<Clock>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Path(key): Path<String>,
    if_match: IfMatch,
) -> Result<Answer<ProgramBody>, ApiError> {
    let now = clock.now();
    let mut client = db.client().await?;
    let tx = client.transaction();
    let program = lock(&tx, &key, &if_match).await?.activated(now)?;
    store::program::update(&tx, &program).await?;
    let entry = entry(AuditAction::ProgramActivated, admin.id, &program);
    store::audit::append(&tx, clock.id(), now, &origin, &entry).await?;
    let version = program.version;
    Answer::ok(ProgramBody::new(program, true))
        .at_version(version)
        .commit(tx)
        .await
}

async fn lock(
    tx: &store::Transaction<'_>,
    key: &str,
    if_match: &IfMatch,
) -> Result<KeptProgram, ApiError> {
    let program = store::program::lock(tx, key).await?;
    let program = program.ok_or(ApiError::not_found("program"))?;
    if_match.check(program.version)?;
    Ok(program)
}

fn entry(action: AuditAction, admin: UserId, program: &KeptProgram) -> AuditEntry {
    let entry = AuditEntry {
        subject: None,
        ..AuditEntry::own(action, admin)
    };
    let (key, number) = (program.key.as_str(), program.newest.number);
    entry.because(format!("{key} version {number}"))
}
