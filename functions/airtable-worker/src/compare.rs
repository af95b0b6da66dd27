//! Everybody compared with their record: at the beginning, when the log was lost, and when an admin wants it. Each page
//! is a transaction with the place where it goes on, so that a worker that is killed is followed by one that goes on.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use shared::domain::id::{JobId, UserId};
use shared::domain::job::JobKind;
use shared::domain::sync::Written;
use shared::outside::airtable::{AirtableError, RecordPage, Wanted};
use shared::state::AppState;
use shared::store;
use shared::store::job::Found;
use shared::store::sync::{Entry, Outcome};
use shared::worker::WorkError;
use tracing::info;

use crate::desk::{Desk, Halt};
use crate::people::{Claims, owner_of, take_in};
use crate::tend;

/// How long a comparison may take before its job counts as left alone, in seconds.
const LEASE_SECONDS: i32 = 3600;

/// Begins what a job asks for.
pub(crate) async fn begin(state: &AppState, id: JobId) -> Result<(), WorkError> {
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let Found::Idle(job) = store::job::lock_idle(&tx, id).await? else {
        return Ok(());
    };
    let read = job.version;
    if let Ok(started) = job.start(state.clock.now()) {
        store::job::update(&tx, &started, read, LEASE_SECONDS).await?;
        store::sync::lock_comparison(&tx, Some(id)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Goes on to the end, or until the shift is over.
pub(crate) async fn go_on(desk: &mut Desk<'_>) -> Result<(), Halt> {
    if desk.base.compared_since.is_none() {
        tend::learn(desk).await?;
        desk.base.compared_since = Some(desk.now());
    }
    loop {
        desk.check_time()?;
        let wanted = Wanted {
            fields: desk.fields(),
            offset: desk.base.compare_offset.clone(),
            ..Wanted::default()
        };
        let page = match desk.ask(desk.airtable.list(desk.people()?, &wanted)).await {
            // The place where it would go on is kept there for some minutes only.
            Err(Halt::Airtable(AirtableError::Refused { status: 422, .. }))
                if wanted.offset.is_some() =>
            {
                desk.base.compare_offset = None;
                continue;
            }
            page => page?,
        };
        let is_last = page.offset.is_none();
        if !compare(desk, page).await? {
            info!("the comparison was called off");
            desk.base.is_comparing = false;
            return Ok(());
        }
        if is_last {
            return Ok(());
        }
    }
}

/// Compares a page; `false` when nobody wants that any more.
async fn compare(desk: &mut Desk<'_>, page: RecordPage) -> Result<bool, Halt> {
    let mut client = desk.state.db.client().await?;
    let found = owned(desk, page.records, &client).await?;
    let tx = client.transaction();
    let people: BTreeSet<UserId> = found.people().collect();
    let people: Vec<UserId> = people.into_iter().collect();
    let people = store::sync::lock_people(&tx, &people).await?;
    take_in(desk, &tx, people, &found, &BTreeMap::new()).await?;
    desk.base.compare_offset = page.offset;
    if desk.base.compare_offset.is_none() {
        end(desk, &tx).await?;
    }
    let is_wanted = store::sync::update_comparison(&tx, &desk.base).await?;
    if is_wanted {
        tx.commit().await?;
    }
    Ok(is_wanted)
}

/// Whose records these are: a record that is known stays its owner's, whatever is written into it.
async fn owned(
    desk: &Desk<'_>,
    records: Vec<Written>,
    client: &store::Client,
) -> Result<Claims, Halt> {
    let ids: Vec<String> = records.iter().map(|record| record.record.clone()).collect();
    let known = store::sync::list_owners(client, &ids).await?;
    let mut found = Claims::default();
    for record in records {
        let owner = known.get(&record.record).copied();
        if let Some(claimed) = owner.or_else(|| owner_of(desk, &record.cells)) {
            found.add(claimed, record, owner.is_some());
        }
    }
    Ok(found)
}

/// What the comparison has not come across is not there any more; the job is done.
async fn end(desk: &mut Desk<'_>, tx: &store::Transaction<'_>) -> Result<(), Halt> {
    let now = desk.now();
    if let Some(since) = desk.base.compared_since {
        let missing = store::sync::mark_missing(tx, since, now).await?;
        let line = |user: &UserId| Entry::of(now, *user, Outcome::DeletedThere);
        let log: Vec<Entry> = missing.iter().map(line).collect();
        store::sync::append_log(tx, &log).await?;
    }
    desk.base.is_comparing = false;
    desk.base.compared_since = None;
    if let Some(job) = store::job::lock_open_for_all(tx, JobKind::Sync).await? {
        let read = job.version;
        if let Ok(done) = job.finish(json!({}), now) {
            store::job::update(tx, &done, read, 0).await?;
        }
    }
    info!("everybody was compared with their record in Airtable");
    Ok(())
}
