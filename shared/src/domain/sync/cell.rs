//! The value of one field on either side, without what only one side can say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SyncField;

/// A value that both sides can hold. Nothing, an empty text and an empty list are the same: Airtable keeps none of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A whole number.
    Number(i64),
    /// A text without white space around it.
    Text(String),
    /// Texts in their order.
    List(Vec<String>),
}

/// The fields of one person or one record.
pub type Cells = BTreeMap<SyncField, Cell>;

/// Tells values apart without keeping them (FNV-1a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(i64);

impl Fingerprint {
    /// The number for the database.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl From<i64> for Fingerprint {
    fn from(number: i64) -> Self {
        Self(number)
    }
}

impl Cell {
    /// Makes a cell of a text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        match text.trim() {
            "" => Self::Empty,
            text => Self::Text(text.to_owned()),
        }
    }

    /// Makes a cell of a list.
    #[must_use]
    pub fn list(entries: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let trimmed = entries
            .into_iter()
            .map(|entry| entry.as_ref().trim().to_owned());
        let entries: Vec<String> = trimmed.filter(|entry| !entry.is_empty()).collect();
        if entries.is_empty() {
            Self::Empty
        } else {
            Self::List(entries)
        }
    }

    /// Reads what Airtable says of a cell, in either of its formats: a choice is its name, or an object that holds it.
    /// What no field of ours can hold, such as an attachment, is nothing.
    #[must_use]
    pub fn read(value: &Value) -> Self {
        match value {
            Value::Null | Value::Bool(false) => Self::Empty,
            Value::Bool(true) => Self::Number(1),
            Value::Number(number) => whole(number),
            Value::String(text) => Self::text(text),
            Value::Array(entries) => Self::list(entries.iter().filter_map(name)),
            Value::Object(_) => name(value).map_or(Self::Empty, Self::text),
        }
    }

    /// Says it to Airtable.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Number(number) => Value::from(*number),
            Self::Text(text) => Value::from(text.as_str()),
            Self::List(entries) => Value::from(entries.as_slice()),
        }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// What tells it from other values.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let bytes = self.to_json().to_string().into_bytes();
        let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Fingerprint(hash.cast_signed())
    }
}

/// Numbers with a fraction become texts: no field of ours is one, and none is cut off in silence.
fn whole(number: &serde_json::Number) -> Cell {
    if let Some(number) = number.as_i64() {
        return Cell::Number(number);
    }
    match number.as_f64() {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole and within the numbers that a float tells apart"
        )]
        Some(float) if float.fract() == 0.0 && float.abs() < 9e15 => Cell::Number(float as i64),
        _ => Cell::Text(number.to_string()),
    }
}

fn name(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("name")?.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_formats_of_airtable_say_the_same() {
        let list = Cell::List(vec!["AI".to_owned(), "Law".to_owned()]);
        for (said, expected) in [
            (json!(null), Cell::Empty),
            (json!(""), Cell::Empty),
            (json!("  \n"), Cell::Empty),
            (json!([]), Cell::Empty),
            (json!(false), Cell::Empty),
            (json!({ "url": "x" }), Cell::Empty),
            (json!(7), Cell::Number(7)),
            (json!(7.0), Cell::Number(7)),
            (json!(7.5), Cell::Text("7.5".to_owned())),
            (json!("Ada \n"), Cell::text("Ada")),
            (json!({ "id": "sel1", "name": "seed" }), Cell::text("seed")),
            (json!(["AI", "Law"]), list.clone()),
            (
                json!([{ "name": "AI" }, { "name": " Law" }, { "id": "x" }]),
                list,
            ),
        ] {
            assert_eq!(Cell::read(&said), expected, "{said}");
        }
    }

    #[test]
    fn a_cell_comes_back_from_the_database_as_it_went() {
        for cell in [
            Cell::Empty,
            Cell::Number(-3),
            Cell::text("x"),
            Cell::list(["a", "b"]),
        ] {
            let stored = serde_json::to_value(&cell).unwrap();
            assert_eq!(serde_json::from_value::<Cell>(stored).unwrap(), cell);
            assert_eq!(Cell::read(&cell.to_json()), cell);
        }
    }

    #[test]
    fn values_that_differ_have_different_fingerprints() {
        let cells = [
            Cell::Empty,
            Cell::Number(1),
            Cell::text("1"),
            Cell::list(["1"]),
            Cell::list(["1", "2"]),
            Cell::text("1, 2"),
        ];
        for (at, cell) in cells.iter().enumerate() {
            for other in &cells[at + 1..] {
                assert_ne!(cell.fingerprint(), other.fingerprint());
            }
        }
    }
}
