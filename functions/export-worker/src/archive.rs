//! The file itself: a ZIP with one JSON document per table, and a page that says what they are.

use std::io::{Cursor, Write};

use jiff::Timestamp;
use shared::store::privacy::Exported;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

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
}

/// Writes everything about a person, as it was `asked_at`.
pub(crate) fn zip(tables: &[Exported], asked_at: Timestamp) -> Result<Vec<u8>, ArchiveError> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("README.txt", options)?;
    archive.write_all(readme(tables, asked_at).as_bytes())?;
    for table in tables {
        archive.start_file(format!("{}.json", table.entry.table), options)?;
        serde_json::to_writer_pretty(&mut archive, &table.rows)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn readme(tables: &[Exported], asked_at: Timestamp) -> String {
    let list: Vec<String> = tables
        .iter()
        .map(|table| {
            let (name, about) = (table.entry.table, table.entry.about);
            format!("{name}.json ({})\n    {about}\n", table.rows.len())
        })
        .collect();
    format!(
        "Everything Office Hours knows about you\n\nAsked for at {asked_at}. Each file is a list in JSON; times carry \
         their offset from UTC.\n\n{}",
        list.concat()
    )
}
