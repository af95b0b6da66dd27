//! From people to a draft: scored, solved, proven, compared with the run before, and explained.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::cast::{Board, Cast, DraftError, Pin};
use super::{Certificate, Earlier, Figures, Gap, Later, Move, Order, changes};
use crate::domain::assignment::{Settings, Solution, measure, solve, verify};
use crate::domain::id::UserId;
use crate::domain::matching::Scored;
use crate::domain::mentorship::Pair;
use crate::domain::score::Thousandths;

/// How many pairs of each person the solver starts from; it looks at the others until none is missed.
const DEPTH: usize = 50;

/// A pair of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Who gets whom.
    pub pair: Pair,
    /// How well the two fit, and why.
    pub scored: Scored,
    /// Whether an admin decided on it.
    pub is_pinned: bool,
}

/// What a run comes to.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The pairs, by mentee; of each mentee the best first.
    pub pairs: Vec<Found>,
    /// Who got less than they wanted.
    pub gaps: Vec<Gap>,
    /// Whose mentors are others than in the run before.
    pub moves: BTreeMap<UserId, Vec<Move>>,
    /// The whole in figures.
    pub figures: Figures,
    /// What proves it.
    pub certificate: Certificate,
}

/// Finds the best assignment of a cast, and proves it. `on_mentee` hears how many mentees are scored.
///
/// # Errors
/// When there are too many people, a pinned pair cannot be, or the proof fails.
pub fn draft(
    cast: &Cast,
    order: &Order,
    earlier: Option<&Earlier>,
    on_mentee: &dyn Fn(usize),
) -> Result<Draft, DraftError> {
    let board = cast.board(order, on_mentee)?;
    let objective = order.mode.objective();
    let settings = Settings { depth: Some(DEPTH) };
    let solution = solve(&board.sides, &board.scores, objective, settings);
    verify(&board.sides, &board.scores, objective, &solution)?;
    let pairs = explain(cast, &board, &solution);
    let gaps = gaps(cast, &board, &pairs);
    let moves = earlier.map_or_else(BTreeMap::new, |earlier| {
        moves(cast, &board, &pairs, earlier)
    });
    let counts = Figures {
        gaps: count(gaps.len()),
        changes: count(moves.len()),
        ..figures(cast, &pairs, &solution)
    };
    let measures = measure(&board.sides, &board.scores, &solution.pairs);
    Ok(Draft {
        figures: counts.measured(&measures),
        certificate: Certificate {
            mentees: cast.seekers.iter().map(|seeker| seeker.id).collect(),
            mentors: board.mentors,
            floors: solution.floors,
            prices: solution.prices,
            proofs: solution.proofs,
        },
        pairs,
        gaps,
        moves,
    })
}

/// Scores the pairs of a solution once more, with their reasons.
fn explain(cast: &Cast, board: &Board, solution: &Solution) -> Vec<Found> {
    let mut mentors: BTreeMap<usize, Vec<(UserId, bool)>> = BTreeMap::new();
    for Pin { mentee, mentor, .. } in &board.pins {
        let of_mentee = mentors.entry(*mentee).or_default();
        of_mentee.push((board.mentors[*mentor], true));
    }
    for pair in &solution.pairs {
        let of_mentee = mentors.entry(pair.mentee as usize).or_default();
        of_mentee.push((board.mentors[pair.mentor as usize], false));
    }
    let mut found = Vec::with_capacity(solution.pairs.len() + board.pins.len());
    for (mentee, chosen) in mentors {
        let seeker = &cast.seekers[mentee];
        let ranking = cast.ranking(seeker);
        let mut pairs = Vec::with_capacity(chosen.len());
        for partial in ranking.each() {
            let mentor_id = partial.mentor_id();
            if let Some((_, is_pinned)) = chosen.iter().find(|(id, _)| *id == mentor_id) {
                pairs.push(Found {
                    pair: Pair {
                        mentor_id,
                        mentee_id: seeker.id,
                    },
                    scored: ranking.finish(&partial, cast.free(mentor_id)),
                    is_pinned: *is_pinned,
                });
            }
        }
        pairs.sort_by_key(|found| (std::cmp::Reverse(found.scored.score), found.pair.mentor_id));
        found.append(&mut pairs);
    }
    found
}

fn gaps(cast: &Cast, board: &Board, pairs: &[Found]) -> Vec<Gap> {
    let made: HashSet<Pair> = pairs.iter().map(|found| found.pair).collect();
    let mut got: HashMap<UserId, u32> = HashMap::new();
    for found in pairs {
        *got.entry(found.pair.mentee_id).or_default() += 1;
        *got.entry(found.pair.mentor_id).or_default() += 1;
    }
    let got = |id: &UserId| got.get(id).copied().unwrap_or(0);
    let pair = |mentee: usize, mentor: usize| Pair {
        mentor_id: board.mentors[mentor],
        mentee_id: cast.seekers[mentee].id,
    };
    let of_mentee = |(number, seeker): (usize, &super::Seeker)| {
        let others = board.scores.of(number).filter_map(|(mentor, score)| {
            let pair = pair(number, mentor as usize);
            let is_other = !made.contains(&pair);
            is_other.then_some((pair.mentor_id, Thousandths::new(score)))
        });
        let wanted = seeker.wants.saturating_sub(seeker.has);
        Gap::of_mentee(seeker.id, [wanted, got(&seeker.id)], others)
    };
    let of_mentor = |(number, id): (usize, &UserId)| {
        let places = board.sides.capacities[number];
        let others = (0..cast.seekers.len()).filter_map(|mentee| {
            let score = board.scores.get(mentee, number)?;
            let is_looking = board.sides.mentees[mentee].open() > 0;
            is_looking.then_some((cast.seekers[mentee].id, Thousandths::new(score)))
        });
        let is_alone = places > 0 && got(id) == 0;
        is_alone.then(|| Gap::of_mentor(*id, places, others))
    };
    let mentees = cast.seekers.iter().enumerate().filter_map(of_mentee);
    let mentors = board.mentors.iter().enumerate().filter_map(of_mentor);
    mentees.chain(mentors).collect()
}

fn moves(
    cast: &Cast,
    board: &Board,
    pairs: &[Found],
    earlier: &Earlier,
) -> BTreeMap<UserId, Vec<Move>> {
    let now: HashMap<Pair, Thousandths> = pairs
        .iter()
        .map(|found| (found.pair, found.scored.score))
        .collect();
    let score = |pair: Pair| {
        let mentee = cast
            .seekers
            .binary_search_by_key(&pair.mentee_id, |seeker| seeker.id);
        let mentor = board.mentors.binary_search(&pair.mentor_id);
        let known = board.scores.get(mentee.ok()?, mentor.ok()?);
        known.map(Thousandths::new)
    };
    let later = Later {
        people: cast.people(),
        pairs: &now,
        score: &score,
    };
    changes(earlier, &later)
}

fn figures(cast: &Cast, pairs: &[Found], solution: &Solution) -> Figures {
    let people = cast.people();
    let scores = pairs
        .iter()
        .map(|found| i64::from(found.scored.score.get()));
    let mut matched: Vec<UserId> = pairs.iter().map(|found| found.pair.mentee_id).collect();
    matched.dedup();
    Figures {
        mentees: count(people.mentees.len()),
        mentors: count(people.mentors.len()),
        places: cast.places.values().sum(),
        pairs: count(pairs.len()),
        matched: count(matched.len()),
        total: scores.sum(),
        floors: solution.floors,
        words_only: cast.words_only,
        ..Figures::default()
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
