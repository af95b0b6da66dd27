//! Rows as JSON objects, a thousand in one statement.

use serde_json::Value;
use tokio_postgres::types::{Json, Type};
use tokio_postgres::{Client, Error};

const AT_ONCE: usize = 1_000;

/// Inserts rows whose fields are columns; all have the fields of the first.
pub(crate) async fn insert<'a>(
    client: &Client,
    table: &str,
    rows: impl IntoIterator<Item = &'a Value>,
) -> Result<(), Error> {
    let rows: Vec<&Value> = rows.into_iter().collect();
    let Some(fields) = rows.first().and_then(|row| row.as_object()) else {
        return Ok(());
    };
    let columns = fields
        .keys()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    let sql = format!(
        "INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, $1)"
    );
    for chunk in rows.chunks(AT_ONCE) {
        client
            .execute_typed(&sql, &[(&Json(chunk), Type::JSONB)])
            .await?;
    }
    Ok(())
}
