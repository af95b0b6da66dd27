//! The order in which a mentor finds open questions.

use std::cmp::Reverse;

use shared::domain::id::{Id, QuestionId, UserId};
use shared::domain::matching::{Catalog, Posed};
use shared::store;
use tests::{Dice, TestApp};

use super::{QUESTIONS, get, given_expert, text, titles};

const WORDS: [&str; 16] = [
    "pricing",
    "hiring",
    "fundraising",
    "banks",
    "pilots",
    "growth",
    "logistics",
    "robots",
    "design",
    "contracts",
    "patents",
    "sales",
    "founders",
    "cities",
    "energy",
    "health",
];

fn sentence(dice: &mut Dice, words: usize) -> String {
    let picked: Vec<&str> = (0..words).map(|_| *dice.pick(&WORDS)).collect();
    picked.join(" ")
}

async fn walk(app: &TestApp, mentor: UserId, limit: usize) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get(app, mentor, &format!("{QUESTIONS}?limit={limit}{cursor}")).await;
        let entries = page.data().as_array().unwrap();
        ids.extend(entries.iter().map(|entry| text(&entry["id"])));
        let Some(next) = page.body["meta"]["next_cursor"].as_str() else {
            return ids;
        };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn what_a_mentor_knows_comes_first() {
    let app = TestApp::whole().await;
    let mentee = app.given_mentee().await;
    let pricing = given_expert(&app, &["B2B pricing"], "I have priced software for banks.").await;
    let hiring = given_expert(&app, &["Hiring engineers"], "I have hired many engineers.").await;
    app.at("2026-03-02T10:00:00Z");
    app.given_question_about(
        mentee,
        "First engineers",
        "Whom do we hire first?",
        &["Hiring"],
    )
    .await;
    app.at("2026-03-02T10:01:00Z");
    app.given_question_about(
        mentee,
        "A pilot for a bank",
        "What price?",
        &["B2B pricing"],
    )
    .await;

    let [of_pricing, of_hiring] = [
        get(&app, pricing, QUESTIONS).await,
        get(&app, hiring, QUESTIONS).await,
    ];
    assert_eq!(
        titles(&of_pricing),
        ["A pilot for a bank", "First engineers"]
    );
    assert_eq!(
        titles(&of_hiring),
        ["First engineers", "A pilot for a bank"]
    );
    let fit = |reply: &tests::Reply, place: usize| reply.data()[place]["fit"].as_f64().unwrap();
    assert!(
        fit(&of_pricing, 0) > fit(&of_pricing, 1),
        "{}",
        of_pricing.text
    );
}

#[tokio::test]
async fn the_list_is_that_of_a_brute_force_ranking_whatever_the_page() {
    let app = TestApp::whole().await;
    let mut dice = Dice::new(7);
    let mut mentors = Vec::new();
    for _ in 0..6 {
        let (area, bio) = (*dice.pick(&WORDS), sentence(&mut dice, 6));
        mentors.push(given_expert(&app, &[area], &bio).await);
    }
    let mut asked: Vec<(QuestionId, String, String)> = Vec::new();
    for number in 0..40 {
        app.at(&format!("2026-03-02T10:{:02}:00Z", number / 2));
        let mentee = app.given_mentee().await;
        let (title, words) = (sentence(&mut dice, 2), sentence(&mut dice, 5));
        let id = app.given_question_about(mentee, &title, &words, &[]).await;
        asked.push((id, title, words));
    }
    let client = app.state.db.client().await.unwrap();
    let (facts, background) = store::catalog::read(&client, None).await.unwrap();
    let catalog = Catalog::build_within(facts, &background);

    for mentor in mentors {
        let mut ranked = Vec::new();
        for (id, title, words) in &asked {
            let posed = Posed {
                title,
                text: words,
                topics: &[],
                meaning: None,
            };
            // Where the mentor stands among all mentors, not by the shortcut for one.
            let all = catalog.best_for(&posed, usize::MAX, |_| true);
            let fit = catalog.fit(mentor, &posed).unwrap();
            assert_eq!(all.contains(&mentor), fit.get() > 0);
            let created = app.stored_question(*id).await.created_at;
            ranked.push((Reverse(fit), Reverse((created, *id))));
        }
        let fitting = ranked.iter().filter(|(Reverse(fit), _)| fit.get() > 0);
        assert!((5..40).contains(&fitting.count()), "some fit, some do not");
        ranked.sort_unstable();
        let expected: Vec<String> = ranked
            .iter()
            .map(|(_, Reverse((_, id)))| id.uuid().to_string())
            .collect();

        for limit in [100, 7, 1] {
            assert_eq!(walk(&app, mentor, limit).await, expected, "{limit} a page");
        }
    }
}

#[tokio::test]
async fn a_page_goes_on_behind_a_question_that_was_claimed_meanwhile() {
    let app = TestApp::whole().await;
    let (mentor, other) = (app.given_mentor().await, app.given_mentor().await);
    for minute in 0..4 {
        app.at(&format!("2026-03-02T10:{minute:02}:00Z"));
        let mentee = app.given_mentee().await;
        app.given_question(mentee, "How do I hire?").await;
    }
    let all = walk(&app, mentor, 100).await;
    let first = get(&app, mentor, &format!("{QUESTIONS}?limit=2")).await;
    let next = text(&first.body["meta"]["next_cursor"]);
    super::step(&app, other, &all[1], "claim").await;

    let second = get(&app, mentor, &format!("{QUESTIONS}?limit=2&cursor={next}")).await;
    let entries = second.data().as_array().unwrap();
    let ids: Vec<String> = entries.iter().map(|entry| text(&entry["id"])).collect();
    assert_eq!(ids, all[2..]);
    let nowhere = format!("{QUESTIONS}?cursor={}", "A".repeat(32));
    assert_eq!(get(&app, mentor, &nowhere).await.code(), "invalid_cursor");
}

#[tokio::test]
async fn whoever_cannot_be_matched_finds_the_newest_first_and_no_fit() {
    let app = TestApp::whole().await;
    let mentor = given_expert(&app, &["Hiring engineers"], "I have hired many engineers.").await;
    for (minute, title) in [(0, "How do I hire engineers?"), (1, "A pilot for a bank")] {
        app.at(&format!("2026-03-02T10:{minute:02}:00Z"));
        let mentee = app.given_mentee().await;
        app.given_question(mentee, title).await;
    }
    let best = get(&app, mentor, QUESTIONS).await;
    assert_eq!(best.data()[0]["title"], "How do I hire engineers?");
    assert_eq!(best.data()[1]["fit"].as_f64(), Some(0.0), "known, and none");
    let pause = serde_json::json!({ "accepting": false });
    app.patch_as(mentor, "/api/users/me", &pause).await;

    let newest = get(&app, mentor, QUESTIONS).await;

    assert_eq!(
        titles(&newest),
        ["A pilot for a bank", "How do I hire engineers?"]
    );
    let fits: Vec<_> = (0..2).map(|place| &newest.data()[place]["fit"]).collect();
    assert_eq!(fits, [&serde_json::Value::Null; 2]);
}

#[tokio::test]
async fn of_very_many_the_newest_and_the_oldest_are_looked_at() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    let mut ids = Vec::new();
    for minute in 0..5 {
        app.at(&format!("2026-03-02T10:{minute:02}:00Z"));
        let mentee = app.given_mentee().await;
        ids.push(app.given_question(mentee, "How do I hire?").await);
    }
    let client = app.state.db.client().await.unwrap();
    for (each, expected) in [
        (1, vec![ids[0], ids[4]]),
        (2, vec![ids[0], ids[1], ids[3], ids[4]]),
        (3, ids.clone()),
    ] {
        let who = (mentor, None);
        let found = store::question::list_waiting(&client, who, each, app.clock.now()).await;
        let found = found
            .unwrap()
            .into_iter()
            .map(|waiting| waiting.question.id);
        let mut found: Vec<QuestionId> = found.collect();
        found.sort_unstable();
        assert_eq!(found, expected);
    }
}
