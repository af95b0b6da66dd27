//! A report: a file with many rows, for an admin. What it is about, how it is written, and which rows are meant.

mod filters;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::id::JobId;
use super::refusal::{Refusal, RefusalKind};
use super::score::Thousandths;
use super::value::ValueError;
use super::words::words;

pub use filters::{Filter, Filters};

words! {
    /// What a report is about.
    Subject {
        /// People.
        Users = "users",
        /// Sessions.
        Sessions = "sessions",
        /// What people said of sessions.
        Feedback = "feedback",
        /// Long-term matches.
        Matches = "matches",
        /// Quick questions.
        Questions = "questions",
        /// Sessions counted by day.
        Analytics = "analytics",
    }
}

words! {
    /// How a report is written.
    Format {
        /// Comma-separated values, as RFC 4180 has them.
        Csv = "csv",
        /// One JSON object per line.
        Json = "json",
    }
}

/// What a report is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportOrder {
    /// What it is about.
    pub what: Subject,
    /// How it is written.
    pub format: Format,
    /// Which rows are meant.
    #[serde(default)]
    pub filters: Filters,
}

/// Why there is no such report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// Rows of this kind know nothing of it.
    #[error("says nothing about these rows")]
    Filter(&'static str),
    /// No row of this kind is ever so.
    #[error("is no status of these rows")]
    Status(ValueError),
}

impl Refusal for ReportError {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Filter(_) => "filter_not_applicable",
            Self::Status(refused) => refused.code(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Filter(name) => Some(name),
            Self::Status(_) => Some("filters.status"),
        }
    }
}

impl Subject {
    /// What can be asked of its rows.
    #[must_use]
    pub const fn filters(self) -> &'static [Filter] {
        match self {
            Self::Users => &[Filter::From, Filter::To, Filter::Status, Filter::Role],
            Self::Sessions | Self::Feedback | Self::Matches => &[
                Filter::From,
                Filter::To,
                Filter::Status,
                Filter::Program,
                Filter::MentorId,
                Filter::MenteeId,
            ],
            Self::Questions => &[
                Filter::From,
                Filter::To,
                Filter::Status,
                Filter::MentorId,
                Filter::MenteeId,
            ],
            Self::Analytics => &[Filter::From, Filter::To, Filter::Program, Filter::Zone],
        }
    }

    /// The states of its rows.
    const fn statuses(self) -> &'static [&'static str] {
        match self {
            Self::Users => &["active", "inactive", "suspended"],
            Self::Sessions => &[
                "pending",
                "confirmed",
                "declined",
                "cancelled",
                "expired",
                "completed",
                "no_show",
            ],
            Self::Feedback => &["waiting", "published", "internal", "hidden"],
            Self::Matches => &["pending", "active", "paused", "completed", "dissolved"],
            Self::Questions => &[
                "open",
                "claimed",
                "answered",
                "completed",
                "expired",
                "withdrawn",
                "removed",
            ],
            Self::Analytics => &[],
        }
    }
}

impl Format {
    /// How a file so written ends.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "jsonl",
        }
    }

    /// What a file so written is.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/x-ndjson",
        }
    }
}

impl ReportOrder {
    /// Checks that the filters are about the rows.
    ///
    /// # Errors
    /// When one of them says nothing about them.
    pub fn check(self) -> Result<Self, ReportError> {
        let known = self.what.filters();
        if let Some((_, place)) = self.filters.given().find(|(one, _)| !known.contains(one)) {
            return Err(ReportError::Filter(place));
        }
        match &self.filters.status {
            Some(status) if !self.what.statuses().contains(&status.as_str()) => {
                Err(ReportError::Status(ValueError::NotOneOf("its statuses")))
            }
            _ => Ok(self),
        }
    }

    /// Reads what a job was asked for with; `None` when it was no report.
    #[must_use]
    pub fn of(params: &Value) -> Option<Self> {
        Self::deserialize(params).ok()
    }

    /// The name of its file in the bucket: the same in every attempt.
    #[must_use]
    pub fn key(&self, job: JobId) -> String {
        format!("reports/{job}.{}", self.format.extension())
    }
}

/// One value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// What somebody wrote.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// A number with at most three places.
    Decimal(Thousandths),
    /// A moment.
    Moment(Timestamp),
    /// Yes or no.
    Flag(bool),
    /// The id of something.
    Id(Uuid),
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn order(what: Subject, filters: Filters) -> ReportOrder {
        ReportOrder {
            what,
            format: Format::Csv,
            filters,
        }
    }

    #[test]
    fn a_filter_must_say_something_about_the_rows() {
        let by_role = Filters {
            role: Some("mentor".to_owned()),
            ..Filters::default()
        };
        assert!(order(Subject::Users, by_role.clone()).check().is_ok());
        assert_eq!(
            order(Subject::Sessions, by_role).check(),
            Err(ReportError::Filter("filters.role"))
        );
    }

    #[test]
    fn a_status_must_be_one_of_the_rows() {
        let by_status = |status: &str| Filters {
            status: Some(status.to_owned()),
            ..Filters::default()
        };
        assert!(
            order(Subject::Users, by_status("suspended"))
                .check()
                .is_ok()
        );
        assert_eq!(
            order(Subject::Matches, by_status("suspended")).check(),
            Err(ReportError::Status(ValueError::NotOneOf("its statuses")))
        );
    }

    #[test]
    fn a_job_remembers_what_was_asked_for() {
        let asked = order(
            Subject::Analytics,
            Filters {
                zone: Some("Asia/Kathmandu".parse().unwrap()),
                ..Filters::default()
            },
        );
        let params = serde_json::to_value(&asked).unwrap();
        let expected = json!({
            "what": "analytics", "format": "csv", "filters": { "zone": "Asia/Kathmandu" },
        });
        assert_eq!(params, expected);
        assert_eq!(ReportOrder::of(&params), Some(asked));
        assert_eq!(ReportOrder::of(&json!({})), None);
    }
}
