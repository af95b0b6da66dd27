//! The rules of the assignment, on instances small enough to try everything.

use proptest::prelude::*;

use super::*;

/// Pairs as `(mentee, mentor, score)`.
fn sparse(sides: &Sides, pairs: &[(u32, u32, i32)]) -> Sparse {
    let pair = |(mentee, mentor, score)| Pair {
        mentee,
        mentor,
        score,
    };
    let pairs: Vec<Pair> = pairs.iter().copied().map(pair).collect();
    Sparse::new(sides, &pairs).unwrap()
}

fn sides(wants: &[u32], capacities: &[u32]) -> Sides {
    let mentee = |wants: &u32| Mentee {
        wants: *wants,
        kept: 0,
    };
    Sides {
        mentees: wants.iter().map(mentee).collect(),
        capacities: capacities.to_vec(),
    }
}

/// Solves over all pairs at once and by columns, verifies both, and returns the first.
fn solved(sides: &Sides, scores: &Sparse, objective: Objective) -> Solution {
    let whole = solve(sides, scores, objective, Settings::default());
    assert_eq!(verify(sides, scores, objective, &whole), Ok(()));
    let by_columns = solve(sides, scores, objective, Settings { depth: Some(3) });
    assert_eq!(verify(sides, scores, objective, &by_columns), Ok(()));
    assert_eq!(by_columns.floors, whole.floors);
    assert_eq!(by_columns.total(), whole.total());
    if objective != Objective::Total {
        assert_eq!(by_columns.coverage(sides), whole.coverage(sides));
    }
    whole
}

fn shown(solution: &Solution) -> Vec<(u32, u32)> {
    let pairs = solution.pairs.iter();
    pairs.map(|pair| (pair.mentee, pair.mentor)).collect()
}

/// How good an assignment is to the fair objective: coverage, the worst of each level, the total.
type Rank = (usize, Vec<i32>, i64);

/// Every assignment of a tiny instance.
fn every(sides: &Sides, pairs: &[(u32, u32, i32)]) -> Vec<Vec<(u32, u32, i32)>> {
    let mut all = Vec::new();
    for chosen in 0..1_u32 << pairs.len() {
        let picked = pairs.iter().enumerate();
        let picked = picked.filter(|(place, _)| chosen >> place & 1 == 1);
        let picked: Vec<_> = picked.map(|(_, pair)| *pair).collect();
        let of_mentee = |mentee: usize| picked.iter().filter(move |pair| pair.0 as usize == mentee);
        let of_mentor = |mentor: usize| picked.iter().filter(move |pair| pair.1 as usize == mentor);
        let is_allowed = (0..sides.mentees.len())
            .all(|mentee| of_mentee(mentee).count() <= sides.mentees[mentee].open() as usize)
            && (0..sides.capacities.len())
                .all(|mentor| of_mentor(mentor).count() <= sides.capacities[mentor] as usize);
        if is_allowed {
            all.push(picked);
        }
    }
    all
}

/// The fair objective by its words: level by level the best that can be held, then the total.
fn fairest(sides: &Sides, pairs: &[(u32, u32, i32)]) -> Rank {
    let mut all = every(sides, pairs);
    let scores = |plan: &[(u32, u32, i32)], mentee: usize| {
        let own = plan.iter().filter(move |pair| pair.0 as usize == mentee);
        let mut scores: Vec<i32> = own.map(|pair| pair.2).collect();
        scores.sort_unstable_by(|one, other| other.cmp(one));
        scores
    };
    let covered = |plan: &[(u32, u32, i32)]| {
        let people = 0..sides.mentees.len();
        let has_one =
            |mentee: &usize| sides.mentees[*mentee].kept > 0 || !scores(plan, *mentee).is_empty();
        people.filter(has_one).count()
    };
    let coverage = all.iter().map(|plan| covered(plan)).max().unwrap();
    all.retain(|plan| covered(plan) == coverage);
    let usable = |mentee: usize| {
        let own = pairs.iter().filter(move |pair| pair.0 as usize == mentee);
        own.filter(|pair| sides.capacities[pair.1 as usize] > 0)
            .count()
    };
    let mut floors = Vec::new();
    for level in 0..LEVELS {
        let concerned = (0..sides.mentees.len()).filter(|mentee| {
            let Mentee { wants, kept } = sides.mentees[*mentee];
            let level = index(level);
            kept <= level && level < wants.min(kept + index(usable(*mentee)))
        });
        let concerned: Vec<usize> = concerned.collect();
        if concerned.is_empty() {
            continue;
        }
        let worst = |plan: &[(u32, u32, i32)]| {
            let of = |mentee: &usize| {
                let nth = level - sides.mentees[*mentee].kept as usize;
                scores(plan, *mentee).get(nth).copied()
            };
            // Of the first matches only those count that somebody has.
            let all: Vec<Option<i32>> = concerned.iter().map(of).collect();
            if level == 0 {
                return all.into_iter().flatten().min();
            }
            all.into_iter()
                .collect::<Option<Vec<i32>>>()?
                .into_iter()
                .min()
        };
        let Some(best) = all.iter().filter_map(|plan| worst(plan)).max() else {
            break;
        };
        all.retain(|plan| worst(plan) == Some(best));
        floors.push(best);
    }
    let total = all
        .iter()
        .map(|plan| plan.iter().map(|pair| i64::from(pair.2)).sum());
    (coverage, floors, total.max().unwrap())
}

fn rank(sides: &Sides, solution: &Solution) -> Rank {
    let floors = solution.floors.0.iter().flatten().copied().collect();
    (solution.coverage(sides), floors, solution.total())
}

/// Up to so many people on either side and so many pairs, in scores with many ties.
fn instances(
    people: u32,
    pairs: usize,
    scores: std::ops::RangeInclusive<i32>,
) -> impl Strategy<Value = (Sides, Vec<(u32, u32, i32)>)> {
    let mentee = (0..5_u32, prop_oneof![4 => Just(0_u32), 1 => 0..3_u32]);
    let mentee = mentee.prop_map(|(wants, kept)| Mentee { wants, kept });
    let people = 1..=people as usize;
    let sides = (
        prop::collection::vec(mentee, people.clone()),
        prop::collection::vec(0..4_u32, people),
    );
    sides.prop_flat_map(move |(mentees, capacities)| {
        let (rows, columns) = (index(mentees.len()), index(capacities.len()));
        let pair = ((0..rows, 0..columns), scores.clone());
        let all = prop::collection::btree_map(pair.0, pair.1, 0..=pairs);
        all.prop_map(move |all| {
            let sides = Sides {
                mentees: mentees.clone(),
                capacities: capacities.clone(),
            };
            let pairs = all
                .into_iter()
                .map(|((row, column), score)| (row, column, score));
            (sides, pairs.collect())
        })
    })
}

#[test]
fn the_best_total_is_not_the_best_first_pair() {
    let sides = sides(&[1, 1], &[1, 1]);
    let scores = sparse(
        &sides,
        &[(0, 0, 8000), (0, 1, 5000), (1, 0, 9000), (1, 1, 4000)],
    );

    let total = solved(&sides, &scores, Objective::Total);
    let fair = solved(&sides, &scores, Objective::Fair);
    let stable = solved(&sides, &scores, Objective::Stable);

    assert_eq!(
        (total.total(), shown(&total)),
        (14_000, vec![(0, 1), (1, 0)])
    );
    assert_eq!(
        (fair.total(), fair.floors),
        (14_000, Floors([Some(5000), None, None]))
    );
    assert_eq!(
        (stable.total(), shown(&stable)),
        (14_000, vec![(0, 1), (1, 0)])
    );
}

#[test]
fn who_takes_the_best_first_gets_less_in_all() {
    let sides = sides(&[1, 1], &[1, 1]);
    let scores = sparse(
        &sides,
        &[(0, 0, 9000), (0, 1, 8000), (1, 0, 8000), (1, 1, 1000)],
    );

    assert_eq!(solved(&sides, &scores, Objective::Stable).total(), 10_000);
    assert_eq!(solved(&sides, &scores, Objective::Total).total(), 16_000);
}

#[test]
fn everybody_has_somebody_before_the_total_counts() {
    // The first could have both mentors for more than the second has with either.
    let sides = sides(&[2, 1], &[1, 1]);
    let scores = sparse(&sides, &[(0, 0, 90), (0, 1, 90), (1, 1, 5)]);

    let fair = solved(&sides, &scores, Objective::Fair);

    assert_eq!(shown(&fair), [(0, 0), (1, 1)]);
    assert_eq!(fair.floors, Floors([Some(5), None, None]));
    assert_eq!(solved(&sides, &scores, Objective::Total).total(), 180);
}

#[test]
fn a_floor_concerns_only_those_who_can_reach_it() {
    // The second has one mentor in all, who is no reason to give the first a bad second one.
    let sides = sides(&[2, 2], &[2, 2, 2]);
    let scores = sparse(&sides, &[(0, 0, 50), (0, 1, 40), (0, 2, 30), (1, 0, 70)]);

    let fair = solved(&sides, &scores, Objective::Fair);

    assert_eq!(fair.floors, Floors([Some(50), Some(40), None]));
    assert_eq!(fair.total(), 160);
}

#[test]
fn what_is_decided_already_counts_as_the_first_match() {
    let mut sides = sides(&[2, 1], &[1]);
    let scores = sparse(&sides, &[(0, 0, 90), (1, 0, 10)]);
    sides.mentees[0].kept = 1;

    let fair = solved(&sides, &scores, Objective::Fair);

    assert_eq!(shown(&fair), [(1, 0)], "the first has somebody");
    assert_eq!(fair.coverage(&sides), 2);
}

#[test]
fn an_excluded_pair_is_never_made() {
    let sides = sides(&[1, 1], &[1, 1]);
    let scores = sparse(&sides, &[(0, 0, 9), (0, 1, 1), (1, 0, 8), (1, 1, 7)]);
    let rest = scores.without(&[(0, 0)]);

    assert_eq!((scores.len(), rest.len(), rest.get(0, 0)), (4, 3, None));
    assert_eq!(
        shown(&solved(&sides, &rest, Objective::Fair)),
        [(0, 1), (1, 0)]
    );
}

#[test]
fn ties_fall_by_id() {
    let sides = sides(&[1, 1, 1], &[1, 1]);
    let all: Vec<_> = (0..3)
        .flat_map(|i| (0..2).map(move |j| (i, j, 0)))
        .collect();
    let scores = sparse(&sides, &all);

    for objective in [Objective::Fair, Objective::Stable] {
        assert_eq!(shown(&solved(&sides, &scores, objective)), [(0, 0), (1, 1)]);
    }
}

#[test]
fn nobody_and_nothing_make_an_empty_assignment() {
    for (wants, capacities) in [
        (&[][..], &[][..]),
        (&[3], &[]),
        (&[], &[2]),
        (&[0], &[2]),
        (&[3], &[0]),
    ] {
        let sides = sides(wants, capacities);
        let pairs: &[_] = if wants.is_empty() || capacities.is_empty() {
            &[]
        } else {
            &[(0, 0, 7)]
        };
        let scores = sparse(&sides, pairs);
        for objective in [Objective::Fair, Objective::Total, Objective::Stable] {
            assert!(solved(&sides, &scores, objective).pairs.is_empty());
        }
    }
}

#[test]
fn a_price_is_shown_to_those_without_a_place_too() {
    let sides = sides(&[1, 0], &[0, 1]);
    let scores = sparse(&sides, &[(0, 0, 9), (0, 1, 5), (1, 1, 8)]);

    let prices = solved(&sides, &scores, Objective::Total).prices.unwrap();

    for (mentee, mentor, score) in [(0, 0, 9), (1, 1, 8)] {
        let value = prices.mentees[mentee];
        assert!(value + prices.mentors[mentor] >= score, "{prices:?}");
    }
}

#[test]
fn bad_pairs_are_refused() {
    let sides = sides(&[1], &[1]);
    let new = |pairs: &[(u32, u32, i32)]| {
        let pair = |(mentee, mentor, score): &(u32, u32, i32)| Pair {
            mentee: *mentee,
            mentor: *mentor,
            score: *score,
        };
        let pairs: Vec<Pair> = pairs.iter().map(pair).collect();
        Sparse::new(&sides, &pairs).unwrap_err()
    };

    assert_eq!(new(&[(1, 0, 5)]), SparseError::NoSuchMentee(1));
    assert_eq!(new(&[(0, 1, 5)]), SparseError::NoSuchMentor(1));
    assert_eq!(new(&[(0, 0, 5), (0, 0, 6)]), SparseError::Twice(0, 0));
    assert_eq!(new(&[(0, 0, i32::MIN)]), SparseError::OutOfRange(0, 0));
}

#[test]
fn figures_say_what_people_feel() {
    let sides = sides(&[1, 1, 1], &[1, 1]);
    let scores = sparse(
        &sides,
        &[
            (0, 0, 9000),
            (0, 1, 8000),
            (1, 0, 8000),
            (1, 1, 1000),
            (2, 1, 500),
        ],
    );

    let best = measure(
        &sides,
        &scores,
        &solved(&sides, &scores, Objective::Total).pairs,
    );

    assert_eq!((best.total, best.mentees, best.without), (16_000, 3, 1));
    assert_eq!((best.least_first, best.least_sum), (0, 0));
    assert_eq!(
        (best.blocking_pairs, best.blocked_mentees),
        (1, 1),
        "both would rather have 9000"
    );
    assert_eq!((best.mentee_gini, best.mentor_gini), (333, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_fair_one_is_the_fairest_there_is((sides, pairs) in instances(4, 11, -3..=9)) {
        let scores = sparse(&sides, &pairs);
        let fair = solved(&sides, &scores, Objective::Fair);

        prop_assert_eq!(rank(&sides, &fair), fairest(&sides, &pairs));
    }

    #[test]
    fn the_total_is_the_highest_there_is((sides, pairs) in instances(4, 11, -9..=20)) {
        let scores = sparse(&sides, &pairs);
        let best = every(&sides, &pairs).into_iter();
        let best = best.map(|plan| plan.iter().map(|pair| i64::from(pair.2)).sum::<i64>());

        prop_assert_eq!(solved(&sides, &scores, Objective::Total).total(), best.max().unwrap());
    }

    #[test]
    fn larger_ones_are_proven((sides, pairs) in instances(40, 400, 0..=30)) {
        let scores = sparse(&sides, &pairs);
        let fair = solved(&sides, &scores, Objective::Fair);
        let best = solved(&sides, &scores, Objective::Total);

        prop_assert!(fair.total() <= best.total());
        prop_assert!(fair.coverage(&sides) >= best.coverage(&sides));
    }

    #[test]
    fn nobody_breaks_up_a_stable_one((sides, pairs) in instances(30, 300, 0..=1000)) {
        let scores = sparse(&sides, &pairs);
        let stable = solved(&sides, &scores, Objective::Stable);
        let figures = measure(&sides, &scores, &stable.pairs);

        prop_assert_eq!((figures.blocking_pairs, figures.blocked_mentees), (0, 0));
    }

    #[test]
    fn a_corrupted_proof_is_refused((sides, pairs) in instances(12, 80, 0..=50), chance in any::<u32>()) {
        let scores = sparse(&sides, &pairs);
        let good = solved(&sides, &scores, Objective::Fair);
        for bad in corrupted(&sides, &good, chance as usize) {
            prop_assert!(verify(&sides, &scores, Objective::Fair, &bad).is_err(), "{bad:?}");
        }
    }
}

/// Each way to lie about a solution.
fn corrupted(sides: &Sides, good: &Solution, chance: usize) -> Vec<Solution> {
    let mut all = Vec::new();
    let mut lie = |change: &dyn Fn(&mut Solution)| {
        let mut bad = good.clone();
        change(&mut bad);
        all.push(bad);
    };
    if !good.pairs.is_empty() {
        let place = chance % good.pairs.len();
        lie(&|bad| bad.pairs[place].score += 1);
        lie(&|bad| bad.pairs.insert(place, bad.pairs[place]));
        if good.pairs[place].score > 0 {
            lie(&|bad| {
                bad.pairs.remove(place);
            });
        }
        lie(&|bad| bad.proofs.clear());
    }
    if let Some(floor) = good.floors.0[0] {
        lie(&|bad| bad.floors.0[0] = Some(floor - 1));
        lie(&|bad| bad.floors.0[0] = Some(floor + 1));
        lie(&|bad| bad.floors.0[0] = None);
    }
    let priced = |mentor: &usize| sides.capacities[*mentor] > 0;
    if let Some(mentor) = (0..sides.capacities.len()).find(priced) {
        lie(&|bad| bad.prices.as_mut().unwrap().mentors[mentor] += 1 << 40);
        lie(&|bad| bad.prices.as_mut().unwrap().mentors[mentor] = -1);
        lie(&|bad| {
            bad.prices.as_mut().unwrap().mentors.pop();
        });
    }
    if let Some(mentee) = sides.mentees.iter().position(|mentee| mentee.open() > 0) {
        lie(&|bad| {
            bad.prices.as_mut().unwrap().floors[mentee].push(1 << 40);
        });
        lie(&|bad| {
            bad.prices.as_mut().unwrap().floors.pop();
        });
    }
    lie(&|bad| bad.prices = None);
    all
}
