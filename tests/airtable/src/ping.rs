//! Pings: that there is something in the log, signed.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs::default_provider;
use serde_json::json;

use crate::BASE;

/// A ping on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ping {
    /// Where it goes.
    pub url: String,
    /// The value of `X-Airtable-Content-MAC`.
    pub mac: String,
    /// The body.
    pub body: String,
}

impl Ping {
    pub(crate) fn new(url: String, hook: &str, secret: &str, now: Timestamp) -> Self {
        let body = json!({ "base": { "id": BASE }, "webhook": { "id": hook }, "timestamp": now.to_string() });
        let body = body.to_string();
        let secret = BASE64_STANDARD.decode(secret).unwrap_or_default();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        let mut mac = "hmac-sha256=".to_owned();
        for byte in hmac::sign(&key, body.as_bytes()).as_ref() {
            let _ = write!(mac, "{byte:02x}");
        }
        Self { url, mac, body }
    }

    /// Sends it; one that is not taken is lost.
    pub(crate) async fn send(self) {
        if let Some(client) = client() {
            let ping = client
                .post(self.url)
                .header("content-type", "application/json")
                .header("x-airtable-content-mac", self.mac)
                .body(self.body);
            let _ = ping.send().await;
        }
    }
}

/// Pings go to this machine. Without a TLS of its own reqwest looks for one that nobody has installed, and panics.
fn client() -> Option<reqwest::Client> {
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder()
        .use_preconfigured_tls(tls)
        .no_proxy()
        .timeout(Duration::from_secs(5))
        .build()
        .ok()
}
