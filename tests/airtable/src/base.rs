//! The base itself: tables, records, and what changes of them is written into the logs of webhooks.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::hook::Hook;
use crate::refused::Refused;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldKind {
    /// Texts.
    Text,
    /// Numbers.
    Number,
    /// Several choices.
    Choices,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Field {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: FieldKind,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
    /// Cells by the ids of their fields; empty ones are not there.
    pub(crate) records: BTreeMap<String, Map<String, Value>>,
}

/// Who changes something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    source: &'static str,
    user: &'static str,
}

impl Author {
    /// Somebody at a screen.
    #[must_use]
    pub const fn human() -> Self {
        Self {
            source: "client",
            user: "usrProgramManager",
        }
    }

    /// Whoever has the token.
    #[must_use]
    pub const fn api() -> Self {
        Self {
            source: "publicApi",
            user: US,
        }
    }
}

/// The account that the token belongs to.
pub(crate) const US: &str = "usrOfficeHours001";

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Base {
    pub(crate) tables: Vec<Table>,
    pub(crate) hooks: Vec<Hook>,
    /// How many cells the API has changed.
    pub(crate) writes: u64,
    next: u64,
    transaction: u64,
}

/// What became of one record of a write.
pub(crate) struct Wrote {
    pub(crate) record: String,
    pub(crate) is_new: bool,
}

impl Base {
    pub(crate) fn id(&mut self, kind: &str) -> String {
        self.next += 1;
        format!("{kind}{:014}", self.next)
    }

    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        let mut tables = self.tables.iter();
        tables.find(|table| table.id == name || table.name == name)
    }

    fn table_mut(&mut self, name: &str) -> Option<&mut Table> {
        let mut tables = self.tables.iter_mut();
        tables.find(|table| table.id == name || table.name == name)
    }

    /// The records of a table, cells by the names of their fields.
    pub(crate) fn named(&self, table: &str) -> Vec<(String, Map<String, Value>)> {
        let Some(table) = self.table(table) else {
            return Vec::new();
        };
        let records = table.records.iter();
        records
            .map(|(id, cells)| (id.clone(), table.by_name(cells)))
            .collect()
    }

    /// A cell of a record, wherever it is, by the name of its field.
    pub(crate) fn cell(&self, record: &str, field: &str) -> Value {
        let holds = |table: &&Table| table.records.contains_key(record);
        let found = self.tables.iter().find(holds).and_then(|table| {
            let id = &table.field(field)?.id;
            table.records.get(record)?.get(id).cloned()
        });
        found.unwrap_or_default()
    }

    /// Somebody at a screen writes into a record, wherever it is.
    pub(crate) fn edit(
        &mut self,
        record: &str,
        cells: &Map<String, Value>,
        author: &Author,
        now: Timestamp,
    ) {
        let holds = |table: &&Table| table.records.contains_key(record);
        let Some(table) = self.tables.iter().find(holds) else {
            return;
        };
        if let Ok(cells) = table.read(cells, true) {
            let table = table.id.clone();
            self.put(&table, record, cells, (author, now));
        }
    }

    pub(crate) fn create(
        &mut self,
        table: &str,
        cells: &Map<String, Value>,
        author: &Author,
        now: Timestamp,
    ) -> String {
        let record = self.id("rec");
        let read = self
            .table(table)
            .map(|table| (table.id.clone(), table.read(cells, true)));
        if let Some((table, Ok(cells))) = read {
            self.put(&table, &record, cells, (author, now));
        }
        record
    }

    pub(crate) fn destroy(&mut self, record: &str, author: &Author, now: Timestamp) -> bool {
        let holds = |table: &&mut Table| table.records.contains_key(record);
        let Some(table) = self.tables.iter_mut().find(holds) else {
            return false;
        };
        table.records.remove(record);
        let table = table.id.clone();
        let what = json!({ "destroyedRecordIds": [record] });
        self.log(&table, &what, (author, now));
        true
    }

    /// Writes the records of a request; `None` as id finds or makes one. Nothing is written when one is refused.
    pub(crate) fn write(
        &mut self,
        table: &str,
        records: &[(Option<String>, Map<String, Value>)],
        (merge_on, clears, typecast): (&[String], bool, bool),
        now: Timestamp,
    ) -> Result<Vec<Wrote>, Refused> {
        let known = self.table(table).ok_or(Refused::NotFound)?;
        let id = known.id.clone();
        let mut planned = Vec::new();
        for (record, cells) in records {
            let mut cells = known.read(cells, typecast)?;
            let found = match record {
                Some(record) if known.records.contains_key(record) => Some(record.clone()),
                Some(_) => return Err(Refused::of("ROW_DOES_NOT_EXIST")),
                None if merge_on.is_empty() => None,
                None => known.find(merge_on, &cells)?,
            };
            if clears && found.is_some() {
                for field in &known.fields {
                    cells.entry(field.id.clone()).or_insert(Value::Null);
                }
            }
            planned.push((found, cells));
        }
        let mut wrote = Vec::new();
        for (found, cells) in planned {
            let is_new = found.is_none();
            let record = found.unwrap_or_else(|| self.id("rec"));
            self.writes += self.put(&id, &record, cells, (&Author::api(), now));
            wrote.push(Wrote { record, is_new });
        }
        Ok(wrote)
    }

    /// Writes cells; says how many have changed. What has not is not in the log.
    fn put(
        &mut self,
        table: &str,
        record: &str,
        cells: Map<String, Value>,
        who: (&Author, Timestamp),
    ) -> u64 {
        let Some(known) = self.table_mut(table) else {
            return 0;
        };
        let is_new = !known.records.contains_key(record);
        let kept = known.records.entry(record.to_owned()).or_default();
        let mut changed = Map::new();
        for (field, value) in cells {
            let before = kept.get(&field).cloned().unwrap_or_default();
            if before == value {
                continue;
            }
            if value.is_null() {
                kept.remove(&field);
            } else {
                kept.insert(field.clone(), value.clone());
            }
            changed.insert(field, value);
        }
        let count = changed.len() as u64;
        let shown: Map<String, Value> = changed
            .into_iter()
            .map(|(id, value)| (id, v2(value)))
            .collect();
        if is_new {
            let made = json!({ record: { "createdTime": who.1.to_string(), "cellValuesByFieldId": shown } });
            self.log(table, &json!({ "createdRecordsById": made }), who);
        } else if count > 0 {
            let said = json!({ record: { "current": { "cellValuesByFieldId": shown } } });
            self.log(table, &json!({ "changedRecordsById": said }), who);
        }
        count
    }

    fn log(&mut self, table: &str, what: &Value, (author, now): (&Author, Timestamp)) {
        self.transaction += 1;
        let payload = json!({
            "timestamp": now.to_string(),
            "baseTransactionNumber": self.transaction,
            "payloadFormat": "v0",
            "actionMetadata": {
                "source": author.source,
                "sourceMetadata": { "user": {
                    "id": author.user, "email": "somebody@example.com", "permissionLevel": "create",
                } },
            },
            "changedTablesById": { table: what },
        });
        for hook in &mut self.hooks {
            hook.tell(table, &payload, now);
        }
    }
}

/// The log says a choice with its id and colour, the tables only its name.
fn v2(value: Value) -> Value {
    let Value::Array(choices) = value else {
        return value;
    };
    let choice = |name: Value| json!({ "id": "selChoice", "name": name, "color": "blueLight2" });
    Value::Array(choices.into_iter().map(choice).collect())
}

impl Table {
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        let mut fields = self.fields.iter();
        fields.find(|field| field.id == name || field.name == name)
    }

    pub(crate) fn by_name(&self, cells: &Map<String, Value>) -> Map<String, Value> {
        let named = |(id, value): (&String, &Value)| {
            let field = self.field(id)?;
            Some((field.name.clone(), value.clone()))
        };
        cells.iter().filter_map(named).collect()
    }

    /// Reads the cells of a request, by names or ids.
    fn read(
        &self,
        cells: &Map<String, Value>,
        typecast: bool,
    ) -> Result<Map<String, Value>, Refused> {
        let mut read = Map::new();
        for (name, value) in cells {
            let field = self.field(name).ok_or(Refused::of("UNKNOWN_FIELD_NAME"))?;
            read.insert(field.id.clone(), field.read(value, typecast)?);
        }
        Ok(read)
    }

    /// Finds the one record with the same values in these fields.
    fn find(&self, on: &[String], cells: &Map<String, Value>) -> Result<Option<String>, Refused> {
        let mut ids = Vec::new();
        for name in on {
            ids.push(
                &self
                    .field(name)
                    .ok_or(Refused::of("UNKNOWN_FIELD_NAME"))?
                    .id,
            );
        }
        let is_it =
            |known: &Map<String, Value>| ids.iter().all(|id| known.get(*id) == cells.get(*id));
        let mut found = self.records.iter().filter(|(_, known)| is_it(known));
        let first = found.next().map(|(record, _)| record.clone());
        if found.next().is_some() {
            return Err(Refused::of("INVALID_REQUEST_UNKNOWN"));
        }
        Ok(first)
    }
}

impl Field {
    fn read(&self, value: &Value, typecast: bool) -> Result<Value, Refused> {
        let is_empty = match value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(entries) => entries.is_empty(),
            _ => false,
        };
        let text = || {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        match (self.kind, value) {
            _ if is_empty => Ok(Value::Null),
            (FieldKind::Text, Value::String(_))
            | (FieldKind::Number, Value::Number(_))
            | (FieldKind::Choices, Value::Array(_)) => Ok(value.clone()),
            _ if !typecast => Err(Refused::of("INVALID_VALUE_FOR_COLUMN")),
            (FieldKind::Text, Value::Array(entries)) => {
                let texts: Vec<&str> = entries.iter().filter_map(Value::as_str).collect();
                Ok(json!(texts.join(", ")))
            }
            (FieldKind::Text, _) => Ok(json!(text())),
            (FieldKind::Number, _) => Ok(text().parse::<i64>().map_or(Value::Null, Value::from)),
            (FieldKind::Choices, _) => {
                let text = text();
                let parts = text
                    .split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty());
                Ok(json!(parts.collect::<Vec<_>>()))
            }
        }
    }
}
