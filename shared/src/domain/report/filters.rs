//! Which rows of a report are meant.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::analytics::{Period, PeriodError};
use crate::domain::id::UserId;
use crate::domain::time::Zone;
use crate::domain::words::words;

words! {
    /// What can be asked of the rows of a report.
    Filter {
        /// From a moment on.
        From = "from",
        /// Before a moment.
        To = "to",
        /// In a state.
        Status = "status",
        /// Of a role.
        Role = "role",
        /// Of a program.
        Program = "program",
        /// Of a mentor.
        MentorId = "mentor_id",
        /// Of a mentee.
        MenteeId = "mentee_id",
        /// With days of this zone.
        Zone = "zone",
    }
}

/// Which rows are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filters {
    /// From then on: people and matches by when they came, sessions by their start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Before then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// In this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Of this role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Of this program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// Of this mentor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mentor_id: Option<UserId>,
    /// Of this mentee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mentee_id: Option<UserId>,
    /// With days of this zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
}

impl Filters {
    /// Which days are meant, where days are told: from the one of the first moment to the one of the last.
    ///
    /// # Errors
    /// When they are too many, too early, too late, or none.
    pub fn period(&self, now: Timestamp) -> Result<Period, PeriodError> {
        let zone = self.zone.clone().unwrap_or(Zone::UTC);
        let first = self.from.map(|from| zone.date(from));
        let last = self.to.map(|to| zone.date(just_before(to)));
        Period::new(zone, (first, last), now)
    }

    /// Which of them are given, by their place in a request.
    pub(super) fn given(&self) -> impl Iterator<Item = (Filter, &'static str)> {
        [
            (self.from.is_some(), Filter::From, "filters.from"),
            (self.to.is_some(), Filter::To, "filters.to"),
            (self.status.is_some(), Filter::Status, "filters.status"),
            (self.role.is_some(), Filter::Role, "filters.role"),
            (self.program.is_some(), Filter::Program, "filters.program"),
            (
                self.mentor_id.is_some(),
                Filter::MentorId,
                "filters.mentor_id",
            ),
            (
                self.mentee_id.is_some(),
                Filter::MenteeId,
                "filters.mentee_id",
            ),
            (self.zone.is_some(), Filter::Zone, "filters.zone"),
        ]
        .into_iter()
        .filter(|(is_given, ..)| *is_given)
        .map(|(_, filter, place)| (filter, place))
    }
}

/// The last moment before another one.
fn just_before(end: Timestamp) -> Timestamp {
    let last = end.checked_sub(SignedDuration::from_nanos(1));
    last.unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_end_with_the_last_moment_that_is_meant() {
        let now = "2026-03-10T08:00:00Z".parse().unwrap();
        let days = |zone: &str, to: &str| {
            let filters = Filters {
                from: Some("2026-03-01T20:00:00Z".parse().unwrap()),
                to: Some(to.parse().unwrap()),
                zone: Some(zone.parse().unwrap()),
                ..Filters::default()
            };
            let period = filters.period(now);
            period.map(|days| (days.first.to_string(), days.last.to_string()))
        };
        let told = |first: &str, last: &str| Ok((first.to_owned(), last.to_owned()));
        assert_eq!(
            days("UTC", "2026-03-04T00:00:00Z"),
            told("2026-03-01", "2026-03-03")
        );
        assert_eq!(
            days("UTC", "2026-03-04T00:00:01Z"),
            told("2026-03-01", "2026-03-04")
        );
        assert_eq!(
            days("Asia/Kathmandu", "2026-03-03T18:15:00Z"),
            told("2026-03-02", "2026-03-03")
        );
        assert_eq!(
            days("UTC", "2026-03-01T00:00:00Z"),
            Err(PeriodError::Backwards)
        );
        assert_eq!(just_before(Timestamp::MIN), Timestamp::MIN);
    }
}
