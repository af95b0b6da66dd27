//! `GET /api/health` and `GET /api/health/ready`

use axum::extract::State;
use serde::Serialize;
use shared::domain::time::tzdb_version;
use shared::http::{Answer, ApiError, Refused};
use shared::store::{self, Db};
use utoipa::ToSchema;

/// The function runs.
#[derive(Serialize, ToSchema)]
pub(crate) struct HealthBody {
    /// Always `ok`.
    status: &'static str,
    version: &'static str,
    /// The release of the time zones that is compiled in.
    #[schema(example = "2026e")]
    tzdb: &'static str,
}

/// Tell whether the platform is alive.
///
/// Depends on nothing but itself.
#[utoipa::path(
    get,
    path = "/api/health",
    tag = "system",
    responses((status = OK, body = Answer<HealthBody>), (status = "4XX", body = Refused)),
)]
pub(crate) async fn is_alive() -> Answer<HealthBody> {
    Answer::ok(HealthBody {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        tzdb: tzdb_version(),
    })
}

/// The platform can do its work.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReadyBody {
    /// Always `ok`: anything else is a 503.
    database: &'static str,
    /// The newest migration that is applied.
    migration: i32,
}

/// Tell whether the platform can do its work: the database answers, and its schema is the one this version knows.
#[utoipa::path(
    get,
    path = "/api/health/ready",
    tag = "system",
    responses((status = OK, body = Answer<ReadyBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
pub(crate) async fn is_ready(State(db): State<Db>) -> Result<Answer<ReadyBody>, ApiError> {
    let client = db.client().await?;
    let migration = store::migrate::applied(&client).await?;
    if migration < store::migrate::newest() {
        return Err(ApiError::unavailable());
    }
    Ok(Answer::ok(ReadyBody {
        database: "ok",
        migration,
    }))
}
