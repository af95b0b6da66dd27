//! The built-in sentences: the strongest facts of a score in plain English, nothing that is not in its evidence.

use super::facts::{MenteeFacts, MenteeField, MentorFacts};
use super::scored::{Component, ComponentName, Evidence};
use crate::domain::score::Thousandths;

/// From here on a value is called an answer; below it is only close.
const ANSWER: Thousandths = Thousandths::new(60_000);

/// From here on shared terms are worth telling; below they are chance.
const TELLING: Thousandths = Thousandths::new(30_000);

/// Writes one to three sentences.
pub(super) fn sentences(
    mentor: &MentorFacts,
    mentee: &MenteeFacts,
    components: &[Component],
) -> String {
    let name = format!("{} {}", mentor.first_name, mentor.last_name);
    let of = |name| components.iter().find(|component| component.name == name);
    let evidence = |name| of(name).map_or(&[][..], |component| &component.evidence);
    let ground = common_ground(
        mentee,
        evidence(ComponentName::Industry),
        evidence(ComponentName::Stage),
    );
    let sentences = [
        of(ComponentName::Expertise).map(|component| expertise(name.trim(), component)),
        ground,
        availability(evidence(ComponentName::Availability)),
    ];
    sentences
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

fn expertise(name: &str, component: &Component) -> String {
    let mut values = component.evidence.iter().filter_map(as_value);
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
    let industry = industry.iter().find_map(as_value).map(
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
        Evidence::Term { .. } | Evidence::Value { .. } | Evidence::Passages { .. } => None,
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
        Evidence::Term { .. } | Evidence::Passages { .. } | Evidence::Slots { .. } => None,
    }
}

fn as_term(fact: &Evidence) -> Option<&str> {
    match fact {
        Evidence::Term { mentor, .. } => Some(&mentor.text),
        Evidence::Value { .. } | Evidence::Passages { .. } | Evidence::Slots { .. } => None,
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
    }
}

fn listed(terms: &[&str]) -> String {
    match terms {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
