//! Secrets Manager: read when first needed, kept for five minutes, kept longer when the service is down.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::DisplayErrorContext;
use aws_sdk_secretsmanager::operation::put_secret_value::PutSecretValueError;
use serde_json::Value;
use tokio::sync::{Mutex, OnceCell};
use tracing::warn;

use crate::config::aws;

/// After this long a secret is read again, so that a changed one takes effect.
const FRESH: Duration = Duration::from_mins(5);
/// For this long an old one is better than none.
const STALE: Duration = Duration::from_hours(24);

/// A secret cannot be had. The text never holds any of it.
#[derive(Debug, thiserror::Error)]
#[error("a secret cannot be read: {0}")]
pub struct SecretError(String);

/// The secrets of this process.
#[derive(Clone, Default)]
pub struct Secrets {
    source: Source,
    known: Arc<Mutex<HashMap<String, Known>>>,
}

/// Where secrets are.
#[derive(Clone)]
enum Source {
    Service(Arc<OnceCell<Client>>),
    /// In this process, for tests and tools.
    Preset(Arc<Mutex<HashMap<String, Value>>>),
}

impl Default for Source {
    fn default() -> Self {
        Self::Service(Arc::default())
    }
}

struct Known {
    value: Arc<Value>,
    read_at: Instant,
    /// What time has passed only in a test.
    aged: Duration,
}

impl Secrets {
    /// Makes secrets that are known from the start, for where there is no service.
    #[must_use]
    pub fn preset(values: HashMap<String, Value>) -> Self {
        Self {
            source: Source::Preset(Arc::new(Mutex::new(values))),
            known: Arc::default(),
        }
    }

    /// The same secrets with a memory of their own, as another environment has it.
    #[must_use]
    pub fn elsewhere(&self) -> Self {
        Self {
            source: self.source.clone(),
            known: Arc::default(),
        }
    }

    /// Lets everything that is remembered grow older, as time does.
    pub async fn grow_older(&self, by: Duration) {
        for entry in self.known.lock().await.values_mut() {
            entry.aged += by;
        }
    }

    /// Reads a secret as it is now, whatever is remembered of it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn get_fresh(&self, name: &str) -> Result<Arc<Value>, SecretError> {
        self.known.lock().await.remove(name);
        self.get(name).await
    }

    /// Reads a secret that holds JSON. Only one caller at a time asks the service.
    ///
    /// # Errors
    /// When it cannot be read and is not known from the last day.
    pub async fn get(&self, name: &str) -> Result<Arc<Value>, SecretError> {
        let mut known = self.known.lock().await;
        let old = known.get(name).filter(|entry| entry.age() < STALE);
        if let Some(entry) = old
            && entry.age() < FRESH
        {
            return Ok(Arc::clone(&entry.value));
        }
        match self.fetch(name).await {
            Ok(value) => {
                let value = Arc::new(value);
                known.insert(
                    name.to_owned(),
                    Known {
                        value: Arc::clone(&value),
                        read_at: Instant::now(),
                        aged: Duration::ZERO,
                    },
                );
                Ok(value)
            }
            Err(error) => match old {
                Some(entry) => {
                    warn!(%error, "goes on with a secret that is known");
                    Ok(Arc::clone(&entry.value))
                }
                None => Err(error),
            },
        }
    }

    /// Writes a secret that holds JSON, making it when it is not there.
    ///
    /// # Errors
    /// When the service refuses.
    pub async fn put(&self, name: &str, value: &Value) -> Result<(), SecretError> {
        match &self.source {
            Source::Service(client) => write(client, name, value).await?,
            Source::Preset(values) => {
                values.lock().await.insert(name.to_owned(), value.clone());
            }
        }
        self.known.lock().await.remove(name);
        Ok(())
    }

    async fn fetch(&self, name: &str) -> Result<Value, SecretError> {
        match &self.source {
            Source::Service(client) => read(client, name).await,
            Source::Preset(values) => {
                let value = values.lock().await.get(name).cloned();
                value.ok_or_else(|| SecretError("there is none of this name".to_owned()))
            }
        }
    }
}

async fn client(cell: &OnceCell<Client>) -> &Client {
    cell.get_or_init(|| async { Client::new(aws().await) })
        .await
}

async fn write(cell: &OnceCell<Client>, name: &str, value: &Value) -> Result<(), SecretError> {
    let client = client(cell).await;
    let text = value.to_string();
    let put = client
        .put_secret_value()
        .secret_id(name)
        .secret_string(&text)
        .send()
        .await;
    let Err(error) = put else { return Ok(()) };
    let is_missing = error
        .as_service_error()
        .is_some_and(PutSecretValueError::is_resource_not_found_exception);
    if !is_missing {
        return Err(SecretError(DisplayErrorContext(&error).to_string()));
    }
    let made = client
        .create_secret()
        .name(name)
        .secret_string(text)
        .send()
        .await;
    made.map(drop)
        .map_err(|error| SecretError(DisplayErrorContext(&error).to_string()))
}

async fn read(cell: &OnceCell<Client>, name: &str) -> Result<Value, SecretError> {
    let answer = client(cell)
        .await
        .get_secret_value()
        .secret_id(name)
        .send()
        .await;
    let answer = answer.map_err(|error| SecretError(DisplayErrorContext(&error).to_string()))?;
    let text = answer
        .secret_string()
        .ok_or_else(|| SecretError("it is not text".to_owned()))?;
    serde_json::from_str(text).map_err(|_| SecretError("it is not JSON".to_owned()))
}

impl Known {
    fn age(&self) -> Duration {
        self.read_at.elapsed() + self.aged
    }
}
