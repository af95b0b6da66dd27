//! How long it takes to find the best of many mentors: `cargo bench --package shared --bench matching`.
//!
//! `make bench` reads what this measures and holds it against the goals: keep the names.

#![allow(clippy::unwrap_used, reason = "a benchmark may end there")]

use std::collections::HashMap;
use std::hint::black_box;

use criterion::Criterion;
use shared::domain::id::UserId;
use shared::domain::matching::{
    Ask, Background, Catalog, Corpus, DIMENSIONS, MenteeFacts, MenteeField, MentorFacts,
    MentorField, Program, Vector,
};
use shared::domain::profile::StartupStage;
use uuid::Uuid;

/// How many words there are; the n-th is as frequent as 1/n.
const WORDS: u64 = 20_000;

fn main() {
    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    for (count, name) in [(10_000, "10,000"), (100_000, "100,000")] {
        let mut dice = Dice(7);
        let mentors: Vec<MentorFacts> = (0..count).map(|id| mentor(id, &mut dice)).collect();
        let vectors = mentors
            .iter()
            .map(|mentor| (mentor.id, vectors(&mut dice)))
            .collect::<HashMap<_, _>>();
        let corpus = Some(Corpus::of(&mentors));
        let by_words = Catalog::build_within(
            mentors.clone(),
            &Background {
                corpus: corpus.clone(),
                vectors: HashMap::new(),
            },
        );
        let by_both = Catalog::build_within(mentors, &Background { corpus, vectors });
        let (mentee, ask, program) = (mentee(&mut dice), ask(&mut dice), Program::office_hours());
        for (catalog, how) in [(&by_words, "by words"), (&by_both, "by words and meaning")] {
            criterion.bench_function(&format!("top 10 of {name} mentors {how}"), |bencher| {
                bencher.iter(|| {
                    let ranking = catalog.rank(black_box(&mentee), &ask, &program);
                    ranking.shortlist(10).next_batch(24)
                });
            });
        }
    }
    criterion.final_summary();
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % end
    }

    fn text(&mut self, words: u64) -> String {
        let mut text = String::new();
        for _ in 0..words {
            // The product of two draws is small more often than not.
            let word = self.below(WORDS) * self.below(WORDS) / WORDS;
            text += &word.to_string();
            text += "x ";
        }
        text
    }

    fn list(&mut self, entries: u64) -> Vec<String> {
        (0..entries).map(|_| self.text(2)).collect()
    }

    fn vector(&mut self) -> Vector {
        let numbers: Vec<i8> = (0..DIMENSIONS)
            .map(|_| {
                i8::try_from(self.below(255))
                    .unwrap_or(127)
                    .wrapping_sub(64)
            })
            .collect();
        Vector::new(&numbers).unwrap()
    }
}

fn mentor(id: u128, dice: &mut Dice) -> MentorFacts {
    MentorFacts {
        id: UserId::from(Uuid::from_u128(id)),
        first_name: "Amara".to_owned(),
        last_name: "Okafor".to_owned(),
        title: Some(dice.text(3)),
        company: Some(dice.text(1)),
        bio: Some(dice.text(60)),
        expertise_areas: dice.list(5),
        industries: dice.list(2),
        stages: vec![StartupStage::Seed],
        languages: Vec::new(),
        location: None,
        timezone: None,
        ratings: None,
    }
}

fn vectors(dice: &mut Dice) -> Vec<(MentorField, Vector)> {
    [
        MentorField::Bio,
        MentorField::ExpertiseAreas,
        MentorField::Title,
    ]
    .map(|field| (field, dice.vector()))
    .to_vec()
}

fn mentee(dice: &mut Dice) -> MenteeFacts {
    MenteeFacts {
        startup_stage: Some(StartupStage::Seed),
        industry_focus: dice.list(2),
        interests: dice.list(3),
        goals: Some(dice.text(25)),
        bio: Some(dice.text(30)),
        meanings: vec![
            (MenteeField::Goals, dice.vector()),
            (MenteeField::Need, dice.vector()),
        ],
        ..MenteeFacts::default()
    }
}

fn ask(dice: &mut Dice) -> Ask {
    Ask {
        topic: Some(dice.text(2)),
        need: Some(dice.text(15)),
    }
}
