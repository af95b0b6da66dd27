//! Writing there: ten records a request, made by their platform id, and no field too often.

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::{Cells, FieldMap, field::PLATFORM_ID};
use crate::domain::id::UserId;

/// How many records a request may hold.
pub const BATCH: usize = 10;

/// How often one field of one record is written within [`LOOP_WINDOW`]: more is two programs that answer each other.
pub const LOOP_LIMIT: i64 = 6;

/// See [`LOOP_LIMIT`].
pub const LOOP_WINDOW: SignedDuration = SignedDuration::from_mins(10);

/// What is written of one person.
#[derive(Clone, Debug, PartialEq)]
pub struct RowWrite {
    /// Whose record it is.
    pub user: UserId,
    /// The record, if it is known. Else it is found by the platform id, or made.
    pub record: Option<String>,
    /// The cells.
    pub cells: Cells,
}

impl RowWrite {
    /// Makes the body of a request that writes these rows. Whether a record is found or made is up to the base, so that
    /// a request that nobody answered can be sent again.
    #[must_use]
    pub fn body(rows: &[Self], map: &FieldMap) -> Value {
        let records: Vec<Value> = rows.iter().map(|row| row.to_json(map)).collect();
        let mut body = json!({
            "records": records, "typecast": true, "returnFieldsByFieldId": true,
        });
        if rows.iter().any(|row| row.record.is_none()) {
            body["performUpsert"] = json!({ "fieldsToMergeOn": [PLATFORM_ID] });
        }
        body
    }

    fn to_json(&self, map: &FieldMap) -> Value {
        let mut fields = Map::new();
        for (rule, id) in map.active() {
            if let Some(cell) = self.cells.get(&rule.field) {
                fields.insert(id.to_owned(), cell.to_json());
            }
        }
        if let Some(record) = &self.record {
            return json!({ "id": record, "fields": fields });
        }
        fields.insert(PLATFORM_ID.to_owned(), Value::from(self.user.to_string()));
        json!({ "fields": fields })
    }
}

/// A record as the base has it now.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// Its id.
    pub record: String,
    /// Its cells, by the ids of their fields.
    pub cells: Map<String, Value>,
}

impl Written {
    /// Reads the records of an answer, in its order; `None` when one of them has no id.
    #[must_use]
    pub fn read(answer: &Value) -> Option<Vec<Self>> {
        let records = answer.get("records")?.as_array()?;
        let records = records.iter().map(|record| {
            let cells = record.get("fields").and_then(Value::as_object);
            Some(Self {
                record: record.get("id")?.as_str()?.to_owned(),
                cells: cells.cloned().unwrap_or_default(),
            })
        });
        records.collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::sync::{Cell, FieldRule, SyncField};

    #[test]
    fn a_record_that_is_not_known_is_found_by_its_platform_id() {
        let rule = FieldRule {
            id: Some("fldBio".to_owned()),
            ..FieldRule::usual(SyncField::Bio)
        };
        let map = FieldMap::of(&[rule]).unwrap();
        let row = |record: Option<&str>| RowWrite {
            user: UserId::from(Uuid::nil()),
            record: record.map(str::to_owned),
            cells: [(SyncField::Bio, Cell::text("x"))].into(),
        };
        let body = RowWrite::body(&[row(None), row(Some("rec1"))], &map);
        assert_eq!(
            body["performUpsert"]["fieldsToMergeOn"],
            json!(["Platform ID"])
        );
        assert_eq!(
            body["records"],
            json!([
                { "fields": { "fldBio": "x", "Platform ID": "00000000-0000-0000-0000-000000000000" } },
                { "id": "rec1", "fields": { "fldBio": "x" } },
            ])
        );
        assert!(
            RowWrite::body(&[row(Some("rec1"))], &map)
                .get("performUpsert")
                .is_none()
        );
    }
}
