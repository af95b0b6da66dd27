//! What people say here, written there: ten records a request, noted before and after.

use std::collections::BTreeMap;

use shared::domain::id::UserId;
use shared::domain::sync::{
    BATCH, Cells, LOOP_LIMIT, LOOP_WINDOW, RowWrite, SyncField, SyncStatus, Written,
};
use shared::outside::airtable::AirtableError;
use shared::store::sync::{Entry, Outcome, Person};
use shared::store::{self, Transaction};
use tracing::{error, warn};

use crate::desk::{Desk, Halt};
use crate::people;

/// Writes everything that waits; says how many records that were.
pub(crate) async fn push(desk: &Desk<'_>) -> Result<usize, Halt> {
    let mut written = 0;
    loop {
        desk.check_time()?;
        let (taken, people) = take(desk).await?;
        if taken == 0 {
            return Ok(written);
        }
        written += people.len();
        if !people.is_empty() {
            send(desk, &people).await?;
        }
    }
}

/// Takes some people who wait, and notes what is about to be written of them; says how many were taken, and gives those
/// of whom anything is to be written.
async fn take(desk: &Desk<'_>) -> Result<(usize, Vec<(Person, RowWrite)>), Halt> {
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let mut client = desk.state.db.client().await?;
    let tx = client.transaction();
    let waiting = store::sync::take_pending(&tx, limit).await?;
    let taken = waiting.len();
    let ids: Vec<UserId> = waiting.iter().map(|person| person.user.id).collect();
    let writes = store::sync::list_writes(&tx, &ids, desk.now() - LOOP_WINDOW).await?;
    let mut people = Vec::new();
    for person in waiting {
        people.extend(prepare(desk, &tx, person, &writes).await?);
    }
    let noted: Vec<Person> = people.iter().map(|(person, _)| person.clone()).collect();
    store::sync::save(&tx, &noted).await?;
    tx.commit().await?;
    Ok((taken, people))
}

/// Finds out what is to be written of a person; nothing when both sides say the same, or when they must not be written.
async fn prepare(
    desk: &Desk<'_>,
    tx: &Transaction<'_>,
    mut person: Person,
    writes: &BTreeMap<(UserId, SyncField), i64>,
) -> Result<Option<(Person, RowWrite)>, Halt> {
    let (id, now) = (person.user.id, desk.now());
    if person.link.deleted_at.is_some() {
        let (status, problem) = (SyncStatus::Error, Some("deleted_there"));
        store::sync::update_status(tx, &person.user, status, problem, now).await?;
        return Ok(None);
    }
    let is_new = person.link.record.is_none();
    let outgoing = person.record.outgoing(&desk.map, is_new);
    revert(desk, tx, &mut person, outgoing.revert).await?;
    let is_looping = |field| writes.get(&(id, field)).is_some_and(|n| *n >= LOOP_LIMIT);
    let cells = outgoing.write.into_iter();
    let (stopped, cells): (Cells, Cells) = cells.partition(|(field, _)| is_looping(*field));
    if !stopped.is_empty() {
        stop(desk, tx, &person, &stopped).await?;
        return Ok(None);
    }
    if cells.is_empty() && !is_new {
        store::sync::update_status(tx, &person.user, SyncStatus::Synced, None, now).await?;
        return Ok(None);
    }
    person.record.intend(&cells);
    let row = RowWrite {
        user: id,
        record: person.link.record.clone(),
        cells,
    };
    Ok(Some((person, row)))
}

/// What was changed here although the other side has the word goes back.
async fn revert(
    desk: &Desk<'_>,
    tx: &Transaction<'_>,
    person: &mut Person,
    cells: Cells,
) -> Result<(), Halt> {
    people::write(desk, tx, person, &cells).await?;
    let line = |field: &SyncField| {
        Entry::of(desk.now(), person.user.id, Outcome::Reverted).in_field(field.as_str())
    };
    let log: Vec<Entry> = cells.keys().map(line).collect();
    store::sync::append_log(tx, &log).await?;
    person.record.ours.extend(cells);
    Ok(())
}

/// Two programs answer each other: ours stops, and says so.
async fn stop(
    desk: &Desk<'_>,
    tx: &Transaction<'_>,
    person: &Person,
    fields: &Cells,
) -> Result<(), Halt> {
    let now = desk.now();
    let id = person.user.id;
    for field in fields.keys() {
        error!(user.id = %id, field = field.as_str(), "two programs write one field in turn: ours stops");
    }
    let line = |field: &SyncField| Entry::of(now, id, Outcome::Stopped).in_field(field.as_str());
    let log: Vec<Entry> = fields.keys().map(line).collect();
    store::sync::append_log(tx, &log).await?;
    let problem = Some("looping");
    store::sync::update_status(tx, &person.user, SyncStatus::Error, problem, now).await?;
    Ok(())
}

/// Writes some records. What one of them is refused for must not hold up the others.
async fn send(desk: &Desk<'_>, people: &[(Person, RowWrite)]) -> Result<(), Halt> {
    let rows: Vec<RowWrite> = people.iter().map(|(_, row)| row.clone()).collect();
    let body = RowWrite::body(&rows, &desk.map);
    match desk.ask(desk.airtable.write(desk.people()?, &body)).await {
        Ok(written) if written.len() == people.len() => confirm(desk, people, &written).await,
        Ok(_) => {
            Err(AirtableError::Unavailable("records are missing in its answer".to_owned()).into())
        }
        Err(Halt::Airtable(refused)) if is_about_a_record(&refused) => match people {
            [(person, row)] => refuse(desk, person, row, &refused).await,
            several => {
                for one in several {
                    Box::pin(send(desk, std::slice::from_ref(one))).await?;
                }
                Ok(())
            }
        },
        Err(halt) => Err(halt),
    }
}

fn is_about_a_record(refused: &AirtableError) -> bool {
    refused.is_about_the_values() || *refused == AirtableError::Missing
}

/// Notes what was written, and which records are whose.
async fn confirm(
    desk: &Desk<'_>,
    people: &[(Person, RowWrite)],
    written: &[Written],
) -> Result<(), Halt> {
    let now = desk.now();
    let mut client = desk.state.db.client().await?;
    let tx = client.transaction();
    let (mut owners, mut log, mut saved) = (Vec::new(), Vec::new(), Vec::new());
    for ((person, row), written) in people.iter().zip(written) {
        let mut person = person.clone();
        person.record.wrote(&row.cells);
        owners.push((row.user, written.record.clone()));
        let line =
            |field: &SyncField| Entry::of(now, row.user, Outcome::Written).in_field(field.as_str());
        log.extend(row.cells.keys().map(line));
        saved.push(person);
    }
    store::sync::link(&tx, &owners, now).await?;
    store::sync::save(&tx, &saved).await?;
    store::sync::append_log(&tx, &log).await?;
    for person in &saved {
        store::sync::update_status(&tx, &person.user, SyncStatus::Synced, None, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Airtable does not take one record: it waits for somebody who looks at it, or for its next change.
async fn refuse(
    desk: &Desk<'_>,
    person: &Person,
    row: &RowWrite,
    refused: &AirtableError,
) -> Result<(), Halt> {
    let (now, user) = (desk.now(), &person.user);
    let kind = match refused {
        AirtableError::Refused { kind, .. } => kind.clone(),
        _ => "MISSING".to_owned(),
    };
    warn!(user.id = %user.id, kind, "Airtable does not take a record");
    let mut client = desk.state.db.client().await?;
    let tx = client.transaction();
    let is_gone = matches!(kind.as_str(), "ROW_DOES_NOT_EXIST" | "MISSING");
    if let Some(record) = row.record.as_ref().filter(|_| is_gone) {
        store::sync::mark_deleted(&tx, std::slice::from_ref(record), now).await?;
        let line = Entry::of(now, user.id, Outcome::DeletedThere);
        store::sync::append_log(&tx, &[line]).await?;
    } else {
        let line = Entry {
            detail: Some(kind.clone()),
            ..Entry::of(now, user.id, Outcome::Failed)
        };
        store::sync::append_log(&tx, &[line]).await?;
        store::sync::update_status(&tx, user, SyncStatus::Error, Some(&kind), now).await?;
    }
    tx.commit().await?;
    Ok(())
}
