//! The audit log. It is only ever added to; the database sees to that.

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{StoreError, Transaction};
use crate::domain::audit::{AuditEntry, Origin};
use crate::domain::id::Id;

/// Adds a line. Make it the last statement before the commit: the chain is locked until then.
pub async fn append(
    tx: &Transaction<'_>,
    id: Uuid,
    now: Timestamp,
    origin: &Origin,
    entry: &AuditEntry,
) -> Result<(), StoreError> {
    let actor = entry.actor.map(Id::uuid);
    let subject = entry.subject.map(Id::uuid);
    let login = entry.login.map(Id::uuid);
    tx.execute(
        "INSERT INTO audit_log (id, at, action, actor_id, subject_id, login_id, request_id, network, user_agent, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            (&id, Type::UUID),
            (&now, Type::TIMESTAMPTZ),
            (&entry.action.as_str(), Type::TEXT),
            (&actor, Type::UUID),
            (&subject, Type::UUID),
            (&login, Type::UUID),
            (&origin.request_id, Type::TEXT),
            (&origin.network, Type::TEXT),
            (&origin.user_agent, Type::TEXT),
            (&entry.reason, Type::TEXT),
        ],
    )
    .await?;
    Ok(())
}
