//! What is read out of answers, and what is wrong with them.

use std::fmt;

use serde_json::{Value, json};

/// Something is not as it should be; the text says what.
#[derive(Debug)]
pub(crate) struct Wrong(String);

impl Wrong {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(crate) type Step<T> = Result<T, Wrong>;

/// Says what is wrong unless `is_so`.
pub(crate) fn check(is_so: bool, otherwise: impl Into<String>) -> Step<()> {
    if is_so {
        Ok(())
    } else {
        Err(Wrong::new(otherwise))
    }
}

/// Reads a text out of an answer, by its JSON pointer.
pub(crate) fn text<'a>(answer: &'a Value, pointer: &str) -> Step<&'a str> {
    let found = answer.pointer(pointer).and_then(Value::as_str);
    found.ok_or_else(|| Wrong::new(format!("there is no text at {pointer} in {answer}")))
}

/// Reads a list out of an answer, by its JSON pointer.
pub(crate) fn list<'a>(answer: &'a Value, pointer: &str) -> Step<&'a [Value]> {
    let found = answer.pointer(pointer).and_then(Value::as_array);
    found
        .map(Vec::as_slice)
        .ok_or_else(|| Wrong::new(format!("there is no list at {pointer} in {answer}")))
}

/// The part of an answer that differs from others.
pub(crate) fn worth_telling(body: &Value) -> Value {
    match (&body["success"], &body["message"], &body["meta"]) {
        (Value::Bool(false), _, _) => body["errors"].clone(),
        (Value::Bool(true), Value::String(message), _) => {
            json!({ "message": message, "data": body["data"] })
        }
        (Value::Bool(true), _, Value::Object(meta)) => {
            json!({ "data": body["data"], "meta": meta })
        }
        (Value::Bool(true), _, _) => body["data"].clone(),
        _ => body.clone(),
    }
}
