//! Letters with a link: its token is made when the mail is written, and only its hash is kept.

use jiff::{SignedDuration, Timestamp};
use shared::auth::opaque::OpaqueToken;
use shared::domain::id::EmailChangeId;
use shared::domain::link::LinkPurpose;
use shared::domain::user::Email;
use shared::store::email_token::NewLink;
use shared::store::notification::Reader as Account;
use shared::store::{self, Transaction};
use shared::worker::WorkError;

use shared::domain::letter::Letter;

/// How long the link of an invitation works: its reader did not ask for it, and may be away.
const INVITATION_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Makes links in the transaction that claims their mail.
pub(crate) struct Links<'a> {
    pub(crate) tx: &'a Transaction<'a>,
    pub(crate) now: Timestamp,
}

impl Links<'_> {
    /// Asks to prove the address, unless it is proven by now.
    pub(crate) async fn verification(&self, reader: &Account) -> Result<Option<Letter>, WorkError> {
        if reader.is_verified {
            return Ok(None);
        }
        let token = self.make(reader, LinkPurpose::VerifyEmail, None).await?;
        let expires_at = LinkPurpose::VerifyEmail.ends_at(self.now);
        Ok(Some(Letter::VerifyEmail { token, expires_at }))
    }

    /// Lets the reader set a new password.
    pub(crate) async fn reset(&self, reader: &Account) -> Result<Letter, WorkError> {
        let token = self.make(reader, LinkPurpose::ResetPassword, None).await?;
        let expires_at = LinkPurpose::ResetPassword.ends_at(self.now);
        Ok(Letter::ResetPassword { token, expires_at })
    }

    /// Lets somebody for whom an admin opened an account choose their first password.
    pub(crate) async fn invitation(&self, reader: &Account) -> Result<Letter, WorkError> {
        let expires_at = self.now + INVITATION_LIFE;
        let purpose = LinkPurpose::ResetPassword;
        let token = self.make_until(reader, purpose, None, expires_at).await?;
        Ok(Letter::Invitation { token, expires_at })
    }

    /// Asks the new address for its proof, or tells its owner when it has an account.
    pub(crate) async fn confirmation(
        &self,
        reader: Account,
        change: EmailChangeId,
    ) -> Result<Option<(Letter, Account)>, WorkError> {
        let change = store::email_change::find(self.tx, change).await?;
        let Some(change) = change.filter(|change| change.is_latest) else {
            return Ok(None);
        };
        if let Some(owner) = store::notification::find_reader(self.tx, &change.new_email).await? {
            let is_other = owner.id != reader.id && !owner.is_suspended;
            return Ok(is_other.then_some((Letter::AccountExists, owner)));
        }
        let purpose = LinkPurpose::ChangeEmail;
        let token = self.make(&reader, purpose, Some(&change.new_email)).await?;
        let expires_at = purpose.ends_at(self.now);
        let letter = Letter::ConfirmEmailChange { token, expires_at };
        Ok(Some((letter, stranger(reader, change.new_email))))
    }

    /// Tells the old address, with a way back.
    pub(crate) async fn notice(
        &self,
        reader: Account,
        change: EmailChangeId,
    ) -> Result<Option<(Letter, Account)>, WorkError> {
        let Some(change) = store::email_change::find(self.tx, change).await? else {
            return Ok(None);
        };
        let purpose = LinkPurpose::RevertEmail;
        let token = self.make(&reader, purpose, Some(&change.old_email)).await?;
        let expires_at = purpose.ends_at(self.now);
        let letter = Letter::EmailChangeNotice { token, expires_at };
        // The change may be through by now: the notice goes where the person was until then.
        let reader = Account {
            email: change.old_email,
            ..reader
        };
        Ok(Some((letter, reader)))
    }

    async fn make(
        &self,
        reader: &Account,
        purpose: LinkPurpose,
        email: Option<&Email>,
    ) -> Result<String, WorkError> {
        let expires_at = purpose.ends_at(self.now);
        self.make_until(reader, purpose, email, expires_at).await
    }

    async fn make_until(
        &self,
        reader: &Account,
        purpose: LinkPurpose,
        email: Option<&Email>,
        expires_at: Timestamp,
    ) -> Result<String, WorkError> {
        let token = OpaqueToken::generate().map_err(|error| WorkError::Later(error.to_string()))?;
        let link = NewLink {
            user: reader.id,
            purpose,
            hash: &token.hash(),
            email,
            expires_at,
        };
        store::email_token::insert(self.tx, link).await?;
        Ok(token.expose().to_owned())
    }
}

/// Somebody who has not proven yet that this address is theirs.
fn stranger(reader: Account, email: Email) -> Account {
    Account {
        email,
        is_verified: false,
        ..reader
    }
}
