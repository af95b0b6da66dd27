//! How other services are asked: no redirects, no proxy, little patience, small answers.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde_json::Value;

const CONNECT_LIMIT: Duration = Duration::from_secs(2);
/// No answer that we need is larger, but for those that are pages of a table.
const LARGEST_ANSWER: usize = 256 * 1024;

/// Makes a client with the machine's certificates and our one crypto library. Whatever proxy the machine names is none
/// of ours, and no connection outlives its request: a frozen environment's would be dead when it thaws.
pub(super) fn client(patience: Duration) -> Option<Client> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .use_preconfigured_tls(tls)
        .user_agent("office-hours")
        .redirect(Policy::none())
        .connect_timeout(CONNECT_LIMIT)
        .timeout(patience)
        .pool_max_idle_per_host(0)
        .no_proxy()
        .build()
        .ok()
}

/// Reads an answer as JSON; why it cannot be read holds nothing of it.
pub(super) async fn read(answer: Response) -> Result<Value, String> {
    read_up_to(LARGEST_ANSWER, answer).await
}

/// Reads an answer of up to so many bytes as JSON.
pub(super) async fn read_up_to(largest: usize, mut answer: Response) -> Result<Value, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer
        .chunk()
        .await
        .map_err(|failure| failure.without_url().to_string())?
    {
        if bytes.len() + chunk.len() > largest {
            return Err("its answer is too large".to_owned());
        }
        bytes.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&bytes).map_err(|_| "its answer is not JSON".to_owned())
}
