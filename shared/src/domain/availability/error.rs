//! What can be wrong with a window.

use super::TimeOfDayError;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::domain::time::ZoneError;

/// One thing that is wrong with a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AvailabilityError {
    /// A field that must be there is not.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The kind is neither `open` nor `blocked`.
    #[error("kind must be open or blocked")]
    UnknownKind,
    /// The day is no day of the week.
    #[error("day_of_week must be 0 (Sunday) to 6 (Saturday)")]
    DayOfWeek,
    /// The weeks are out of range.
    #[error("every_n_weeks must be 1 to 52")]
    Recurrence,
    /// A one-off says how often it comes back.
    #[error("only a recurring window has a recurrence")]
    RecurrenceOfOneOff,
    /// Nobody can tell which week is the first.
    #[error("valid_from must say which week is the first of every_n_weeks")]
    RecurrenceWithoutStart,
    /// A text is no time of day.
    #[error("{0} must be written HH:MM, from 00:00 to 24:00")]
    TimeOfDay(&'static str),
    /// The window has no minute.
    #[error("end_time must be later than start_time; a day ends at 24:00")]
    EndNotAfterStart,
    /// The zone is not in the database.
    #[error(transparent)]
    Zone(#[from] ZoneError),
    /// A text is no date.
    #[error("{0} must be a date written YYYY-MM-DD")]
    Date(&'static str),
    /// The window has no day.
    #[error("valid_until must not be before valid_from")]
    EndsBeforeItBegins,
}

impl Refusal for AvailabilityError {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "missing_field",
            Self::UnknownKind => "invalid_kind",
            Self::DayOfWeek => "invalid_day_of_week",
            Self::Recurrence => "invalid_recurrence",
            Self::RecurrenceOfOneOff => "recurrence_of_one_off",
            Self::RecurrenceWithoutStart => "recurrence_without_start",
            Self::TimeOfDay(_) => TimeOfDayError.code(),
            Self::EndNotAfterStart => "end_not_after_start",
            Self::Zone(error) => error.code(),
            Self::Date(_) => "invalid_date",
            Self::EndsBeforeItBegins => "ends_before_it_begins",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Missing(field) | Self::TimeOfDay(field) | Self::Date(field) => Some(field),
            Self::UnknownKind => Some("kind"),
            Self::DayOfWeek => Some("day_of_week"),
            Self::Recurrence | Self::RecurrenceOfOneOff => Some("recurrence"),
            Self::RecurrenceWithoutStart => Some("valid_from"),
            Self::EndNotAfterStart => Some("end_time"),
            Self::Zone(error) => error.field(),
            Self::EndsBeforeItBegins => Some("valid_until"),
        }
    }
}
