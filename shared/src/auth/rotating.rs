//! Secrets that are rotated by adding: `{"active": "k2", "k1": "…", "k2": "…"}`. New work uses the active one.

use serde_json::Value;

use super::keys::KeyError;

/// Fewer characters than these are no secret.
const MIN_LENGTH: usize = 32;

/// The named texts of a secret, one of them active.
pub struct Rotating {
    active: String,
    all: Vec<(String, String)>,
}

impl Rotating {
    /// Reads a secret; every text in it has at least 32 characters.
    ///
    /// # Errors
    /// When the active one is missing, or one is too short.
    pub fn new(secret: &Value) -> Result<Self, KeyError> {
        let fields = secret.as_object().ok_or(KeyError("read"))?;
        let active = fields.get("active").and_then(Value::as_str);
        let mut all = Vec::with_capacity(fields.len());
        for (name, text) in fields.iter().filter(|(name, _)| *name != "active") {
            let text = text.as_str().filter(|text| text.len() >= MIN_LENGTH);
            all.push((name.clone(), text.ok_or(KeyError("read"))?.to_owned()));
        }
        let active = active.filter(|active| all.iter().any(|(name, _)| name == active));
        Ok(Self {
            active: active.ok_or(KeyError("read"))?.to_owned(),
            all,
        })
    }

    /// The name of the one that new work uses.
    #[must_use]
    pub fn active_name(&self) -> &str {
        &self.active
    }

    /// The text of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.all.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.as_str())
    }

    /// Every name with its text.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.all
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_without_its_active_text_or_with_a_short_one_is_none() {
        let long = "x".repeat(32);
        assert!(Rotating::new(&json!({ "active": "a", "a": long })).is_ok());
        assert!(Rotating::new(&json!({ "active": "b", "a": long })).is_err());
        assert!(Rotating::new(&json!({ "a": long })).is_err());
        assert!(Rotating::new(&json!({ "active": "a", "a": "short" })).is_err());
    }
}
