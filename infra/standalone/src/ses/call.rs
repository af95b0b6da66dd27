//! `SendEmail` as the SDK writes it, and what makes it refused.

use axum::body::Bytes;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use mail_parser::{Address, MessageParser};
use serde::Deserialize;

use super::Mailbox;
use super::refused::Refused;

/// The most recipients that one call may name.
const MOST_RECIPIENTS: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendEmail {
    content: Content,
    from_email_address: Option<String>,
    #[serde(default)]
    destination: Destination,
    configuration_set_name: Option<String>,
    #[serde(default)]
    email_tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    raw: Option<Raw>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Raw {
    data: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Destination {
    #[serde(rename = "ToAddresses")]
    to: Vec<String>,
    #[serde(rename = "CcAddresses")]
    cc: Vec<String>,
    #[serde(rename = "BccAddresses")]
    bcc: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    name: String,
    value: String,
}

/// A call in which nothing is wrong.
pub(super) struct Accepted {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) raw: Bytes,
    pub(super) configuration_set: Option<String>,
    pub(super) tags: Vec<(String, String)>,
}

pub(super) fn examine(body: &[u8], mailbox: &Mailbox) -> Result<Accepted, Refused> {
    let call: SendEmail = serde_json::from_slice(body).map_err(|error| {
        Refused::bad_request(&format!("the body is not a SendEmail request: {error}"))
    })?;
    let raw = call
        .content
        .raw
        .ok_or_else(|| Refused::bad_request("the stand-in takes Content.Raw only"))?;
    let raw = BASE64_STANDARD
        .decode(raw.data)
        .map_err(|_| Refused::bad_request("Content.Raw.Data is not base64"))?;
    let mail = MessageParser::default()
        .parse(&raw)
        .ok_or_else(|| Refused::bad_request("Content.Raw.Data is not a mail"))?;

    let header_from = addresses(mail.from());
    let from = call
        .from_email_address
        .or_else(|| header_from.first().cloned())
        .ok_or_else(|| Refused::bad_request("Missing required header 'From'."))?;
    let senders = std::iter::once(bare(&from)).chain(header_from);
    let unverified: Vec<String> = senders
        .filter(|address| !mailbox.is_verified(address))
        .collect();
    if !unverified.is_empty() {
        return Err(Refused::unverified(unverified, &mailbox.0.region));
    }

    let named = call.destination;
    let mut to: Vec<String> = [named.to, named.cc, named.bcc]
        .iter()
        .flatten()
        .map(|address| bare(address))
        .collect();
    if to.is_empty() {
        to = [mail.to(), mail.cc(), mail.bcc()]
            .into_iter()
            .flat_map(addresses)
            .collect();
    }
    if to.is_empty() {
        return Err(Refused::bad_request("Missing final recipient."));
    }
    if to.len() > MOST_RECIPIENTS {
        return Err(Refused::bad_request("Recipient count exceeds 50."));
    }
    Ok(Accepted {
        from,
        to,
        configuration_set: call.configuration_set_name,
        tags: call
            .email_tags
            .into_iter()
            .map(|tag| (tag.name, tag.value))
            .collect(),
        raw: raw.into(),
    })
}

/// Reads the address out of `Name <address>`.
fn bare(address: &str) -> String {
    let inner = address
        .rsplit_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inner
        .map_or(address, |(address, _)| address)
        .trim()
        .to_owned()
}

fn addresses(header: Option<&Address>) -> Vec<String> {
    header
        .into_iter()
        .flat_map(Address::iter)
        .filter_map(|address| address.address.as_deref().map(str::to_owned))
        .collect()
}
