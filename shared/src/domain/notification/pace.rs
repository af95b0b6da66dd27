//! How many mails may leave: fewer in a second than the mail service allows, and not more to one person than they read.

use std::num::{NonZeroU16, NonZeroU32};
use std::time::Duration;

use crate::domain::letter::Kind;

/// So many mails at once, then one more after each interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How many at once.
    pub burst: i32,
    /// The time in which one more is granted.
    pub interval: Duration,
}

impl Pace {
    /// How long a mail waits for its turn in the hands of its worker; one that would wait longer comes again.
    pub const PATIENCE: Duration = Duration::from_secs(2);

    /// What one person gets: twenty at once, then one every three minutes; `scale` times as many where limits are raised.
    #[must_use]
    pub fn of_person(scale: u32) -> Self {
        let scale = NonZeroU32::new(scale).unwrap_or(NonZeroU32::MIN).get();
        Self {
            burst: i32::try_from(scale.saturating_mul(20)).unwrap_or(i32::MAX),
            interval: Duration::from_mins(3) / scale,
        }
    }

    /// What the account sends: a second's worth at once.
    #[must_use]
    pub fn of_account(per_second: NonZeroU16) -> Self {
        Self {
            burst: i32::from(per_second.get()),
            interval: Duration::from_secs(1) / u32::from(per_second.get()),
        }
    }

    /// Whether a kind of mail counts against what its reader gets; what concerns the account always comes.
    #[must_use]
    pub const fn counts(kind: Kind) -> bool {
        !kind.is_security()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_that_are_raised_let_more_through_in_the_same_time() {
        let (usual, raised) = (Pace::of_person(1), Pace::of_person(10));
        assert_eq!((usual.burst, raised.burst), (20, 200));
        assert_eq!(usual.interval, raised.interval * 10);
        assert_eq!(Pace::of_person(0), usual);
        assert_eq!(Pace::of_person(u32::MAX).burst, i32::MAX);
    }

    #[test]
    fn the_account_sends_a_seconds_worth_at_once() {
        let ten = Pace::of_account(NonZeroU16::new(10).unwrap());
        assert_eq!((ten.burst, ten.interval), (10, Duration::from_millis(100)));
    }

    #[test]
    fn nobody_gets_too_many_mails_to_reset_a_password() {
        assert!(!Pace::counts(Kind::ResetPassword));
        assert!(Pace::counts(Kind::SessionConfirmed));
    }
}
