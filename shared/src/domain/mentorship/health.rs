//! How well a mentorship goes: a hundred points, less what speaks against it, each deduction with its fact.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::MentorshipStatus;

/// How long two people may take until they first meet, in days.
const FIRST_MEETING_DAYS: i64 = 14;
/// How long two people may go without a meeting, in days.
const GAP_DAYS: i64 = 30;
/// How long a message may stay unread, in days.
const UNREAD_DAYS: i64 = 7;
/// How long a judgement holds while nothing happens, in hours.
pub const JUDGED_FOR_HOURS: i64 = 24;
/// Below these points somebody should look after it.
const AT_RISK_BELOW: u32 = 70;

/// What is known of how it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signals {
    /// Where it stands.
    pub status: MentorshipStatus,
    /// When the two were brought together.
    pub created_at: Timestamp,
    /// Their last meeting: one that was written down, or a session that took place.
    pub last_met_at: Option<Timestamp>,
    /// Their next confirmed session.
    pub next_session_at: Option<Timestamp>,
    /// What the two think of it, 1–5, as far as the asker may know.
    pub ratings: Vec<i16>,
    /// The oldest message between the two that was not read.
    pub oldest_unread_at: Option<Timestamp>,
}

/// Something that speaks against it, and how many points it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HealthReason {
    /// The two have not met yet.
    NoFirstMeeting {
        /// For how many days.
        days: i64,
        /// How many points that takes.
        points: u32,
    },
    /// The two have not met for long, and no session is booked.
    Gap {
        /// For how many days.
        days: i64,
        /// How many points that takes.
        points: u32,
    },
    /// One of the two is not happy with it.
    LowRating {
        /// The rating, 1–5.
        rating: i16,
        /// How many points that takes.
        points: u32,
    },
    /// A message between the two was not read.
    UnreadMessages {
        /// For how many days.
        days: i64,
        /// How many points that takes.
        points: u32,
    },
}

/// How well a mentorship goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// 0–100: a hundred less the points of the evidence.
    pub score: u32,
    /// Whether somebody should look after it.
    pub at_risk: bool,
    /// What speaks against it.
    pub evidence: Vec<HealthReason>,
}

impl Health {
    /// Judges how it goes; `None` of one that has ended. In a break only opinions count.
    #[must_use]
    pub fn of(signals: &Signals, now: Timestamp) -> Option<Self> {
        if !signals.status.is_holding() {
            return None;
        }
        let is_paused = signals.status == MentorshipStatus::Paused;
        let timely = [signals.silence(now), signals.unread(now)];
        let evidence: Vec<HealthReason> = timely
            .into_iter()
            .flatten()
            .filter(|_| !is_paused)
            .chain(signals.low_rating())
            .collect();
        let taken: u32 = evidence.iter().map(HealthReason::points).sum();
        let score = 100_u32.saturating_sub(taken);
        Some(Self {
            score,
            at_risk: score < AT_RISK_BELOW,
            evidence,
        })
    }
}

impl HealthReason {
    /// How many points it takes.
    #[must_use]
    pub const fn points(&self) -> u32 {
        match self {
            Self::NoFirstMeeting { points, .. }
            | Self::Gap { points, .. }
            | Self::LowRating { points, .. }
            | Self::UnreadMessages { points, .. } => *points,
        }
    }
}

impl Signals {
    /// No meeting for too long; whoever has a date has time until then.
    fn silence(&self, now: Timestamp) -> Option<HealthReason> {
        let has_date = self.next_session_at.is_some_and(|next| next >= now);
        if has_date {
            return None;
        }
        match self.last_met_at {
            None => {
                let days = days_between(self.created_at, now);
                let points = growing(days - FIRST_MEETING_DAYS, 35, 2, 70)?;
                Some(HealthReason::NoFirstMeeting { days, points })
            }
            Some(met_at) => {
                let days = days_between(met_at, now);
                let points = growing(days - GAP_DAYS, 25, 1, 60)?;
                Some(HealthReason::Gap { days, points })
            }
        }
    }

    fn unread(&self, now: Timestamp) -> Option<HealthReason> {
        let days = days_between(self.oldest_unread_at?, now);
        let points = growing(days - UNREAD_DAYS, 10, 1, 25)?;
        Some(HealthReason::UnreadMessages { days, points })
    }

    /// The lower opinion counts: one who is unhappy is enough.
    fn low_rating(&self) -> Option<HealthReason> {
        let rating = *self.ratings.iter().min()?;
        let points = match rating {
            ..=1 => 50,
            2 => 40,
            3 => 15,
            4.. => return None,
        };
        Some(HealthReason::LowRating { rating, points })
    }
}

fn days_between(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// `first` points on the first day that is too late, `each` more with every further one, `most` in all.
fn growing(days_late: i64, first: u32, each: u32, most: u32) -> Option<u32> {
    let days_late = u32::try_from(days_late).ok()?;
    Some(
        first
            .saturating_add(days_late.saturating_mul(each))
            .min(most),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn begun() -> Timestamp {
        at("2026-03-01T12:00:00Z")
    }

    fn after(days: i64) -> Timestamp {
        begun() + SignedDuration::from_hours(24 * days)
    }

    fn signals(status: MentorshipStatus) -> Signals {
        Signals {
            status,
            created_at: begun(),
            last_met_at: None,
            next_session_at: None,
            ratings: Vec::new(),
            oldest_unread_at: None,
        }
    }

    fn active() -> Signals {
        Signals {
            last_met_at: Some(begun()),
            ..signals(MentorshipStatus::Active)
        }
    }

    #[test]
    fn two_who_have_not_met_in_14_days_are_at_risk() {
        let pending = signals(MentorshipStatus::Pending);

        let early = Health::of(&pending, after(14) - SignedDuration::from_secs(1)).unwrap();
        assert_eq!((early.score, early.at_risk), (100, false));

        let late = Health::of(&pending, after(14)).unwrap();
        assert_eq!((late.score, late.at_risk), (65, true));
        let reason = HealthReason::NoFirstMeeting {
            days: 14,
            points: 35,
        };
        assert_eq!(late.evidence, [reason]);
    }

    #[test]
    fn a_gap_counts_unless_a_session_is_booked() {
        let gap = Health::of(&active(), after(40)).unwrap();
        assert_eq!((gap.score, gap.at_risk), (65, true));

        let booked = Signals {
            next_session_at: Some(after(41)),
            ..active()
        };
        assert_eq!(Health::of(&booked, after(40)).unwrap().score, 100);
    }

    #[test]
    fn one_who_is_unhappy_is_enough() {
        let mixed = Signals {
            ratings: vec![5, 2],
            ..active()
        };

        let health = Health::of(&mixed, after(1)).unwrap();

        assert_eq!((health.score, health.at_risk), (60, true));
        let content = Signals {
            ratings: vec![5, 4],
            ..active()
        };
        assert_eq!(Health::of(&content, after(1)).unwrap().score, 100);
    }

    #[test]
    fn a_message_that_nobody_reads_counts_from_the_seventh_day_on() {
        let unread = Signals {
            oldest_unread_at: Some(begun()),
            ..active()
        };

        assert_eq!(Health::of(&unread, after(6)).unwrap().score, 100);
        assert_eq!(Health::of(&unread, after(7)).unwrap().score, 90);
    }

    #[test]
    fn in_a_break_only_opinions_count_and_an_ended_one_is_not_judged() {
        let paused = Signals {
            ratings: vec![3],
            ..signals(MentorshipStatus::Paused)
        };

        let health = Health::of(&paused, after(400)).unwrap();

        assert_eq!((health.score, health.evidence.len()), (85, 1));
        let ended = signals(MentorshipStatus::Completed);
        assert_eq!(Health::of(&ended, after(400)), None);
    }

    proptest! {
        #[test]
        fn the_score_is_a_hundred_less_its_evidence(
            met in proptest::option::of(0_i64..300), unread in proptest::option::of(0_i64..300),
            ratings in proptest::collection::vec(1_i16..=5, 0..3), now in 0_i64..300,
        ) {
            let judged = Signals {
                last_met_at: met.map(after),
                oldest_unread_at: unread.map(after),
                ratings,
                ..signals(MentorshipStatus::Active)
            };

            let health = Health::of(&judged, after(now)).unwrap();

            let taken: u32 = health.evidence.iter().map(HealthReason::points).sum();
            prop_assert_eq!(health.score, 100_u32.saturating_sub(taken));
            prop_assert_eq!(health.at_risk, health.score < AT_RISK_BELOW);
            prop_assert!(health.evidence.iter().all(|reason| reason.points() > 0));
        }
    }
}
