//! Rows as bytes: comma-separated values or JSON lines, into a buffer that somebody else empties.

use std::fmt::Write as _;
use std::io::Write as _;

use shared::domain::report::{Cell, Format};
use shared::store::report::Column;

use crate::formula::harmless;

/// The rows cannot be written: our bug.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SheetError {
    /// As comma-separated values.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// As JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// At all.
    #[error(transparent)]
    Write(#[from] std::io::Error),
}

/// Writes rows.
pub(crate) struct Sheet {
    columns: &'static [Column],
    format: Format,
    bytes: Vec<u8>,
    scratch: String,
}

impl Sheet {
    /// Begins with the names of the columns, where the format has them.
    pub(crate) fn new(columns: &'static [Column], format: Format) -> Result<Self, SheetError> {
        let mut sheet = Self {
            columns,
            format,
            bytes: Vec::new(),
            scratch: String::new(),
        };
        if format == Format::Csv {
            let names: Vec<Cell<'_>> = columns.iter().map(|(name, _)| Cell::Text(name)).collect();
            sheet.write_csv(&names)?;
        }
        Ok(sheet)
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: &[Cell<'_>]) -> Result<(), SheetError> {
        match self.format {
            Format::Csv => self.write_csv(row),
            Format::Json => self.write_json(row),
        }
    }

    /// How many bytes wait.
    pub(crate) const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Takes the bytes that wait.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        let space = Vec::with_capacity(self.bytes.len());
        std::mem::replace(&mut self.bytes, space)
    }

    fn write_csv(&mut self, row: &[Cell<'_>]) -> Result<(), SheetError> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .buffer_capacity(1024)
            .from_writer(&mut self.bytes);
        for cell in row {
            match cell {
                Cell::Empty => writer.write_field("")?,
                Cell::Text(text) => writer.write_field(harmless(text).as_bytes())?,
                other => {
                    plain(&mut self.scratch, other);
                    writer.write_field(&self.scratch)?;
                }
            }
        }
        writer.write_record(None::<&[u8]>)?;
        Ok(writer.flush()?)
    }

    fn write_json(&mut self, row: &[Cell<'_>]) -> Result<(), SheetError> {
        let mut separator = b'{';
        for ((name, _), cell) in self.columns.iter().zip(row) {
            self.bytes.push(separator);
            separator = b',';
            write!(self.bytes, "\"{name}\":")?;
            match cell {
                Cell::Empty => self.bytes.extend_from_slice(b"null"),
                Cell::Text(text) => serde_json::to_writer(&mut self.bytes, text)?,
                Cell::Integer(_) | Cell::Decimal(_) | Cell::Flag(_) => {
                    plain(&mut self.scratch, cell);
                    self.bytes.extend_from_slice(self.scratch.as_bytes());
                }
                Cell::Moment(_) | Cell::Id(_) => {
                    plain(&mut self.scratch, cell);
                    write!(self.bytes, "\"{}\"", self.scratch)?;
                }
            }
        }
        self.bytes.extend_from_slice(b"}\n");
        Ok(())
    }
}

/// What needs no quotes, as both formats write it.
fn plain(text: &mut String, cell: &Cell<'_>) {
    text.clear();
    let written = match cell {
        Cell::Empty => Ok(()),
        Cell::Text(words) => text.write_str(words),
        Cell::Integer(number) => write!(text, "{number}"),
        Cell::Decimal(number) => write!(text, "{number}"),
        Cell::Moment(at) => write!(text, "{at}"),
        Cell::Flag(is_so) => write!(text, "{is_so}"),
        Cell::Id(id) => write!(text, "{id}"),
    };
    debug_assert!(written.is_ok(), "a string takes everything");
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::score::Thousandths;
    use shared::store::report::Kind;

    const COLUMNS: &[Column] = &[
        ("name", Kind::Text),
        ("score", Kind::Decimal),
        ("is_new", Kind::Flag),
        ("at", Kind::Moment),
        ("price", Kind::Integer),
    ];

    fn written(format: Format) -> String {
        let mut sheet = Sheet::new(COLUMNS, format).unwrap();
        let at = "2026-03-02T08:00:00.5Z".parse().unwrap();
        for name in ["=cmd|' /C calc'!A0", "a \"b\",\r\nc", "Zoë 🦀\u{1}"] {
            let row = [
                Cell::Text(name),
                Cell::Decimal(Thousandths::new(-87_500)),
                Cell::Flag(true),
                Cell::Moment(at),
                Cell::Empty,
            ];
            sheet.push(&row).unwrap();
        }
        let bytes = sheet.take();
        assert_eq!(sheet.len(), 0);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_table_names_its_columns_and_quotes_what_needs_it() {
        assert_eq!(
            written(Format::Csv),
            "name,score,is_new,at,price\r\n\
             '=cmd|' /C calc'!A0,-87.5,true,2026-03-02T08:00:00.5Z,\r\n\
             \"a \"\"b\"\",\r\nc\",-87.5,true,2026-03-02T08:00:00.5Z,\r\n\
             Zoë 🦀\u{1},-87.5,true,2026-03-02T08:00:00.5Z,\r\n"
        );
    }

    #[test]
    fn every_line_is_an_object() {
        let text = written(Format::Json);
        let lines: Vec<serde_json::Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0]["name"], "=cmd|' /C calc'!A0");
        assert_eq!(lines[1]["name"], "a \"b\",\r\nc");
        assert_eq!(lines[2]["name"], "Zoë 🦀\u{1}");
        assert_eq!(lines[2]["score"], -87.5);
        assert_eq!(lines[2]["is_new"], true);
        assert_eq!(lines[2]["price"], serde_json::Value::Null);
    }
}
