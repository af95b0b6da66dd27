//! The file itself: a ZIP with one JSON document per table, and a page that says what they are.

use std::io::{Cursor, Write};

use jiff::Timestamp;
use serde_json::Value;
use shared::store::privacy::Exported;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::formula::harmless;

/// The file cannot be written: our bug.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArchiveError {
    /// The archive.
    #[error(transparent)]
    Zip(#[from] zip::result::ZipError),
    /// Its contents.
    #[error(transparent)]
    Write(#[from] std::io::Error),
    /// A document in it.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A sheet in it.
    #[error(transparent)]
    Csv(#[from] csv::Error),
}

/// Writes everything about a person, as it was `asked_at`: each table for programs, and again for spreadsheets.
pub(crate) fn zip(tables: &[Exported], asked_at: Timestamp) -> Result<Vec<u8>, ArchiveError> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("README.txt", options)?;
    archive.write_all(readme(tables, asked_at).as_bytes())?;
    for table in tables {
        archive.start_file(format!("{}.json", table.entry.table), options)?;
        serde_json::to_writer_pretty(&mut archive, &table.rows)?;
        archive.start_file(format!("{}.csv", table.entry.table), options)?;
        write_sheet(&mut archive, &table.rows)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// Writes rows of one shape as RFC 4180 has it, the names of their fields first.
fn write_sheet(file: impl Write, rows: &[Value]) -> Result<(), ArchiveError> {
    let mut sheet = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(file);
    if let Some(Value::Object(first)) = rows.first() {
        sheet.write_record(first.keys())?;
    }
    for row in rows.iter().filter_map(Value::as_object) {
        sheet.write_record(row.values().map(cell))?;
    }
    Ok(sheet.flush()?)
}

/// One value as a spreadsheet shows it.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => harmless(text).into_owned(),
        Value::Array(_) | Value::Object(_) => harmless(&value.to_string()).into_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn readme(tables: &[Exported], asked_at: Timestamp) -> String {
    let list: Vec<String> = tables
        .iter()
        .map(|table| {
            let (name, about) = (table.entry.table, table.entry.about);
            format!("{name} ({})\n    {about}\n", table.rows.len())
        })
        .collect();
    format!(
        "Everything Office Hours knows about you\n\nAsked for at {asked_at}. Each list comes twice: as .json, which is \
         exact, and as .csv for spreadsheets, where an apostrophe stands in front of what would be read as a formula. \
         Times carry their offset from UTC. In brackets is how many entries there are.\n\n{}",
        list.concat()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_sheet_names_its_fields_and_quotes_what_needs_it() {
        let rows = [
            json!({ "id": 1, "languages": ["de", "en"], "notes": "a \"b\",\r\nc" }),
            json!({ "id": 2, "languages": [], "notes": null }),
        ];
        let mut file = Vec::new();
        write_sheet(&mut file, &rows).unwrap();
        assert_eq!(
            String::from_utf8(file).unwrap(),
            "id,languages,notes\r\n1,\"[\"\"de\"\",\"\"en\"\"]\",\"a \"\"b\"\",\r\nc\"\r\n2,[],\r\n"
        );
    }

    #[test]
    fn no_text_becomes_a_formula() {
        for text in ["=1+1", "+49", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(cell(&json!(text)), format!("'{text}"));
        }
        assert_eq!(cell(&json!("1=1")), "1=1");
        assert_eq!(cell(&json!(["x;=1"])), "[\"x;'=1\"]");
        assert_eq!(cell(&json!(-1)), "-1");
    }
}
