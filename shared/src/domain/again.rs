//! What becomes of a message that was not acted on: it comes again, later each time, or waits for a person.

use std::time::Duration;

/// What SQS calls how often a message was given out.
pub const RECEIVED: &str = "ApproximateReceiveCount";

/// No message rests longer, however often it has failed.
const LONGEST: Duration = Duration::from_mins(15);

/// How the work on a message has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was acted on.
    Done,
    /// Nobody has begun with it.
    Untouched,
    /// Another worker has what it is about.
    Taken,
    /// It failed for a reason that may pass.
    Failed,
    /// It cannot be read.
    Unreadable,
}

/// How long a message rests that has failed so often.
#[must_use]
pub fn pause(base: Duration, times: u32) -> Duration {
    base.saturating_mul(2_u32.saturating_pow(times))
        .min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_rests_twice_as_long_each_time_and_a_quarter_of_an_hour_at_most() {
        let base = Duration::from_secs(10);
        let rests = [1, 2, 3, 4, 5, 6, 7, u32::MAX].map(|times| pause(base, times).as_secs());
        assert_eq!(rests, [20, 40, 80, 160, 320, 640, 900, 900]);
        assert_eq!(pause(Duration::ZERO, 3), Duration::ZERO);
    }
}
