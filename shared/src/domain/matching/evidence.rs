//! Evidence: the facts of both sides that a component rests on, in their own words.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::AVAILABILITY_DAYS;
use super::catalog::Catalog;
use super::counterfactual::Case;
use super::facts::{MenteeFacts, MenteeField, MentorFacts, MentorField, said};
use super::fixed::{FULL, decimal, share};
use super::inquiry::{Inquiry, Wish};
use super::lexicon::Asked;
use super::phrases::{Answer, Phrases};
use super::question::share_zone;
use super::scored::{ComponentName, Evidence, MenteePassage, MentorPassage};
use super::stage::{nearest_stage, stage_score};
use super::words::{Reader, Term};

/// How many values and how many terms a component names.
const MAX_VALUES: usize = 3;
const MAX_TERMS: usize = 5;

/// How many characters of a passage are shown.
const MAX_PASSAGE: usize = 200;

/// What one component of one score rests on, the strongest first.
pub(super) fn of(name: ComponentName, case: &Case<'_>) -> Vec<Evidence> {
    match name {
        ComponentName::Expertise
        | ComponentName::CareerGoals
        | ComponentName::ResearchInterests
        | ComponentName::TechnicalSkills => of_texts(name, case),
        ComponentName::Industry => of_industry(case),
        ComponentName::IndustryAndExpertise => {
            let mut found = of_texts(ComponentName::Expertise, case);
            found.extend(of_industry(case));
            found
        }
        ComponentName::Stage => of_stage(case.question.mentee, case.mentor),
        ComponentName::Location => of_location(case),
        ComponentName::CommunicationPreferences => of_communication(case),
        ComponentName::Availability => vec![Evidence::Slots {
            free_slots: case.free.count(),
            days: AVAILABILITY_DAYS,
        }],
        ComponentName::Rating => of_ratings(case),
    }
}

fn of_texts(name: ComponentName, case: &Case<'_>) -> Vec<Evidence> {
    let Some(inquiry) = case.question.inquiry(name) else {
        return Vec::new();
    };
    let areas = (
        MentorField::ExpertiseAreas,
        case.mentor.expertise_areas.as_slice(),
    );
    let phrases = &case.catalog.expertise;
    // What is asked now stands first, however close the standing wishes are.
    let mut found = values(&inquiry.asked, phrases, case.place, areas);
    found.extend(values(&inquiry.standing, phrases, case.place, areas));
    found.truncate(MAX_VALUES);
    found.extend(terms(case, inquiry));
    if found.is_empty() {
        found.extend(nearest(case, inquiry));
    }
    found
}

/// The passages that mean nearly the same, cut where they are long.
fn nearest(case: &Case<'_>, inquiry: &Inquiry<'_>) -> Option<Evidence> {
    let nearest = case.catalog.lexicon.nearest(&inquiry.terms, case.place)?;
    let said = said(case.question.mentee, case.question.ask);
    let said = said.filter(|source| source.field == nearest.mentee);
    let offered = case.mentor.sources();
    let offered = offered.filter(|source| source.field == nearest.mentor);
    Some(Evidence::Passages {
        mentee: MenteePassage {
            field: nearest.mentee,
            text: passage(said.map(|source| source.text)),
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

fn of_industry(case: &Case<'_>) -> Vec<Evidence> {
    let industries = (MentorField::Industries, case.mentor.industries.as_slice());
    let (wishes, phrases) = (&case.question.industries, &case.catalog.industries);
    let mut found = values(wishes, phrases, case.place, industries);
    found.truncate(MAX_VALUES);
    found
}

fn of_stage(mentee: &MenteeFacts, mentor: &MentorFacts) -> Vec<Evidence> {
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

fn of_location(case: &Case<'_>) -> Vec<Evidence> {
    let places = (MentorField::Location, case.mentor.location.as_slice());
    let (wishes, phrases) = (&case.question.places, &case.catalog.locations);
    let mut found = values(wishes, phrases, case.place, places);
    let mentee = case.question.mentee;
    if let Some(zone) = &mentee.timezone
        && share_zone(mentee, case.mentor)
    {
        let own = (MenteeField::Timezone, zone.as_str());
        found.push(value(own, (MentorField::Timezone, zone), FULL));
    }
    found
}

fn of_communication(case: &Case<'_>) -> Vec<Evidence> {
    let languages = (MentorField::Languages, case.mentor.languages.as_slice());
    let (wishes, phrases) = (&case.question.languages, &case.catalog.languages);
    let mut found = values(wishes, phrases, case.place, languages);
    found.truncate(MAX_VALUES);
    let inquiry = case
        .question
        .inquiry(ComponentName::CommunicationPreferences);
    if let Some(inquiry) = inquiry {
        found.extend(terms(case, inquiry));
        if found.is_empty() {
            found.extend(nearest(case, inquiry));
        }
    }
    found
}

fn of_ratings(case: &Case<'_>) -> Vec<Evidence> {
    let ratings = case.mentor.ratings.map(|ratings| Evidence::Ratings {
        ratings: ratings.count,
        mean: ratings.mean(),
        usual: case.catalog.usual.mean(),
    });
    ratings.into_iter().collect()
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
fn terms(case: &Case<'_>, inquiry: &Inquiry<'_>) -> Vec<Evidence> {
    let mut parts = case.catalog.lexicon.parts(&inquiry.terms, case.place);
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
    let places = passages(case.catalog, case.mentor);
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
