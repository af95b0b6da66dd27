//! What is to be done about a base, and when: its webhook ends after seven days, and its log is kept for as long.

use jiff::{SignedDuration, Timestamp};

/// How long nobody asks after the base said that it was asked too often.
pub const REST: SignedDuration = SignedDuration::from_secs(30);

/// How often the log is read although no ping came: pings get lost.
pub const POLL_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// How often the webhook is told to go on.
const REFRESH_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// A log that was read so long ago may have lost its beginning: it is kept for a week.
const LOST_AFTER: SignedDuration = SignedDuration::from_hours(156);

/// The webhook of a base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// Its id there.
    pub id: String,
    /// When it stops unless it is told to go on.
    pub expires_at: Timestamp,
    /// When it was told so last.
    pub refreshed_at: Timestamp,
    /// When the log was last read to its end.
    pub polled_at: Timestamp,
}

/// What is known of a base.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base {
    /// Its webhook, once there is one.
    pub hook: Option<Hook>,
    /// Until when nobody asks.
    pub blocked_until: Option<Timestamp>,
}

/// Why the log of a base cannot be followed any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// There was no webhook.
    NeverThere,
    /// It stopped by itself, seven days after it was told to go on.
    Expired,
    /// Too long ago was it read.
    TooOld,
}

/// What is to be done first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tending {
    /// Nothing at all, until this moment.
    Rest(Timestamp),
    /// Make a webhook, and compare everything.
    Renew(Lost),
    /// Tell the webhook to go on.
    Refresh,
    /// Nothing.
    Nothing,
}

impl Base {
    /// What is to be done first.
    #[must_use]
    pub fn tend(&self, now: Timestamp) -> Tending {
        if let Some(until) = self.blocked_until.filter(|until| *until > now) {
            return Tending::Rest(until);
        }
        let Some(hook) = &self.hook else {
            return Tending::Renew(Lost::NeverThere);
        };
        if hook.expires_at <= now {
            return Tending::Renew(Lost::Expired);
        }
        if now.duration_since(hook.polled_at) >= LOST_AFTER {
            return Tending::Renew(Lost::TooOld);
        }
        if now.duration_since(hook.refreshed_at) >= REFRESH_EVERY {
            return Tending::Refresh;
        }
        Tending::Nothing
    }

    /// Whether the log is to be read although no ping came.
    #[must_use]
    pub fn is_poll_due(&self, now: Timestamp) -> bool {
        let hook = self.hook.as_ref();
        hook.is_some_and(|hook| now.duration_since(hook.polled_at) >= POLL_EVERY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_772_438_400;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(START + hours * 3600).unwrap()
    }

    fn base() -> Base {
        let hook = Hook {
            id: "ach1".to_owned(),
            expires_at: at(168),
            refreshed_at: at(0),
            polled_at: at(0),
        };
        Base {
            hook: Some(hook),
            blocked_until: None,
        }
    }

    fn polled(hours: i64) -> Base {
        let mut base = base();
        if let Some(hook) = &mut base.hook {
            hook.polled_at = at(hours);
        }
        base
    }

    #[test]
    fn a_webhook_is_told_to_go_on_each_day_and_made_anew_when_it_ended() {
        assert_eq!(
            Base::default().tend(at(0)),
            Tending::Renew(Lost::NeverThere)
        );
        assert_eq!(base().tend(at(1)), Tending::Nothing);
        assert_eq!(polled(24).tend(at(24)), Tending::Refresh);
        assert_eq!(polled(167).tend(at(168)), Tending::Renew(Lost::Expired));
        assert_eq!(base().tend(at(156)), Tending::Renew(Lost::TooOld));
    }

    #[test]
    fn nobody_asks_while_the_base_rests() {
        let base = Base {
            blocked_until: Some(at(2)),
            ..base()
        };
        assert_eq!(base.tend(at(1)), Tending::Rest(at(2)));
        assert_eq!(base.tend(at(2)), Tending::Nothing);
    }

    #[test]
    fn the_log_is_read_every_ten_minutes_without_a_ping() {
        assert!(!base().is_poll_due(at(0)));
        assert!(base().is_poll_due(at(1)));
    }
}
