//! Airtable's Web API: records, ten at a time, and the webhooks that tell of their changes.
//!
//! Nothing is repeated here. Whoever hears nothing does not know what was done, and asks again when the message that led
//! here comes again: writing the same cells twice changes nothing the second time. How often one may ask, all workers
//! settle between them (`store::sync`).

mod hook;
mod wire;

use std::sync::LazyLock;
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use super::web;
use crate::config::AirtableConfig;
use crate::domain::sync::Written;

pub use hook::NewHook;
use wire::answer;
pub use wire::{RecordPage, Table};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

static CLIENT: LazyLock<Option<Client>> = LazyLock::new(|| web::client(PATIENCE));

/// Why something was not done, or is not known to be done. Never any of what was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AirtableError {
    /// The base was asked too often: nobody may ask for half a minute.
    #[error("Airtable is asked too often")]
    Busy,
    /// It is not there, or not for us.
    #[error("Airtable has no such thing")]
    Missing,
    /// It understands and refuses.
    #[error("Airtable refuses with {status} {kind}")]
    Refused {
        /// The status.
        status: u16,
        /// The word it has for it, such as `INVALID_VALUE_FOR_COLUMN`.
        kind: String,
    },
    /// It is down, slow, or answers nonsense: nobody knows what it did.
    #[error("Airtable cannot be asked: {0}")]
    Unavailable(String),
}

impl AirtableError {
    /// Whether it is about what was sent, so that it would be refused again.
    #[must_use]
    pub fn is_about_the_values(&self) -> bool {
        matches!(self, Self::Refused { status: 422, .. })
    }
}

/// One base.
#[derive(Clone)]
pub struct Airtable {
    url: String,
    base: String,
    token: String,
}

/// Which records are read.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only these, if any are named: at most a hundred.
    pub records: Vec<String>,
    /// The ids of the fields.
    pub fields: Vec<String>,
    /// Where to go on.
    pub offset: Option<String>,
}

impl Airtable {
    /// Reads `{"token"}`, which is our account there; `None` when it is not there.
    #[must_use]
    pub fn read(config: &AirtableConfig, secret: &Value) -> Option<Self> {
        let token = secret.get("token")?.as_str()?;
        (!token.is_empty()).then(|| Self {
            url: config.url.clone(),
            base: config.base.clone(),
            token: token.to_owned(),
        })
    }

    /// Asks who we are there.
    pub async fn account(&self) -> Result<String, AirtableError> {
        let body = answer(self.request(Method::GET, "/v0/meta/whoami")?).await?;
        wire::text(&body, "id")
    }

    /// Asks which tables there are, with their fields.
    pub async fn tables(&self) -> Result<Vec<Table>, AirtableError> {
        let path = format!("/v0/meta/bases/{}/tables", self.base);
        Ok(Table::read_all(
            &answer(self.request(Method::GET, &path)?).await?,
        ))
    }

    /// Reads a page of records. The question is a POST: with many ids an address would be too long.
    pub async fn list(&self, table: &str, wanted: &Wanted) -> Result<RecordPage, AirtableError> {
        let mut body = json!({
            "fields": wanted.fields, "pageSize": 100, "returnFieldsByFieldId": true,
        });
        if !wanted.records.is_empty() {
            let is_one = wanted.records.iter().map(|id| {
                let id: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
                format!("RECORD_ID()='{id}'")
            });
            let any = is_one.collect::<Vec<_>>().join(",");
            body["filterByFormula"] = Value::from(format!("OR({any})"));
        }
        if let Some(offset) = &wanted.offset {
            body["offset"] = Value::from(offset.as_str());
        }
        let path = format!("/v0/{}/{table}/listRecords", self.base);
        let page = answer(self.request(Method::POST, &path)?.json(&body)).await?;
        RecordPage::read(&page)
    }

    /// Writes up to ten records, and gives them back in the same order.
    pub async fn write(&self, table: &str, body: &Value) -> Result<Vec<Written>, AirtableError> {
        let path = format!("/v0/{}/{table}", self.base);
        let written = answer(self.request(Method::PATCH, &path)?.json(body)).await?;
        Written::read(&written).ok_or_else(wire::nonsense)
    }

    /// Deletes up to ten records.
    pub async fn delete(&self, table: &str, records: &[String]) -> Result<(), AirtableError> {
        let path = format!("/v0/{}/{table}", self.base);
        let named: Vec<_> = records.iter().map(|id| ("records[]", id)).collect();
        answer(self.request(Method::DELETE, &path)?.query(&named)).await?;
        Ok(())
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, AirtableError> {
        let client = CLIENT.as_ref();
        let client = client.ok_or_else(|| AirtableError::Unavailable("no client".to_owned()))?;
        let url = format!("{}{path}", self.url);
        Ok(client.request(method, url).bearer_auth(&self.token))
    }
}
