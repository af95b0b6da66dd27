//! Evidence: the facts of both sides that a component rests on, in their own words.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::AVAILABILITY_DAYS;
use super::catalog::Catalog;
use super::facts::{MenteeFacts, MenteeField, MentorFacts, MentorField, wanted};
use super::fixed::{decimal, share};
use super::lexicon::Asked;
use super::phrases::{Answer, Phrases};
use super::question::{Question, Wish};
use super::scored::{Evidence, MenteePassage, MentorPassage};
use super::stage::{nearest_stage, stage_score};
use super::words::{Reader, Term};

/// How many values and how many terms a component names.
const MAX_VALUES: usize = 3;
const MAX_TERMS: usize = 5;

/// How many characters of a passage are shown.
const MAX_PASSAGE: usize = 200;

pub(super) fn of_expertise(
    catalog: &Catalog,
    question: &Question<'_>,
    mentor: (u32, &MentorFacts),
) -> Vec<Evidence> {
    let areas = (
        MentorField::ExpertiseAreas,
        mentor.1.expertise_areas.as_slice(),
    );
    // What is asked now stands first, however close the standing wishes are.
    let mut found = values(&question.asked, &catalog.expertise, mentor.0, areas);
    found.extend(values(
        &question.standing,
        &catalog.expertise,
        mentor.0,
        areas,
    ));
    found.truncate(MAX_VALUES);
    found.extend(terms(catalog, question, mentor));
    if found.is_empty() {
        found.extend(nearest(catalog, question, mentor));
    }
    found
}

/// The passages that mean nearly the same, cut where they are long.
fn nearest(
    catalog: &Catalog,
    question: &Question<'_>,
    (place, mentor): (u32, &MentorFacts),
) -> Option<Evidence> {
    let nearest = catalog.lexicon.nearest(&question.terms, place)?;
    let wanted = wanted(question.mentee, question.ask);
    let wanted = wanted.filter(|source| source.field == nearest.mentee);
    let offered = mentor.sources();
    let offered = offered.filter(|source| source.field == nearest.mentor);
    Some(Evidence::Passages {
        mentee: MenteePassage {
            field: nearest.mentee,
            text: passage(wanted.map(|source| source.text)),
        },
        mentor: MentorPassage {
            field: nearest.mentor,
            text: passage(offered.map(|source| source.text)),
        },
        similarity: decimal(u32::try_from(nearest.similarity).unwrap_or_default()),
    })
}

fn passage<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let whole = texts.collect::<Vec<_>>().join(", ");
    whole.chars().take(MAX_PASSAGE).collect()
}

pub(super) fn of_industry(
    catalog: &Catalog,
    question: &Question<'_>,
    mentor: (u32, &MentorFacts),
) -> Vec<Evidence> {
    let industries = (MentorField::Industries, mentor.1.industries.as_slice());
    let mut found = values(
        &question.industries,
        &catalog.industries,
        mentor.0,
        industries,
    );
    found.truncate(MAX_VALUES);
    found
}

pub(super) fn of_stage(mentee: &MenteeFacts, mentor: &MentorFacts) -> Vec<Evidence> {
    let Some((own, (offered, steps))) = mentee
        .startup_stage
        .zip(nearest_stage(mentee.startup_stage, &mentor.stages))
    else {
        return Vec::new();
    };
    let own = (MenteeField::StartupStage, own.as_str());
    let offered = (MentorField::Stages, offered.as_str());
    match stage_score(steps) {
        0 => Vec::new(),
        similarity => vec![value(own, offered, similarity)],
    }
}

pub(super) fn of_availability(free_slots: u32) -> Vec<Evidence> {
    vec![Evidence::Slots {
        free_slots,
        days: AVAILABILITY_DAYS,
    }]
}

/// The best answer of one mentor to each wish, the closest first.
fn values(
    wishes: &[Wish<'_>],
    phrases: &Phrases,
    mentor: u32,
    (field, list): (MentorField, &[String]),
) -> Vec<Evidence> {
    let mut answers: Vec<(&Wish<'_>, Answer<'_>)> = wishes
        .iter()
        .filter_map(|wish| Some((wish, phrases.answer(&wish.want, mentor)?)))
        .collect();
    answers.sort_by_key(|(_, answer)| Reverse(answer.similarity));
    answers
        .into_iter()
        .map(|(wish, answer)| {
            value(
                (wish.field, wish.shown(&answer)),
                (field, &list[answer.item]),
                answer.similarity,
            )
        })
        .collect()
}

fn value(mentee: (MenteeField, &str), mentor: (MentorField, &str), similarity: u32) -> Evidence {
    Evidence::Value {
        mentee: MenteePassage {
            field: mentee.0,
            text: mentee.1.to_owned(),
        },
        mentor: MentorPassage {
            field: mentor.0,
            text: mentor.1.to_owned(),
        },
        similarity: decimal(similarity),
    }
}

/// The terms that both sides use, the weightiest first.
fn terms(
    catalog: &Catalog,
    question: &Question<'_>,
    (place, mentor): (u32, &MentorFacts),
) -> Vec<Evidence> {
    let mut parts = catalog.lexicon.parts(&question.terms, place);
    let dot = parts.iter().map(|(_, part)| part).sum();
    // A pair says more than its halves.
    let pairs: Vec<Term> = parts
        .iter()
        .map(|(asked, _)| asked.term)
        .filter(|term| term.second.is_some())
        .collect();
    let is_half = |term: Term| {
        term.second.is_none()
            && pairs
                .iter()
                .any(|pair| pair.first == term.first || pair.second == Some(term.first))
    };
    parts.retain(|(asked, _)| !is_half(asked.term));
    parts.sort_by_key(|(_, part)| Reverse(*part));
    let places = passages(catalog, mentor);
    let evidence = |(asked, part): &(&Asked<'_>, u64)| {
        let (field, text) = places.get(&asked.term)?;
        Some(Evidence::Term {
            mentee: MenteePassage {
                field: asked.field,
                text: asked.piece.to_owned(),
            },
            mentor: MentorPassage {
                field: *field,
                text: (*text).to_owned(),
            },
            share: decimal(share(*part, dot)),
        })
    };
    parts.iter().take(MAX_TERMS).filter_map(evidence).collect()
}

/// Where a mentor first uses each term.
fn passages<'a>(
    catalog: &Catalog,
    mentor: &'a MentorFacts,
) -> HashMap<Term, (MentorField, &'a str)> {
    let mut found = HashMap::new();
    let mut reader = Reader::new(Some(&catalog.vocabulary));
    for source in mentor.sources() {
        reader.terms(source.text, |term, piece| {
            found.entry(term).or_insert((source.field, piece));
        });
    }
    found
}
