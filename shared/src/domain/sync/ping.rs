//! What Airtable sends when something has changed: that it has, and nothing else.

use serde_json::Value;

/// A ping. Whether Airtable has sent it, its MAC says and not this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ping {
    /// The base.
    pub base: String,
    /// The webhook that noticed.
    pub webhook: String,
}

/// No id of theirs is longer.
const LONGEST_ID: usize = 64;

impl Ping {
    /// Reads a ping; `None` when it is none. Fields that we do not know may come any day.
    #[must_use]
    pub fn read(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let id = |name: &str| {
            let id = body.get(name)?.get("id")?.as_str()?;
            let is_id = !id.is_empty()
                && id.len() <= LONGEST_ID
                && id.bytes().all(|b| b.is_ascii_alphanumeric());
            is_id.then(|| id.to_owned())
        };
        Some(Self {
            base: id("base")?,
            webhook: id("webhook")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ping_names_its_base_and_webhook() {
        let body =
            br#"{"base": {"id": "app00000000000000"}, "webhook": {"id": "ach00000000000000"},
                        "timestamp": "2022-02-01T21:25:05.663Z", "new": 1}"#;
        let ping = Ping::read(body).unwrap();
        assert_eq!(ping.base, "app00000000000000");
        assert_eq!(ping.webhook, "ach00000000000000");
        for bad in [
            "",
            "null",
            "[]",
            r#"{"base": "app", "webhook": {"id": "ach"}}"#,
            r#"{"base": {"id": ""}, "webhook": {"id": "ach"}}"#,
            r#"{"base": {"id": "app"}, "webhook": {"id": "a/b"}}"#,
        ] {
            assert_eq!(Ping::read(bad.as_bytes()), None, "{bad}");
        }
    }
}
