//! Acts on what the mail service reports about mails: how far each has come, and which addresses are dead.

use shared::domain::delivery::Report;
use shared::domain::id::NotificationId;
use shared::state::AppState;
use shared::store::{self, Transaction};
use shared::worker::WorkError;
use tracing::{info, warn};

/// Acts on one report, once.
///
/// # Errors
/// When the database cannot be used; the report comes again.
pub async fn handle(state: AppState, report: Report) -> Result<(), WorkError> {
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let kind = report.kind.as_str();
    let Some((mail, status)) = store::delivery::lock_mail(&tx, &report).await? else {
        // It may be of somebody who has left since.
        warn!(kind, "a report is about a mail that nobody knows");
        return Ok(());
    };
    if !store::delivery::insert(&tx, mail, &report).await? {
        return Ok(());
    }
    let told = status.after(report.kind);
    if told != status {
        store::delivery::update_status(&tx, mail, told).await?;
    }
    suppress(&tx, mail, &report).await?;
    tx.commit().await?;
    info!(notification.id = %mail, kind, status = told.as_str(), "the mail service has reported about mail {mail}");
    Ok(())
}

/// Lets no more mail go where the report says that none should.
async fn suppress(
    tx: &Transaction<'_>,
    mail: NotificationId,
    report: &Report,
) -> Result<(), WorkError> {
    let Some(reason) = report.suppression() else {
        return Ok(());
    };
    store::delivery::suppress(tx, &report.recipient, reason, report.at).await?;
    let reason = reason.as_str();
    warn!(notification.id = %mail, reason, "no more mail goes to the address of mail {mail}");
    Ok(())
}
