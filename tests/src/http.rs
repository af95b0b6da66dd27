//! A client for what is served over a network.

use std::sync::Arc;

use reqwest::{Client, ClientBuilder};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, RootCertStore};

/// Begins a client. A proxy of this machine must not see what goes to this machine. Without a TLS of its own reqwest
/// looks for one that nobody has installed, and panics.
pub fn http_client() -> ClientBuilder {
    let tls = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    Client::builder().use_preconfigured_tls(tls).no_proxy()
}
