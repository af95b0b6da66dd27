//! What Airtable's answers say, and what its errors mean.

use jiff::Timestamp;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::Value;

use super::{AirtableError, web};
use crate::domain::sync::Written;

/// A page of a hundred records with long texts.
const LARGEST_ANSWER: usize = 8 * 1024 * 1024;

/// A table with its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The ids and names of its fields.
    pub fields: Vec<(String, String)>,
}

impl Table {
    pub(super) fn read_all(body: &Value) -> Vec<Self> {
        let all = |value: &Value, name: &str| -> Vec<Value> {
            let list = value.get(name).and_then(Value::as_array);
            list.cloned().unwrap_or_default()
        };
        let named = |value: &Value| Some((text(value, "id").ok()?, text(value, "name").ok()?));
        let tables = all(body, "tables").into_iter().filter_map(|table| {
            let (id, name) = named(&table)?;
            let fields = all(&table, "fields").iter().filter_map(named).collect();
            Some(Self { id, name, fields })
        });
        tables.collect()
    }

    /// The id of the field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(_, known)| known == name);
        found.map(|(id, _)| id.as_str())
    }
}

/// Part of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordPage {
    /// The records.
    pub records: Vec<Written>,
    /// Where to go on, if there is more.
    pub offset: Option<String>,
}

impl RecordPage {
    pub(super) fn read(body: &Value) -> Result<Self, AirtableError> {
        Ok(Self {
            records: Written::read(body).ok_or_else(nonsense)?,
            offset: text(body, "offset").ok(),
        })
    }
}

/// Sends a request and reads its answer. The errors of a request name its address: that stays out of the logs.
pub(super) async fn answer(request: RequestBuilder) -> Result<Value, AirtableError> {
    let answer = request
        .send()
        .await
        .map_err(|failure| AirtableError::Unavailable(failure.without_url().to_string()))?;
    let status = answer.status();
    let body = web::read_up_to(LARGEST_ANSWER, answer).await;
    match status {
        StatusCode::NO_CONTENT => Ok(Value::Null),
        _ if status.is_success() => body.map_err(AirtableError::Unavailable),
        StatusCode::TOO_MANY_REQUESTS => Err(AirtableError::Busy),
        StatusCode::NOT_FOUND => Err(AirtableError::Missing),
        _ if status.is_client_error() => Err(AirtableError::Refused {
            status: status.as_u16(),
            kind: kind_of(&body.unwrap_or_default()),
        }),
        _ => Err(AirtableError::Unavailable(format!(
            "it answers {}",
            status.as_u16()
        ))),
    }
}

/// An error is `{"error": {"type", "message"}}` or `{"error": "NOT_FOUND"}`. The message may quote what was sent.
fn kind_of(body: &Value) -> String {
    let error = body.get("error");
    let kind = error.and_then(|error| error.as_str().or_else(|| error.get("type")?.as_str()));
    let is_word = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    let kind: String = kind
        .unwrap_or_default()
        .chars()
        .filter(is_word)
        .take(80)
        .collect();
    if kind.is_empty() {
        "UNKNOWN".to_owned()
    } else {
        kind
    }
}

pub(super) fn text(body: &Value, name: &str) -> Result<String, AirtableError> {
    let text = body.get(name).and_then(Value::as_str);
    let text = text.filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(nonsense)
}

pub(super) fn moment(body: &Value, name: &str) -> Result<Timestamp, AirtableError> {
    text(body, name)?.parse().map_err(|_| nonsense())
}

pub(super) fn nonsense() -> AirtableError {
    AirtableError::Unavailable("its answer says nothing that we know".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_shapes_of_an_error_are_read_and_no_message_is_kept() {
        for (body, expected) in [
            (json!({ "error": "NOT_FOUND" }), "NOT_FOUND"),
            (
                json!({ "error": { "type": "INVALID_VALUE_FOR_COLUMN", "message": "Ada" } }),
                "INVALID_VALUE_FOR_COLUMN",
            ),
            (json!({ "error": { "message": "Ada" } }), "UNKNOWN"),
            (json!([]), "UNKNOWN"),
            (json!({ "error": "a b\n<script>" }), "abscript"),
        ] {
            assert_eq!(kind_of(&body), expected);
        }
    }

    #[test]
    fn tables_are_read_with_their_fields() {
        let body = json!({ "tables": [
            { "id": "tbl1", "name": "People", "fields": [{ "id": "fld1", "name": "Bio" }, { "id": 7 }] },
            { "name": "without an id" },
        ] });
        let tables = Table::read_all(&body);
        assert_eq!(tables.len(), 1);
        assert_eq!(tables[0].field("Bio"), Some("fld1"));
        assert_eq!(tables[0].field("Goals"), None);
        assert!(Table::read_all(&json!(null)).is_empty());
    }
}
