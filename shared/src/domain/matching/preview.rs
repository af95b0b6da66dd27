//! A preview: recent matches scored by a draft and by the version in use, so that an admin sees who would move.
//!
//! What was scored when a match was made is taken as it was; a component that the program did not count then is scored
//! from the profiles of today.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::catalog::Catalog;
use super::counterfactual::limited;
use super::facts::{Ask, MenteeFacts};
use super::fixed::{decimal, points};
use super::free::FreeSlots;
use super::program::Program;
use super::rating;
use super::scored::{Component, ComponentName};
use crate::domain::id::{MatchId, UserId};
use crate::domain::score::Thousandths;

/// How many moves are shown, the largest first.
const SHOWN: usize = 50;

/// A match that was made lately.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Names it.
    pub id: MatchId,
    /// To whom it was proposed.
    pub mentee_id: UserId,
    /// Who was proposed.
    pub mentor_id: UserId,
    /// The parts of its score.
    pub components: Vec<Component>,
    /// The matches of one request were made at the same moment.
    pub created_at: Timestamp,
}

/// What is known today of the people in a sample.
#[derive(Clone, Copy)]
pub struct Today<'a> {
    /// The mentors.
    pub catalog: &'a Catalog,
    /// The mentees.
    pub mentees: &'a HashMap<UserId, MenteeFacts>,
    /// How many free slots the mentors have.
    pub free: &'a HashMap<UserId, u32>,
}

/// One match that a draft would score or place otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The match.
    pub match_id: MatchId,
    /// To whom it was proposed.
    pub mentee_id: UserId,
    /// Who was proposed.
    pub mentor_id: UserId,
    /// The scores before and after.
    pub scores: [Thousandths; 2],
    /// The places among the matches of the same request, before and after, the best 1.
    pub ranks: [u32; 2],
}

/// What a draft would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// How many requests were looked at.
    pub requests: u32,
    /// How many matches they found.
    pub matches: u32,
    /// How many matches were left out, because one of the two has left or has paused.
    pub skipped: u32,
    /// In how many requests another mentor would come first.
    pub first_changes: u32,
    /// How many matches are weak, before and after.
    pub weak: [u32; 2],
    /// How many matches would move.
    pub moved: u32,
    /// The moves, the largest change of a score first.
    pub moves: Vec<Move>,
}

/// Scores a sample by the version in use and by a draft.
#[must_use]
pub fn preview(sample: &[Sample], today: Today<'_>, [before, after]: [&Program; 2]) -> Preview {
    let mut preview = Preview::default();
    let mut requests: BTreeMap<(Timestamp, UserId), Vec<Move>> = BTreeMap::new();
    let rankings = Raws::of(sample, today, [before, after]);
    for found in sample {
        let scores = [before, after].map(|program| rankings.score(found, program));
        let [Some(was), Some(is)] = scores else {
            preview.skipped += 1;
            continue;
        };
        let request = requests.entry((found.created_at, found.mentee_id));
        request.or_default().push(Move {
            match_id: found.id,
            mentee_id: found.mentee_id,
            mentor_id: found.mentor_id,
            scores: [was, is],
            ranks: [0, 0],
        });
    }
    for mut request in requests.into_values() {
        place(&mut request);
        preview.count(&request, [before, after]);
        preview.moves.append(&mut request);
    }
    preview.largest_first();
    preview
}

/// Numbers the matches of one request by their scores, before and after.
fn place(request: &mut [Move]) {
    for side in [0, 1] {
        request.sort_by_key(|found| (Reverse(found.scores[side]), found.mentor_id));
        for (rank, found) in (1..).zip(request.iter_mut()) {
            found.ranks[side] = rank;
        }
    }
}

impl Preview {
    fn count(&mut self, request: &[Move], programs: [&Program; 2]) {
        self.requests += 1;
        self.first_changes += u32::from(request.first().is_some_and(|first| first.ranks[0] != 1));
        for found in request {
            self.matches += 1;
            for side in [0, 1] {
                let is_weak = found.scores[side] < programs[side].good_score();
                self.weak[side] += u32::from(is_weak);
            }
        }
    }

    fn largest_first(&mut self) {
        self.moves
            .retain(|found| found.scores[0] != found.scores[1] || found.ranks[0] != found.ranks[1]);
        self.moves.sort_by_key(|found| {
            let change = (found.scores[1] - found.scores[0]).get().abs();
            (Reverse(change), found.match_id)
        });
        self.moved = u32::try_from(self.moves.len()).unwrap_or(u32::MAX);
        self.moves.truncate(SHOWN);
    }
}

/// How well the pairs of a sample fit, component by component.
struct Raws<'a> {
    today: Today<'a>,
    /// Of the mentees for whom something was not scored when their matches were made.
    fresh: HashMap<(UserId, UserId, ComponentName), u32>,
}

impl<'a> Raws<'a> {
    fn of(sample: &[Sample], today: Today<'a>, programs: [&Program; 2]) -> Self {
        let mut missing: BTreeMap<UserId, Vec<&Sample>> = BTreeMap::new();
        for found in sample {
            let names = programs.iter().flat_map(|program| names(program));
            if names.into_iter().any(|name| stored(found, name).is_none()) {
                missing.entry(found.mentee_id).or_default().push(found);
            }
        }
        let mut fresh = HashMap::new();
        let ask = Ask::default();
        for (mentee, matches) in missing {
            let Some(facts) = today.mentees.get(&mentee) else {
                continue;
            };
            for program in programs {
                let ranking = today.catalog.rank(facts, &ask, program);
                for found in &matches {
                    for name in names(program) {
                        let score = ranking.component_score(found.mentor_id, name);
                        let key = (mentee, found.mentor_id, name);
                        fresh.extend(score.map(|score| (key, score.get().unsigned_abs())));
                    }
                }
            }
        }
        Self { today, fresh }
    }

    fn score(&self, found: &Sample, program: &Program) -> Option<Thousandths> {
        let mut weighted = 0;
        for (name, weight) in program.weights().parts() {
            let fits = stored(found, name).or_else(|| self.today(found, name))?;
            weighted += points(fits, weight);
        }
        let rating = stored(found, ComponentName::Rating).map_or(0, rating::points_of);
        let weighted = i32::try_from(weighted).unwrap_or(i32::MAX);
        Some(decimal(limited(weighted.saturating_add(rating))))
    }

    fn today(&self, found: &Sample, name: ComponentName) -> Option<u32> {
        if name == ComponentName::Availability {
            let free = self.today.free.get(&found.mentor_id);
            return free.map(|count| FreeSlots::score(*count));
        }
        let key = (found.mentee_id, found.mentor_id, name);
        self.fresh.get(&key).copied()
    }
}

fn names(program: &Program) -> Vec<ComponentName> {
    program.weights().parts().map(|(name, _)| name).collect()
}

fn stored(found: &Sample, name: ComponentName) -> Option<u32> {
    let component = found.components.iter().find(|part| part.name == name)?;
    u32::try_from(component.score.get()).ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{list, mentor};
    use super::*;
    use crate::domain::matching::{MentorFacts, Weights};
    use crate::domain::profile::StartupStage;
    use uuid::Uuid;

    fn weighing(parts: &[(ComponentName, u32)]) -> Program {
        Program::office_hours().weighing(Weights::new(parts.iter().copied()).unwrap())
    }

    fn mentors() -> Vec<MentorFacts> {
        let stages = vec![StartupStage::Seed];
        let expert = MentorFacts {
            stages,
            ..mentor(1)
        };
        let cook = MentorFacts {
            industries: list(&["Food"]),
            location: Some("Berlin".to_owned()),
            ..mentor(2)
        };
        vec![expert, cook]
    }

    fn founder() -> MenteeFacts {
        MenteeFacts {
            startup_stage: Some(StartupStage::Seed),
            industry_focus: list(&["Food"]),
            location: Some("Berlin".to_owned()),
            ..MenteeFacts::default()
        }
    }

    /// What the two mentors got under a program, as it would have been stored.
    fn sample(catalog: &Catalog, program: &Program) -> Vec<Sample> {
        let (facts, ask) = (founder(), Ask::default());
        let ranking = catalog.rank(&facts, &ask, program);
        let one = |(number, partial)| Sample {
            id: MatchId::from(Uuid::from_u128(number)),
            mentee_id: UserId::from(Uuid::from_u128(9)),
            mentor_id: crate::domain::matching::Partial::mentor_id(partial),
            components: ranking.finish(partial, 4).components,
            created_at: Timestamp::UNIX_EPOCH,
        };
        (1..).zip(&ranking.partials()).map(one).collect()
    }

    #[test]
    fn a_draft_shows_who_would_move_and_by_how_much() {
        let catalog = Catalog::build(mentors());
        let before = weighing(&[(ComponentName::Stage, 60), (ComponentName::Industry, 40)]);
        let after = weighing(&[(ComponentName::Stage, 30), (ComponentName::Industry, 70)]);
        let (mentees, free) = (HashMap::new(), HashMap::new());
        let today = Today {
            catalog: &Catalog::build(Vec::new()),
            mentees: &mentees,
            free: &free,
        };

        let preview = preview(&sample(&catalog, &before), today, [&before, &after]);

        let seen = |found: &Move| {
            (
                found.mentor_id,
                found.scores.map(Thousandths::get),
                found.ranks,
            )
        };
        assert_eq!(
            preview.moves.iter().map(seen).collect::<Vec<_>>(),
            [
                (mentor(1).id, [60_000, 30_000], [1, 2]),
                (mentor(2).id, [40_000, 70_000], [2, 1]),
            ]
        );
        assert_eq!(
            (preview.requests, preview.matches, preview.skipped),
            (1, 2, 0)
        );
        assert_eq!((preview.first_changes, preview.weak), (1, [2, 1]));
    }

    #[test]
    fn a_component_that_was_not_counted_is_scored_from_today() {
        let catalog = Catalog::build(mentors());
        let before = weighing(&[(ComponentName::Stage, 100)]);
        let after = weighing(&[
            (ComponentName::Location, 60),
            (ComponentName::Availability, 40),
        ]);
        let sample = sample(&catalog, &before);
        let mentees = HashMap::from([(UserId::from(Uuid::from_u128(9)), founder())]);
        let free = HashMap::from([(mentor(2).id, 2)]);
        let today = Today {
            catalog: &catalog,
            mentees: &mentees,
            free: &free,
        };

        let preview = preview(&sample, today, [&before, &after]);

        assert_eq!(preview.skipped, 1, "nothing is known of the slots of one");
        assert_eq!(preview.moves.len(), 1);
        assert_eq!(
            preview.moves[0].scores,
            [Thousandths::ZERO, Thousandths::new(70_000)]
        );
    }

    #[test]
    fn the_version_in_use_moves_nobody() {
        let catalog = Catalog::build(mentors());
        let program = Program::office_hours();
        let (mentees, free) = (HashMap::new(), HashMap::new());
        let today = Today {
            catalog: &catalog,
            mentees: &mentees,
            free: &free,
        };

        let preview = preview(&sample(&catalog, &program), today, [&program, &program]);

        assert_eq!((preview.matches, preview.moved), (2, 0));
    }
}
