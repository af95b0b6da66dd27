//! Counts what admins read of how the program does: the sessions and proposals that changed, and what mentors offer. One
//! run counts at a time; what another one leaves, the next one takes up.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use shared::domain::analytics::{MOST_DAYS, MOST_DAYS_AHEAD, by_quarter, cut};
use shared::domain::availability::Availability;
use shared::domain::id::UserId;
use shared::domain::slots;
use shared::domain::time::Span;
use shared::state::AppState;
use shared::store::analytics::offer::Offering;
use shared::store::analytics::{count, matching, offer};
use shared::store::{self, Client, Transaction};
use shared::worker::WorkError;
use tracing::info;

/// How many quarters of an hour are counted in one transaction: some ten days.
const QUARTERS: i64 = 1_000;

/// How many days of proposals are counted in one transaction.
const DAYS: i64 = 30;

/// How many mentors are looked at in one transaction.
const MENTORS: i64 = 200;

/// How far ahead offers are counted: further than anybody may ask in any zone, until the next run.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * (MOST_DAYS_AHEAD as i64 + 3));

/// How far back they are counted at first.
const BACK: SignedDuration = SignedDuration::from_hours(24 * MOST_DAYS as i64);

/// Counts everything that has changed.
pub(crate) async fn refresh(state: &AppState, client: &mut Client) -> Result<(), WorkError> {
    let now = state.clock.now();
    let (mut quarters, mut days) = (0, 0);
    loop {
        let tx = client.transaction();
        if !count::lock(&tx).await? {
            return Ok(());
        }
        let sessions = count::take_changes(&tx, QUARTERS).await?;
        let proposals = matching::count::take_changes(&tx, DAYS).await?;
        if sessions.is_empty() && proposals.is_empty() {
            break;
        }
        count::recount(&tx, &sessions).await?;
        matching::count::recount(&tx, &proposals).await?;
        tx.commit().await?;
        quarters += sessions.len();
        days += proposals.len();
    }
    let mentors = refresh_offers(client, now).await?;
    let tx = client.transaction();
    count::finish(&tx, now).await?;
    tx.commit().await?;
    info!(quarters, days, mentors, "counted how the program does");
    Ok(())
}

/// Counts what mentors offer from today on; returns how many offer something else than before.
async fn refresh_offers(client: &mut Client, now: Timestamp) -> Result<usize, WorkError> {
    let midnight = now.to_zoned(TimeZone::UTC).start_of_day();
    let today = midnight.map_or(now, |midnight| midnight.timestamp());
    let (mut changed, mut after) = (0, None);
    loop {
        let tx = client.transaction();
        if !count::lock(&tx).await? {
            return Ok(changed);
        }
        let mentors = offer::list(&tx, after, today, MENTORS).await?;
        after = mentors.last().map(|last| last.mentor);
        if after.is_none() {
            return Ok(changed);
        }
        changed += refresh_some(&tx, mentors, today).await?;
        tx.commit().await?;
    }
}

async fn refresh_some(
    tx: &Transaction<'_>,
    mentors: Vec<Offering>,
    today: Timestamp,
) -> Result<usize, WorkError> {
    let open = mentors.iter().filter(|mentor| mentor.is_open);
    let open: Vec<UserId> = open.map(|mentor| mentor.mentor).collect();
    let mut windows: BTreeMap<UserId, Vec<Availability>> = BTreeMap::new();
    for window in store::availability::list(tx, &open).await? {
        windows.entry(window.mentor_id).or_default().push(window);
    }
    let (mut changed, mut gone, mut new) = (0, Vec::new(), Vec::new());
    for known in mentors {
        let windows = windows.remove(&known.mentor).unwrap_or_default();
        let offered = cut(&slots::offered(&windows, span_of(&known, today)));
        let offered: BTreeSet<Span> = offered.into_iter().collect();
        let counted: BTreeSet<Span> = known.counted.into_iter().collect();
        changed += usize::from(offered != counted);
        gone.extend(
            counted
                .difference(&offered)
                .map(|span| (known.mentor, *span)),
        );
        new.extend(
            offered
                .difference(&counted)
                .map(|span| (known.mentor, *span)),
        );
    }
    if changed == 0 {
        return Ok(0);
    }
    // First away: a day that ends earlier than it did begins as before.
    offer::delete(tx, &gone).await?;
    offer::insert(tx, &new).await?;
    let mut minutes = by_quarter(new.iter().map(|(_, span)| span));
    for (quarter, less) in by_quarter(gone.iter().map(|(_, span)| span)) {
        *minutes.entry(quarter).or_default() -= less;
    }
    minutes.retain(|_, change| *change != 0);
    offer::add(tx, &minutes).await?;
    Ok(changed)
}

/// From today on; for somebody new since the day on which they first wrote their hours down.
fn span_of(known: &Offering, today: Timestamp) -> Span {
    let since = known.uncounted_since.unwrap_or(today);
    let midnight = since.to_zoned(TimeZone::UTC).start_of_day();
    let since = midnight.map_or(today, |midnight| midnight.timestamp());
    Span::new(since.clamp(today - BACK, today), today + AHEAD)
}
