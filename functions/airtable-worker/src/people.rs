//! People whose records were looked at: what is new is written here, and what lost is kept.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use shared::domain::audit::{AuditAction, AuditEntry, Origin};
use shared::domain::event::Event;
use shared::domain::id::UserId;
use shared::domain::sync::{
    BATCH, Cells, Clash, Conflict, ConflictKind, SyncField, SyncStatus, Told, Written, put,
};
use shared::outside::airtable::AirtableError;
use shared::store::sync::{Entry, Outcome, Person};
use shared::store::{self, Transaction};

use crate::desk::{Desk, Halt};

/// Whose record it says it is.
pub(crate) fn owner_of(desk: &Desk<'_>, cells: &Map<String, Value>) -> Option<UserId> {
    let field = desk.base.platform_field.as_deref()?;
    cells.get(field)?.as_str()?.trim().parse().ok()
}

/// Whose records were found. Of two that say to be one person's, only one that is known to be is taken: nobody guesses.
#[derive(Default)]
pub(crate) struct Claims {
    found: BTreeMap<UserId, (Written, bool)>,
    twice: BTreeSet<UserId>,
}

impl Claims {
    pub(crate) fn add(&mut self, owner: UserId, record: Written, is_known: bool) {
        let before = self.found.get(&owner).map(|(_, is_known)| *is_known);
        match before {
            None if self.twice.contains(&owner) && !is_known => {}
            None => {
                self.found.insert(owner, (record, is_known));
            }
            Some(was_known) => {
                self.twice.insert(owner);
                if is_known {
                    self.found.insert(owner, (record, is_known));
                } else if !was_known {
                    self.found.remove(&owner);
                }
            }
        }
    }

    /// Everybody whose record was found.
    pub(crate) fn people(&self) -> impl Iterator<Item = UserId> {
        self.found.keys().chain(&self.twice).copied()
    }

    fn of(&self, owner: UserId) -> Option<&Written> {
        self.found.get(&owner).map(|(record, _)| record)
    }
}

/// Takes in what was found of people whose rows are held, and what the log told of it.
pub(crate) async fn take_in(
    desk: &Desk<'_>,
    tx: &Transaction<'_>,
    mut people: Vec<Person>,
    claims: &Claims,
    told: &BTreeMap<UserId, Told>,
) -> Result<(), Halt> {
    let mut linked = Vec::new();
    for person in &mut people {
        let id = person.user.id;
        let there = claims.of(id);
        let is_anothers = there.is_some_and(|there| is_anothers(person, there));
        if is_anothers || claims.twice.contains(&id) {
            let twice = Entry::of(desk.now(), id, Outcome::Duplicate);
            store::sync::append_log(tx, &[twice]).await?;
            tracing::error!(user.id = %id, "a person has two records in Airtable");
        }
        let Some(there) = there.filter(|_| !is_anothers) else {
            continue;
        };
        linked.push((id, there.record.clone()));
        let silence = Told::default();
        let told = told.get(&id).unwrap_or(&silence);
        absorb(desk, tx, person, (&desk.map.read(&there.cells), told)).await?;
    }
    store::sync::link(tx, &linked, desk.now()).await?;
    store::sync::save(tx, &people).await?;
    Ok(())
}

/// A record that came later under the same platform id is left alone: nobody guesses which is meant.
fn is_anothers(person: &Person, there: &Written) -> bool {
    let known = person.link.record.as_ref();
    person.link.deleted_at.is_none() && known.is_some_and(|known| *known != there.record)
}

async fn absorb(
    desk: &Desk<'_>,
    tx: &Transaction<'_>,
    person: &mut Person,
    (there, told): (&Cells, &Told),
) -> Result<(), Halt> {
    let before = person.record.ours.clone();
    let user = person.user.clone();
    let is_good = |field, cell: &_| put(&mut user.clone(), field, cell).is_ok();
    let clashes = person.record.absorb(&desk.map, there, told, is_good);
    let ours = person.record.ours.iter();
    let taken = ours.filter(|(field, cell)| before.get(field) != Some(cell));
    let taken: Cells = taken.map(|(field, cell)| (*field, cell.clone())).collect();
    write(desk, tx, person, &taken).await?;
    note(desk, tx, person.user.id, &taken, clashes).await?;
    let status = if person.record.outgoing(&desk.map, false).is_settled() {
        SyncStatus::Synced
    } else {
        SyncStatus::Pending
    };
    store::sync::update_status(tx, &person.user, status, None, desk.now()).await?;
    Ok(())
}

/// Writes fields into a profile, with everything that hangs on it.
pub(crate) async fn write(
    desk: &Desk<'_>,
    tx: &Transaction<'_>,
    person: &mut Person,
    cells: &Cells,
) -> Result<(), Halt> {
    if cells.is_empty() {
        return Ok(());
    }
    let (user, now) = (&mut person.user, desk.now());
    for (field, cell) in cells {
        let written = put(user, *field, cell);
        written.map_err(|refused| Halt::Setup(format!("{}: {refused}", field.as_str())))?;
    }
    user.version += 1;
    user.updated_at = now;
    let updated = store::user::update_profile(tx, user).await?;
    updated.map_err(|refused| Halt::Setup(refused.to_string()))?;
    store::catalog::raise_for(tx, user.id).await?;
    if desk.state.bedrock.embedding_model().is_some() {
        let changed = Event::ProfileChanged { user_id: user.id };
        store::outbox::append(tx, desk.state.clock.id(), now, changed).await?;
    }
    let entry = AuditEntry {
        actor: None,
        ..AuditEntry::own(AuditAction::UserUpdated, user.id)
    };
    let origin = Origin {
        request_id: "airtable-worker".to_owned(),
        ..Origin::default()
    };
    store::audit::append(tx, desk.state.clock.id(), now, &origin, &entry).await?;
    Ok(())
}

async fn note(
    desk: &Desk<'_>,
    tx: &Transaction<'_>,
    user: UserId,
    taken: &Cells,
    clashes: Vec<Clash>,
) -> Result<(), Halt> {
    let now = desk.now();
    let line = |field: SyncField, outcome| Entry::of(now, user, outcome).in_field(field.as_str());
    let mut log: Vec<Entry> = taken
        .keys()
        .map(|field| line(*field, Outcome::Taken))
        .collect();
    for clash in clashes {
        log.push(match clash.kind {
            ConflictKind::BothChanged => line(clash.field, Outcome::Clashed),
            ConflictKind::Refused => line(clash.field, Outcome::Refused),
        });
        let conflict = Conflict {
            id: desk.state.clock.id(),
            user_id: user,
            field: clash.field,
            kind: clash.kind,
            base: clash.base,
            ours: clash.ours,
            theirs: clash.theirs,
            detected_at: now,
            resolved: None,
            version: 1,
        };
        store::sync::insert(tx, &conflict).await?;
    }
    store::sync::append_log(tx, &log).await?;
    Ok(())
}

/// Deletes the records of people who were erased here: Airtable keeps every value that a cell ever had.
pub(crate) async fn forget_erased(desk: &Desk<'_>) -> Result<(), Halt> {
    loop {
        let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
        let erased = store::sync::list_erased(&desk.state.db.client().await?, limit).await?;
        if erased.is_empty() {
            return Ok(());
        }
        desk.check_time()?;
        let (people, records): (Vec<UserId>, Vec<String>) = erased.into_iter().unzip();
        let table = desk.people()?;
        match desk.ask(desk.airtable.delete(table, &records)).await {
            Err(Halt::Airtable(AirtableError::Missing | AirtableError::Refused { .. })) => {
                forget_singly(desk, table, &records).await?;
            }
            deleted => deleted?,
        }
        let mut client = desk.state.db.client().await?;
        let tx = client.transaction();
        store::sync::forget(&tx, &people).await?;
        tx.commit().await?;
    }
}

/// One of several was deleted there before.
async fn forget_singly(desk: &Desk<'_>, table: &str, records: &[String]) -> Result<(), Halt> {
    for record in records {
        let one = std::slice::from_ref(record);
        match desk.ask(desk.airtable.delete(table, one)).await {
            Ok(())
            | Err(Halt::Airtable(AirtableError::Missing | AirtableError::Refused { .. })) => {}
            Err(halt) => return Err(halt),
        }
    }
    Ok(())
}
