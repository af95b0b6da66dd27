//! The first admin: an account without a password, and the link that sets one.

use jiff::Timestamp;
use serde::Serialize;
use shared::auth::opaque::OpaqueToken;
use shared::domain::audit::{AuditAction, AuditEntry, Origin};
use shared::domain::id::UserId;
use shared::domain::link::LinkPurpose;
use shared::domain::user::{Email, User};
use shared::state::AppState;
use shared::store;
use shared::store::email_token::NewLink;

use crate::MigrateError;

/// The first admin, who has no password yet.
#[derive(Debug, Serialize)]
pub struct FirstAdmin {
    /// The account.
    pub id: UserId,
    /// Where the password is set; the link works once.
    pub password_link: String,
    /// Until when it works. Afterwards the link for forgotten passwords does the same.
    pub expires_at: Timestamp,
}

/// Opens the account, verified and without a password.
pub(crate) async fn create(state: &AppState, email: &str) -> Result<FirstAdmin, MigrateError> {
    let (email, now) = (Email::parse(email)?, state.clock.now());
    let admin = User::new_admin(state.clock.id(), email, now);
    let token = OpaqueToken::generate()?;
    let purpose = LinkPurpose::ResetPassword;
    let link = NewLink {
        user: admin.id,
        purpose,
        hash: &token.hash(),
        email: None,
        expires_at: purpose.ends_at(now),
    };

    let mut client = state.db.client().await?;
    let tx = client.transaction();
    if store::credentials::has_admin(&tx).await? {
        return Err(MigrateError::AdminExists);
    }
    if !store::user::insert(&tx, &admin, None).await? {
        return Err(MigrateError::AddressTaken);
    }
    store::email_token::insert(&tx, link).await?;
    let entry =
        AuditEntry::by_stranger(AuditAction::UserCreated, Some(admin.id)).because("first_admin");
    store::audit::append(&tx, state.clock.id(), now, &Origin::default(), &entry).await?;
    tx.commit().await?;
    Ok(FirstAdmin {
        id: admin.id,
        password_link: format!(
            "{}/reset-password?token={}",
            state.config.app_url,
            token.expose()
        ),
        expires_at: purpose.ends_at(now),
    })
}
