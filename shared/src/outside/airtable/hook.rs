//! Webhooks: they tell that something has changed, and keep the log of what.

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use super::wire::{self, answer};
use super::{Airtable, AirtableError};

/// A webhook that was just made. `Debug` is left out: what it signs with is secret, and said only once.
pub struct NewHook {
    /// Its id.
    pub id: String,
    /// What it signs with, in base64.
    pub secret: String,
    /// When it stops unless it is told to go on.
    pub expires_at: Timestamp,
}

impl Airtable {
    /// Makes a webhook that tells of the values in a table.
    pub async fn create_hook(&self, ping: &str, table: &str) -> Result<NewHook, AirtableError> {
        let body = json!({
            "notificationUrl": ping,
            "specification": { "options": {
                "filters": { "dataTypes": ["tableData"], "recordChangeScope": table },
            } },
        });
        let request = self.request(Method::POST, &self.hooks(""))?.json(&body);
        let made = answer(request).await?;
        Ok(NewHook {
            id: wire::text(&made, "id")?,
            secret: wire::text(&made, "macSecretBase64")?,
            expires_at: wire::moment(&made, "expirationTime")?,
        })
    }

    /// Lists the webhooks that send pings to an address.
    pub async fn list_hooks(&self, ping: &str) -> Result<Vec<String>, AirtableError> {
        let told = answer(self.request(Method::GET, &self.hooks(""))?).await?;
        let hooks = told.get("webhooks").and_then(Value::as_array);
        let ours = hooks.into_iter().flatten().filter(|hook| {
            let url = hook.get("notificationUrl").and_then(Value::as_str);
            url == Some(ping)
        });
        ours.map(|hook| wire::text(hook, "id")).collect()
    }

    /// Tells a webhook to go on; says until when it will.
    pub async fn refresh_hook(&self, hook: &str) -> Result<Timestamp, AirtableError> {
        let path = self.hooks(&format!("/{hook}/refresh"));
        let told = answer(self.request(Method::POST, &path)?.json(&json!({}))).await?;
        wire::moment(&told, "expirationTime")
    }

    /// Deletes a webhook: a base has room for ten.
    pub async fn delete_hook(&self, hook: &str) -> Result<(), AirtableError> {
        let path = self.hooks(&format!("/{hook}"));
        answer(self.request(Method::DELETE, &path)?).await?;
        Ok(())
    }

    /// Reads the log of a webhook from `cursor` on, as it is.
    pub async fn payloads(&self, hook: &str, cursor: i64) -> Result<Value, AirtableError> {
        let path = self.hooks(&format!("/{hook}/payloads?cursor={cursor}&limit=50"));
        answer(self.request(Method::GET, &path)?).await
    }

    fn hooks(&self, path: &str) -> String {
        format!("/v0/bases/{}/webhooks{path}", self.base)
    }
}
