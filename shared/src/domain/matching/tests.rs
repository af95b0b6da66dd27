//! What matching promises: the same order for everybody, points that add up, and no evidence out of thin air.

use std::cell::RefCell;
use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::id::UserId;
use crate::domain::profile::StartupStage;
use crate::domain::score::Thousandths;
use crate::domain::slots::Slot;

pub(super) fn mentor(number: u128) -> MentorFacts {
    MentorFacts {
        id: UserId::from(Uuid::from_u128(number)),
        first_name: "Amara".to_owned(),
        last_name: "Okafor".to_owned(),
        title: None,
        company: None,
        bio: None,
        expertise_areas: Vec::new(),
        industries: Vec::new(),
        stages: Vec::new(),
        languages: Vec::new(),
        location: None,
        timezone: None,
        ratings: None,
    }
}

fn pricing_mentor() -> MentorFacts {
    MentorFacts {
        title: Some("Head of Pricing".to_owned()),
        company: Some("Brightloop".to_owned()),
        bio: Some("I set prices for B2B software and raised two seed rounds.".to_owned()),
        expertise_areas: list(&["B2B pricing", "Sales hiring"]),
        industries: list(&["Financial services"]),
        stages: vec![StartupStage::Seed, StartupStage::SeriesA],
        ..mentor(1)
    }
}

fn marketing_mentor() -> MentorFacts {
    MentorFacts {
        bio: Some("Brand work for food companies.".to_owned()),
        expertise_areas: list(&["Brand marketing"]),
        industries: list(&["Food"]),
        stages: vec![StartupStage::Idea],
        ..mentor(2)
    }
}

fn mentee() -> MenteeFacts {
    MenteeFacts {
        startup_name: Some("Kiosk".to_owned()),
        industry_focus: list(&["Fintech"]),
        startup_stage: Some(StartupStage::Seed),
        goals: Some("Close a seed round this year.".to_owned()),
        interests: list(&["Hiring"]),
        ..MenteeFacts::default()
    }
}

fn ask(topic: &str) -> Ask {
    Ask {
        topic: Some(topic.to_owned()),
        need: None,
    }
}

pub(super) fn list(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// All mentors, finished, best first: what a shortlist must find without finishing all.
fn brute_force(ranking: &Ranking<'_>, slots: impl Fn(UserId) -> u32) -> Vec<Scored> {
    let finish = |partial: &Partial| ranking.finish(partial, slots(partial.mentor_id()));
    let mut all: Vec<Scored> = ranking.partials().iter().map(finish).collect();
    all.sort_by(|a, b| b.score.cmp(&a.score).then(a.mentor_id.cmp(&b.mentor_id)));
    all
}

/// The best few, asking for slots one mentor at a time; one without an answer cannot be booked.
fn shortlisted<'a>(
    ranking: &'a Ranking<'a>,
    k: usize,
    slots: impl Fn(UserId) -> Option<u32>,
) -> Shortlist<'a> {
    let mut shortlist = ranking.shortlist(k);
    while let Some(id) = shortlist.next_batch(1).pop() {
        if let Some(count) = slots(id) {
            shortlist.offer(id, count);
        }
    }
    shortlist
}

fn component(scored: &Scored, name: ComponentName) -> &Component {
    scored
        .components
        .iter()
        .find(|component| component.name == name)
        .unwrap()
}

#[test]
fn the_mentor_who_knows_the_topic_comes_first() {
    let catalog = Catalog::build(vec![marketing_mentor(), pricing_mentor()]);
    let (mentee, ask, program) = (mentee(), ask("Pricing"), Program::office_hours());

    let ranking = catalog.rank(&mentee, &ask, &program);
    let best = ranking.finish(&ranking.partials()[0], 12);

    assert_eq!(best.mentor_id, pricing_mentor().id);
    assert!(!best.is_weak, "{best:?}");
    assert_eq!(
        component(&best, ComponentName::Stage).points,
        Thousandths::new(20_000)
    );
    assert_eq!(
        component(&best, ComponentName::Availability).points,
        Thousandths::new(10_000)
    );
    assert_eq!(
        best.reasoning,
        "Amara Okafor offers B2B pricing, which answers the topic \u{201c}Pricing\u{201d}, and Sales hiring for the \
         interest \u{201c}Hiring\u{201d}. Financial services is close to Fintech, and the mentor works with startups at \
         the seed stage, where Kiosk is. 12 times are free in the next 14 days."
    );
}

#[test]
fn a_match_with_nothing_in_common_is_weak_and_says_so() {
    let catalog = Catalog::build(vec![marketing_mentor(), pricing_mentor()]);
    let (mentee, ask, program) = (mentee(), ask("Kubernetes"), Program::office_hours());

    let ranking = catalog.rank(&mentee, &ask, &program);
    let last = ranking.finish(&ranking.partials()[1], 0);

    assert_eq!(last.mentor_id, marketing_mentor().id);
    assert!(last.is_weak);
    assert_eq!(last.score, Thousandths::ZERO);
    assert_eq!(
        last.reasoning,
        "The profile of Amara Okafor has little in common with what is asked for. No time is free in the next 14 days."
    );
}

#[test]
fn evidence_names_both_sides_in_their_own_words() {
    let catalog = Catalog::build(vec![pricing_mentor(), marketing_mentor()]);
    let (mentee, program) = (mentee(), Program::office_hours());
    let ask = Ask {
        topic: None,
        need: Some("How should we price for enterprises?".to_owned()),
    };

    let ranking = catalog.rank(&mentee, &ask, &program);
    let best = ranking.finish(&ranking.partials()[0], 1);

    let industry =
        serde_json::to_value(&component(&best, ComponentName::Industry).evidence).unwrap();
    assert_eq!(
        industry,
        serde_json::json!([{
            "kind": "value",
            "mentee": {"field": "industry_focus", "text": "Fintech"},
            "mentor": {"field": "industries", "text": "Financial services"},
            "similarity": 75,
        }])
    );
    let expertise = &component(&best, ComponentName::Expertise).evidence;
    let is_price = |fact: &Evidence| {
        matches!(fact, Evidence::Term { mentee, mentor, .. }
            if (mentee.text.as_str(), mentor.text.as_str()) == ("price", "pricing") && mentee.field == MenteeField::Need)
    };
    assert!(expertise.iter().any(is_price), "{expertise:?}");
}

#[test]
fn a_neighbouring_stage_counts_half_and_a_distant_one_not_at_all() {
    let catalog = Catalog::build(vec![pricing_mentor()]);
    let program = Program::office_hours();
    let stage_points = |stage| {
        let (mentee, ask) = (
            MenteeFacts {
                startup_stage: stage,
                ..MenteeFacts::default()
            },
            Ask::default(),
        );
        let ranking = catalog.rank(&mentee, &ask, &program);
        component(
            &ranking.finish(&ranking.partials()[0], 0),
            ComponentName::Stage,
        )
        .points
        .get()
    };

    assert_eq!(stage_points(Some(StartupStage::SeriesA)), 20_000);
    assert_eq!(stage_points(Some(StartupStage::PreSeed)), 10_000);
    assert_eq!(stage_points(Some(StartupStage::Idea)), 0);
    assert_eq!(stage_points(None), 0);
}

#[test]
fn empty_profiles_score_nothing_but_availability() {
    let catalog = Catalog::build(vec![mentor(1), mentor(2)]);
    let (mentee, ask, program) = (
        MenteeFacts::default(),
        Ask::default(),
        Program::office_hours(),
    );

    let ranking = catalog.rank(&mentee, &ask, &program);
    let scored = ranking.finish(&ranking.partials()[0], 4);

    assert_eq!(
        scored.mentor_id,
        mentor(1).id,
        "equal points are ordered by id"
    );
    assert_eq!(scored.score, Thousandths::new(5_000));
    assert!(
        Catalog::build(Vec::new())
            .rank(&mentee, &ask, &program)
            .partials()
            .is_empty()
    );
}

#[test]
fn an_exact_topic_beats_a_partial_one() {
    let holding = |number, area: &str| MentorFacts {
        expertise_areas: list(&[area]),
        ..mentor(number)
    };
    let catalog = Catalog::build(vec![
        holding(1, "Brand strategy"),
        holding(2, "Enterprise pricing strategy"),
        holding(3, "Pricing strategy"),
    ]);
    let (mentee, ask, program) = (
        MenteeFacts::default(),
        ask("pricing strategy"),
        Program::office_hours(),
    );

    let ranking = catalog.rank(&mentee, &ask, &program);

    let order: Vec<UserId> = ranking.partials().iter().map(Partial::mentor_id).collect();
    assert_eq!(order, [mentor(3).id, mentor(2).id, mentor(1).id]);
}

#[test]
fn mentors_that_were_left_out_never_come_back() {
    let catalog = Catalog::build(vec![pricing_mentor(), marketing_mentor()]);
    let (mentee, ask, program) = (mentee(), ask("Pricing"), Program::office_hours());
    let mut ranking = catalog.rank(&mentee, &ask, &program);

    ranking.retain(|id| id != pricing_mentor().id);

    assert_eq!(ranking.shortlist(5).next_batch(10), [marketing_mentor().id]);
}

#[test]
fn a_shortlist_leaves_alone_whom_slots_cannot_lift() {
    let catalog = Catalog::build(vec![pricing_mentor(), marketing_mentor()]);
    let (mentee, ask, program) = (mentee(), ask("Pricing"), Program::office_hours());
    let ranking = catalog.rank(&mentee, &ask, &program);
    let mut shortlist = ranking.shortlist(1);

    assert_eq!(shortlist.next_batch(1), [pricing_mentor().id]);
    shortlist.offer(pricing_mentor().id, 0);

    assert!(shortlist.next_batch(1).is_empty());
    assert_eq!(shortlist.finish()[0].mentor_id, pricing_mentor().id);
    assert!(ranking.shortlist(0).next_batch(1).is_empty());
}

const WORDS: &[&str] = &[
    "pricing",
    "Price",
    "seed",
    "fundraising",
    "fintech",
    "Financial services",
    "AI",
    "artificial intelligence",
    "hiring",
    "the",
    "of",
    "growth",
    "B2B",
    "sales",
    "go-to-market",
    "strategy",
    "C++",
    "東京",
    "über",
    "\u{130}stanbul",
    "...",
    ",",
    "climate",
    "hardware",
    "legal",
    "a",
    "7",
    "\u{1f680}",
];

fn text() -> impl Strategy<Value = String> {
    vec(proptest::sample::select(WORDS), 0..12).prop_map(|words| words.join(" "))
}

fn texts(most: usize) -> impl Strategy<Value = Vec<String>> {
    vec(
        vec(proptest::sample::select(WORDS), 0..4).prop_map(|words| words.join(" ")),
        0..=most,
    )
}

fn stage() -> impl Strategy<Value = StartupStage> {
    proptest::sample::select(&StartupStage::ALL[..])
}

fn place() -> impl Strategy<Value = String> {
    proptest::sample::select(
        &[
            "Berlin",
            "Berlin, Germany",
            "Nairobi",
            "Paris, Texas",
            "Germany",
        ][..],
    )
    .prop_map(str::to_owned)
}

fn spoken() -> impl Strategy<Value = Vec<String>> {
    proptest::sample::subsequence(
        vec!["English", "German", "Swiss German", "Kiswahili"],
        0..=3,
    )
    .prop_map(|languages| list(&languages))
}

fn zone() -> impl Strategy<Value = String> {
    proptest::sample::select(&["Europe/Berlin", "Africa/Nairobi"][..]).prop_map(str::to_owned)
}

fn ratings() -> impl Strategy<Value = Ratings> {
    (3u32..400, 0u32..=400).prop_map(|(count, above)| Ratings {
        count,
        stars: count + count * above / 100,
    })
}

/// The programs of the product, and any that somebody might define.
fn some_program() -> impl Strategy<Value = Program> {
    let defined = vec(0u32..40, 9).prop_map(|cuts| {
        let mut left = 100;
        let names = ComponentName::ALL.into_iter();
        let mut parts: Vec<(ComponentName, u32)> = names
            .zip(cuts)
            .map(|(name, cut)| {
                let weight = cut.min(left);
                left -= weight;
                (name, weight)
            })
            .collect();
        parts.push((ComponentName::Availability, left));
        let weights = Weights::new(parts).unwrap();
        Program::office_hours().weighing(weights)
    });
    prop_oneof![
        Just(Program::office_hours()),
        Just(Program::mentorship()),
        defined
    ]
}

prop_compose! {
    fn some_mentor()(
        title in option::of(text()),
        bio in option::of(prop_oneof![text(), ".{0,60}"]),
        expertise_areas in texts(6),
        industries in texts(3),
        stages in vec(stage(), 0..4),
        (location, languages, timezone, ratings) in (option::of(place()), spoken(), option::of(zone()), option::of(ratings())),
    ) -> MentorFacts {
        MentorFacts {
            title, bio, expertise_areas, industries, stages, languages, location, timezone, ratings, ..mentor(0)
        }
    }
}

prop_compose! {
    fn some_mentors(most: usize)(drafts in vec(some_mentor(), 0..=most)) -> Vec<MentorFacts> {
        (1..).zip(drafts).map(|(number, draft)| MentorFacts { id: mentor(number).id, ..draft }).collect()
    }
}

prop_compose! {
    fn some_mentee()(
        industry_focus in texts(3),
        startup_stage in option::of(stage()),
        goals in option::of(text()),
        interests in texts(5),
        technical_skills in texts(3),
        bio in option::of(prop_oneof![text(), ".{0,60}"]),
        (location, languages, timezone) in (option::of(place()), spoken(), option::of(zone())),
        (career_goals, research_interests, communication_preferences) in (option::of(text()), texts(3), texts(2)),
    ) -> MenteeFacts {
        MenteeFacts {
            startup_name: None, industry_focus, startup_stage, goals, interests, technical_skills, career_goals,
            research_interests, communication_preferences, languages, location, timezone, bio, meanings: Vec::new(),
        }
    }
}

prop_compose! {
    fn some_ask()(topic in option::of(text()), need in option::of(prop_oneof![text(), ".{0,60}"])) -> Ask {
        Ask { topic, need }
    }
}

fn mentee_texts<'a>(mentee: &'a MenteeFacts, ask: &'a Ask, field: MenteeField) -> Vec<&'a str> {
    let all = |texts: &'a [String]| texts.iter().map(String::as_str).collect();
    match field {
        MenteeField::Topic => ask.topic.as_deref().into_iter().collect(),
        MenteeField::Need => ask.need.as_deref().into_iter().collect(),
        MenteeField::Interests => all(&mentee.interests),
        MenteeField::Goals => mentee.goals.as_deref().into_iter().collect(),
        MenteeField::TechnicalSkills => all(&mentee.technical_skills),
        MenteeField::CareerGoals => mentee.career_goals.as_deref().into_iter().collect(),
        MenteeField::Bio => mentee.bio.as_deref().into_iter().collect(),
        MenteeField::IndustryFocus => all(&mentee.industry_focus),
        MenteeField::StartupStage => mentee
            .startup_stage
            .map(StartupStage::as_str)
            .into_iter()
            .collect(),
        MenteeField::ResearchInterests => all(&mentee.research_interests),
        MenteeField::CommunicationPreferences => all(&mentee.communication_preferences),
        MenteeField::Languages => all(&mentee.languages),
        MenteeField::Location => mentee.location.as_deref().into_iter().collect(),
        MenteeField::Timezone => mentee.timezone.as_deref().into_iter().collect(),
    }
}

fn mentor_texts(mentor: &MentorFacts, field: MentorField) -> Vec<&str> {
    match field {
        MentorField::ExpertiseAreas => mentor.expertise_areas.iter().map(String::as_str).collect(),
        MentorField::Title => mentor.title.as_deref().into_iter().collect(),
        MentorField::Company => mentor.company.as_deref().into_iter().collect(),
        MentorField::Bio => mentor.bio.as_deref().into_iter().collect(),
        MentorField::Industries => mentor.industries.iter().map(String::as_str).collect(),
        MentorField::Stages => mentor.stages.iter().map(|stage| stage.as_str()).collect(),
        MentorField::Languages => mentor.languages.iter().map(String::as_str).collect(),
        MentorField::Location => mentor.location.as_deref().into_iter().collect(),
        MentorField::Timezone => mentor.timezone.as_deref().into_iter().collect(),
    }
}

fn share_a_word(one: &str, other: &str) -> bool {
    let mut reader = words::Reader::new(None);
    let [one, other] = [one, other].map(|text| reader.phrase(text));
    one.iter()
        .any(|word| other.iter().any(|same| same.stem == word.stem))
}

#[test]
fn a_day_that_is_free_as_another_one_is_adds_what_it_says() {
    let mentor = MentorFacts {
        timezone: Some("Africa/Nairobi".to_owned()),
        ..pricing_mentor()
    };
    let catalog = Catalog::build(vec![mentor]);
    let (mentee, ask, program) = (mentee(), ask("Pricing"), Program::office_hours());
    let ranking = catalog.rank(&mentee, &ask, &program);

    // Two Mondays with two hours each; 22:00 in UTC is Tuesday in Nairobi already.
    let scored = ranking.finish(
        &ranking.partials()[0],
        slots_at(&[9, 10, 177, 178]).as_slice(),
    );

    let availability = component(&scored, ComponentName::Availability);
    let line = availability
        .counterfactual
        .as_ref()
        .map(|found| found.line.as_str());
    assert_eq!(line, Some("free on Tuesdays as on Mondays: +5"));
    let late = ranking.finish(&ranking.partials()[0], slots_at(&[22]).as_slice());
    let line = component(&late, ComponentName::Availability)
        .counterfactual
        .clone()
        .unwrap()
        .line;
    assert_eq!(line, "free on Mondays as on Tuesdays: +1.25");
}

#[test]
fn ratings_move_a_score_beside_the_weights_and_never_past_its_ends() {
    let rated = |number, count, stars| MentorFacts {
        ratings: Some(Ratings { count, stars }),
        stages: vec![StartupStage::Seed],
        ..mentor(number)
    };
    let mentors = vec![
        rated(1, 50, 250),
        rated(2, 50, 100),
        rated(3, 1000, 4000),
        mentor(4),
    ];
    let catalog = Catalog::build(mentors);
    let ask = Ask::default();
    let mentee = MenteeFacts {
        startup_stage: Some(StartupStage::Seed),
        ..MenteeFacts::default()
    };
    let of = |weights: [(ComponentName, u32); 1], number| {
        let program = Program::office_hours().weighing(Weights::new(weights).unwrap());
        let ranking = catalog.rank(&mentee, &ask, &program);
        let mut partials = ranking.partials().into_iter();
        let partial = partials.find(|partial| partial.id == mentor(number).id);
        let scored = ranking.finish(&partial.unwrap(), 0);
        (
            scored.score.get(),
            component(&scored, ComponentName::Rating).points.get(),
        )
    };
    let (stage, industry) = (
        [(ComponentName::Stage, 100)],
        [(ComponentName::Industry, 100)],
    );

    assert_eq!(of(stage, 1), (100_000, 0), "no more than 100");
    assert_eq!(of(stage, 2), (95_558, -4442));
    assert_eq!(of(industry, 1), (2376, 2376));
    assert_eq!(of(industry, 2), (0, 0), "no less than 0");
    assert_eq!(of(industry, 4), (0, 0), "nobody has rated them");
}

#[test]
fn a_mentorship_is_scored_by_what_the_mentee_wants_to_become() {
    let researcher = MentorFacts {
        expertise_areas: list(&["Protein folding", "Rust"]),
        industries: list(&["Biotech"]),
        languages: list(&["English"]),
        location: Some("Nairobi".to_owned()),
        timezone: Some("Africa/Nairobi".to_owned()),
        bio: Some("From a doctorate to leading a research group.".to_owned()),
        ..mentor(1)
    };
    let catalog = Catalog::build(vec![researcher, marketing_mentor()]);
    let (ask, program) = (Ask::default(), Program::mentorship());
    let mentee = MenteeFacts {
        career_goals: Some("Leading a research group".to_owned()),
        research_interests: list(&["Protein folding"]),
        technical_skills: list(&["Rust"]),
        industry_focus: list(&["Biotech"]),
        languages: list(&["english"]),
        timezone: Some("Africa/Nairobi".to_owned()),
        ..MenteeFacts::default()
    };

    let ranking = catalog.rank(&mentee, &ask, &program);
    let best = ranking.finish(&ranking.partials()[0], 0);

    let part = |name| component(&best, name);
    assert_eq!(best.mentor_id, mentor(1).id);
    assert_eq!(part(ComponentName::Location).points, Thousandths::new(2500));
    assert_eq!(
        part(ComponentName::CommunicationPreferences).points,
        Thousandths::new(5000)
    );
    assert!(part(ComponentName::ResearchInterests).score > Thousandths::new(70_000));
    assert!(part(ComponentName::TechnicalSkills).score > Thousandths::new(70_000));
    assert!(part(ComponentName::CareerGoals).score > Thousandths::ZERO);
    let moved = part(ComponentName::Location)
        .counterfactual
        .as_ref()
        .unwrap();
    assert_eq!(moved.line, "in Nairobi: +2.5");
    assert!(
        best.reasoning
            .ends_with("Both are in the time zone Africa/Nairobi, and both speak English."),
        "{}",
        best.reasoning
    );
}

proptest! {
    #[test]
    fn points_add_up_to_a_score_between_0_and_100(
        mentors in some_mentors(12), mentee in some_mentee(), ask in some_ask(), free_slots in 0u32..20,
        program in some_program(),
    ) {
        let catalog = Catalog::build(mentors);
        let ranking = catalog.rank(&mentee, &ask, &program);

        for partial in &ranking.partials() {
            let scored = ranking.finish(partial, free_slots);
            let points: Thousandths = scored.components.iter().map(|c| c.points).sum();
            prop_assert_eq!(points, scored.score);
            prop_assert!((Thousandths::ZERO..=Thousandths::HUNDRED).contains(&scored.score));
            prop_assert!(scored.score <= partial.upper_bound());
            prop_assert!(scored.score >= partial.points_without_availability());
            let rating = component(&scored, ComponentName::Rating);
            prop_assert_eq!(rating.weight, 0);
            prop_assert!(rating.points.get().abs() <= 5000);
            prop_assert!(rating.points == Thousandths::ZERO || !rating.evidence.is_empty());
            let weights: u32 = scored.components.iter().map(|part| part.weight).sum();
            prop_assert_eq!(weights, 100);
            for part in scored.components.iter().filter(|part| part.name != ComponentName::Rating) {
                prop_assert!((Thousandths::ZERO..=Thousandths::HUNDRED).contains(&part.score));
                let weight = i32::try_from(part.weight).unwrap();
                prop_assert_eq!(part.points.get(), (part.score.get() * weight + 50) / 100);
                prop_assert!(part.score > Thousandths::ZERO || part.name == ComponentName::Availability || part.evidence.is_empty());
                prop_assert!(part.score == Thousandths::ZERO || !part.evidence.is_empty(), "{:?}", part);
            }
        }
    }

    #[test]
    fn evidence_stands_in_both_texts(
        mentors in some_mentors(8), mentee in some_mentee(), ask in some_ask(), program in some_program(),
    ) {
        let catalog = Catalog::build(mentors.clone());
        let ranking = catalog.rank(&mentee, &ask, &program);

        for partial in &ranking.partials() {
            let facts = catalog.mentor(partial.mentor_id()).unwrap();
            let scored = ranking.finish(partial, 3);
            for evidence in scored.components.iter().flat_map(|component| &component.evidence) {
                let (own, theirs) = match evidence {
                    Evidence::Slots { .. } | Evidence::Ratings { .. } => continue,
                    Evidence::Term { mentee: own, mentor: theirs, .. } => {
                        prop_assert!(share_a_word(&own.text, &theirs.text), "{:?}", evidence);
                        (own, theirs)
                    }
                    Evidence::Value { mentee: own, mentor: theirs, .. }
                    | Evidence::Passages { mentee: own, mentor: theirs, .. } => (own, theirs),
                };
                let is_in = |text: &String, texts: Vec<&str>| texts.iter().any(|whole| whole.contains(text.as_str()));
                prop_assert!(is_in(&own.text, mentee_texts(&mentee, &ask, own.field)), "{:?}", evidence);
                prop_assert!(is_in(&theirs.text, mentor_texts(facts, theirs.field)), "{:?}", evidence);
            }
        }
    }

    #[test]
    fn the_shortlist_is_what_scoring_everybody_gives(
        mentors in some_mentors(40), mentee in some_mentee(), ask in some_ask(),
        slots in vec(0u32..12, 41), k in 0usize..8, batch in 1usize..6, program in some_program(),
    ) {
        let catalog = Catalog::build(mentors.clone());
        let ranking = catalog.rank(&mentee, &ask, &program);
        let slots_of = |id: UserId| slots[mentors.iter().position(|mentor| mentor.id == id).unwrap()];
        let counted = RefCell::new(0);

        let mut shortlist = ranking.shortlist(k);
        loop {
            let wanted = shortlist.next_batch(batch);
            if wanted.is_empty() {
                break;
            }
            for id in wanted {
                *counted.borrow_mut() += 1;
                shortlist.offer(id, slots_of(id));
            }
        }

        let expected: Vec<Scored> = brute_force(&ranking, slots_of).into_iter().take(k).collect();
        prop_assert_eq!(shortlist.finish(), expected);
        prop_assert!(counted.into_inner() <= mentors.len());
    }

    #[test]
    fn a_remembered_answer_holds_as_long_as_a_new_ranking_says_the_same(
        mentors in some_mentors(30), mentee in some_mentee(), ask in some_ask(),
        before in vec(0u32..12, 31), changed in vec(option::weighted(0.2, 0u32..12), 31),
        gone in option::weighted(0.3, 0usize..30), k in 1usize..8, program in some_program(),
    ) {
        let catalog = Catalog::build(mentors.clone());
        let ranking = catalog.rank(&mentee, &ask, &program);
        let place = |id: UserId| mentors.iter().position(|mentor| mentor.id == id).unwrap();
        let now = |place: usize| changed[place].unwrap_or(before[place]);
        let shortlist = shortlisted(&ranking, k, |id| Some(before[place(id)]));
        let remembered = shortlist.remembered().unwrap();
        let free = |count: &dyn Fn(usize) -> Option<u32>| -> HashMap<UserId, FreeSlots> {
            let people = remembered.people().into_iter();
            people.filter_map(|id| Some((id, FreeSlots::from(count(place(id))?)))).collect()
        };

        prop_assert!(remembered.holds(&program, &free(&|place| Some(before[place]))));
        let still_there = |place: usize| (Some(place) != gone).then(|| now(place));
        let anew = shortlisted(&ranking, k, |id| still_there(place(id))).finish();
        let is_same = anew == shortlist.finish();
        let holds = remembered.holds(&program, &free(&still_there));
        prop_assert!(is_same || !holds);
        // Without points for free slots nobody sees how many there are.
        let counts_slots = program.weights().of(ComponentName::Availability) > 0;
        prop_assert!(holds || !is_same || !counts_slots);
    }

    #[test]
    fn the_order_in_which_mentors_arrive_changes_nothing(
        (mentors, shuffled) in some_mentors(12).prop_flat_map(|mentors| (Just(mentors.clone()), Just(mentors).prop_shuffle())),
        mentee in some_mentee(), ask in some_ask(), program in some_program(),
    ) {
        let (one, other) = (Catalog::build(mentors), Catalog::build(shuffled));
        let (one, other) = (one.rank(&mentee, &ask, &program), other.rank(&mentee, &ask, &program));

        prop_assert_eq!(one.partials(), other.partials());
        prop_assert_eq!(brute_force(&one, |_| 2), brute_force(&other, |_| 2));
    }

    #[test]
    fn a_counterfactual_comes_true_when_its_change_is_made(
        mentors in some_mentors(6), mentee in some_mentee(), ask in some_ask(), program in some_program(),
        times in vec(0i64..14 * 24, 0..10),
    ) {
        let catalog = Catalog::build(mentors.clone());
        let ranking = catalog.rank(&mentee, &ask, &program);
        let slots = slots_at(&times);

        for partial in &ranking.partials() {
            let scored = ranking.finish(partial, slots.as_slice());
            for counterfactual in scored.components.iter().filter_map(|part| part.counterfactual.as_ref()) {
                prop_assert!(counterfactual.points > Thousandths::ZERO);
                let ending = format!(": +{}", counterfactual.points);
                prop_assert!(counterfactual.line.ends_with(&ending));
                let then = after(&counterfactual.change, (&mentors, partial.mentor_id()), (&mentee, &ask), &program, &slots);
                prop_assert_eq!(then, scored.score + counterfactual.points, "{:?}", counterfactual);
            }
        }
    }
}

fn slots_at(hours: &[i64]) -> Vec<Slot> {
    let monday: Timestamp = "2026-03-02T00:00:00Z".parse().unwrap();
    let slot = |hour: &i64| Slot {
        starts_at: monday + SignedDuration::from_hours(*hour),
        ends_at: monday + SignedDuration::from_hours(*hour + 1),
    };
    hours.iter().map(slot).collect()
}

/// The score of one mentor when a change is made, from the beginning.
fn after(
    change: &Change,
    (mentors, id): (&[MentorFacts], UserId),
    (mentee, ask): (&MenteeFacts, &Ask),
    program: &Program,
    slots: &[Slot],
) -> Thousandths {
    let (mut mentors, mut mentee) = (mentors.to_vec(), mentee.clone());
    let mentor = mentors.iter_mut().find(|mentor| mentor.id == id).unwrap();
    let mut free = u32::try_from(slots.len()).unwrap();
    match change {
        Change::Industry { industry } => mentee.industry_focus.push(industry.clone()),
        Change::MentorStage { stage } => mentor.stages.push(*stage),
        Change::MenteeStage { stage } => mentee.startup_stage = Some(*stage),
        Change::Location { location } => mentee.location = Some(location.clone()),
        Change::Language { language } => mentee.languages.push(language.clone()),
        Change::FreeTimes { more } | Change::FreeOn { more, .. } => free += more,
        Change::Rating { stars } => {
            let before = mentor.ratings.unwrap();
            mentor.ratings = Some(Ratings {
                count: before.count + 1,
                stars: before.stars + stars,
            });
        }
    }
    let catalog = Catalog::build(mentors);
    let ranking = catalog.rank(&mentee, ask, program);
    let mut partials = ranking.partials().into_iter();
    let partial = partials.find(|partial| partial.id == id);
    ranking.finish(&partial.unwrap(), free).score
}
