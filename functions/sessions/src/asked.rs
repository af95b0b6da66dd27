//! The time that is asked for, and the free times around it.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use shared::domain::session::SessionError;
use shared::domain::slots::{Schedule, Slot, SlotRefusal};
use shared::domain::time::{Minutes, Span};
use shared::http::ApiError;

/// How many alternatives are named.
const ALTERNATIVES: usize = 5;
/// How far around the asked time alternatives are looked for.
const AROUND: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The time that is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) starts_at: Timestamp,
    pub(crate) duration: Minutes,
}

impl Asked {
    /// Finds the slot for a booking.
    pub(crate) fn check(self, schedule: &Schedule, now: Timestamp) -> Result<Slot, ApiError> {
        self.look(schedule, SlotRefusal::is_taken, now)
    }

    /// Finds the slot for a session that moves. Either of the two may ask, so another session of the mentee is in the way
    /// as one of the mentor is.
    pub(crate) fn check_move(self, schedule: &Schedule, now: Timestamp) -> Result<Slot, ApiError> {
        let is_taken =
            |reason: &SlotRefusal| reason.is_taken() || *reason == SlotRefusal::MenteeBusy;
        self.look(schedule, is_taken, now)
    }

    fn look(
        self,
        schedule: &Schedule,
        is_taken: impl Fn(&SlotRefusal) -> bool,
        now: Timestamp,
    ) -> Result<Slot, ApiError> {
        schedule
            .check(self.duration, self.starts_at, now)
            .map_err(|reasons| {
                let refused = if reasons.iter().any(is_taken) {
                    SessionError::SlotTaken.into()
                } else {
                    ApiError::from_refusals(&reasons)
                };
                self.with_alternatives(refused, schedule, now)
            })
    }

    /// Adds the free times that lie nearest, earliest first.
    pub(crate) fn with_alternatives(
        self,
        refused: ApiError,
        schedule: &Schedule,
        now: Timestamp,
    ) -> ApiError {
        let mut free = schedule.slots(self.duration, around(self.starts_at, now), now);
        free.retain(|slot| slot.starts_at != self.starts_at);
        free.sort_by_key(|slot| slot.starts_at.duration_since(self.starts_at).abs());
        free.truncate(ALTERNATIVES);
        free.sort_by_key(|slot| slot.starts_at);
        refused.with_details(json!({ "alternatives": free }))
    }
}

/// The time in which alternatives are looked for.
pub(crate) fn around(starts_at: Timestamp, now: Timestamp) -> Span {
    Span::new((starts_at - AROUND).max(now), starts_at.max(now) + AROUND)
}
