//! JSON for people: short, and without what must stay secret.

use serde_json::{Map, Value};

/// How wide JSON is written before it is broken into lines.
const WIDTH: usize = 100;
/// The longest text that is shown whole.
const LONGEST: usize = 80;
/// How many entries of a list are shown.
const SHOWN: usize = 2;
/// Stands for what is not shown.
const LEFT_OUT: &str = "…";
/// Fields of which only the beginning is shown.
const SECRET: [&str; 4] = ["access_token", "refresh_token", "token", "password"];

/// How much of a value is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Depth {
    /// Lists and objects that lie deeper than this are left out.
    deepest: usize,
    keeps_empty: bool,
}

impl Depth {
    /// All of it.
    pub(crate) const WHOLE: Self = Self {
        deepest: usize::MAX,
        keeps_empty: true,
    };
    /// An answer without what is empty.
    pub(crate) const DEEP: Self = Self {
        deepest: 6,
        keeps_empty: false,
    };
    /// The upper part of an answer.
    pub(crate) const USUAL: Self = Self {
        deepest: 4,
        keeps_empty: false,
    };
}

/// Writes a value in lines of about a hundred characters.
pub(crate) fn brief(value: &Value, depth: Depth) -> String {
    write(&trim(value, "", depth), WIDTH)
}

/// Takes away what is empty or deep, and shortens what is long.
fn trim(value: &Value, name: &str, depth: Depth) -> Value {
    let inner = Depth {
        deepest: depth.deepest.saturating_sub(1),
        ..depth
    };
    match value {
        Value::Array(_) | Value::Object(_) if depth.deepest == 0 => LEFT_OUT.into(),
        Value::String(text) if SECRET.contains(&name) => cut(text, 8).into(),
        Value::String(text) => cut(text, LONGEST).into(),
        Value::Array(entries) => entries
            .iter()
            .map(|entry| trim(entry, name, inner))
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| depth.keeps_empty || !is_empty(value))
            .map(|(name, value)| (name.clone(), trim(value, name, inner)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

fn cut(text: &str, longest: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= longest {
        return text;
    }
    let start: String = text.chars().take(longest).collect();
    format!("{start}…")
}

fn write(value: &Value, width: usize) -> String {
    let inner = width.saturating_sub(2);
    let (open, pieces, close) = match value {
        Value::Object(fields) => {
            let field = |(name, value)| format!("\"{name}\": {}", write(value, inner));
            ('{', fields.iter().map(field).collect(), '}')
        }
        Value::Array(entries) => ('[', shown(entries, inner), ']'),
        Value::String(text) if text == LEFT_OUT => return LEFT_OUT.to_owned(),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {
            return value.to_string();
        }
    };
    let flat = format!("{open}{}{close}", pieces.join(", "));
    if flat.chars().count() <= width && !flat.contains('\n') {
        return flat;
    }
    format!("{open}\n{}\n{close}", shift(&fill(pieces, inner)))
}

/// The first entries of a list of objects; of anything else all.
fn shown(entries: &[Value], width: usize) -> Vec<String> {
    if entries.iter().all(|entry| entry == LEFT_OUT) && !entries.is_empty() {
        return vec![LEFT_OUT.to_owned()];
    }
    let is_long = entries.len() > SHOWN && entries.iter().any(Value::is_object);
    let count = if is_long { SHOWN } else { entries.len() };
    let mut written: Vec<String> = entries
        .iter()
        .take(count)
        .map(|entry| write(entry, width))
        .collect();
    if is_long {
        written.push(format!("… {} more", entries.len() - SHOWN));
    }
    written
}

/// Puts as many pieces into a line as there is room for; a piece of several lines stands alone.
fn fill(pieces: Vec<String>, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(line) if has_room(line, &piece, width) => {
                line.push_str(", ");
                line.push_str(&piece);
            }
            _ => lines.push(piece),
        }
    }
    lines.join(",\n")
}

fn has_room(line: &str, piece: &str, width: usize) -> bool {
    let is_flat = !line.contains('\n') && !piece.contains('\n');
    is_flat && line.chars().count() + piece.chars().count() + 3 <= width
}

fn shift(text: &str) -> String {
    let lines = text.lines().map(|line| format!("  {line}"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_short_stays_on_one_line_without_what_is_empty() {
        let value = json!({ "a": 1, "b": null, "c": [], "password": "Demo-Passw0rd!" });
        assert_eq!(
            brief(&value, Depth::USUAL),
            r#"{"a": 1, "password": "Demo-Pas…"}"#
        );
        assert_eq!(
            brief(&json!({ "now": null }), Depth::WHOLE),
            r#"{"now": null}"#
        );
    }

    #[test]
    fn of_a_long_list_only_the_beginning_is_shown() {
        let value = json!([{ "id": 1 }, { "id": 2 }, { "id": 3 }, { "id": 4 }]);
        assert_eq!(
            brief(&value, Depth::USUAL),
            r#"[{"id": 1}, {"id": 2}, … 2 more]"#
        );
        assert_eq!(brief(&json!([1, 2, 3, 4]), Depth::USUAL), "[1, 2, 3, 4]");
    }

    #[test]
    fn lines_are_filled() {
        let pieces = ["aaaa", "bbbb", "c\nc", "dddd"].map(str::to_owned);
        assert_eq!(fill(pieces.to_vec(), 12), "aaaa, bbbb,\nc\nc,\ndddd");
    }

    #[test]
    fn what_lies_deep_is_left_out() {
        let value = json!([[[[[{ "a": 1 }, { "b": 2 }]]]]]);
        assert_eq!(brief(&value, Depth::USUAL), "[[[[…]]]]");
    }
}
