//! Opens sealed fields for the one person whom they belong to.

use serde_json::Value;
use shared::auth::sealed::{DataKeys, SealError};
use shared::domain::id::UserId;
use shared::store::privacy::Exported;
use shared::store::privacy::inventory::Export;

/// Opens every sealed field.
pub(crate) fn open(
    tables: &mut [Exported],
    person: UserId,
    keys: &DataKeys,
) -> Result<(), SealError> {
    for table in tables {
        let Export::Rows { sealed, .. } = table.entry.export else {
            continue;
        };
        for column in sealed {
            let context = format!("{}.{column}|{person}", table.entry.table);
            for row in &mut table.rows {
                if let Some(bytes) = row[*column].as_str().and_then(bytes) {
                    row[*column] = Value::String(keys.open(&context, &bytes)?);
                }
            }
        }
    }
    Ok(())
}

/// Bytes as PostgreSQL writes them into JSON: `\x` and hexadecimal digits.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\x")?;
    let pairs = (0..digits.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_as_postgresql_writes_them() {
        assert_eq!(bytes("\\x00ff10"), Some(vec![0, 255, 16]));
        assert_eq!(bytes("\\x"), Some(Vec::new()));
        for bad in ["00ff", "\\x0", "\\xzz"] {
            assert_eq!(bytes(bad), None, "{bad}");
        }
    }
}
