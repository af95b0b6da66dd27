//! The solver against solvers that are not ours: the same totals, to the last digit.

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;
use proptest::prelude::*;

use super::*;

/// Chances that do not depend on the machine (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((bits ^ (bits >> 31)) % u64::from(sides)).unwrap()
    }
}

/// People with as many wants and places at most, and each pair allowed with a chance of `density` in 100.
fn instance(dice: &mut Dice, people: u32, most: u32, density: u32) -> (Sides, Vec<Pair>) {
    let mentees = (0..people).map(|_| Mentee {
        wants: 1 + dice.roll(most),
        kept: 0,
    });
    let mentees = mentees.collect();
    let capacities = (0..people).map(|_| dice.roll(most + 1)).collect();
    let mut pairs = Vec::new();
    for (mentee, mentor) in (0..people).flat_map(|i| (0..people).map(move |j| (i, j))) {
        if dice.roll(100) < density {
            let score = i32::try_from(dice.roll(100_001)).unwrap();
            pairs.push(Pair {
                mentee,
                mentor,
                score,
            });
        }
    }
    (
        Sides {
            mentees,
            capacities,
        },
        pairs,
    )
}

fn solved(sides: &Sides, pairs: &[Pair], objective: Objective) -> Solution {
    let scores = Sparse::new(sides, pairs).unwrap();
    let whole = solve(sides, &scores, objective, Settings::default());
    let settings = Settings { depth: Some(8) };
    let by_columns = solve(sides, &scores, objective, settings);
    for solution in [&whole, &by_columns] {
        assert_eq!(verify(sides, &scores, objective, solution), Ok(()));
    }
    assert_eq!(by_columns.total(), whole.total());
    whole
}

/// One mentor each, over copies of the mentors' places and as many places that are nobody's.
fn hungarian(sides: &Sides, pairs: &[Pair]) -> i64 {
    let places = (0..index(sides.capacities.len()))
        .flat_map(|mentor| (0..sides.capacities[mentor as usize]).map(move |_| mentor));
    let places: Vec<u32> = places.collect();
    let rows = sides.mentees.len();
    let mut weights = Matrix::new(rows, places.len() + rows, 0_i64);
    for pair in pairs {
        for (place, _) in places
            .iter()
            .enumerate()
            .filter(|(_, mentor)| **mentor == pair.mentor)
        {
            weights[(pair.mentee as usize, place)] = i64::from(pair.score);
        }
    }
    kuhn_munkres(&weights).0
}

/// The linear program whose corners are the assignments; `at_least` asks each mentee for so many from a score up.
fn linear(sides: &Sides, pairs: &[Pair], at_least: &[(u32, i32)]) -> Option<i64> {
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let take = |pair: &Pair| problem.add_var(f64::from(pair.score), (0.0, 1.0));
    let taken: Vec<Variable> = pairs.iter().map(take).collect();
    let sum = |of: &dyn Fn(&Pair) -> bool| -> Vec<(Variable, f64)> {
        let chosen = pairs.iter().zip(&taken).filter(|(pair, _)| of(pair));
        chosen.map(|(_, taken)| (*taken, 1.0)).collect()
    };
    for (mentee, person) in (0..).zip(&sides.mentees) {
        let own = sum(&|pair| pair.mentee == mentee);
        problem.add_constraint(own, ComparisonOp::Le, f64::from(person.wants));
        for (count, floor) in at_least.iter().filter(|(count, _)| *count <= person.wants) {
            let good = sum(&|pair| pair.mentee == mentee && pair.score >= *floor);
            problem.add_constraint(good, ComparisonOp::Ge, f64::from(*count));
        }
    }
    for (mentor, places) in (0..).zip(&sides.capacities) {
        let own = sum(&|pair| pair.mentor == mentor);
        problem.add_constraint(own, ComparisonOp::Le, f64::from(*places));
    }
    let objective = problem.solve().ok()?.objective();
    assert!((objective - objective.round()).abs() < 1e-3, "{objective}");
    format!("{objective:.0}").parse().ok()
}

#[test]
fn the_hungarian_method_finds_the_same_total() {
    let mut dice = Dice(7);
    for people in [1, 2, 5, 13, 40, 90, 200] {
        let (mut sides, pairs) = instance(&mut dice, people, 3, 60);
        sides.mentees.iter_mut().for_each(|mentee| mentee.wants = 1);

        let total = solved(&sides, &pairs, Objective::Total).total();

        assert_eq!(total, hungarian(&sides, &pairs), "{people} people");
    }
}

#[test]
fn a_linear_program_finds_the_same_total() {
    let mut dice = Dice(11);
    for (people, density) in [(3, 100), (10, 100), (25, 50), (60, 20), (200, 4)] {
        let (sides, pairs) = instance(&mut dice, people, 3, density);

        let total = solved(&sides, &pairs, Objective::Total).total();

        assert_eq!(Some(total), linear(&sides, &pairs, &[]), "{people} people");
    }
}

#[test]
fn a_linear_program_can_hold_the_floors_and_none_higher() {
    let mut dice = Dice(13);
    for people in [4, 12, 40] {
        let (mut sides, pairs) = instance(&mut dice, people, 3, 100);
        sides.mentees.iter_mut().for_each(|mentee| mentee.wants = 3);
        sides.capacities.iter_mut().for_each(|places| *places += 3);
        let fair = solved(&sides, &pairs, Objective::Fair);
        let floors = fair.floors.0.map(Option::unwrap);
        let mut at_least: Vec<(u32, i32)> = (1..).zip(floors).collect();

        assert_eq!(Some(fair.total()), linear(&sides, &pairs, &at_least));
        for level in (0..LEVELS).rev() {
            at_least[level].1 += 1;
            assert_eq!(linear(&sides, &pairs, &at_least), None, "level {level}");
            at_least.pop();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn both_find_the_same_total_of_any_size(seed in any::<u64>(), people in 1..30_u32, density in 5..=100_u32) {
        let (mut sides, pairs) = instance(&mut Dice(seed), people, 3, density);
        prop_assert_eq!(Some(solved(&sides, &pairs, Objective::Total).total()), linear(&sides, &pairs, &[]));

        sides.mentees.iter_mut().for_each(|mentee| mentee.wants = 1);
        prop_assert_eq!(solved(&sides, &pairs, Objective::Total).total(), hungarian(&sides, &pairs));
    }
}
