//! The sessions of the demo.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use shared::domain::availability::TimeOfDay;
use shared::domain::feedback::Opinion;
use shared::domain::session::SessionStatus;
use shared::domain::time::Zone;

/// A session of one of the mentors with one of the mentees.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoSession {
    /// The mentor's address.
    pub mentor: String,
    /// The mentee's address.
    pub mentee: String,
    /// Weeks from the present one, which starts on Monday in the mentor's zone.
    pub week: i64,
    /// 0 is Sunday, the last day of its week.
    pub day_of_week: i8,
    /// When it starts on the mentor's wall clock.
    pub start_time: TimeOfDay,
    /// How long it is, 30–180.
    pub duration_minutes: u32,
    /// Where it stands.
    pub status: SessionStatus,
    /// What it is about.
    pub topic: String,
    /// What the mentee wrote to the mentor.
    pub mentee_notes: String,
    /// What the mentee said of it when it was over.
    pub feedback: Option<DemoFeedback>,
}

/// What a mentee said of a session that took place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoFeedback {
    /// All in all, 1–5.
    pub rating: i16,
    /// How much it helped, 1–5.
    pub helpfulness_rating: i16,
    /// Whether they would recommend the mentor.
    pub would_recommend: bool,
    /// In their words.
    pub written_feedback: String,
    /// What they talked about.
    pub topics_covered: Vec<String>,
    /// Whether nobody but admins shall know who says so.
    pub is_anonymous: bool,
}

impl From<DemoFeedback> for Opinion {
    fn from(feedback: DemoFeedback) -> Self {
        Self {
            rating: feedback.rating,
            helpfulness_rating: feedback.helpfulness_rating,
            would_recommend: feedback.would_recommend,
            written_feedback: Some(feedback.written_feedback),
            topics_covered: feedback.topics_covered,
            is_anonymous: feedback.is_anonymous,
        }
    }
}

impl DemoSession {
    /// Tells when the session starts, seen from `now`, in the mentor's zone.
    ///
    /// # Errors
    /// When `now` is so far away that the calendar ends.
    pub fn starts_at(&self, now: Timestamp, zone: &Zone) -> Result<Timestamp, jiff::Error> {
        let today: Date = zone.date(now);
        let since_monday = i64::from(today.weekday().to_monday_zero_offset());
        let from_monday = i64::from((self.day_of_week + 6) % 7);
        let date = today.checked_add((self.week * 7 + from_monday - since_monday).days())?;
        let minutes = i64::from(self.start_time.minutes());
        let wall = date.at(0, 0, 0, 0).checked_add(minutes.minutes())?;
        zone.time_zone().to_timestamp(wall)
    }
}
