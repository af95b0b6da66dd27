//! Erases people whose time has come, publishes anonymous feedback, forgets what was kept long enough, counts what profiles
//! have in common and how the program does. Two runs at once do no harm.

mod analytics;
mod corpus;
mod feedback;

use shared::config::Retention;
use shared::domain::audit::{AuditAction, AuditEntry, Origin};
use shared::domain::id::UserId;
use shared::state::AppState;
use shared::store::retention::Kept;
use shared::store::{self, Client};
use shared::worker::WorkError;
use tracing::{info, warn};

/// Does everything that is due; returns how many people were erased.
///
/// # Errors
/// When the database cannot be used, or a person could not be erased; the next run takes it up.
pub async fn fire(state: AppState) -> Result<usize, WorkError> {
    let mut client = state.db.client().await?;
    let due = store::deletion::list_due(&client, state.clock.now()).await?;
    let (mut erased, mut failed) = (0, None);
    for person in due {
        match erase(&state, &mut client, person).await {
            Ok(is_erased) => erased += usize::from(is_erased),
            // The others do not wait for one who cannot be erased.
            Err(failure) => {
                warn!(%failure, user.id = %person, "a person could not be erased");
                failed = Some(failure);
            }
        }
    }
    feedback::publish(&state, &mut client).await?;
    forget(&state, &mut client).await?;
    corpus::refresh(&state, &mut client).await?;
    corpus::remind(&state, &mut client).await?;
    analytics::refresh(&state, &mut client).await?;
    note_the_chain(&client).await?;
    failed.map_or(Ok(erased), Err)
}

/// Erases one person, unless they came back in the meantime. Files go first: without the rows nobody would find them.
async fn erase(state: &AppState, client: &mut Client, person: UserId) -> Result<bool, WorkError> {
    for key in store::job::list_files(client, person).await? {
        let deleted = state.files.delete(&key).await;
        deleted.map_err(|failure| WorkError::Later(failure.to_string()))?;
    }
    let now = state.clock.now();
    let tx = client.transaction();
    let deletion = store::deletion::lock(&tx, person).await?;
    if !deletion.is_some_and(|deletion| deletion.is_due(now)) {
        return Ok(false);
    }
    store::deletion::call_off_sessions(&tx, person, now, || state.clock.id()).await?;
    store::privacy::erase(&tx, person, now).await?;
    let entry = AuditEntry {
        actor: None,
        ..AuditEntry::own(AuditAction::UserDeleted, person)
    };
    let origin = Origin {
        request_id: "upkeep-cron".to_owned(),
        ..Origin::default()
    };
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    info!(user.id = %person, "erased a person who wanted to be");
    Ok(true)
}

async fn forget(state: &AppState, client: &mut Client) -> Result<(), WorkError> {
    let retention = state.config.retention;
    for kept in Kept::ALL {
        let days = days(kept, retention);
        let mut forgotten = 0;
        loop {
            let tx = client.transaction();
            let some = store::retention::purge(&tx, kept, days, state.clock.now()).await?;
            tx.commit().await?;
            if some == 0 {
                break;
            }
            forgotten += some;
        }
        if forgotten > 0 {
            info!(?kept, forgotten, "forgot what was kept long enough");
        }
    }
    let tx = client.transaction();
    store::audit::purge(&tx, retention.audit).await?;
    store::email_change::purge(&tx, state.clock.now()).await?;
    tx.commit().await?;
    store::limit::purge(client).await?;
    store::login_failure::purge(client, state.clock.now()).await?;
    store::idempotency::purge(client).await?;
    Ok(())
}

const fn days(kept: Kept, retention: Retention) -> i32 {
    match kept {
        Kept::RefreshTokens | Kept::EmailTokens | Kept::Logins => retention.tokens,
        Kept::OauthStates => retention.sign_ins,
        Kept::Outbox | Kept::Inbox | Kept::ScheduleRuns => retention.events,
        Kept::MailErrors => retention.mail_errors,
        Kept::Mails | Kept::SuppressedAddresses => retention.mails,
        Kept::Jobs | Kept::SyncLog => retention.jobs,
        Kept::Questions => retention.questions,
        // Free slots of tomorrow are others.
        Kept::Answers => 1,
    }
}

/// Leaves the end of the audit log's chain in the logs, out of the database's reach: a lost end shows against it.
async fn note_the_chain(client: &Client) -> Result<(), WorkError> {
    if let Some(head) = store::audit::find_head(client).await? {
        info!(day = %head.day, seq = head.seq, hash = head.hash_text(), "the audit log ends here");
    }
    Ok(())
}
