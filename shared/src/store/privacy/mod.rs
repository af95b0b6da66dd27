//! Everything that is remembered about one person: read for an export, and forgotten for good.

pub mod inventory;

use jiff::Timestamp;
use serde_json::Value;
use tokio_postgres::types::{Json, Type};

use super::{Read, StoreError, Transaction, catalog};
use crate::domain::id::{Id, UserId};
use inventory::{Entry, Erasure, Export, INVENTORY};

/// What one table holds about a person.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The table with its description.
    pub entry: &'static Entry,
    /// Its rows, each as an object.
    pub rows: Vec<Value>,
}

/// Reads everything about a person, table by table.
pub async fn export(db: &impl Read, person: UserId) -> Result<Vec<Exported>, StoreError> {
    let mut all = Vec::with_capacity(INVENTORY.len());
    for entry in INVENTORY {
        let Export::Rows { sql, .. } = entry.export else {
            continue;
        };
        let found = db.query(sql, &[(&person.uuid(), Type::UUID)]).await?;
        let rows = found
            .iter()
            .map(|row| Ok(row.try_get::<_, Json<Value>>("exported")?.0))
            .collect::<Result<_, StoreError>>()?;
        all.push(Exported { entry, rows });
    }
    Ok(all)
}

/// Erases a person: what is theirs goes, what others need stays as nobody's. Their row must be held.
pub async fn erase(tx: &Transaction<'_>, person: UserId, now: Timestamp) -> Result<(), StoreError> {
    for entry in INVENTORY {
        let Erasure::By(statements) = entry.erasure else {
            continue;
        };
        for statement in statements {
            tx.execute(
                statement,
                &[(&person.uuid(), Type::UUID), (&now, Type::TIMESTAMPTZ)],
            )
            .await?;
        }
    }
    catalog::raise(tx).await
}
