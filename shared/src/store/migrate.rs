//! Brings the schema up to date, and sets what the role needs.

use tokio_postgres::error::SqlState;

use super::{Db, Read, StoreError};

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// Applies every migration that is missing; returns how many were.
///
/// # Errors
/// When the database cannot be reached or refuses one; each runs in a transaction of its own.
pub async fn run(db: &Db) -> Result<usize, StoreError> {
    let mut client = db.client().await?;
    let raw = client.for_migration()?;
    // A large table takes its time; the limit of waiting for locks stays.
    raw.batch_execute("SET statement_timeout = 0").await?;
    let report = embedded::migrations::runner().run_async(raw).await;
    raw.batch_execute("RESET statement_timeout").await?;
    let report = report.map_err(|error| StoreError::inconsistent("migrations", error))?;
    set_role(raw).await?;
    Ok(report.applied_migrations().len())
}

/// Timeouts belong to the role: RDS Proxy refuses start-up options and pins a connection on SET. So does `jit`: compiling
/// a statement takes longer than any of ours saves by it.
async fn set_role(raw: &tokio_postgres::Client) -> Result<(), StoreError> {
    raw.batch_execute(
        "DO $$ BEGIN
           EXECUTE format('ALTER ROLE %I SET statement_timeout = ''5s''', current_user);
           EXECUTE format('ALTER ROLE %I SET lock_timeout = ''2s''', current_user);
           EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''10s''', current_user);
           EXECUTE format('ALTER ROLE %I SET jit = off', current_user);
         END $$",
    )
    .await?;
    Ok(())
}

/// The newest migration that is compiled in.
#[must_use]
pub fn newest() -> i32 {
    embedded::migrations::runner()
        .get_migrations()
        .iter()
        .map(refinery::Migration::version)
        .max()
        .unwrap_or(0)
}

/// Reads the newest migration that is applied; 0 when there is none yet.
pub async fn applied(db: &impl Read) -> Result<i32, StoreError> {
    let sql = "SELECT coalesce(max(version), 0)::int4 AS version FROM refinery_schema_history";
    match db.query_one(sql, &[]).await {
        Ok(row) => Ok(row.try_get("version")?),
        Err(StoreError::Refused(error)) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => {
            Ok(0)
        }
        Err(error) => Err(error),
    }
}
