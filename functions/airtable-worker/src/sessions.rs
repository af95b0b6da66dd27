//! Sessions, one way out: each with its own record, found by the id that it has here.

use serde_json::{Value, json};
use shared::domain::sync::BATCH;
use shared::outside::airtable::AirtableError;
use shared::store;
use shared::store::sync::{Entry, Outbound, Outcome};
use tracing::warn;

use crate::desk::{Desk, Halt};

/// Writes every session that has changed; says how many.
pub(crate) async fn push(desk: &Desk<'_>) -> Result<usize, Halt> {
    let Some(table) = desk.base.sessions.as_deref() else {
        return Ok(0);
    };
    let mut written = 0;
    loop {
        desk.check_time()?;
        let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
        let sessions = store::sync::take_sessions(&desk.state.db.client().await?, limit).await?;
        if sessions.is_empty() {
            return Ok(written);
        }
        written += sessions.len();
        send(desk, table, &sessions).await?;
    }
}

async fn send(desk: &Desk<'_>, table: &str, sessions: &[Outbound]) -> Result<(), Halt> {
    let records: Vec<Value> = sessions
        .iter()
        .map(|session| json!({ "fields": session.cells }))
        .collect();
    // Always found by the id: a record that somebody deleted there is made anew.
    let body = json!({
        "records": records, "typecast": true, "performUpsert": { "fieldsToMergeOn": ["Platform ID"] },
    });
    match desk.ask(desk.airtable.write(table, &body)).await {
        Ok(written) if written.len() == sessions.len() => note(desk, sessions, None).await,
        Ok(_) => {
            Err(AirtableError::Unavailable("records are missing in its answer".to_owned()).into())
        }
        Err(Halt::Airtable(refused)) if refused.is_about_the_values() => match sessions {
            [one] => {
                warn!(session.id = %one.id, %refused, "Airtable does not take a session");
                let refused = Some(refused.to_string());
                note(desk, sessions, refused).await
            }
            several => {
                for one in several {
                    Box::pin(send(desk, table, std::slice::from_ref(one))).await?;
                }
                Ok(())
            }
        },
        Err(halt) => Err(halt),
    }
}

/// Notes which versions are there; one that was refused is not sent again until it changes.
async fn note(desk: &Desk<'_>, sessions: &[Outbound], refused: Option<String>) -> Result<(), Halt> {
    let line = |session: &Outbound| Entry {
        at: desk.now(),
        user_id: None,
        session_id: Some(session.id),
        field: None,
        outcome: if refused.is_some() {
            Outcome::Failed
        } else {
            Outcome::Written
        },
        detail: refused.clone(),
    };
    let log: Vec<Entry> = sessions.iter().map(line).collect();
    let mut client = desk.state.db.client().await?;
    let tx = client.transaction();
    store::sync::note_sessions(&tx, sessions).await?;
    store::sync::append_log(&tx, &log).await?;
    tx.commit().await?;
    Ok(())
}
