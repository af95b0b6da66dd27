//! How long a session is to take, as a question about slots says it.

use shared::domain::id::OfferingId;
use shared::domain::offering::OfferingError;
use shared::domain::time::Minutes;
use shared::http::{Problems, SessionMinutes};
use shared::store::schedule::Bookable;

/// So many minutes, or as long as a kind of session takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Length {
    Minutes(Minutes),
    Offering(OfferingId),
}

impl Length {
    pub(crate) fn read(
        minutes: Option<SessionMinutes>,
        offering: Option<OfferingId>,
    ) -> Result<Self, Problems> {
        match (minutes, offering) {
            (Some(_), Some(_)) => Err(Problems::of(
                "offering_id",
                "duration_or_offering",
                "send either duration_minutes or offering_id",
            )),
            (minutes, None) => Ok(Self::Minutes(Minutes(minutes.unwrap_or_default().get()))),
            (None, Some(id)) => Ok(Self::Offering(id)),
        }
    }

    /// The kind of session that has to be looked up.
    pub(crate) const fn offering(self) -> Option<OfferingId> {
        match self {
            Self::Minutes(_) => None,
            Self::Offering(id) => Some(id),
        }
    }

    /// The length with this mentor, who may give no such sessions.
    pub(crate) fn with(self, mentor: &Bookable) -> Result<Minutes, OfferingError> {
        match self {
            Self::Minutes(minutes) => Ok(minutes),
            Self::Offering(_) => mentor.offered.ok_or(OfferingError::Unknown),
        }
    }
}
