//! What similarity promises: exact, bounded, unmoved by what others do to their profiles, and whole without a model.

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;

use super::facts::Source;
use super::lexicon::Lexicon;
use super::words::Reader;
use super::*;
use crate::domain::id::UserId;
use crate::domain::score::Thousandths;

fn mentor(number: u128, bio: &str) -> MentorFacts {
    MentorFacts {
        id: UserId::from(Uuid::from_u128(number)),
        first_name: "Amara".to_owned(),
        last_name: "Okafor".to_owned(),
        title: None,
        company: None,
        bio: Some(bio.to_owned()),
        expertise_areas: Vec::new(),
        industries: Vec::new(),
        stages: Vec::new(),
        languages: Vec::new(),
        location: None,
        timezone: None,
        ratings: None,
    }
}

fn mentee(goals: &str) -> MenteeFacts {
    MenteeFacts {
        goals: Some(goals.to_owned()),
        ..MenteeFacts::default()
    }
}

fn vector(numbers: &[i8]) -> Vector {
    let mut all = [0; DIMENSIONS];
    all[..numbers.len()].copy_from_slice(numbers);
    Vector::new(&all).unwrap()
}

/// Mentors in the order of the ranking, with their points.
fn ranked(catalog: &Catalog, mentee: &MenteeFacts) -> Vec<(UserId, Thousandths)> {
    let (ask, program) = (Ask::default(), Program::office_hours());
    let ranking = catalog.rank(mentee, &ask, &program);
    let partials = ranking.partials();
    partials
        .iter()
        .map(|partial| (partial.mentor_id(), partial.points_without_availability()))
        .collect()
}

fn points_of(catalog: &Catalog, mentee: &MenteeFacts, number: u128) -> Thousandths {
    let id = UserId::from(Uuid::from_u128(number));
    let ranked = ranked(catalog, mentee);
    ranked.iter().find(|(found, _)| *found == id).unwrap().1
}

#[test]
fn one_profile_that_changes_moves_nobody_else() {
    let mut mentors: Vec<MentorFacts> = (1..=20)
        .map(|number| mentor(number, "Pricing of software and hiring of sales teams"))
        .collect();
    mentors.push(mentor(21, "Marathons"));
    let background = Background {
        corpus: Some(Corpus::of(&mentors)),
        vectors: HashMap::new(),
    };
    let mentee = mentee("Pricing a software product");
    let before = points_of(
        &Catalog::build_within(mentors.clone(), &background),
        &mentee,
        3,
    );
    let of_the_moment = points_of(&Catalog::build(mentors.clone()), &mentee, 3);

    for changed in mentors.iter_mut().skip(10) {
        changed.bio = Some("Pricing, pricing, product".to_owned());
    }

    let after = points_of(
        &Catalog::build_within(mentors.clone(), &background),
        &mentee,
        3,
    );
    assert_eq!(before, after);
    assert_eq!(before, of_the_moment, "counted now or kept, it is the same");
    assert_ne!(before, points_of(&Catalog::build(mentors), &mentee, 3));
}

#[test]
fn a_question_fits_one_mentor_as_it_does_among_all() {
    let bios = [
        "Pricing of software, pilots for banks",
        "Hiring of sales teams",
        "Banks and their contracts",
        "Marathons",
    ];
    let mentors: Vec<MentorFacts> = (1..)
        .zip(bios)
        .map(|(number, bio)| mentor(number, bio))
        .collect();
    let meant = |number: u128, numbers: &[i8]| {
        let id = UserId::from(Uuid::from_u128(number));
        (id, vec![(MentorField::Bio, vector(numbers))])
    };
    let background = Background {
        corpus: Some(Corpus::of(&mentors)),
        vectors: HashMap::from([meant(1, &[100, 30]), meant(3, &[0, 0, 90])]),
    };
    for background in [Background::default(), background] {
        let catalog = Catalog::build_within(mentors.clone(), &background);
        let posed = Posed {
            title: "What does a pilot cost?",
            text: "A bank wants one before it signs a contract.",
            topics: &["Pricing".to_owned()],
            meaning: Some(vector(&[90, 40])),
        };

        let fit = |mentor| catalog.fit(mentor, &posed).unwrap();
        let mut one_by_one: Vec<UserId> = catalog
            .ids()
            .filter(|id| fit(*id) > Thousandths::ZERO)
            .collect();
        one_by_one.sort_by_key(|id| (std::cmp::Reverse(fit(*id)), *id));

        assert_eq!(catalog.best_for(&posed, 10, |_| true), one_by_one);
        assert_eq!(one_by_one[0], UserId::from(Uuid::from_u128(1)));
        assert_eq!(catalog.fit(UserId::from(Uuid::nil()), &posed), None);
    }
}

#[test]
fn a_corpus_tells_no_term_of_one_mentor_alone() {
    let mentors = [
        mentor(1, "Seed rounds with Zanzibar Quux"),
        mentor(2, "A seed round"),
    ];

    let corpus = Corpus::of(&mentors);

    let terms: Vec<(&str, u32)> = corpus.holders().collect();
    assert_eq!(terms, [("round", 2), ("seed", 2), ("seed round", 2)]);
    assert_eq!(corpus.profiles(), 2);
}

#[test]
fn what_means_the_same_is_found_without_a_shared_word() {
    let mentors = vec![
        mentor(1, "Carbon accounting"),
        mentor(2, "Wedding photography"),
        mentor(3, "Not embedded yet"),
    ];
    let of = |number: u128, vector: Vector| {
        let id = UserId::from(Uuid::from_u128(number));
        (id, vec![(MentorField::Bio, vector)])
    };
    let background = Background {
        corpus: None,
        vectors: HashMap::from([of(1, vector(&[100, 30])), of(2, vector(&[0, 0, 90]))]),
    };
    let catalog = Catalog::build_within(mentors, &background);
    let asking = mentee("Measure our emissions");
    let meant = MenteeFacts {
        meanings: vec![(MenteeField::Goals, vector(&[90, 40]))],
        ..asking.clone()
    };

    let by_words = ranked(&catalog, &asking);
    let by_meaning = ranked(&catalog, &meant);

    assert!(
        by_words
            .iter()
            .all(|(_, points)| *points == Thousandths::ZERO)
    );
    assert_eq!(by_meaning[0].0, UserId::from(Uuid::from_u128(1)));
    assert!(by_meaning[0].1 > Thousandths::ZERO);
    let (ask, program) = (Ask::default(), Program::office_hours());
    let ranking = catalog.rank(&meant, &ask, &program);
    let best = ranking.finish(&ranking.partials()[0], 0);
    assert!(
        matches!(&best.components[0].evidence[..], [Evidence::Passages { mentee, mentor, .. }]
            if mentee.text == "Measure our emissions" && mentor.text == "Carbon accounting"),
        "{best:?}"
    );
}

proptest! {
    #[test]
    fn the_parts_of_a_similarity_are_all_of_it(
        profiles in vec(vec("([a-d]{2} ){0,8}", 0..6), 1..8), asked in "([a-d]{2} ){0,8}",
    ) {
        let mut reader = Reader::new(None);
        let pieces = |texts: &'_ Vec<String>| -> Vec<Vec<String>> { texts.iter().map(|text| vec![text.clone()]).collect() };
        let profiles: Vec<Vec<Vec<String>>> = profiles.iter().map(pieces).collect();
        let borrowed = profiles.iter().map(|texts| {
            texts.iter().map(|text| text.iter().map(String::as_str).collect()).collect()
        });
        let lexicon = Lexicon::build(&mut reader, borrowed, None);
        let source = Source { field: MenteeField::Need, boost: 1, text: &asked };

        let terms = lexicon.read(&mut reader, std::iter::once(source));

        for (mentor, cosines) in (0u32..).zip(lexicon.by_words(&terms)) {
            let sum: u64 = lexicon.parts(&terms, mentor).iter().map(|(_, part)| part).sum();
            prop_assert_eq!(cosines, sum * 1_000_000_000 / (65_535 * 65_535));
        }
    }

    #[test]
    fn a_similarity_is_what_comparing_text_by_text_gives(
        profiles in vec(vec("([a-e]{2,3} ){0,6}", 0..5), 0..12), asked in vec("([a-e]{2,3} ){0,6}", 0..3),
    ) {
        let all = Texts::build(&profiles).similarities(&asked);

        prop_assert_eq!(all.len(), profiles.len());
        prop_assert!(all.iter().all(|score| *score <= 100_000));
        // The order of profiles and of the texts in them is no matter.
        let turned: Vec<Vec<String>> = profiles
            .iter()
            .rev()
            .map(|texts| texts.iter().rev().cloned().collect())
            .collect();
        let mut again = Texts::build(&turned).similarities(&asked);
        again.reverse();
        prop_assert_eq!(all, again);
    }
}
