//! The base in Airtable that people are synced with.

use std::time::Duration;

use super::{ConfigError, parse, text, url_or};

/// Where a base is, and how it is asked.
#[derive(Clone, Debug)]
pub struct AirtableConfig {
    /// Where Airtable is.
    pub url: String,
    /// The base.
    pub base: String,
    /// The table of people, by its name or id.
    pub people: String,
    /// The table of sessions, by its name or id; sessions stay here when there is none.
    pub sessions: String,
    /// The time between two questions of all workers together.
    pub pace: Duration,
}

/// Four a second: Airtable allows five, and clocks differ.
const PACE_MILLIS: u64 = 250;

impl AirtableConfig {
    pub(super) fn from_env() -> Result<Option<Self>, ConfigError> {
        let Some(base) = text("AIRTABLE_BASE_ID") else {
            return Ok(None);
        };
        let pace = match text("AIRTABLE_PACE_MILLIS") {
            None => PACE_MILLIS,
            Some(value) => parse("AIRTABLE_PACE_MILLIS", &value, "must be a whole number")?,
        };
        Ok(Some(Self {
            url: url_or("AIRTABLE_URL", "https://api.airtable.com"),
            base,
            people: text("AIRTABLE_PEOPLE_TABLE").unwrap_or_else(|| "People".to_owned()),
            sessions: text("AIRTABLE_SESSIONS_TABLE").unwrap_or_else(|| "Sessions".to_owned()),
            pace: Duration::from_millis(pace),
        }))
    }
}
