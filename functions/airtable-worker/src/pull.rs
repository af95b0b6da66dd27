//! What the log of the base tells, page by page. What a page changes here and the place where the log goes on are one
//! transaction, so that a page counts once. The log says which records others have changed; what they say now is looked
//! up, for it may be newer.

use std::collections::{BTreeMap, BTreeSet};

use shared::domain::id::UserId;
use shared::domain::sync::{Cell, Change, Lost, Payload, PayloadPage, Told};
use shared::outside::airtable::{AirtableError, Wanted};
use shared::store;
use shared::store::sync::{Entry, Outcome, Person};
use tracing::{info, warn};

use crate::desk::{Desk, Halt};
use crate::people::{Claims, owner_of, take_in};
use crate::tend;

/// How many records one question names.
const MOST: usize = 100;

/// Reads the log to its end.
pub(crate) async fn pull(desk: &mut Desk<'_>) -> Result<(), Halt> {
    if !read(desk).await? {
        Box::pin(tend::renew(desk, Lost::TooOld)).await?;
        Box::pin(crate::compare::go_on(desk)).await?;
    }
    Ok(())
}

/// Reads what is left of the log of a webhook that has ended.
pub(crate) async fn drain(desk: &mut Desk<'_>) -> Result<(), Halt> {
    read(desk).await.map(drop)
}

/// Reads the log to its end; `false` when it cannot be followed any more.
async fn read(desk: &mut Desk<'_>) -> Result<bool, Halt> {
    loop {
        desk.check_time()?;
        let Some(page) = page(desk).await? else {
            return Ok(false);
        };
        if page.error.is_some() {
            warn!(code = page.error, "the log of the base has ended");
            return Ok(false);
        }
        let has_more = page.might_have_more;
        apply(desk, page).await?;
        if !has_more {
            return Ok(true);
        }
    }
}

async fn page(desk: &Desk<'_>) -> Result<Option<PayloadPage>, Halt> {
    let (Some(hook), Some(table)) = (&desk.base.base.hook, &desk.base.people) else {
        return Ok(None);
    };
    let payloads = desk.airtable.payloads(&hook.id, desk.base.cursor);
    match desk.ask(payloads).await {
        Err(Halt::Airtable(AirtableError::Missing | AirtableError::Refused { .. })) => Ok(None),
        answer => {
            let page = PayloadPage::read(&answer?, table);
            let nonsense = || AirtableError::Unavailable("the log cannot be read".to_owned());
            Ok(Some(page.ok_or_else(nonsense)?))
        }
    }
}

async fn apply(desk: &mut Desk<'_>, page: PayloadPage) -> Result<(), Halt> {
    let (touched, gone) = split(&page.payloads);
    let client = desk.state.db.client().await?;
    let owners = store::sync::list_owners(&client, &touched).await?;
    let ids: Vec<UserId> = owners.values().copied().collect();
    let mut people = store::sync::load(&client, &ids).await?;
    drop(client);
    let told = listen(desk, &page.payloads, &owners, &mut people);
    let is_news = |record: &&String| {
        let owner = owners.get(*record);
        owner.is_none_or(|owner| told.get(owner).is_some_and(Told::is_news))
    };
    let wanted: Vec<String> = touched.iter().filter(is_news).cloned().collect();
    let found = look(desk, &wanted, &owners).await?;
    let people = ids.into_iter().chain(found.people());
    let people: BTreeSet<UserId> = people.collect();
    commit(desk, (&page, &owners, &gone), &found, people).await
}

/// Writes what a page has changed, and where the log goes on.
async fn commit(
    desk: &mut Desk<'_>,
    (page, owners, gone): (&PayloadPage, &BTreeMap<String, UserId>, &[String]),
    found: &Claims,
    people: BTreeSet<UserId>,
) -> Result<(), Halt> {
    let now = desk.now();
    let mut client = desk.state.db.client().await?;
    let tx = client.transaction();
    let people: Vec<UserId> = people.into_iter().collect();
    let mut people = store::sync::lock_people(&tx, &people).await?;
    let told = listen(desk, &page.payloads, owners, &mut people);
    let changes = people.len();
    take_in(desk, &tx, people, found, &told).await?;
    let deleted = store::sync::mark_deleted(&tx, gone, now).await?;
    let line = |user: &UserId| Entry::of(now, *user, Outcome::DeletedThere);
    let log: Vec<Entry> = deleted.iter().map(line).collect();
    store::sync::append_log(&tx, &log).await?;
    let ended_at = (!page.might_have_more).then_some(now);
    if !store::sync::advance(&tx, &desk.base, page.cursor, ended_at).await? {
        return Err(Halt::Over);
    }
    tx.commit().await?;
    desk.base.cursor = page.cursor;
    if let (Some(hook), Some(ended_at)) = (&mut desk.base.base.hook, ended_at) {
        hook.polled_at = ended_at;
    }
    if changes > 0 {
        info!(changes, "read a part of the log of the base");
    }
    Ok(())
}

/// The records that a part of the log names: those that have cells, and those that are gone at its end.
fn split(payloads: &[Payload]) -> (Vec<String>, Vec<String>) {
    let (mut touched, mut gone) = (BTreeSet::new(), BTreeSet::new());
    for change in payloads.iter().flat_map(|payload| &payload.changes) {
        match change {
            Change::Touched(change) => {
                touched.insert(change.record.clone());
            }
            Change::Destroyed(record) => {
                gone.insert(record.clone());
            }
        }
    }
    touched.retain(|record| !gone.contains(record));
    (touched.into_iter().collect(), gone.into_iter().collect())
}

fn listen(
    desk: &Desk<'_>,
    payloads: &[Payload],
    owners: &BTreeMap<String, UserId>,
    people: &mut [Person],
) -> BTreeMap<UserId, Told> {
    let us = desk.base.account.as_deref().unwrap_or_default();
    let mut told: BTreeMap<UserId, Told> = BTreeMap::new();
    for payload in payloads {
        let is_our_account = payload.author.may_be(us);
        for change in &payload.changes {
            let Change::Touched(touched) = change else {
                continue;
            };
            let owner = owners.get(&touched.record);
            let is_theirs = |person: &&mut Person| Some(&person.user.id) == owner;
            let Some(person) = people.iter_mut().find(is_theirs) else {
                continue;
            };
            let told = told.entry(person.user.id).or_default();
            for (id, value) in &touched.cells {
                let field = desk.map.field_of(id);
                let field = field.filter(|field| person.record.ours.contains_key(field));
                if let Some(field) = field {
                    let record = &mut person.record;
                    record.listen(told, field, is_our_account, &Cell::read(value));
                }
            }
        }
    }
    told
}

/// Looks records up; one that nobody is known to own says itself whose it is.
async fn look(
    desk: &Desk<'_>,
    records: &[String],
    owners: &BTreeMap<String, UserId>,
) -> Result<Claims, Halt> {
    let mut found = Claims::default();
    for some in records.chunks(MOST) {
        let wanted = Wanted {
            records: some.to_vec(),
            fields: desk.fields(),
            offset: None,
        };
        let page = desk
            .ask(desk.airtable.list(desk.people()?, &wanted))
            .await?;
        for record in page.records {
            let known = owners.get(&record.record).copied();
            if let Some(owner) = known.or_else(|| owner_of(desk, &record.cells)) {
                found.add(owner, record, known.is_some());
            }
        }
    }
    Ok(found)
}
