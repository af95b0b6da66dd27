//! Who got less than they wanted, and why.

use std::cmp::Reverse;

use super::words;
use crate::domain::id::UserId;
use crate::domain::score::Thousandths;

words! {
    /// Why somebody got less than they wanted.
    GapReason {
        /// There is nobody whom they may have.
        NobodyAllowed = "nobody_allowed",
        /// They have everybody whom they may have.
        NobodyElse = "nobody_else",
        /// Of a mentee: every mentor whom they may still have is full, with mentees who would lose more.
        PlacesTaken = "places_taken",
        /// Of a mentor: every mentee whom they may have does better with others.
        NotNeeded = "not_needed",
    }
}

words! {
    /// On which side somebody is.
    GapRole {
        /// Looks for mentors.
        Mentee = "mentee",
        /// Has places.
        Mentor = "mentor",
    }
}

/// Somebody who got less than they wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Who.
    pub person_id: UserId,
    /// On which side.
    pub role: GapRole,
    /// How many mentors a mentee lacks, or how many places of a mentor are free.
    pub missing: u32,
    /// Why.
    pub reason: GapReason,
    /// How many they might have had, whom they did not get.
    pub options: u32,
    /// Who of those fits best, and how well.
    pub best: Option<(UserId, Thousandths)>,
}

impl Gap {
    /// Finds what a mentee lacks who got some of what they wanted, and might have had others; `None` when nothing.
    #[must_use]
    pub fn of_mentee(
        person_id: UserId,
        [wanted, got]: [u32; 2],
        others: impl Iterator<Item = (UserId, Thousandths)>,
    ) -> Option<Self> {
        let missing = wanted.checked_sub(got).filter(|missing| *missing > 0)?;
        let (options, best) = survey(others);
        let reason = match (options, got) {
            (0, 0) => GapReason::NobodyAllowed,
            (0, _) => GapReason::NobodyElse,
            _ => GapReason::PlacesTaken,
        };
        Some(Self {
            person_id,
            role: GapRole::Mentee,
            missing,
            reason,
            options,
            best,
        })
    }

    /// Finds out about a mentor with places whom nobody got.
    #[must_use]
    pub fn of_mentor(
        person_id: UserId,
        places: u32,
        others: impl Iterator<Item = (UserId, Thousandths)>,
    ) -> Self {
        let (options, best) = survey(others);
        let reason = match options {
            0 => GapReason::NobodyAllowed,
            _ => GapReason::NotNeeded,
        };
        Self {
            person_id,
            role: GapRole::Mentor,
            missing: places,
            reason,
            options,
            best,
        }
    }
}

/// How many there are, and the best, of equals the lowest id.
fn survey(
    others: impl Iterator<Item = (UserId, Thousandths)>,
) -> (u32, Option<(UserId, Thousandths)>) {
    let rank = |(id, score): (UserId, Thousandths)| (score, Reverse(id));
    others.fold((0, None), |(options, best), other| {
        let is_better = best.is_none_or(|best| rank(other) > rank(best));
        (options + 1, if is_better { Some(other) } else { best })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn other(number: u128, score: i32) -> (UserId, Thousandths) {
        (Uuid::from_u128(number).into(), Thousandths::new(score))
    }

    fn of_mentee(amounts: [u32; 2], others: &[(UserId, Thousandths)]) -> Option<Gap> {
        Gap::of_mentee(other(1, 0).0, amounts, others.iter().copied())
    }

    #[test]
    fn whoever_got_what_they_wanted_has_no_gap() {
        assert_eq!(of_mentee([2, 2], &[other(5, 1)]), None);
        assert_eq!(of_mentee([0, 0], &[]), None);
    }

    #[test]
    fn a_mentee_learns_why_nobody_was_left() {
        let reason = |amounts, others: &[_]| of_mentee(amounts, others).map(|gap| gap.reason);
        assert_eq!(reason([1, 0], &[]), Some(GapReason::NobodyAllowed));
        assert_eq!(reason([3, 1], &[]), Some(GapReason::NobodyElse));
        let taken = reason([1, 0], &[other(5, 1)]);
        assert_eq!(taken, Some(GapReason::PlacesTaken));
    }

    #[test]
    fn the_best_of_those_who_were_missed_is_named() {
        let gap = of_mentee([2, 1], &[other(7, 60), other(6, 90), other(5, 90)]).unwrap();
        assert_eq!((gap.missing, gap.options), (1, 3));
        assert_eq!(gap.best, Some(other(5, 90)));
    }

    #[test]
    fn a_mentor_learns_whether_anybody_could_have_come() {
        let id = other(9, 0).0;
        let alone = Gap::of_mentor(id, 2, std::iter::empty());
        assert_eq!((alone.reason, alone.missing), (GapReason::NobodyAllowed, 2));
        let spare = Gap::of_mentor(id, 2, [other(1, 30)].into_iter());
        assert_eq!(spare.reason, GapReason::NotNeeded);
    }
}
