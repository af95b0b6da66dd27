//! The clock and the source of ids: the only place that asks the machine for the time.
//!
//! Business time comes from here and reaches SQL as a parameter, so that a test or a developer can choose it;
//! a clock that was set runs on from there. Leases and limits use the database's own clock instead.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// A clock that can be set.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_micros: Arc<AtomicI64>,
}

impl Clock {
    /// Makes a clock that shows the real time.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// The present moment, UTC, in whole microseconds as PostgreSQL stores them.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let micros = real_micros().saturating_add(self.offset_micros.load(Ordering::Relaxed));
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
    }

    /// Sets the clock; it runs on from there.
    pub fn set(&self, now: Timestamp) {
        self.offset_micros.store(
            now.as_microsecond().saturating_sub(real_micros()),
            Ordering::Relaxed,
        );
    }

    /// Brings the clock back to the real time.
    pub fn reset(&self) {
        self.offset_micros.store(0, Ordering::Relaxed);
    }

    /// How far the clock is from the real time.
    #[must_use]
    pub fn offset(&self) -> SignedDuration {
        SignedDuration::from_micros(self.offset_micros.load(Ordering::Relaxed))
    }

    /// Makes a new id, a UUIDv7 (RFC 9562), of the real time: ids stay in the order of their making.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one source of ids")]
    pub fn id<T: From<Uuid>>(&self) -> T {
        Uuid::now_v7().into()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one clock")]
fn real_micros() -> i64 {
    Timestamp::now().as_microsecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_runs_on_from_there() {
        let clock = Clock::system();
        let start: Timestamp = "2030-01-01T00:00:00Z".parse().unwrap();
        clock.set(start);
        assert!(clock.now() >= start && clock.now() < start + SignedDuration::from_secs(60));
        clock.reset();
        assert_eq!(clock.offset(), SignedDuration::ZERO);
    }
}
