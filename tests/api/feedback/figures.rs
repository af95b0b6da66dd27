//! The figures against a slow and obvious recomputation, over chance.

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::domain::id::{SessionId, UserId};
use shared::domain::user::Role;
use tests::{Dice, KeptFeedback, TestApp};

use super::{FEEDBACK, give, given, given_pair, opinion, put, shown, stats, upkeep};

#[tokio::test]
async fn fewer_than_three_show_nothing() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    for day in 2..4 {
        let (mentee, session) = super::given_guest(&app, mentor, day).await;
        given(&app, mentee, session, &opinion(5, false)).await;
    }

    let found = stats(&app, mentor).await;

    let nothing = json!({
        "mentor_id": mentor, "count": null, "mean": null, "shrunken_mean": null, "prior": null, "distribution": [],
        "recommending": null, "helpfulness": null, "trend": [], "timezone": "UTC", "topics": [],
    });
    assert_eq!(found, nothing);
    assert_eq!(
        shown(&app, mentor).await.len(),
        2,
        "what carries names can be read"
    );
}

#[tokio::test]
async fn three_make_figures() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    for (day, rating) in [(2, 5), (3, 4), (4, 2)] {
        let (mentee, session) = super::given_guest(&app, mentor, day).await;
        let mut said = opinion(rating, false);
        said["topics_covered"] = json!(["Pricing", format!("Topic {day}")]);
        given(&app, mentee, session, &said).await;
    }
    let usual = app.given_mentor().await;
    app.given_ratings(usual, &[3, 3, 3]).await;

    let found = stats(&app, mentor).await;

    // (11 + 5 × 20 ÷ 6) ÷ (3 + 5)
    insta::assert_json_snapshot!(found, { ".mentor_id" => "[mentor]" }, @r#"
    {
      "count": 3,
      "distribution": [
        {
          "count": 0,
          "rating": 1
        },
        {
          "count": 1,
          "rating": 2
        },
        {
          "count": 0,
          "rating": 3
        },
        {
          "count": 1,
          "rating": 4
        },
        {
          "count": 1,
          "rating": 5
        }
      ],
      "helpfulness": 3.667,
      "mean": 3.667,
      "mentor_id": "[mentor]",
      "prior": {
        "mean": 3.333,
        "ratings": 5
      },
      "recommending": 0.667,
      "shrunken_mean": 3.458,
      "timezone": "UTC",
      "topics": [
        {
          "count": 3,
          "topic": "pricing"
        }
      ],
      "trend": [
        {
          "count": 3,
          "mean": 3.667,
          "month": "2026-03"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn the_feedback_on_a_mentor_who_is_not_listed_is_for_themselves() {
    let app = TestApp::whole().await;
    let mentor = app.given_unapproved_mentor().await;
    let (other, _, _) = given_pair(&app).await;
    let admin = app.given_admin().await;
    for path in [
        format!("/api/mentors/{mentor}/feedback"),
        format!("{FEEDBACK}/stats/{mentor}"),
    ] {
        for (actor, status) in [(other, 404), (mentor, 200), (admin, 200)] {
            assert_eq!(
                super::get(&app, actor, &path).await.status,
                status,
                "{path}"
            );
        }
    }
}

/// What everybody sees of a mentor's feedback.
fn public_of(rows: &[KeptFeedback], mentor: UserId) -> Vec<&KeptFeedback> {
    let is_public = |row: &&KeptFeedback| {
        row.subject == mentor.to_string() && row.published_at.is_some() && !row.is_hidden
    };
    rows.iter().filter(is_public).collect()
}

/// A part of a whole as the API writes it.
fn share(part: i64, whole: i64) -> Value {
    let thousandths = (2000 * part + whole) / (2 * whole);
    if thousandths % 1000 == 0 {
        json!(thousandths / 1000)
    } else {
        json!(f64::from(i32::try_from(thousandths).unwrap()) / 1000.0)
    }
}

/// How many ratings the mentors have of whom enough is known, and their sum.
fn usual(rows: &[KeptFeedback], mentors: &[UserId]) -> (i64, i64) {
    let public = mentors.iter().map(|mentor| public_of(rows, *mentor));
    let known = public.filter(|public| public.len() > 2).flatten();
    known.fold((0, 0), |(count, stars), row| {
        (count + 1, stars + row.rating)
    })
}

/// Adds everything up again, from the rows themselves.
fn recomputed(rows: &[KeptFeedback], mentors: &[UserId], mentor: UserId) -> Value {
    let of_mentor = |row: &&KeptFeedback| row.subject == mentor.to_string();
    let mine: Vec<&KeptFeedback> = rows.iter().filter(of_mentor).collect();
    let public = public_of(rows, mentor);
    let count = i64::try_from(public.len()).unwrap();
    if count < 3 {
        return json!({
            "count": null, "mean": null, "shrunken_mean": null, "prior": null, "distribution": [], "recommending": null,
            "helpfulness": null, "trend": [], "topics": [],
        });
    }
    let mut months: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for row in &public {
        let month = &row.published_at.as_ref().unwrap()[..7];
        months.entry(month).or_default().push(row.rating);
    }
    let trend = months.iter().filter(|(_, ratings)| ratings.len() > 2);
    let trend: Vec<Value> = trend
        .map(|(month, ratings)| {
            let count = i64::try_from(ratings.len()).unwrap();
            json!({ "month": month, "count": count, "mean": share(ratings.iter().sum(), count) })
        })
        .collect();
    let sum = |of: fn(&KeptFeedback) -> i64| public.iter().map(|row| of(row)).sum::<i64>();
    let (all, stars) = usual(rows, mentors);
    let distribution: Vec<Value> = (1..=5)
        .map(|rating| {
            let alike = public.iter().filter(|row| row.rating == rating);
            json!({ "rating": rating, "count": alike.count() })
        })
        .collect();
    json!({
        "count": count,
        "mean": share(sum(|row| row.rating), count),
        // Five ratings of stars ÷ all each, as one fraction.
        "shrunken_mean": share(sum(|row| row.rating) * all + 5 * stars, (count + 5) * all),
        "prior": { "mean": share(stars, all), "ratings": 5 },
        "distribution": distribution,
        "recommending": share(sum(|row| i64::from(row.recommends)), count),
        "helpfulness": share(sum(|row| row.helpfulness), count),
        "trend": trend,
        "topics": topics(&mine),
    })
}

/// Counts topics: those of names one by one, those of groups where three of a group say the same.
fn topics(mine: &[&KeptFeedback]) -> Vec<Value> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    let mut groups: BTreeMap<(&str, &str), (BTreeSet<&str>, i64)> = BTreeMap::new();
    for row in mine {
        let Some(published_at) = &row.published_at else {
            continue;
        };
        for topic in row.topics.iter().collect::<BTreeSet<_>>() {
            if row.is_anonymous {
                let group = groups.entry((published_at, topic)).or_default();
                group.0.insert(&row.author);
                group.1 += 1;
            } else if !row.is_hidden {
                *counts.entry(topic).or_default() += 1;
            }
        }
    }
    for ((_, topic), (authors, count)) in groups {
        if authors.len() > 2 {
            *counts.entry(topic).or_default() += count;
        }
    }
    let mut counts: Vec<(&str, i64)> = counts.into_iter().filter(|(_, count)| *count > 2).collect();
    counts.sort_by_key(|(topic, count)| (-count, *topic));
    let bodies = counts.into_iter().take(20);
    bodies
        .map(|(topic, count)| json!({ "topic": topic, "count": count }))
        .collect()
}

/// Everybody who takes part.
struct Cast {
    mentors: Vec<UserId>,
    mentees: Vec<UserId>,
    admin: UserId,
    given: Vec<(UserId, SessionId)>,
}

impl Cast {
    async fn new(app: &TestApp) -> Self {
        let mut cast = Self {
            mentors: Vec::new(),
            mentees: Vec::new(),
            admin: app.given_admin().await,
            given: Vec::new(),
        };
        for _ in 0..2 {
            cast.mentors.push(app.given_mentor().await);
        }
        for _ in 0..6 {
            cast.mentees.push(app.given_mentee().await);
        }
        cast
    }

    /// Somebody does something, or time passes.
    async fn act(&mut self, app: &TestApp, dice: &mut Dice) {
        match dice.below(12) {
            0..=5 => self.give(app, dice).await,
            6 => self.change(app, dice).await,
            7 => self.moderate(app, dice, "hide").await,
            8 => self.moderate(app, dice, "restore").await,
            9 => upkeep(app).await,
            _ => {
                let hours = i64::try_from(12 + dice.below(96)).unwrap();
                let later: Timestamp = app.clock.now() + SignedDuration::from_hours(hours);
                app.at(&later.to_string());
                app.given_login(self.admin, Role::Admin).await;
                for mentee in &self.mentees {
                    app.given_login(*mentee, Role::Mentee).await;
                }
            }
        }
    }

    async fn give(&mut self, app: &TestApp, dice: &mut Dice) {
        let (mentor, mentee) = (*dice.pick(&self.mentors), *dice.pick(&self.mentees));
        let session = app
            .given_completed_session(mentee, mentor, "2026-02-27T10:00:00Z")
            .await;
        given(app, mentee, session, &said(dice)).await;
        self.given.push((mentee, session));
    }

    async fn change(&self, app: &TestApp, dice: &mut Dice) {
        let Some((author, session)) = self.given.last() else {
            return;
        };
        let changed = put(app, *author, &format!("{FEEDBACK}/{session}"), &said(dice)).await;
        let statuses = [StatusCode::OK, StatusCode::CONFLICT];
        assert!(statuses.contains(&changed.status), "{}", changed.text);
        let twice = give(app, *author, *session, &said(dice)).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
    }

    async fn moderate(&self, app: &TestApp, dice: &mut Dice, action: &str) {
        if self.given.is_empty() {
            return;
        }
        let (author, session) = dice.pick(&self.given);
        let body = json!({ "author_id": author, "action": action, "reason": "by chance" });
        let path = format!("{FEEDBACK}/{session}/moderation");
        let done = put(app, self.admin, &path, &body).await;
        let statuses = [StatusCode::OK, StatusCode::CONFLICT];
        assert!(statuses.contains(&done.status), "{}", done.text);
    }
}

fn said(dice: &mut Dice) -> Value {
    let mut said = opinion(i64::try_from(1 + dice.below(5)).unwrap(), dice.below(3) > 0);
    said["helpfulness_rating"] = json!(1 + dice.below(5));
    said["would_recommend"] = json!(dice.below(2) == 0);
    said["topics_covered"] = json!(dice.pick_some(&["Pricing", "Hiring", "HIRING", "Exits"], 2));
    said
}

#[tokio::test]
async fn whatever_happens_the_figures_are_what_the_rows_add_up_to() {
    let app = TestApp::whole().await;
    let mut cast = Cast::new(&app).await;
    let mut dice = Dice::new(28);
    let mut published = 0;
    for step in 0..160 {
        cast.act(&app, &mut dice).await;

        let rows = app.kept_feedback().await;
        for mentor in &cast.mentors {
            let public = public_of(&rows, *mentor);
            let stars = public.iter().map(|row| row.rating).sum();
            let sums = (i64::try_from(public.len()).unwrap(), stars);
            assert_eq!(app.rating_sums(*mentor).await, sums, "step {step}");
            assert_eq!(
                shown(&app, *mentor).await.len(),
                public.len(),
                "step {step}"
            );
            let found = stats(&app, *mentor).await;
            for (field, value) in recomputed(&rows, &cast.mentors, *mentor)
                .as_object()
                .unwrap()
            {
                assert_eq!(&found[field], value, "step {step}, {field}");
            }
        }
        published = groups_of(&rows);
    }
    assert!(published > 2, "chance has published {published} groups");
}

/// How many groups were published; each of them was written by three people or more.
fn groups_of(rows: &[KeptFeedback]) -> usize {
    let mut groups: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.is_anonymous) {
        if let Some(published_at) = &row.published_at {
            let group = groups.entry((&row.subject, published_at)).or_default();
            group.insert(&row.author);
        }
    }
    assert!(
        groups.values().all(|authors| authors.len() > 2),
        "{groups:?}"
    );
    groups.len()
}
