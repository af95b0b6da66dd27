//! Anonymous means anonymous to the mentor, also by inference: the one place that says what becomes public when.
//!
//! Think of a mentor who asks every question of the API before and after each session, and keeps all answers. They know
//! who had which session when; they must not learn from any difference which of these people said what.
//!
//! 1. **Nothing follows from one feedback.** An anonymous feedback changes no answer that the mentor can get: not the lists, not
//!    the figures, not what search, matching and the health of matches make of them, no notification, mail, or export.
//!    It waits. `mentor_search.rating_count` and `rating_sum` hold what is public, and nothing else.
//! 2. **Publication goes by groups.** Those that wait for a mentor are published all together or not at all: when at least
//!    [`GROUP`] different people wrote them. So the difference of any two answers is that of at least three people, also
//!    for whoever subtracts the feedback that carries names, or was there before.
//! 3. **Publication goes by the calendar, not by who comes third.** It takes place at the beginning of a week (Monday, 00:00
//!    UTC; [`published_at`]), and only of what nobody can change any more ([`super::EDIT_TIME`]): no edit shows, and the
//!    moment belongs to the calendar. The whole group carries this one moment; lists, months and cursors know no other.
//! 4. **Inside of a group there is no order.** Entries of one moment are sorted by a random number that says nothing of when
//!    they were written. They have no id, no session, no author and no topics; what a client sees of them is what was said.
//! 5. **Topics can name a session.** They are shown in the figures only, and an anonymous group adds one only if at least
//!    [`GROUP`] of its authors named it. What an admin hides later stays counted there: else the topic would leave
//!    together with the entry that it belongs to.
//! 6. **What was seen is not unseen.** Feedback that carries a name is public at once, and cannot become anonymous any more.
//!    Whoever leaves the platform leaves published anonymous feedback as it is: if it went with them, it was theirs.
//! 7. **Few say nothing.** Figures of fewer than [`GROUP`] ratings, months and topics with fewer, are not shown at all.
//!
//! What this cannot prevent: words that only one person would write, people who write for the mentor to find out who the
//! others are, and a mentor who knows that everybody in a group said the same.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{About, Opinion};
use crate::domain::id::{FeedbackId, UserId};

/// How many different people stand behind everything that is shown of anonymous feedback.
pub const GROUP: usize = 3;

/// The seconds of a week.
const WEEK: i64 = 7 * 24 * 3600;
/// The first Monday after the beginning of time, which was a Thursday.
const MONDAY: i64 = 4 * 24 * 3600;

/// An anonymous feedback about a mentor that nobody has seen yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub id: FeedbackId,
    /// Who wrote it.
    pub author_id: UserId,
    /// From when on it may be published.
    pub settles_at: Timestamp,
}

/// Whether a feedback is public as soon as it is given.
#[must_use]
pub fn is_shown_at_once(about: About, opinion: &Opinion) -> bool {
    about == About::Mentor && !opinion.is_anonymous
}

/// The moment of the publication that is under way: the beginning of the present week.
#[must_use]
pub fn published_at(now: Timestamp) -> Timestamp {
    let since_monday = (now.as_second() - MONDAY).rem_euclid(WEEK);
    Timestamp::from_second(now.as_second() - since_monday).unwrap_or(Timestamp::MIN)
}

/// Says which of those that wait for one mentor are published now: all that may be, or none.
#[must_use]
pub fn publish(waiting: &[Waiting], now: Timestamp) -> Vec<FeedbackId> {
    let at = published_at(now);
    let settled = waiting.iter().filter(|one| one.settles_at <= at);
    let authors: BTreeSet<UserId> = settled.clone().map(|one| one.author_id).collect();
    if authors.len() < GROUP {
        return Vec::new();
    }
    settled.map(|one| one.id).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn waiting(id: u128, author: u128, settles_at: &str) -> Waiting {
        Waiting {
            id: Uuid::from_u128(id).into(),
            author_id: Uuid::from_u128(author).into(),
            settles_at: at(settles_at),
        }
    }

    const SUNDAY: &str = "2026-03-08T10:00:00Z";

    #[test]
    fn a_publication_belongs_to_the_monday_before() {
        for now in [
            "2026-03-09T00:00:00Z",
            "2026-03-11T12:34:56.789Z",
            "2026-03-15T23:59:59.999Z",
        ] {
            assert_eq!(published_at(at(now)), at("2026-03-09T00:00:00Z"));
        }
        assert_eq!(
            published_at(at("1969-12-31T12:00:00Z")),
            at("1969-12-29T00:00:00Z")
        );
    }

    #[test]
    fn three_people_are_published_together_and_two_are_not() {
        let two = [waiting(1, 1, SUNDAY), waiting(2, 2, SUNDAY)];
        let three = [two[0], two[1], waiting(3, 3, SUNDAY)];
        let again = [two[0], two[1], waiting(3, 2, SUNDAY)];
        let monday = at("2026-03-09T01:00:00Z");

        assert_eq!(publish(&two, monday), []);
        assert_eq!(publish(&again, monday), [], "one of the two wrote twice");
        assert_eq!(publish(&three, monday).len(), 3);
    }

    #[test]
    fn who_comes_third_during_the_week_publishes_nothing() {
        let three = [
            waiting(1, 1, SUNDAY),
            waiting(2, 2, SUNDAY),
            waiting(3, 3, "2026-03-09T00:00:00.000001Z"),
        ];

        assert_eq!(publish(&three, at("2026-03-15T23:59:59Z")), []);
        assert_eq!(publish(&three, at("2026-03-16T00:00:00Z")).len(), 3);
    }

    proptest! {
        /// Whatever waits: what is published at any moment are at least three people, all of them could not be changed
        /// since the week began, and nothing that was ready is left behind.
        #[test]
        fn a_publication_is_never_of_fewer_than_three(
            given in proptest::collection::vec((0_u128..6, 0_i64..40 * 24), 0..12), hours in 0_i64..40 * 24,
        ) {
            let start = at("2026-03-02T08:00:00Z").as_second();
            let moment = |hours: i64| Timestamp::from_second(start + hours * 3600).unwrap();
            let waiting: Vec<Waiting> = given.iter().zip(1_u128..).map(|((author, hours), id)| Waiting {
                id: Uuid::from_u128(id).into(),
                author_id: Uuid::from_u128(*author).into(),
                settles_at: moment(*hours),
            }).collect();
            let now = moment(hours);

            let published = publish(&waiting, now);

            let (out, kept): (Vec<&Waiting>, Vec<&Waiting>) =
                waiting.iter().partition(|one| published.contains(&one.id));
            let authors: BTreeSet<UserId> = out.iter().map(|one| one.author_id).collect();
            prop_assert!(authors.is_empty() || authors.len() >= GROUP);
            prop_assert!(out.iter().all(|one| one.settles_at <= published_at(now)));
            let is_ready = |one: &&Waiting| one.settles_at <= published_at(now);
            prop_assert!(out.is_empty() || !kept.iter().any(is_ready));
        }
    }
}
