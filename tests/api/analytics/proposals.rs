//! Every figure of proposals, over generated batches, against a slow and obvious count.

use std::collections::BTreeMap;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use tests::{BatchFact, Dice, TestApp};

use super::oracle::{Question, percentile, rounded, share};
use super::{count, figures};

const PROGRAMS: [&str; 2] = ["office_hours", "mentorship"];
const OUTCOMES: [&str; 5] = ["proposed", "selected", "passed", "lapsed", "closed"];

/// Batches of five weeks around a change to summer time, at any minute.
fn generated(dice: &mut Dice, mentees: &[UserId], mentors: &[UserId]) -> Vec<BatchFact> {
    let begin: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    let minutes = |dice: &mut Dice, most: usize| {
        SignedDuration::from_mins(i64::try_from(dice.below(most)).unwrap())
    };
    (0..160)
        .map(|_| {
            let created_at = begin + minutes(dice, 35 * 24 * 60);
            let program = *dice.pick(&PROGRAMS);
            let status = *dice.pick(&["selected", "passed", "lapsed", "closed"]);
            let asked = 1 + dice.below(3);
            BatchFact {
                mentee: *dice.pick(mentees),
                program,
                created_at,
                closed_at: Some(created_at + minutes(dice, 72 * 60)),
                status,
                mentors: mentors[..asked]
                    .iter()
                    .map(|mentor| {
                        let score = i32::try_from(dice.below(100_001)).unwrap();
                        (*mentor, score, *dice.pick(&OUTCOMES))
                    })
                    .collect(),
            }
        })
        .collect()
}

/// What became of the proposals of each class.
fn taken(batches: &[&BatchFact], class: impl Fn(usize, i32) -> i32) -> BTreeMap<i32, Value> {
    let mut outcomes: BTreeMap<i32, Vec<&str>> = BTreeMap::new();
    for batch in batches {
        for (at, (_, score, outcome)) in batch.mentors.iter().enumerate() {
            outcomes.entry(class(at, *score)).or_default().push(outcome);
        }
    }
    let figures = |outcomes: Vec<&str>| {
        let of = |word: &str| outcomes.iter().filter(|outcome| **outcome == word).count();
        let answered = of("selected") + of("passed") + of("lapsed");
        let [selected, answered] = [of("selected"), answered].map(|of| i64::try_from(of).unwrap());
        json!({
            "proposed": outcomes.len(),
            "selected": selected,
            "passed": of("passed"),
            "lapsed": of("lapsed"),
            "closed": of("closed"),
            "acceptance_rate": share(selected, answered),
        })
    };
    outcomes
        .into_iter()
        .map(|(class, found)| (class, figures(found)))
        .collect()
}

fn assert_matching(data: &Value, batches: &[&BatchFact], query: &str) {
    let ranks = taken(batches, |at, _| i32::try_from(at).unwrap() + 1).into_iter();
    let ranks: Vec<_> = ranks
        .map(|(rank, figures)| json!({ "rank": rank, "figures": figures }))
        .collect();
    assert_eq!(data["by_rank"], json!(ranks), "{query}");
    let bands = taken(batches, |_, score| (score / 10_000).min(9) * 10).into_iter();
    let bands: Vec<_> = bands
        .map(|(from, figures)| json!({ "from": from, "to": from + 10, "figures": figures }))
        .collect();
    assert_eq!(data["by_score"], json!(bands), "{query}");
    let of = |status: &'static str| batches.iter().filter(move |batch| batch.status == status);
    let mut times: Vec<i64> = of("selected")
        .map(|batch| {
            rounded(
                batch
                    .closed_at
                    .unwrap()
                    .duration_since(batch.created_at)
                    .as_mins(),
            )
        })
        .collect();
    times.sort_unstable();
    let counted = json!({
        "open": 0,
        "selected": of("selected").count(),
        "passed": of("passed").count(),
        "lapsed": of("lapsed").count(),
        "closed": of("closed").count(),
        "median_minutes": percentile(&times, 50),
    });
    assert_eq!(data["batches"], counted, "{query}");
}

/// Asks for each part of the five weeks, in three zones.
async fn assert_all(app: &TestApp, admin: UserId, batches: &[BatchFact]) {
    for zone in ["America/New_York", "Europe/Berlin", "Asia/Kathmandu"] {
        for (from, to) in [
            (date(2026, 3, 1), date(2026, 4, 9)),
            (date(2026, 3, 8), date(2026, 3, 8)),
            (date(2026, 3, 28), date(2026, 3, 30)),
        ] {
            for program in [None, Some("mentorship")] {
                let zone = zone.parse().unwrap();
                let question = Question {
                    zone,
                    from,
                    to,
                    program,
                };
                let asked: Vec<&BatchFact> = batches
                    .iter()
                    .filter(|batch| question.has(batch.created_at))
                    .filter(|batch| program.is_none_or(|program| batch.program == program))
                    .collect();
                let query = question.query();
                let body = figures(app, admin, &format!("/matching{query}")).await;
                assert_matching(&body["data"], &asked, &query);
            }
        }
    }
}

#[tokio::test]
async fn proposals_are_counted_by_days_of_a_zone_and_by_program() {
    let app = TestApp::whole().await;
    let mut mentors = Vec::new();
    for _ in 0..3 {
        mentors.push(app.given_mentor().await);
    }
    let mentees = [app.given_mentee().await, app.given_mentee().await];
    let mut batches = generated(&mut Dice::new(5), &mentees, &mentors);
    app.given_batches(&batches).await;
    app.at("2026-04-10T08:00:00Z");
    let admin = app.given_admin().await;
    count(&app).await;
    assert_all(&app, admin, &batches).await;

    // What changes late is counted anew, and what is gone is not counted any more.
    app.given_later_outcomes(("passed", "lapsed"), mentees[1])
        .await;
    batches.retain(|batch| batch.mentee != mentees[1]);
    for batch in &mut batches {
        let later = |word: &mut &'static str| {
            if *word == "passed" {
                *word = "lapsed";
            }
        };
        later(&mut batch.status);
        let outcomes = batch.mentors.iter_mut();
        outcomes.for_each(|(_, _, outcome)| later(outcome));
    }
    count(&app).await;
    assert_all(&app, admin, &batches).await;

    // Nothing has changed since: counting once more changes nothing.
    let before = app.rows_of("proposal_days").await;
    count(&app).await;
    assert_eq!(app.rows_of("proposal_days").await, before);
    assert_eq!(app.rows_in("proposal_changes").await, 0);
}
