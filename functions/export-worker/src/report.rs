//! Writes a report: rows are read in pieces and leave in parts, so that it takes no more memory for a million of them.
//!
//! The file is there when its last part is, and not before. Whoever takes a job over throws away what the one before has
//! begun, and begins anew; what nobody takes over, the bucket forgets after a day.

use shared::domain::analytics::{Interval, Period};
use shared::domain::job::{Job, Percent};
use shared::domain::page::Cursor;
use shared::domain::report::{Cell, ReportOrder, Subject};
use shared::domain::time::Zone;
use shared::outside::s3::FileError;
use shared::state::AppState;
use shared::store::StoreError;
use shared::store::analytics::overview;
use shared::store::report::{self, Column, Kind, Rows, Source};
use shared::worker::WorkError;
use tracing::info;

use crate::Written;
use crate::file::File;
use crate::sheet::{Sheet, SheetError};

/// How many rows are read at once.
const PIECE: i64 = 5_000;

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
        None => days(file, order).await,
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
    let all = report::count(&file.state.db.client().await?, asked).await?;
    let (mut rows, mut after): (i64, Option<Cursor>) = (0, None);
    loop {
        // Others wait for a connection while rows are written and sent.
        let client = file.state.db.client().await?;
        let piece = report::list(&client, asked, after, PIECE).await?;
        drop(client);
        for row in piece.rows() {
            sheet.push(&row?)?;
        }
        rows += i64::try_from(piece.len()).unwrap_or(PIECE);
        after = piece.next;
        if after.is_none() {
            file.finish(sheet.take()).await?;
            return Ok(rows);
        }
        if sheet.len() >= PART {
            file.send(sheet.take(), percent(rows, all)).await?;
        }
    }
}

/// What of the rows is written; the last percent is the file itself.
fn percent(rows: i64, all: i64) -> Percent {
    let percent = (rows * 100 / all.max(1)).clamp(0, 99);
    Percent::new(i16::try_from(percent).unwrap_or(99))
}

const DAY_COLUMNS: &[Column] = &[
    ("day", Kind::Text),
    ("zone", Kind::Text),
    ("requested", Kind::Integer),
    ("pending", Kind::Integer),
    ("confirmed", Kind::Integer),
    ("declined", Kind::Integer),
    ("cancelled", Kind::Integer),
    ("expired", Kind::Integer),
    ("completed", Kind::Integer),
    ("no_show", Kind::Integer),
    ("booked", Kind::Integer),
    ("booked_minutes", Kind::Integer),
];

/// Writes the volume of each day; returns how many days there are.
async fn days(file: &mut File<'_>, order: &ReportOrder) -> Result<i64, ReportFailure> {
    let filters = &order.filters;
    let zone = filters.zone.clone().unwrap_or(Zone::UTC);
    let day = |at| zone.date(at);
    let asked = (filters.from.map(day), filters.to.map(day));
    let period = Period::new(zone.clone(), asked, file.job.created_at);
    let period = period.map_err(|_| ReportFailure::Unreadable)?;
    let buckets = period.buckets(Interval::Day);
    let client = file.state.db.client().await?;
    let (span, program) = (period.span(), filters.program.as_deref());
    let volumes = overview::list_volumes(&client, &buckets, span, program).await?;
    drop(client);
    let mut sheet = Sheet::new(DAY_COLUMNS, order.format)?;
    for (bucket, volume) in buckets.iter().zip(volumes) {
        let (day, statuses) = (bucket.first.to_string(), volume.statuses);
        sheet.push(&[
            Cell::Text(&day),
            Cell::Text(zone.name()),
            Cell::Integer(volume.requested),
            Cell::Integer(statuses.pending),
            Cell::Integer(statuses.confirmed),
            Cell::Integer(statuses.declined),
            Cell::Integer(statuses.cancelled),
            Cell::Integer(statuses.expired),
            Cell::Integer(statuses.completed),
            Cell::Integer(statuses.no_show),
            Cell::Integer(statuses.booked()),
            Cell::Integer(volume.booked_minutes),
        ])?;
    }
    file.finish(sheet.take()).await?;
    Ok(i64::try_from(buckets.len()).unwrap_or(i64::MAX))
}
