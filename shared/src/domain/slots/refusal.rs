//! Why a moment cannot be booked.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::time::Minutes;

/// One reason why a moment cannot be booked, in the order in which reasons are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum SlotRefusal {
    /// No window is open over the whole time.
    #[error("the mentor offers no time then")]
    OutsideAvailability,
    /// A blocked time lies in it.
    #[error("the mentor has blocked this time")]
    Blocked,
    /// It starts between two slots.
    #[error("sessions start at {nearest} here")]
    NotOnGrid {
        /// The nearest start of a slot.
        nearest: Timestamp,
    },
    /// It has begun already.
    #[error("only the future can be booked")]
    Past,
    /// It begins too soon.
    #[error("the mentor wants {0} minutes of notice")]
    TooSoon(Minutes),
    /// It begins too late.
    #[error("the mentor can be booked at most {0} days ahead")]
    TooFar(u32),
    /// The mentor has a session then.
    #[error("the mentor has another session then")]
    MentorBusy,
    /// The mentor has a session too close to it.
    #[error("the mentor keeps {0} minutes between sessions")]
    InBuffer(Minutes),
    /// The mentee has a session then.
    #[error("you have another session then")]
    MenteeBusy,
    /// The mentor's day is full.
    #[error("the mentor takes at most {0} sessions a day")]
    DayFull(u32),
    /// The mentor's week is full.
    #[error("the mentor takes at most {0} sessions a week")]
    WeekFull(u32),
    /// The mentor pauses.
    #[error("the mentor takes no new sessions at the moment")]
    NotAccepting,
}

impl SlotRefusal {
    /// Tells whether another session of the mentor is in the way: the slot was there, and somebody was faster.
    #[must_use]
    pub const fn is_taken(&self) -> bool {
        matches!(self, Self::MentorBusy | Self::InBuffer(_))
    }
}

impl Refusal for SlotRefusal {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::Past => RefusalKind::Invalid,
            Self::OutsideAvailability
            | Self::Blocked
            | Self::NotOnGrid { .. }
            | Self::TooSoon(_)
            | Self::TooFar(_)
            | Self::MentorBusy
            | Self::InBuffer(_)
            | Self::MenteeBusy
            | Self::DayFull(_)
            | Self::WeekFull(_)
            | Self::NotAccepting => RefusalKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::OutsideAvailability => "outside_availability",
            Self::Blocked => "time_blocked",
            Self::NotOnGrid { .. } => "not_on_grid",
            Self::Past => "in_the_past",
            Self::TooSoon(_) => "notice_too_short",
            Self::TooFar(_) => "beyond_horizon",
            Self::MentorBusy => "mentor_busy",
            Self::InBuffer(_) => "mentor_buffer",
            Self::MenteeBusy => "mentee_busy",
            Self::DayFull(_) => "day_limit_reached",
            Self::WeekFull(_) => "week_limit_reached",
            Self::NotAccepting => "mentor_not_accepting",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotAccepting => None,
            Self::OutsideAvailability
            | Self::Blocked
            | Self::NotOnGrid { .. }
            | Self::Past
            | Self::TooSoon(_)
            | Self::TooFar(_)
            | Self::MentorBusy
            | Self::InBuffer(_)
            | Self::MenteeBusy
            | Self::DayFull(_)
            | Self::WeekFull(_) => Some("scheduled_at"),
        }
    }

    fn details(&self) -> Option<Value> {
        match self {
            Self::NotOnGrid { nearest } => Some(json!({ "nearest": nearest })),
            Self::TooSoon(notice) => Some(json!({ "min_notice_minutes": notice })),
            Self::TooFar(days) => Some(json!({ "booking_horizon_days": days })),
            Self::InBuffer(buffer) => Some(json!({ "buffer_minutes": buffer })),
            Self::DayFull(limit) => Some(json!({ "max_sessions_per_day": limit })),
            Self::WeekFull(limit) => Some(json!({ "max_sessions_per_week": limit })),
            Self::OutsideAvailability
            | Self::Blocked
            | Self::Past
            | Self::MentorBusy
            | Self::MenteeBusy
            | Self::NotAccepting => None,
        }
    }
}
