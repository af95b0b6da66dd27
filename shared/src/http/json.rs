//! JSON as strictly as it can be read: no name twice, not too deep, nothing behind the end.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// How deep arrays and objects may be nested.
const DEEPEST: u8 = 32;
/// How long an array may be.
const LONGEST: usize = 500;

/// Reads a whole text as one JSON value.
pub(super) fn read(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice::<Strict>(bytes).map(|strict| strict.0)
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Level(DEEPEST).deserialize(deserializer).map(Self)
    }
}

/// How much deeper a value may go.
#[derive(Clone, Copy)]
struct Level(u8);

impl Level {
    fn down<E: Error>(self) -> Result<Self, E> {
        self.0
            .checked_sub(1)
            .map(Self)
            .ok_or_else(|| E::custom("nested too deeply"))
    }
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        serde_json::Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number is not finite"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        if value.contains('\0') {
            return Err(E::custom("a text contains a NUL character"));
        }
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let below = self.down()?;
        let mut list = Vec::new();
        while let Some(entry) = entries.next_element_seed(below)? {
            if list.len() == LONGEST {
                return Err(A::Error::custom("an array has more than 500 entries"));
            }
            list.push(entry);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let below = self.down()?;
        let mut object = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let value = fields.next_value_seed(below)?;
            if object.contains_key(&name) {
                return Err(A::Error::custom(format_args!(
                    "the field {name:?} appears twice"
                )));
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_json_is_read() {
        let text = br#"{"a": [1, -2, 3.5, true, null, "x"]}"#;
        assert_eq!(
            read(text).unwrap(),
            serde_json::json!({"a": [1, -2, 3.5, true, null, "x"]})
        );
    }

    #[test]
    fn what_is_just_within_the_limits_is_read() {
        let deep = format!("{}{}", "[".repeat(32), "]".repeat(32));
        let long = format!("[{}1]", "1,".repeat(499));
        for good in [deep, long] {
            assert!(read(good.as_bytes()).is_ok(), "{good}");
        }
    }

    #[test]
    fn what_is_ambiguous_or_excessive_is_refused() {
        let deep = format!("{}{}", "[".repeat(33), "]".repeat(33));
        let long = format!("[{}1]", "1,".repeat(500));
        for bad in [
            r#"{"a":1,"a":2}"#,
            "[1] 2",
            "{",
            r#""\u0000""#,
            "1e999",
            &deep,
            &long,
        ] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
