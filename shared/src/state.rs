//! What all rooms of one process share: the database, the clock, and the ways out.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::auth::keyring::Keyring;
use crate::auth::keys::{self, KeyError, PublicKey};
use crate::auth::password::Passwords;
use crate::auth::sealed::DataKeys;
use crate::auth::token::{Signer, Verifier};
use crate::clock::Clock;
use crate::config::{Config, ConfigError, DatabaseSource};
use crate::domain::identity::Provider;
use crate::outside::airtable::Airtable;
use crate::outside::bedrock::Bedrock;
use crate::outside::oauth::{OAuth, Registration};
use crate::outside::payment::Payments;
use crate::outside::s3::Files;
use crate::outside::secrets::{SecretError, Secrets};
use crate::outside::ses::Ses;
use crate::outside::sms::Texts;
use crate::queue::Relay;
use crate::store::{Db, StoreError};

use crate::store::db::DbConfig;

/// What a handler, a worker or a schedule can ask for.
#[derive(Clone)]
pub struct AppState {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// The configuration.
    pub config: Arc<Config>,
    /// The secrets.
    pub secrets: Secrets,
    /// The way to the queues.
    pub relay: Relay,
    /// The way to people's mailboxes.
    pub ses: Ses,
    /// The way to files.
    pub files: Files,
    /// The way to language models.
    pub bedrock: Bedrock,
    /// The way to the services people sign in with.
    pub oauth: OAuth,
    keyring: Arc<Keyring>,
}

/// A key cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// Its secret cannot be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// Its secret holds nothing useful.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// No secret is configured for it.
    #[error("{0} is not set")]
    NotConfigured(&'static str),
}

impl AppState {
    /// Makes the state of a Lambda environment: one connection, made when it is first needed.
    ///
    /// # Errors
    /// When the environment cannot be read.
    pub fn from_env() -> Result<Self, ConfigError> {
        let config = Config::from_env()?;
        let secrets = Secrets::default();
        let source = config.database.clone();
        let known = secrets.clone();
        let find = move || {
            let (source, secrets) = (source.clone(), known.clone());
            let found: futures_util::future::BoxFuture<'static, _> =
                Box::pin(async move { find_database(source, &secrets).await });
            found
        };
        Ok(Self::new(config, Db::one(Arc::new(find)), secrets))
    }

    /// Puts a state together.
    #[must_use]
    pub fn new(config: Config, db: Db, secrets: Secrets) -> Self {
        let (relay, ses) = (Relay::new(&config), Ses::new(&config));
        let files = Files::new(&config);
        let bedrock = Bedrock::new(&config);
        let oauth = OAuth::new(&config);
        Self {
            db,
            clock: Clock::system(),
            config: Arc::new(config),
            secrets,
            relay,
            ses,
            files,
            bedrock,
            oauth,
            keyring: Arc::default(),
        }
    }

    /// Makes a state for tests and tools: everything given, nothing fetched.
    #[must_use]
    pub fn preset(config: Config, db: Db, secrets: HashMap<String, Value>) -> Self {
        Self::new(config, db, Secrets::preset(secrets))
    }

    /// What checks access tokens.
    ///
    /// # Errors
    /// When the public keys cannot be had.
    pub async fn verifier(&self) -> Result<Arc<Verifier>, KeyringError> {
        let secret = self
            .secret(
                self.config.public_keys_secret.as_ref(),
                "JWT_PUBLIC_SECRET_ARN",
            )
            .await?;
        Ok(self.keyring.verifier(&secret, &self.config.api_url)?)
    }

    /// The public keys, for whoever checks our tokens elsewhere.
    ///
    /// # Errors
    /// When they cannot be had.
    pub async fn public_keys(&self) -> Result<Vec<PublicKey>, KeyringError> {
        let secret = self
            .secret(
                self.config.public_keys_secret.as_ref(),
                "JWT_PUBLIC_SECRET_ARN",
            )
            .await?;
        Ok(keys::public_keys(&secret)?)
    }

    /// What makes access tokens; only `auth` has the secret for it.
    ///
    /// # Errors
    /// When the signing key cannot be had.
    pub async fn signer(&self) -> Result<Arc<Signer>, KeyringError> {
        let secret = self
            .secret(
                self.config.signing_secret.as_ref(),
                "JWT_SIGNING_SECRET_ARN",
            )
            .await?;
        Ok(self.keyring.signer(&secret, &self.config.api_url)?)
    }

    /// A MAC of something that must not be stored as it is.
    ///
    /// # Errors
    /// When the key cannot be had.
    pub async fn mac(&self, scope: &str, text: &str) -> Result<Vec<u8>, KeyringError> {
        let secret = self
            .secret(self.config.app_secret.as_ref(), "APP_SECRET_ARN")
            .await?;
        Ok(self.keyring.mac(&secret, scope, text)?)
    }

    /// What seals the answers that are kept for an `Idempotency-Key`: every function that speaks HTTP has it.
    ///
    /// # Errors
    /// When the key cannot be had.
    pub async fn answer_keys(&self) -> Result<Arc<DataKeys>, KeyringError> {
        let secret = self
            .secret(self.config.app_secret.as_ref(), "APP_SECRET_ARN")
            .await?;
        Ok(self.keyring.answer_keys(&secret)?)
    }

    /// The keys of sealed fields.
    ///
    /// # Errors
    /// When they cannot be had.
    pub async fn data_keys(&self) -> Result<Arc<DataKeys>, KeyringError> {
        let secret = self
            .secret(
                self.config.data_keys_secret.as_ref(),
                "DATA_KEYS_SECRET_ARN",
            )
            .await?;
        Ok(self.keyring.data_keys(&secret)?)
    }

    /// What we are to a provider of sign-ins; `None` when it is not configured.
    ///
    /// # Errors
    /// When the secret cannot be read.
    pub async fn registration(
        &self,
        provider: Provider,
    ) -> Result<Option<Registration>, KeyringError> {
        let Some(name) = &self.config.oauth_secret else {
            return Ok(None);
        };
        Ok(Registration::read(
            &*self.secrets.get(name).await?,
            provider,
        ))
    }

    /// The payment provider; `None` when payments are switched off. Only `payment-worker` has the secret for it.
    ///
    /// # Errors
    /// When the secret cannot be read.
    pub async fn payments(&self) -> Result<Option<Payments>, KeyringError> {
        let (Some(url), Some(name)) = (&self.config.payment_url, &self.config.payment_secret)
        else {
            return Ok(None);
        };
        Ok(Payments::read(url, &*self.secrets.get(name).await?))
    }

    /// The provider of text messages; `None` when they are switched off. Only `email-worker` has the secret for it.
    ///
    /// # Errors
    /// When the secret cannot be read.
    pub async fn texts(&self) -> Result<Option<Texts>, KeyringError> {
        let (Some(from), Some(name)) = (&self.config.sms_from, &self.config.sms_secret) else {
            return Ok(None);
        };
        let secret = self.secrets.get(name).await?;
        Ok(Texts::read(&self.config.sms_url, from, &secret))
    }

    /// The base in Airtable; `None` when it is switched off. Only `airtable-worker` has the secret for it.
    ///
    /// # Errors
    /// When the secret cannot be read.
    pub async fn airtable(&self) -> Result<Option<Airtable>, KeyringError> {
        let (Some(config), Some(name)) = (&self.config.airtable, &self.config.airtable_secret)
        else {
            return Ok(None);
        };
        Ok(Airtable::read(config, &*self.secrets.get(name).await?))
    }

    /// What makes and checks the hashes of passwords; only who needs it has the secret for it.
    ///
    /// # Errors
    /// When the peppers cannot be had.
    pub async fn passwords(&self) -> Result<Arc<Passwords>, KeyringError> {
        let secret = self
            .secret(self.config.pepper_secret.as_ref(), "PEPPER_SECRET_ARN")
            .await?;
        Ok(self.keyring.passwords(&secret)?)
    }

    async fn secret(
        &self,
        name: Option<&String>,
        variable: &'static str,
    ) -> Result<Arc<Value>, KeyringError> {
        let name = name.ok_or(KeyringError::NotConfigured(variable))?;
        Ok(self.secrets.get(name).await?)
    }
}

async fn find_database(
    source: Option<DatabaseSource>,
    secrets: &Secrets,
) -> Result<DbConfig, StoreError> {
    match source {
        None => Err(StoreError::Unavailable(
            "neither DATABASE_URL nor DATABASE_SECRET_ARN is set".into(),
        )),
        Some(DatabaseSource::Url(url)) => DbConfig::parse(&url),
        Some(DatabaseSource::Secret { secret, host }) => {
            let value = secrets
                .get(&secret)
                .await
                .map_err(|error| StoreError::Unavailable(error.to_string()))?;
            DbConfig::from_secret(&value, host.as_deref())
        }
    }
}
