//! Input that nobody would send: texts that are bent, and values with anything in the place of a part.

use serde_json::{Map, Value, json};

use crate::Dice;

/// How many inputs; `make fuzz` takes more.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a test takes is no configuration of the platform"
)]
pub fn inputs() -> u64 {
    let asked = std::env::var("TEST_GARBAGE").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(100_000)
}

/// Bends a text somewhere: bytes that are other, missing, twice, or random.
pub fn bent(text: &str, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len().max(1));
        match dice.below(5) {
            0 if !bytes.is_empty() => bytes[at] = u8::try_from(dice.below(256)).unwrap(),
            1 => bytes.truncate(at),
            2 => bytes.insert(at.min(bytes.len()), *dice.pick(b"\"\\{}[]:,0\xff\0")),
            3 => {
                let again = bytes[at.min(bytes.len())..].to_vec();
                bytes.extend(again);
            }
            _ => drop(bytes.drain(..at.min(bytes.len()))),
        }
    }
    bytes
}

/// Any value, of any shape.
fn anything(dice: &mut Dice, depth: usize) -> Value {
    match dice.below(if depth == 0 { 7 } else { 9 }) {
        0 => Value::Null,
        1 => json!(dice.below(2) == 0),
        2 => json!(i64::MIN),
        3 => json!(u64::MAX),
        4 => json!(-1.5e300),
        5 => json!("\u{0}\u{202e}💥".repeat(dice.below(40))),
        6 => json!(""),
        7 => (0..dice.below(4))
            .map(|_| anything(dice, depth - 1))
            .collect(),
        _ => {
            let names = [
                "id",
                "name",
                "current",
                "cellValuesByFieldId",
                "fldBio",
                "mail",
                "timestamp",
                "emailAddress",
                "error",
                "",
            ];
            let pairs = (0..dice.below(4))
                .map(|_| (*dice.pick(&names)).to_owned())
                .collect::<Vec<_>>();
            pairs
                .into_iter()
                .map(|name| (name, anything(dice, depth - 1)))
                .collect::<Map<_, _>>()
                .into()
        }
    }
}

/// Puts anything in the place of some part of a value.
pub fn mangle(value: &mut Value, dice: &mut Dice) {
    let stops = dice.below(5) == 0;
    match value {
        Value::Object(parts) if !stops && !parts.is_empty() => {
            let at = dice.below(parts.len());
            if let Some((_, part)) = parts.iter_mut().nth(at) {
                mangle(part, dice);
            }
        }
        Value::Array(parts) if !stops && !parts.is_empty() => {
            let at = dice.below(parts.len());
            mangle(&mut parts[at], dice);
        }
        part => *part = anything(dice, 3),
    }
}
