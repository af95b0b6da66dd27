//! Writes a report: rows are read in pieces and leave in parts, so that it takes no more memory for a million of them.
//!
//! The file is there when its last part is, and not before. Whoever takes a job over throws away what the one before has
//! begun, and begins anew; what nobody takes over, the bucket forgets after a day.

use shared::domain::job::{Job, Percent};
use shared::domain::page::Cursor;
use shared::domain::report::{ReportOrder, Subject};
use shared::outside::s3::FileError;
use shared::state::AppState;
use shared::store::StoreError;
use shared::store::report::{self, Rows, Source};
use shared::worker::WorkError;
use tracing::{info, warn};

use crate::file::File;
use crate::sheet::{Sheet, SheetError};
use crate::{Written, days};

/// How many bytes leave at once: S3 takes no fewer than five megabytes, and no more than 10,000 parts.
const PART: usize = 8 * 1024 * 1024;

/// Why a report is not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReportFailure {
    /// The job says nothing that can be understood.
    #[error("the job does not say what to write")]
    Unreadable,
    /// Somebody else has the job, or nobody wants it any more.
    #[error("the job is no longer ours")]
    Lost,
    /// The rows cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// They cannot be written.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// The file cannot be kept.
    #[error(transparent)]
    File(#[from] FileError),
}

impl From<ReportFailure> for WorkError {
    fn from(failure: ReportFailure) -> Self {
        match failure {
            ReportFailure::Store(failure) => Self::Store(failure),
            other => Self::Later(other.to_string()),
        }
    }
}

/// Writes the file of a job.
pub(crate) async fn write(state: &AppState, job: &Job) -> Result<Written, ReportFailure> {
    let order = ReportOrder::of(&job.params).ok_or(ReportFailure::Unreadable)?;
    let key = order.key(job.id);
    if let Some(upload) = job.result.as_ref().and_then(|left| left["upload"].as_str()) {
        state.files.abort(&key, upload).await?;
    }
    let mut file = File::new(state, job, key.clone(), order.format.media_type());
    let written = fill(&mut file, &order).await;
    if written.is_err() {
        file.drop_parts().await;
    }
    let rows = written?;
    info!(job.id = %job.id, rows, bytes = file.bytes, "wrote a report");
    Ok(Written {
        key,
        bytes: file.bytes,
    })
}

async fn fill(file: &mut File<'_>, order: &ReportOrder) -> Result<i64, ReportFailure> {
    match source(order.what) {
        Some(source) => stream(file, order, source).await,
        None => days::write(file, order).await,
    }
}

/// Where rows come from that are stored; days are counted.
const fn source(what: Subject) -> Option<&'static Source> {
    match what {
        Subject::Users => Some(&report::USERS),
        Subject::Sessions => Some(&report::SESSIONS),
        Subject::Feedback => Some(&report::FEEDBACK),
        Subject::Matches => Some(&report::MATCHES),
        Subject::Questions => Some(&report::QUESTIONS),
        Subject::Analytics => None,
    }
}

/// Writes the rows of a source; returns how many.
async fn stream(
    file: &mut File<'_>,
    order: &ReportOrder,
    source: &'static Source,
) -> Result<i64, ReportFailure> {
    let mut sheet = Sheet::new(source.columns, order.format)?;
    let asked = Rows {
        source,
        filters: &order.filters,
        at: file.job.created_at,
    };
    let all = count(file, asked).await;
    let (mut rows, mut after): (i64, Option<Cursor>) = (0, None);
    loop {
        // Others wait for a connection while rows are written and sent.
        let client = file.state.db.client().await?;
        let piece = report::list(&client, asked, after, source.piece).await?;
        drop(client);
        for row in piece.rows() {
            sheet.push(&row?)?;
            rows += 1;
            // Not once for each piece: how much waits follows from the texts, not from how many rows there are.
            if sheet.len() >= PART {
                file.send(sheet.take(), percent(rows, all)).await?;
            }
        }
        after = piece.next;
        if after.is_none() {
            file.finish(sheet.take()).await?;
            return Ok(rows);
        }
        file.beat(percent(rows, all)).await?;
    }
}

/// Counts the rows for the progress, which nobody knows where they are too many to be counted in time.
async fn count(file: &File<'_>, asked: Rows<'_>) -> Option<i64> {
    let counted = async {
        let client = file.state.db.client().await?;
        report::count(&client, asked).await
    };
    let counted = counted.await;
    if let Err(failure) = &counted {
        warn!(%failure, job.id = %file.job.id, "the rows of a report are not counted");
    }
    counted.ok()
}

/// What of the rows is written; the last percent is the file itself. Of an unknown number it is nothing.
fn percent(rows: i64, all: Option<i64>) -> Percent {
    let percent = all.map_or(0, |all| (rows * 100 / all.max(1)).clamp(0, 99));
    Percent::new(i16::try_from(percent).unwrap_or(99))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_a_share_of_what_was_counted() {
        let percent = |rows, all| percent(rows, all).get();
        assert_eq!(percent(1, Some(3)), 33);
        assert_eq!(percent(3, Some(3)), 99);
        // Rows are made while others are written.
        assert_eq!(percent(7, Some(3)), 99);
        assert_eq!(percent(7, Some(0)), 99);
        assert_eq!(percent(7, None), 0);
    }
}
