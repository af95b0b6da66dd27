//! Who has other mentors than in the run before, and why.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::words;
use crate::domain::id::UserId;
use crate::domain::mentorship::Pair;
use crate::domain::score::Thousandths;

words! {
    /// Why a mentee lost a mentor of the run before, or got one whom they did not have there.
    MoveReason {
        /// Lost: the mentee does not look for a mentor any more.
        MenteeLeft = "mentee_left",
        /// Lost: the mentor cannot be matched any more, or has no place left.
        MentorLeft = "mentor_left",
        /// Lost: the two may not be matched any more.
        NowExcluded = "now_excluded",
        /// Lost: the two fit less than before.
        ScoreFell = "score_fell",
        /// Lost: the place does more for somebody else now.
        PlaceLost = "place_lost",
        /// Got: the mentee was not there before.
        MenteeJoined = "mentee_joined",
        /// Got: the mentor was not there before, or had no place.
        MentorJoined = "mentor_joined",
        /// Got: the place does more for this mentee now.
        PlaceWon = "place_won",
    }
}

/// One mentor whom a mentee lost or got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The mentor.
    pub mentor_id: UserId,
    /// Why.
    pub reason: MoveReason,
    /// How well the two fit in the run before, if they were matched there.
    pub score_before: Option<Thousandths>,
    /// How well the two fit now, if they may be matched.
    pub score_now: Option<Thousandths>,
}

/// Who took part in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Population {
    /// The mentees who looked for somebody.
    pub mentees: HashSet<UserId>,
    /// The mentors who had places.
    pub mentors: HashSet<UserId>,
}

/// The run before.
#[derive(Clone, Debug, Default)]
pub struct Earlier {
    /// Who took part.
    pub people: Population,
    /// Who got whom.
    pub pairs: HashMap<Pair, Thousandths>,
    /// Those of them who work together by now.
    pub made: HashSet<Pair>,
}

/// The run that is compared with it.
pub struct Later<'a> {
    /// Who takes part.
    pub people: Population,
    /// Who gets whom.
    pub pairs: &'a HashMap<Pair, Thousandths>,
    /// How well two fit who may be matched.
    pub score: &'a dyn Fn(Pair) -> Option<Thousandths>,
}

/// Compares two runs, mentee by mentee; of each first the mentors who were lost, then those who were got. Whoever works
/// together since the run before has lost nobody.
#[must_use]
pub fn changes(earlier: &Earlier, later: &Later<'_>) -> BTreeMap<UserId, Vec<Move>> {
    let mut all: BTreeMap<UserId, Vec<Move>> = BTreeMap::new();
    let mut lost: Vec<_> = earlier.pairs.iter().collect();
    lost.retain(|(pair, _)| !later.pairs.contains_key(pair) && !earlier.made.contains(pair));
    lost.sort_by_key(|(pair, _)| pair.mentor_id);
    for (pair, before) in lost {
        let found = lose(later, *pair, *before);
        all.entry(pair.mentee_id).or_default().push(found);
    }
    let mut got: Vec<_> = later.pairs.iter().collect();
    got.retain(|(pair, _)| !earlier.pairs.contains_key(pair));
    got.sort_by_key(|(pair, _)| pair.mentor_id);
    for (pair, now) in got {
        let found = get(earlier, *pair, *now);
        all.entry(pair.mentee_id).or_default().push(found);
    }
    all
}

fn lose(later: &Later<'_>, pair: Pair, before: Thousandths) -> Move {
    let is_there = later.people.mentees.contains(&pair.mentee_id);
    let score_now = is_there.then(|| (later.score)(pair)).flatten();
    let reason = match score_now {
        _ if !is_there => MoveReason::MenteeLeft,
        _ if !later.people.mentors.contains(&pair.mentor_id) => MoveReason::MentorLeft,
        None => MoveReason::NowExcluded,
        Some(now) if now < before => MoveReason::ScoreFell,
        Some(_) => MoveReason::PlaceLost,
    };
    Move {
        mentor_id: pair.mentor_id,
        reason,
        score_before: Some(before),
        score_now,
    }
}

fn get(earlier: &Earlier, pair: Pair, now: Thousandths) -> Move {
    let reason = if !earlier.people.mentees.contains(&pair.mentee_id) {
        MoveReason::MenteeJoined
    } else if !earlier.people.mentors.contains(&pair.mentor_id) {
        MoveReason::MentorJoined
    } else {
        MoveReason::PlaceWon
    };
    Move {
        mentor_id: pair.mentor_id,
        reason,
        score_before: None,
        score_now: Some(now),
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

    fn people(mentees: &[u128], mentors: &[u128]) -> Population {
        Population {
            mentees: mentees.iter().copied().map(id).collect(),
            mentors: mentors.iter().copied().map(id).collect(),
        }
    }

    fn pairs(list: &[(u128, u128, i32)]) -> HashMap<Pair, Thousandths> {
        list.iter()
            .map(|(mentor, mentee, score)| (pair(*mentor, *mentee), Thousandths::new(*score)))
            .collect()
    }

    /// The reasons of one mentee, with the mentors.
    fn reasons(
        earlier: &Earlier,
        later: (Population, &[(u128, u128, i32)]),
        scores: &[(u128, u128, i32)],
    ) -> BTreeMap<UserId, Vec<(UserId, MoveReason)>> {
        let scores = pairs(scores);
        let now = pairs(later.1);
        let later = Later {
            people: later.0,
            pairs: &now,
            score: &|pair| scores.get(&pair).or_else(|| now.get(&pair)).copied(),
        };
        let named = |moves: Vec<Move>| moves.into_iter().map(|one| (one.mentor_id, one.reason));
        changes(earlier, &later)
            .into_iter()
            .map(|(mentee, moves)| (mentee, named(moves).collect()))
            .collect()
    }

    #[test]
    fn the_same_pairs_are_no_change() {
        let earlier = Earlier {
            people: people(&[11], &[1]),
            pairs: pairs(&[(1, 11, 50)]),
            made: HashSet::new(),
        };
        let later = (people(&[11], &[1]), &[(1, 11, 70)][..]);
        assert_eq!(reasons(&earlier, later, &[]), BTreeMap::new());
    }

    #[test]
    fn every_mentor_who_was_lost_or_got_has_a_reason() {
        let earlier = Earlier {
            people: people(&[11, 12, 13, 14, 15], &[1, 2, 3]),
            pairs: pairs(&[
                (1, 11, 50),
                (1, 12, 50),
                (2, 13, 50),
                (3, 14, 50),
                (3, 15, 50),
            ]),
            made: HashSet::new(),
        };
        let later = (
            people(&[12, 13, 14, 15, 16], &[1, 3, 4]),
            &[(1, 16, 60), (4, 13, 40), (1, 14, 70)][..],
        );
        let scores = [(1, 12, 50), (3, 15, 20)];
        let expected = [
            (id(11), vec![(id(1), MoveReason::MenteeLeft)]),
            (id(12), vec![(id(1), MoveReason::PlaceLost)]),
            (
                id(13),
                vec![
                    (id(2), MoveReason::MentorLeft),
                    (id(4), MoveReason::MentorJoined),
                ],
            ),
            (
                id(14),
                vec![
                    (id(3), MoveReason::NowExcluded),
                    (id(1), MoveReason::PlaceWon),
                ],
            ),
            (id(15), vec![(id(3), MoveReason::ScoreFell)]),
            (id(16), vec![(id(1), MoveReason::MenteeJoined)]),
        ];
        assert_eq!(
            reasons(&earlier, later, &scores),
            expected.into_iter().collect()
        );
    }

    #[test]
    fn whoever_works_together_since_then_has_lost_nobody() {
        let earlier = Earlier {
            people: people(&[11], &[1]),
            pairs: pairs(&[(1, 11, 50)]),
            made: HashSet::from([pair(1, 11)]),
        };
        let later = (people(&[11], &[1]), &[][..]);
        assert_eq!(reasons(&earlier, later, &[]), BTreeMap::new());
    }
}
