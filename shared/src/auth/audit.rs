//! Verifies the audit log: follows its chain from the first day to the last, or over one day.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::domain::audit::{AuditHead, DayCheck, RETENTION_DAYS, Tampering, link};
use crate::store::{Client, StoreError, audit};

/// What a verification has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    /// Whether every line is what it was when it was written.
    pub is_whole: bool,
    /// How many days were followed.
    pub days: usize,
    /// How many lines were followed.
    pub lines: i64,
    /// Where the chain ends: keep it elsewhere, and a lost end shows too.
    pub head: Option<HeadReport>,
    /// What is wrong, day by day.
    pub problems: Vec<String>,
}

/// The end of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeadReport {
    /// The last day.
    pub day: String,
    /// How many lines it has.
    pub seq: i64,
    /// The hash of its last line, in hexadecimal digits.
    pub hash: String,
}

impl From<&AuditHead> for HeadReport {
    fn from(head: &AuditHead) -> Self {
        Self {
            day: head.day.to_string(),
            seq: head.seq,
            hash: head.hash_text(),
        }
    }
}

/// Verifies the whole log, or one day of it.
///
/// # Errors
/// When the database cannot be used; a log that was changed is no error but a report.
pub async fn verify(
    client: &Client,
    day: Option<Date>,
    now: Timestamp,
) -> Result<AuditReport, StoreError> {
    let heads = audit::list_heads(client, day).await?;
    let mut report = AuditReport {
        is_whole: true,
        days: 0,
        lines: 0,
        head: heads.last().map(HeadReport::from),
        problems: Vec::new(),
    };
    for pair in heads.windows(2) {
        report.note(link(&pair[0], &pair[1]));
    }
    for head in heads
        .iter()
        .filter(|head| day.is_none_or(|day| day == head.day))
    {
        report.days += 1;
        let (lines, found) = verify_day(client, head, now).await?;
        report.lines += lines;
        report.note(found);
    }
    let strays = audit::count_strays(client).await?;
    if strays > 0 {
        report
            .problems
            .push(format!("{strays} lines belong to no day"));
    }
    report.is_whole = report.problems.is_empty();
    Ok(report)
}

impl AuditReport {
    fn note(&mut self, found: Result<(), Tampering>) {
        if let Err(tampering) = found {
            self.problems.push(tampering.to_string());
        }
    }
}

async fn verify_day(
    client: &Client,
    head: &AuditHead,
    now: Timestamp,
) -> Result<(i64, Result<(), Tampering>), StoreError> {
    let mut check = DayCheck::begin(head);
    loop {
        let lines = audit::list_day(client, head, check.seq()).await?;
        if lines.is_empty() {
            break;
        }
        for line in &lines {
            if let Err(tampering) = check.follow(line, sha256) {
                return Ok((check.seq(), Err(tampering)));
            }
        }
    }
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let is_old = (today - head.day).get_days() > RETENTION_DAYS;
    Ok((check.seq(), check.end(head, is_old)))
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}
