//! The built-in sentences: the strongest facts of a score in plain English, nothing that is not in its evidence.

use super::facts::{MenteeFacts, MenteeField, MentorFacts};
use super::scored::{Component, ComponentName, Evidence};
use crate::domain::score::Thousandths;

/// From here on a value is called an answer; below it is only close.
const ANSWER: Thousandths = Thousandths::new(60_000);

/// From here on shared terms are worth telling; below they are chance.
const TELLING: Thousandths = Thousandths::new(30_000);

/// The components that read texts; the one that gives most is told.
const OF_TEXTS: [ComponentName; 5] = [
    ComponentName::Expertise,
    ComponentName::CareerGoals,
    ComponentName::IndustryAndExpertise,
    ComponentName::ResearchInterests,
    ComponentName::TechnicalSkills,
];

/// Writes one to five sentences.
pub(super) fn sentences(
    mentor: &MentorFacts,
    mentee: &MenteeFacts,
    components: &[Component],
) -> String {
    let name = format!("{} {}", mentor.first_name, mentor.last_name);
    let of = |name| components.iter().find(|component| component.name == name);
    let evidence = |name| of(name).map_or(&[][..], |component| &component.evidence);
    let of_texts = OF_TEXTS.into_iter().filter_map(of).rev();
    let industry = [ComponentName::Industry, ComponentName::IndustryAndExpertise].map(evidence);
    let sentences = [
        of_texts
            .max_by_key(|component| component.points)
            .map(|component| expertise(name.trim(), component)),
        common_ground(mentee, &industry.concat(), evidence(ComponentName::Stage)),
        circumstances(
            evidence(ComponentName::Location),
            evidence(ComponentName::CommunicationPreferences),
        ),
        availability(evidence(ComponentName::Availability)),
        ratings(evidence(ComponentName::Rating)),
    ];
    sentences
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

fn expertise(name: &str, component: &Component) -> String {
    let values = component.evidence.iter().filter_map(as_value);
    let mut values = values.filter(|value| value.field != MenteeField::IndustryFocus);
    if let Some(first) = values.next() {
        let relation = if first.similarity >= ANSWER {
            "which answers"
        } else {
            "which is close to"
        };
        let mut also =
            values.filter(|value| value.similarity >= ANSWER && value.offered != first.offered);
        let also = also
            .next()
            .map(|value| format!(", and {} for {}", value.offered, value.wish()));
        let main = format!(
            "{name} offers {}, {relation} {}",
            first.offered,
            first.wish()
        );
        return format!("{main}{}.", also.unwrap_or_default());
    }
    let terms: Vec<&str> = component
        .evidence
        .iter()
        .filter_map(as_term)
        .take(3)
        .collect();
    match terms.as_slice() {
        [_, ..] if component.score >= TELLING => {
            format!(
                "The profile of {name} speaks of {}, as does what is asked for.",
                listed(&terms)
            )
        }
        _ => format!("The profile of {name} has little in common with what is asked for."),
    }
}

fn common_ground(
    mentee: &MenteeFacts,
    industry: &[Evidence],
    stage: &[Evidence],
) -> Option<String> {
    let whose = mentee.startup_name.as_deref().unwrap_or("the startup");
    let mut values = industry.iter().filter_map(as_value);
    let industry = values.find(|value| value.field == MenteeField::IndustryFocus);
    let industry = industry.map(
        |Value {
             wanted: own,
             offered,
             ..
         }| {
            if own.eq_ignore_ascii_case(offered) {
                format!("Both work in {offered}")
            } else {
                format!("{offered} is close to {own}")
            }
        },
    );
    let stage = stage.iter().find_map(as_value).map(|Value { wanted: own, offered, similarity, .. }| {
        let (own, offered) = (own.replace('_', "-"), offered.replace('_', "-"));
        if similarity == Thousandths::HUNDRED {
            format!("the mentor works with startups at the {own} stage, where {whose} is")
        } else {
            format!("the mentor works with startups at the {offered} stage, next to that of {whose} ({own})")
        }
    });
    match (industry, stage) {
        (Some(industry), Some(stage)) => Some(format!("{industry}, and {stage}.")),
        (Some(industry), None) => Some(format!("{industry}.")),
        (None, Some(stage)) => Some(format!("As to the stage, {stage}.")),
        (None, None) => None,
    }
}

/// Where both are, and in which language they can talk.
fn circumstances(location: &[Evidence], communication: &[Evidence]) -> Option<String> {
    let place = location.iter().find_map(as_value).map(|value| {
        if value.field == MenteeField::Timezone {
            format!("Both are in the time zone {}", value.offered)
        } else {
            format!("The mentor is in {}", value.offered)
        }
    });
    let mut spoken = communication.iter().filter_map(as_value);
    let language = spoken.find(|value| value.field == MenteeField::Languages);
    match (place, language.map(|language| language.offered)) {
        (Some(place), Some(language)) => Some(format!("{place}, and both speak {language}.")),
        (Some(place), None) => Some(format!("{place}.")),
        (None, Some(language)) => Some(format!("Both speak {language}.")),
        (None, None) => None,
    }
}

fn ratings(evidence: &[Evidence]) -> Option<String> {
    evidence.iter().find_map(|fact| match fact {
        Evidence::Ratings { ratings, mean, .. } => {
            Some(format!("{ratings} ratings give {mean} of 5 on average."))
        }
        Evidence::Term { .. }
        | Evidence::Value { .. }
        | Evidence::Passages { .. }
        | Evidence::Slots { .. } => None,
    })
}

fn availability(evidence: &[Evidence]) -> Option<String> {
    evidence.iter().find_map(|fact| match fact {
        Evidence::Slots {
            free_slots: 0,
            days,
        } => Some(format!("No time is free in the next {days} days.")),
        Evidence::Slots {
            free_slots: 1,
            days,
        } => Some(format!("One time is free in the next {days} days.")),
        Evidence::Slots { free_slots, days } => Some(format!(
            "{free_slots} times are free in the next {days} days."
        )),
        Evidence::Term { .. }
        | Evidence::Value { .. }
        | Evidence::Ratings { .. }
        | Evidence::Passages { .. } => None,
    })
}

/// Two values that are the same or close.
struct Value<'a> {
    field: MenteeField,
    wanted: &'a str,
    offered: &'a str,
    similarity: Thousandths,
}

impl Value<'_> {
    fn wish(&self) -> String {
        format!("the {} \u{201c}{}\u{201d}", spoken(self.field), self.wanted)
    }
}

fn as_value(fact: &Evidence) -> Option<Value<'_>> {
    match fact {
        Evidence::Value {
            mentee,
            mentor,
            similarity,
        } => Some(Value {
            field: mentee.field,
            wanted: &mentee.text,
            offered: &mentor.text,
            similarity: *similarity,
        }),
        Evidence::Term { .. }
        | Evidence::Slots { .. }
        | Evidence::Ratings { .. }
        | Evidence::Passages { .. } => None,
    }
}

fn as_term(fact: &Evidence) -> Option<&str> {
    match fact {
        Evidence::Term { mentor, .. } => Some(&mentor.text),
        Evidence::Value { .. }
        | Evidence::Slots { .. }
        | Evidence::Ratings { .. }
        | Evidence::Passages { .. } => None,
    }
}

fn spoken(field: MenteeField) -> &'static str {
    match field {
        MenteeField::Topic => "topic",
        MenteeField::Need => "need around",
        MenteeField::Interests => "interest",
        MenteeField::Goals | MenteeField::CareerGoals => "goals around",
        MenteeField::TechnicalSkills => "skill",
        MenteeField::Bio => "words",
        MenteeField::IndustryFocus => "industry",
        MenteeField::StartupStage => "stage",
        MenteeField::ResearchInterests => "research interest",
        MenteeField::CommunicationPreferences => "preference",
        MenteeField::Languages => "language",
        MenteeField::Location => "place",
        MenteeField::Timezone => "time zone",
    }
}

fn listed(terms: &[&str]) -> String {
    match terms {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
