//! Whole drafts of small populations.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::*;
use crate::domain::matching::{Ask, Catalog, MenteeFacts, MentorFacts, Program};
use crate::domain::score::Thousandths;

const TOPICS: [&str; 6] = ["sales", "patents", "hiring", "pricing", "design", "export"];

fn id(number: u128) -> UserId {
    Uuid::from_u128(number).into()
}

fn pair(mentor: u128, mentee: u128) -> Pair {
    Pair {
        mentor_id: id(mentor),
        mentee_id: id(mentee),
    }
}

/// Knows about the topics whose bits are set.
fn topics(bits: u128) -> Vec<String> {
    let knows = |place: &usize| bits >> place & 1 == 1;
    let names = (0..TOPICS.len()).filter(knows).map(|place| TOPICS[place]);
    names.map(str::to_owned).collect()
}

fn mentor(number: u128) -> MentorFacts {
    MentorFacts {
        id: id(number),
        first_name: "Ada".to_owned(),
        last_name: "Jones".to_owned(),
        title: None,
        company: None,
        bio: None,
        expertise_areas: topics(number * 7),
        industries: Vec::new(),
        stages: Vec::new(),
        languages: Vec::new(),
        location: None,
        timezone: None,
        ratings: None,
    }
}

fn seeker(number: u128) -> Seeker {
    Seeker {
        id: id(number),
        facts: MenteeFacts {
            interests: topics(number * 11),
            ..MenteeFacts::default()
        },
        ask: Ask::default(),
        has: 0,
        wants: 2,
    }
}

/// So many mentees, from 1000 on, and mentors with one place or two each, in any order.
fn cast(mentees: u128, mut mentors: Vec<u128>) -> Cast {
    let places = |mentor: &u128| (id(*mentor), u32::try_from(1 + mentor % 2).unwrap());
    let places: HashMap<UserId, u32> = mentors.iter().map(places).collect();
    Cast {
        seekers: (1000..1000 + mentees).map(seeker).collect(),
        catalog: Catalog::build(mentors.drain(..).map(mentor).collect()),
        places,
        free: HashMap::new(),
        barred: HashSet::new(),
        program: Program::office_hours(),
        words_only: 0,
    }
}

fn order(mode: Mode) -> Order {
    Order {
        mode,
        scope: Scope::All,
        program: "office_hours".to_owned(),
        program_version: 1,
        matches_each: 2,
        pinned: Vec::new(),
        excluded: Vec::new(),
    }
}

fn drafted(cast: &Cast, order: &Order) -> Draft {
    draft(cast, order, None, &|_| {}).unwrap()
}

fn made(draft: &Draft) -> Vec<Pair> {
    draft.pairs.iter().map(|found| found.pair).collect()
}

#[test]
fn nobody_gets_more_than_they_want_or_can_take_and_points_add_up() {
    let cast = cast(12, (1..=9).collect());
    for mode in [Mode::Optimal, Mode::Stable] {
        let draft = drafted(&cast, &order(mode));
        let mut got: HashMap<UserId, u32> = HashMap::new();
        for found in &draft.pairs {
            *got.entry(found.pair.mentee_id).or_default() += 1;
            *got.entry(found.pair.mentor_id).or_default() += 1;
            let points = found.scored.components.iter().map(|part| part.points);
            assert_eq!(points.sum::<Thousandths>(), found.scored.score);
        }
        for (person, count) in got {
            let most = cast.places.get(&person).copied().unwrap_or(2);
            assert!(count <= most, "{person} has {count}");
        }
        let total: i64 = draft
            .pairs
            .iter()
            .map(|found| i64::from(found.scored.score.get()))
            .sum();
        assert_eq!((draft.figures.total, draft.figures.places), (total, 14));
        assert_eq!(
            usize::try_from(draft.figures.pairs).unwrap(),
            draft.pairs.len()
        );
    }
}

#[test]
fn the_optimum_is_worth_more_than_what_is_stable_and_the_stable_one_blocks_nobody() {
    let cast = cast(12, (1..=9).collect());
    let optimal = drafted(&cast, &order(Mode::Optimal));
    let stable = drafted(&cast, &order(Mode::Stable));

    assert!(optimal.figures.matched >= stable.figures.matched);
    assert_eq!(stable.figures.blocking_pairs, 0);
    assert!(stable.certificate.prices.is_none());
    let prices = optimal.certificate.prices.unwrap();
    assert_eq!((prices.mentees.len(), prices.mentors.len()), (12, 9));
}

#[test]
fn the_order_in_which_mentors_come_changes_nothing() {
    let forwards = drafted(&cast(10, (1..=8).collect()), &order(Mode::Optimal));
    let backwards = drafted(&cast(10, (1..=8).rev().collect()), &order(Mode::Optimal));
    assert_eq!(forwards.pairs, backwards.pairs);
    assert_eq!(forwards.gaps, backwards.gaps);
}

#[test]
fn pinned_pairs_are_there_and_barred_and_excluded_ones_are_not() {
    let free = drafted(&cast(6, (1..=6).collect()), &order(Mode::Optimal));
    let unwanted = made(&free);
    let barred = Cast {
        barred: unwanted[..2].iter().copied().collect(),
        ..cast(6, (1..=6).collect())
    };
    let order = Order {
        excluded: unwanted[2..4].to_vec(),
        pinned: vec![pair(1, 1005)],
        ..order(Mode::Optimal)
    };

    let draft = drafted(&barred, &order);

    let found = made(&draft);
    assert!(found.contains(&pair(1, 1005)));
    assert!(!unwanted[..4].iter().any(|pair| found.contains(pair)));
    let pinned = draft.pairs.iter().filter(|found| found.is_pinned);
    assert_eq!(pinned.count(), 1);
}

#[test]
fn a_pinned_pair_without_a_place_or_a_person_is_refused() {
    let cast = cast(3, vec![2, 3]);
    let pinning = |pinned: Vec<Pair>| {
        let order = Order {
            pinned,
            ..order(Mode::Optimal)
        };
        draft(&cast, &order, None, &|_| {}).err()
    };
    let refused = |mentor, mentee, why| {
        let pair = pair(mentor, mentee);
        Some(DraftError::Pinned { pair, why })
    };
    // Mentor 2 has one place.
    let both = pinning(vec![pair(2, 1000), pair(2, 1001)]);
    assert_eq!(both, refused(2, 1001, "the mentor has no place left"));
    let nobody = pinning(vec![pair(9, 1000)]);
    assert_eq!(nobody, refused(9, 1000, "one of them does not take part"));
}

#[test]
fn a_pinned_pair_counts_as_the_mentees_first_match() {
    let pinned = Order {
        pinned: vec![pair(1, 1000), pair(3, 1000)],
        ..order(Mode::Optimal)
    };
    let draft = drafted(&cast(2, (1..=4).collect()), &pinned);
    let of_first = made(&draft)
        .into_iter()
        .filter(|pair| pair.mentee_id == id(1000));
    assert_eq!(of_first.count(), 2);
}

#[test]
fn scoring_says_how_far_it_is() {
    let seen = std::cell::RefCell::new(Vec::new());
    let count = |number| seen.borrow_mut().push(number);
    draft(&cast(4, vec![1]), &order(Mode::Optimal), None, &count).unwrap();
    assert_eq!(*seen.borrow(), [1, 2, 3, 4]);
}

#[test]
fn nobody_at_all_is_an_empty_draft() {
    for mode in [Mode::Optimal, Mode::Stable] {
        let draft = drafted(&cast(0, Vec::new()), &order(mode));
        assert_eq!((draft.pairs.len(), draft.gaps.len()), (0, 0));
    }
}

#[test]
fn a_run_is_published_or_dropped_once() {
    let now = Timestamp::UNIX_EPOCH;
    let (run, admin) = (Uuid::from_u128(1).into(), id(1));
    let solving = || AssignmentRun::begin(run, order(Mode::Optimal), admin, now);
    let staged = || solving().stage(Figures::default(), None, now).unwrap();

    assert_eq!(solving().allowed_actions(), [RunAction::Drop]);
    assert_eq!(
        solving().publish(admin, now),
        Err(AssignmentRunError::NotStaged)
    );
    assert_eq!(solving().fail(now).unwrap().status, RunStatus::Failed);
    assert_eq!(staged().fail(now), None);
    assert_eq!(
        staged().allowed_actions(),
        [RunAction::Publish, RunAction::Drop]
    );
    for closed in [
        staged().publish(admin, now).unwrap(),
        staged().discard(admin, now).unwrap(),
        solving().discard(admin, now).unwrap(),
    ] {
        let refused = AssignmentRunError::Closed(closed.status);
        assert_eq!(closed.allowed_actions(), []);
        assert_eq!(closed.clone().publish(admin, now), Err(refused));
        assert_eq!(closed.clone().discard(admin, now), Err(refused));
        assert_eq!(closed.stage(Figures::default(), None, now), None);
    }
}
