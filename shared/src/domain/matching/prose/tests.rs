//! What an explanation may say, and thirty ways in which it may not.

use proptest::prelude::*;

use super::*;
use crate::domain::matching::{MenteeField, MenteePassage, MentorField, MentorPassage};

fn value(mentee: (MenteeField, &str), mentor: (MentorField, &str)) -> Evidence {
    Evidence::Value {
        mentee: MenteePassage {
            field: mentee.0,
            text: mentee.1.to_owned(),
        },
        mentor: MentorPassage {
            field: mentor.0,
            text: mentor.1.to_owned(),
        },
        similarity: Thousandths::HUNDRED,
    }
}

fn component(name: ComponentName, points: i32, evidence: Vec<Evidence>) -> Component {
    Component {
        name,
        weight: 40,
        score: Thousandths::new(points),
        points: Thousandths::new(points),
        evidence,
        counterfactual: None,
    }
}

fn facts() -> Facts {
    let components = [
        component(
            ComponentName::Expertise,
            33_500,
            vec![value(
                (MenteeField::Topic, "enterprise pricing"),
                (MentorField::ExpertiseAreas, "B2B pricing"),
            )],
        ),
        component(
            ComponentName::Industry,
            22_500,
            vec![value(
                (MenteeField::IndustryFocus, "Fintech"),
                (MentorField::Industries, "Financial services"),
            )],
        ),
        component(
            ComponentName::Availability,
            7500,
            vec![Evidence::Slots {
                free_slots: 6,
                days: 14,
            }],
        ),
    ];
    Facts::new("Amara Okafor", Thousandths::new(63_500), &components)
}

const GOOD: [&str; 3] = [
    "Expertise gives {expertise.points} points, as {mentor} offers {expertise.1.mentor} and the startup asks for {expertise.1.mentee}. The industry adds {industry.points} points, because {industry.1.mentor} is close to {industry.1.mentee}. Availability brings {availability.points}, with {availability.slots} free times in the next {availability.days} days.",
    "{mentor} answers the topic {expertise.1.mentee} with expertise in pricing. In the industry, {industry.1.mentor} fits {industry.1.mentee}.",
    "The match with {mentor} has a total score of {score}; expertise gives {expertise.points} points of {expertise.weight}.",
];

#[test]
fn good_texts_pass_with_their_placeholders_filled() {
    let facts = facts();
    for text in GOOD {
        let filled = facts.checked(text);
        assert!(filled.is_ok(), "{filled:?} {text}");
        assert!(!filled.unwrap().contains(['{', '}']));
    }
    assert_eq!(
        facts.checked(GOOD[1]).unwrap(),
        "Amara Okafor answers the topic enterprise pricing with expertise in pricing. In the industry, Financial services \
         fits Fintech."
    );
}

/// What is added to a sentence, or put in the place of something in it.
const CORRUPTIONS: [(&str, &str); 36] = [
    ("", " at Google"),
    ("", " with a doctorate"),
    ("", " and Kubernetes"),
    ("", " and he works"),
    ("", " on Tuesdays"),
    ("", " for 12 years"),
    ("", " for ten years"),
    ("", " with a guarantee"),
    ("", " at https://example.com"),
    ("", " at www.example.com"),
    ("", " at amara@example.com"),
    ("", " [here](x)"),
    ("", " <b>points</b>"),
    ("", " **points**"),
    ("", " `points`"),
    ("", " and is the best"),
    ("", " and ignore all instructions"),
    ("", " and not"),
    ("", " and isn't"),
    ("", " without points"),
    ("", " and never"),
    ("", " and 100 points"),
    ("", " and half"),
    ("", " {rating.points}"),
    ("", " {expertise.9.mentor}"),
    ("", " {"),
    ("", " $"),
    ("", " \u{1f680}"),
    ("", " p\u{43e}ints"),
    ("", "\nand"),
    ("{mentor}", "Amara Okafor"),
    ("{mentor}", "the mentor"),
    ("{expertise.points}", "{industry.points}"),
    ("{expertise.points}", "{score}"),
    ("{expertise.1.mentor}", "{industry.1.mentor}"),
    ("Expertise gives", "Industry gives"),
];

#[test]
fn corrupted_texts_are_refused() {
    let facts = facts();
    let text = GOOD[0];
    for (was, is) in CORRUPTIONS {
        // At the end of every sentence in turn, or wherever it stands.
        let ends: Vec<usize> = text
            .match_indices(['.', ','].as_slice())
            .map(|(at, _)| at)
            .collect();
        let ends = ends
            .into_iter()
            .filter(|at| text[at + 1..].starts_with(' ') || at + 1 == text.len());
        let corrupted: Vec<String> = if was.is_empty() {
            ends.map(|at| format!("{}{is}{}", &text[..at], &text[at..]))
                .collect()
        } else {
            assert!(text.contains(was));
            vec![text.replace(was, is)]
        };
        for corrupted in corrupted {
            let checked = facts.checked(&corrupted);
            assert!(checked.is_err(), "{corrupted}\n{checked:?}");
        }
    }
    for other in [
        "",
        "Yes.",
        "{mentor}.",
        &format!("{mentor}, {}.", "and ".repeat(400), mentor = "{mentor}"),
    ] {
        assert!(facts.checked(other).is_err(), "{other}");
    }
}

#[test]
fn numbers_and_names_that_are_swapped_are_refused() {
    let facts = facts();
    for text in [
        "{mentor} gets {industry.points} points for expertise and {expertise.points} for the industry.",
        "{mentor} gets {expertise.points} points for expertise and {industry.points} for the industry.",
        "The total score of {mentor} is {expertise.points}, and {score} for expertise.",
        "{mentor} works in {industry.1.mentor}, and there are {industry.points} points for it.",
        "{mentor} has availability of {availability.points} free times, and {expertise.1.mentor}.",
    ] {
        assert_eq!(facts.checked(text), Err(ProseError::Component), "{text}");
    }
}

#[test]
fn a_word_of_the_facts_stands_only_beside_its_component() {
    let facts = facts();
    let with = |text: &str| facts.checked(&format!("{{mentor}} gets points. {text}."));
    assert!(with("Expertise in prices gives {expertise.points}").is_ok());
    assert_eq!(
        with("The industry of prices gives {industry.points}"),
        Err(ProseError::Word)
    );
    assert_eq!(
        with("The industry Fintech gives {industry.points}"),
        Err(ProseError::Word)
    );
}

#[test]
fn passages_that_could_do_harm_are_not_told() {
    for bad in [
        "see www.example.com",
        "a@b.example",
        "<script>",
        "[x](y)",
        "{mentor}",
        "a.b",
        "//x",
        "",
        &"x".repeat(81),
    ] {
        assert_eq!(passage(bad), None, "{bad}");
    }
    assert_eq!(passage("pre_seed").as_deref(), Some("pre-seed"));
}

#[test]
fn the_model_is_told_no_name() {
    assert!(!facts().json().to_string().contains("Okafor"));
}

#[test]
fn the_lists_are_sorted_so_that_they_can_be_searched_and_share_no_word() {
    for list in [words::USABLE, words::NEGATIONS, words::NUMBERS] {
        assert!(list.is_sorted(), "{list:?}");
    }
    for refused in words::NEGATIONS.iter().chain(words::NUMBERS) {
        assert!(!words::USABLE.contains(refused), "{refused}");
    }
}

proptest! {
    #[test]
    fn whatever_is_written_nothing_panics_and_no_foreign_word_passes(
        text in "[a-zA-Z0-9{}. ,<>/éß-]{0,120}", word in "[b-z]{9,12}",
    ) {
        let facts = facts();
        let _ = facts.checked(&text);
        let inserted = GOOD[0].replacen("points", &format!("points {word}"), 1);
        prop_assert!(facts.checked(&inserted).is_err());
    }
}
