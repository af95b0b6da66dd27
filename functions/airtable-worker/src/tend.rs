//! The webhook: made, told to go on each day, and made anew when it has ended.

use shared::domain::sync::{FieldMap, FieldRule, Hook, Lost, Tending};
use shared::outside::airtable::{AirtableError, NewHook, Table};
use shared::state::AppState;
use shared::store;
use shared::telemetry::metrics::{self, Metric};
use shared::worker::WorkError;
use tracing::{info, warn};

use crate::desk::{Desk, Halt};
use crate::pull;

/// The field there that says whose record it is.
const PLATFORM_ID: &str = "Platform ID";

/// Follows the base that is configured, unless it is followed already.
pub(crate) async fn follow(state: &AppState, base: &str) -> Result<(), WorkError> {
    let mut client = state.db.client().await?;
    if store::sync::is_on(&client, Some(base)).await? {
        return Ok(());
    }
    let tx = client.transaction();
    store::sync::switch(&tx, Some(base)).await?;
    tx.commit().await?;
    info!("a base in Airtable is followed from now on");
    Ok(())
}

/// Does what is to be done about the webhook.
pub(crate) async fn tend(desk: &mut Desk<'_>) -> Result<(), Halt> {
    match desk.base.base.tend(desk.now()) {
        Tending::Rest(_) => Err(Halt::Resting),
        Tending::Renew(why) => renew(desk, why).await,
        Tending::Refresh => refresh(desk).await,
        Tending::Nothing => Ok(()),
    }?;
    if let Some(hook) = &desk.base.base.hook {
        let left = hook.expires_at.duration_since(desk.now());
        metrics::observe(Metric::AirtableHookHours, left.as_secs_f64() / 3600.0);
    }
    Ok(())
}

/// Makes a webhook. The log of one that has ended can be read for some days: what is in it comes first.
pub(crate) async fn renew(desk: &mut Desk<'_>, why: Lost) -> Result<(), Halt> {
    if why == Lost::Expired {
        pull::drain(desk).await?;
    }
    learn(desk).await?;
    let ping = format!("{}/api/webhooks/airtable", desk.state.config.api_url);
    // A base has room for ten: those of ours that ended, or that were made by a worker that was killed, go first.
    for ended in desk.ask(desk.airtable.list_hooks(&ping)).await? {
        match desk.ask(desk.airtable.delete_hook(&ended)).await {
            Ok(()) | Err(Halt::Airtable(AirtableError::Missing)) => {}
            Err(halt) => return Err(halt),
        }
    }
    let made = desk.airtable.create_hook(&ping, desk.people()?);
    let made = desk.ask(made).await?;
    keep(desk, &made).await?;
    info!(?why, "the base has a new webhook: everything is compared");
    Ok(())
}

async fn keep(desk: &mut Desk<'_>, made: &NewHook) -> Result<(), Halt> {
    let keys = desk.state.data_keys().await;
    let keys = keys.map_err(|failure| Halt::Setup(failure.to_string()))?;
    let context = format!("airtable.webhook|{}", made.id);
    let secret = keys.seal(&context, &made.secret);
    let secret = secret.map_err(|failure| Halt::Setup(failure.to_string()))?;
    let now = desk.now();
    let hook = Hook {
        id: made.id.clone(),
        expires_at: made.expires_at,
        refreshed_at: now,
        polled_at: now,
    };
    let mut client = desk.state.db.client().await?;
    let tx = client.transaction();
    store::sync::renew(&tx, &desk.base.id, &hook, &secret).await?;
    tx.commit().await?;
    desk.base.base.hook = Some(hook);
    desk.base.cursor = 1;
    desk.base.is_comparing = true;
    (desk.base.compared_since, desk.base.compare_offset) = (None, None);
    Ok(())
}

async fn refresh(desk: &mut Desk<'_>) -> Result<(), Halt> {
    let Some(hook) = desk.base.base.hook.clone() else {
        return Ok(());
    };
    let expires_at = match desk.ask(desk.airtable.refresh_hook(&hook.id)).await {
        Err(Halt::Airtable(AirtableError::Missing | AirtableError::Refused { .. })) => {
            return Box::pin(renew(desk, Lost::Expired)).await;
        }
        told => told?,
    };
    let mut client = desk.state.db.client().await?;
    let tx = client.transaction();
    store::sync::update_refreshed(&tx, &desk.base.id, desk.now(), expires_at).await?;
    tx.commit().await?;
    Ok(())
}

/// Learns who we are there, and under which ids tables and fields go.
pub(crate) async fn learn(desk: &mut Desk<'_>) -> Result<(), Halt> {
    let account = desk.ask(desk.airtable.account()).await?;
    let tables = desk.ask(desk.airtable.tables()).await?;
    let find = |name: &str| {
        tables
            .iter()
            .find(|table| table.id == name || table.name == name)
    };
    let people = find(&desk.config.people)
        .ok_or_else(|| Halt::Setup("the base has no table of people".to_owned()))?;
    let platform = people.field(PLATFORM_ID);
    if platform.is_none() {
        return Err(Halt::Setup(
            "people have no field \"Platform ID\"".to_owned(),
        ));
    }
    desk.base.account = Some(account);
    desk.base.people = Some(people.id.clone());
    desk.base.platform_field = platform.map(str::to_owned);
    desk.base.sessions = find(&desk.config.sessions)
        .filter(|table| table.field(PLATFORM_ID).is_some())
        .map(|table| table.id.clone());
    let mut client = desk.state.db.client().await?;
    let tx = client.transaction();
    let (map, _) = store::sync::lock_map(&tx).await?;
    desk.map = with_ids(map, people);
    store::sync::update_ids(&tx, &desk.map).await?;
    store::sync::update_schema(&tx, &desk.base).await?;
    tx.commit().await?;
    Ok(())
}

fn with_ids(map: FieldMap, people: &Table) -> FieldMap {
    let rules = map.rules.into_iter().map(|rule| {
        let id = people.field(&rule.name).map(str::to_owned);
        if id.is_none() && rule.is_synced {
            warn!(
                field = rule.field.as_str(),
                "a field is not in the table of people"
            );
        }
        FieldRule { id, ..rule }
    });
    FieldMap {
        rules: rules.collect(),
    }
}
