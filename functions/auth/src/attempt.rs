//! One try to sign in. Until the password is right every try costs the same: one hash, the same statements.

use shared::domain::audit::{AuditAction, AuditEntry, Origin};
use shared::domain::event::Event;
use shared::domain::id::UserId;
use shared::domain::login::SignInFailure;
use shared::domain::totp::TotpError;
use shared::domain::user::{AccountError, PasswordHash, UserStatus};
use shared::http::{ApiError, AppState};
use shared::store::credentials::Credentials;
use shared::store::{self, Transaction};

use crate::answer::TokensBody;
use crate::body::LoginBody;
use crate::factor::{self, Spent};
use crate::tokens::{open_login, tokens};

/// How often the credentials may change under a try before it gives up.
const TRIES: usize = 3;

/// Somebody tries to sign in.
pub(crate) struct Attempt<'a> {
    pub(crate) state: &'a AppState,
    pub(crate) origin: &'a Origin,
    pub(crate) body: &'a LoginBody,
}

/// A try that failed, and whose account it was.
pub(crate) struct Failed {
    pub(crate) who: Option<UserId>,
    pub(crate) why: SignInFailure,
}

impl Attempt<'_> {
    /// Signs in, or says why not.
    pub(crate) async fn make(&self) -> Result<Result<TokensBody, Failed>, ApiError> {
        for _ in 0..TRIES {
            let known = match self.authenticate().await? {
                Ok(known) => known,
                Err(failed) => return Ok(Err(failed)),
            };
            if let Some(done) = self.open(&known).await? {
                return Ok(done);
            }
        }
        Err(ApiError::unavailable())
    }

    /// Reads who has the address, and checks the password: also when there is nobody.
    async fn authenticate(&self) -> Result<Result<Credentials, Failed>, ApiError> {
        // The connection goes back before the hash: it takes long, and others wait for a connection.
        let client = self.state.db.client().await?;
        let known = store::credentials::find(&client, &self.body.email).await?;
        drop(client);
        let kept = known.as_ref().and_then(|known| known.password.clone());
        let passwords = self.state.passwords().await?;
        let is_right = passwords.verify(self.body.password.clone(), kept).await?;
        Ok(judge(known, is_right))
    }

    /// Opens the login; `None` when the credentials have changed since they were checked.
    async fn open(
        &self,
        known: &Credentials,
    ) -> Result<Option<Result<TokensBody, Failed>>, ApiError> {
        let rehashed = self.rehashed(known).await?;
        let keys = self.state.data_keys().await?;
        let now = self.state.clock.now();

        let mut client = self.state.db.client().await?;
        let tx = client.transaction();
        let held = store::credentials::lock(&tx, known.user).await?;
        let Some(held) = held.filter(|held| is_unchanged(known, held)) else {
            return Ok(None);
        };
        let typed = self.body.totp.as_ref();
        let factor = match factor::require(&tx, &keys, &held, typed, now).await? {
            Ok(factor) => factor,
            Err(why) => {
                return Ok(Some(Err(Failed {
                    who: Some(held.user),
                    why,
                })));
            }
        };
        if let Some(password) = &rehashed {
            store::credentials::update_password(&tx, held.user, password).await?;
        }
        let opened = open_login(&tx, &self.state.clock, self.origin, held.user).await?;
        let entry = |action| AuditEntry::own(action, held.user).on(opened.login);
        self.log(&tx, entry(AuditAction::LoginSucceeded)).await?;
        if factor == Some(Spent::RecoveryCode) {
            self.log(&tx, entry(AuditAction::RecoveryCodeUsed)).await?;
        }
        tx.commit().await?;
        Ok(Some(Ok(tokens(self.state, &opened, now).await?)))
    }

    /// What to keep of the password from now on, if what is kept was made with older parameters or another pepper.
    async fn rehashed(&self, known: &Credentials) -> Result<Option<PasswordHash>, ApiError> {
        let passwords = self.state.passwords().await?;
        let is_old = |kept: &PasswordHash| !passwords.is_current(kept);
        if !known.password.as_ref().is_some_and(is_old) {
            return Ok(None);
        }
        Ok(Some(passwords.hash(self.body.password.clone()).await?))
    }

    async fn log(&self, tx: &Transaction<'_>, entry: AuditEntry) -> Result<(), ApiError> {
        let clock = &self.state.clock;
        Ok(store::audit::append(tx, clock.id(), clock.now(), self.origin, &entry).await?)
    }
}

/// Counts and logs a failure of whoever tried `account`, warns the person when there are many, and gives the answer.
pub(crate) async fn note(
    state: &AppState,
    origin: &Origin,
    account: &str,
    failed: Failed,
) -> Result<ApiError, ApiError> {
    let (clock, now) = (&state.clock, state.clock.now());
    let key = state.mac("login-failures", account).await?;
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let is_warning = failed.why.is_guess() && store::login_failure::record(&tx, &key, now).await?;
    let mut entries = vec![AuditAction::LoginFailed];
    if is_warning {
        let event = Event::SignInsFailed {
            user_id: failed.who,
        };
        store::outbox::append(&tx, clock.id(), now, event).await?;
        entries.push(AuditAction::LoginFailedOften);
    }
    for action in entries {
        let entry = AuditEntry::by_stranger(action, failed.who).because(failed.why.as_str());
        store::audit::append(&tx, clock.id(), now, origin, &entry).await?;
    }
    tx.commit().await?;
    Ok(answer(failed.why))
}

/// Decides about a try by what is known of the account and of the password.
fn judge(known: Option<Credentials>, is_right: bool) -> Result<Credentials, Failed> {
    let Some(known) = known else {
        return Err(Failed {
            who: None,
            why: SignInFailure::UnknownAddress,
        });
    };
    let why = match (&known.password, is_right, known.status) {
        (None, _, _) => SignInFailure::NoPassword,
        (Some(_), false, _) => SignInFailure::WrongPassword,
        (Some(_), true, UserStatus::Suspended) => SignInFailure::Suspended,
        (Some(_), true, UserStatus::Active | UserStatus::Inactive) => return Ok(known),
    };
    Err(Failed {
        who: Some(known.user),
        why,
    })
}

/// Whether what was checked still holds: another sign-in may have replaced the hash, an admin have shut the account out.
fn is_unchanged(known: &Credentials, held: &Credentials) -> bool {
    known.password == held.password
        && known.status == held.status
        && known.totp.is_some() == held.totp.is_some()
}

/// What the person hears: nothing that tells whether the account exists before the password is right.
fn answer(why: SignInFailure) -> ApiError {
    match why {
        SignInFailure::UnknownAddress
        | SignInFailure::NoPassword
        | SignInFailure::WrongPassword
        | SignInFailure::Suspended => AccountError::BadCredentials.into(),
        SignInFailure::CodeMissing => TotpError::Required.into(),
        SignInFailure::WrongCode => TotpError::BadCode.into(),
    }
}
