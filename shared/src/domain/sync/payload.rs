//! The log of a base: who changed which cells, in order. New keys may come any day, so whatever is not known is left
//! alone, and what is not as it should be is as if it were not there.

use serde_json::{Map, Value};

/// Who changed something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// The way: a person at a screen, an automation, the API …
    pub source: String,
    /// The account, if it was one.
    pub user: Option<String>,
}

impl Author {
    /// Whether it came through the API, from the account that is ours. Another program may use the same account: only
    /// with a value that we wrote is it an echo.
    #[must_use]
    pub fn may_be(&self, us: &str) -> bool {
        self.source == "publicApi" && self.user.as_deref() == Some(us)
    }
}

/// The cells of a record that were changed, by the ids of their fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// The record.
    pub record: String,
    /// Its new cells.
    pub cells: Map<String, Value>,
}

/// What happened to a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Cells got values; so they do when a record is made.
    Touched(Touched),
    /// It was deleted.
    Destroyed(String),
}

/// What one action did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payload {
    /// Whose action.
    pub author: Author,
    /// What it did in the table that was asked for.
    pub changes: Vec<Change>,
}

/// Part of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayloadPage {
    /// Where the next part begins.
    pub cursor: i64,
    /// Whether there is more already.
    pub might_have_more: bool,
    /// The actions, in order.
    pub payloads: Vec<Payload>,
    /// The webhook has stopped working, for this reason.
    pub error: Option<String>,
}

impl PayloadPage {
    /// Reads an answer, as far as it is about a table; `None` when it says not where the log goes on.
    #[must_use]
    pub fn read(answer: &Value, table: &str) -> Option<Self> {
        let payloads = answer.get("payloads").and_then(Value::as_array);
        let payloads = payloads.map_or(&[][..], Vec::as_slice);
        let failed = payloads
            .iter()
            .find(|payload| payload.get("error") == Some(&Value::Bool(true)));
        Some(Self {
            cursor: answer
                .get("cursor")?
                .as_i64()
                .filter(|cursor| *cursor > 0)?,
            might_have_more: answer.get("mightHaveMore") == Some(&Value::Bool(true)),
            payloads: payloads
                .iter()
                .map(|payload| read(payload, table))
                .collect(),
            error: failed.map(|payload| {
                let code = payload.get("code").and_then(Value::as_str);
                code.unwrap_or("UNKNOWN").chars().take(64).collect()
            }),
        })
    }
}

fn read(payload: &Value, table: &str) -> Payload {
    let text = |path: &str| payload.pointer(path).and_then(Value::as_str);
    let author = Author {
        source: text("/actionMetadata/source")
            .unwrap_or_default()
            .to_owned(),
        user: text("/actionMetadata/sourceMetadata/user/id").map(str::to_owned),
    };
    let table = payload
        .get("changedTablesById")
        .and_then(|tables| tables.get(table));
    let mut changes = Vec::new();
    for (part, cells) in [
        ("createdRecordsById", "/cellValuesByFieldId"),
        ("changedRecordsById", "/current/cellValuesByFieldId"),
    ] {
        let records = table.and_then(|table| table.get(part)?.as_object());
        changes.extend(records.into_iter().flatten().map(|(record, said)| {
            let cells = said.pointer(cells).and_then(Value::as_object);
            Change::Touched(Touched {
                record: record.clone(),
                cells: cells.cloned().unwrap_or_default(),
            })
        }));
    }
    let gone = table.and_then(|table| table.get("destroyedRecordIds")?.as_array());
    let gone = gone.into_iter().flatten().filter_map(Value::as_str);
    changes.extend(gone.map(|record| Change::Destroyed(record.to_owned())));
    Payload { author, changes }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_of_the_log_is_read_with_what_it_says_of_our_table() {
        let answer = json!({
            "cursor": 7, "mightHaveMore": true, "brandNew": {},
            "payloads": [{
                "timestamp": "2026-03-02T08:00:00Z", "baseTransactionNumber": 4, "payloadFormat": "v0",
                "actionMetadata": { "source": "publicApi", "sourceMetadata": { "user": { "id": "usr1", "email": "x" } } },
                "changedTablesById": {
                    "tblOther": { "destroyedRecordIds": ["recX"] },
                    "tblPeople": {
                        "createdRecordsById": { "rec1": { "createdTime": "…", "cellValuesByFieldId": { "fldA": "a" } } },
                        "changedRecordsById": { "rec2": { "current": { "cellValuesByFieldId": { "fldB": 2 } } } },
                        "destroyedRecordIds": ["rec3", 4],
                    },
                },
            }],
        });
        let page = PayloadPage::read(&answer, "tblPeople").unwrap();
        assert_eq!((page.cursor, page.might_have_more), (7, true));
        assert!(page.payloads[0].author.may_be("usr1"));
        assert!(!page.payloads[0].author.may_be("usr2"));
        let records: Vec<&str> = page.payloads[0]
            .changes
            .iter()
            .map(|change| match change {
                Change::Touched(touched) => touched.record.as_str(),
                Change::Destroyed(record) => record,
            })
            .collect();
        assert_eq!(records, ["rec1", "rec2", "rec3"]);
    }

    #[test]
    fn a_webhook_that_stopped_says_why() {
        let answer =
            json!({ "cursor": 2, "payloads": [{ "error": true, "code": "INVALID_HOOK" }] });
        let page = PayloadPage::read(&answer, "tbl").unwrap();
        assert_eq!(page.error.as_deref(), Some("INVALID_HOOK"));
        assert_eq!(PayloadPage::read(&json!({ "payloads": [] }), "tbl"), None);
        assert_eq!(PayloadPage::read(&json!({ "cursor": -1 }), "tbl"), None);
    }
}
