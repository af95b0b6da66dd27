//! Who may be brought together: asked while the rows of both are held, so that the last place goes to one mentee.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::MentorshipError;
use crate::domain::id::UserId;

/// A mentor and a mentee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pair {
    /// Who helps.
    pub mentor_id: UserId,
    /// Who is helped.
    pub mentee_id: UserId,
}

/// Somebody whose row is held, as they are since then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The person.
    pub id: UserId,
    /// How many mentees they take, if they are a mentor who was approved.
    pub places: Option<u32>,
    /// How many of these places are taken.
    pub load: u32,
    /// Whether they are a mentee.
    pub is_mentee: bool,
    /// Whether their account may be matched: active, and its address proven.
    pub is_ready: bool,
}

/// What is known of everybody who may be brought together at once.
#[derive(Clone, Debug, Default)]
pub struct Admission {
    people: HashMap<UserId, Candidate>,
    pairs: HashSet<Pair>,
}

impl Admission {
    /// Takes the people whose rows are held, and the pairs of them that work together already.
    #[must_use]
    pub fn new(people: Vec<Candidate>, pairs: Vec<Pair>) -> Self {
        Self {
            people: people
                .into_iter()
                .map(|person| (person.id, person))
                .collect(),
            pairs: pairs.into_iter().collect(),
        }
    }

    /// Gives a mentee one of the mentor's places; tells whether it is one more than the mentor takes.
    ///
    /// # Errors
    /// When one of them cannot be matched, they work together already, or no place is left and `may_exceed` is false.
    pub fn admit(&mut self, pair: Pair, may_exceed: bool) -> Result<bool, MentorshipError> {
        let is_open = |person: &Candidate| person.is_ready && person.is_mentee;
        if !self.people.get(&pair.mentee_id).is_some_and(is_open) {
            return Err(MentorshipError::MenteeUnavailable);
        }
        if self.pairs.contains(&pair) {
            return Err(MentorshipError::PairExists);
        }
        let mentor = self.people.get_mut(&pair.mentor_id);
        let mentor = mentor.filter(|mentor| mentor.is_ready);
        let mentor = mentor.ok_or(MentorshipError::MentorUnavailable)?;
        let places = mentor.places.ok_or(MentorshipError::MentorUnavailable)?;
        let is_over = mentor.load >= places;
        if is_over && !may_exceed {
            return Err(MentorshipError::MentorFull);
        }
        mentor.load += 1;
        self.pairs.insert(pair);
        Ok(is_over)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(number: u128) -> UserId {
        Uuid::from_u128(number).into()
    }

    fn pair(mentor: u128, mentee: u128) -> Pair {
        Pair {
            mentor_id: id(mentor),
            mentee_id: id(mentee),
        }
    }

    fn mentor(number: u128, places: u32, load: u32) -> Candidate {
        Candidate {
            id: id(number),
            places: Some(places),
            load,
            is_mentee: false,
            is_ready: true,
        }
    }

    fn mentee(number: u128) -> Candidate {
        Candidate {
            places: None,
            is_mentee: true,
            ..mentor(number, 0, 0)
        }
    }

    #[test]
    fn the_last_place_goes_to_one_mentee() {
        let mut admission =
            Admission::new(vec![mentor(1, 2, 1), mentee(11), mentee(12)], Vec::new());

        assert_eq!(admission.admit(pair(1, 11), false), Ok(false));
        let refused = admission.admit(pair(1, 12), false);
        assert_eq!(refused, Err(MentorshipError::MentorFull));
        assert_eq!(admission.admit(pair(1, 12), true), Ok(true));
    }

    #[test]
    fn two_people_work_together_once() {
        let people = vec![mentor(1, 5, 1), mentee(11), mentee(12)];
        let mut admission = Admission::new(people, vec![pair(1, 11)]);

        let known = admission.admit(pair(1, 11), true);
        assert_eq!(known, Err(MentorshipError::PairExists));
        assert_eq!(admission.admit(pair(1, 12), false), Ok(false));
        let again = admission.admit(pair(1, 12), false);
        assert_eq!(again, Err(MentorshipError::PairExists));
    }

    #[test]
    fn nobody_is_matched_who_may_not_be() {
        let gone = Candidate {
            is_ready: false,
            ..mentee(11)
        };
        let unvetted = Candidate {
            places: None,
            ..mentor(2, 5, 0)
        };
        let mut admission =
            Admission::new(vec![mentor(1, 5, 0), unvetted, gone, mentee(12)], vec![]);

        for (pair, refused) in [
            (pair(1, 11), MentorshipError::MenteeUnavailable),
            (pair(1, 99), MentorshipError::MenteeUnavailable),
            (pair(1, 2), MentorshipError::MenteeUnavailable),
            (pair(2, 12), MentorshipError::MentorUnavailable),
            (pair(99, 12), MentorshipError::MentorUnavailable),
        ] {
            assert_eq!(admission.admit(pair, true), Err(refused));
        }
    }
}
