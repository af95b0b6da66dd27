//! A mentor asks every question before and after each session, keeps all answers, and learns nothing of who said what.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::domain::id::{SessionId, UserId};
use shared::domain::user::Role;
use tests::{Post, TestApp};

use super::view::{Spy, differences};
use super::{FEEDBACK, MONDAY, at, get, given, opinion, put, shown, stats, upkeep};

/// When the spy looks; the clock stands still for them.
const LOOK: &str = "2026-03-03T12:00:00Z";

/// Three mentees who say nothing of who they are, after three who gave their names.
struct Scene {
    mentor: UserId,
    puppet: UserId,
    admin: UserId,
    quiet: Vec<(UserId, SessionId)>,
    all: Vec<(UserId, SessionId)>,
    matches: Vec<String>,
}

impl Scene {
    async fn new(app: &TestApp, quiet: usize) -> Self {
        let (mentor, puppet) = (app.given_open_mentor().await, app.given_mentee().await);
        let admin = app.given_admin().await;
        let mut all = Vec::new();
        for day in 1..=u32::try_from(quiet + 3).unwrap() {
            all.push(super::given_guest(app, mentor, day).await);
        }
        for ((mentee, session), rating) in all[..3].iter().zip([5, 4, 3]) {
            given(app, *mentee, *session, &opinion(rating, false)).await;
        }
        let matched = app.given_match(all[3].0, mentor).await.to_string();
        Self {
            mentor,
            puppet,
            admin,
            quiet: all[3..].to_vec(),
            all,
            matches: vec![matched],
        }
    }

    /// The mentor says what they think themselves, once and for all.
    async fn speak(&self, app: &TestApp) {
        for (_, session) in &self.all {
            given(app, self.mentor, *session, &opinion(3, false)).await;
        }
    }

    fn spy<'a>(&self, app: &'a TestApp, post: &'a Post) -> Spy<'a> {
        Spy {
            app,
            post,
            mentor: self.mentor,
            puppet: self.puppet,
            mentees: self.all.iter().map(|(mentee, _)| *mentee).collect(),
            sessions: self.all.iter().map(|(_, session)| *session).collect(),
            matches: self.matches.clone(),
        }
    }
}

/// What the n-th one says, unlike all others.
fn secret(n: i64) -> Value {
    json!({
        "rating": n, "helpfulness_rating": 6 - n, "would_recommend": n > 2, "is_anonymous": true,
        "written_feedback": format!("What the {n}th one thinks."), "topics_covered": ["Exits", format!("Only {n}")],
    })
}

/// Lets everything happen that follows from what was said.
async fn settle(app: &TestApp, post: &Post) {
    app.at(LOOK);
    post.deliver_from(app, 0).await;
    upkeep(app).await;
    shared::worker::run_schedule(&app.state, reminders_cron::fire)
        .await
        .unwrap();
    post.deliver_from(app, 0).await;
}

#[tokio::test]
async fn no_answer_changes_by_one_anonymous_feedback() {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    let scene = Scene::new(&app, 3).await;
    let spy = scene.spy(&app, &post);
    scene.speak(&app).await;
    settle(&app, &post).await;
    let before = spy.look(LOOK).await;

    for ((mentee, session), n) in scene.quiet.iter().zip(1..) {
        given(&app, *mentee, *session, &secret(n)).await;
        settle(&app, &post).await;
        assert_eq!(
            differences(&before, &spy.look(LOOK).await),
            [""; 0],
            "given by the {n}th"
        );
        put(
            &app,
            *mentee,
            &format!("{FEEDBACK}/{session}"),
            &secret(6 - n),
        )
        .await;
        settle(&app, &post).await;
        assert_eq!(
            differences(&before, &spy.look(LOOK).await),
            [""; 0],
            "changed by the {n}th"
        );
    }
    let (mentee, session) = scene.quiet[0];
    for action in ["hide", "restore"] {
        let body = json!({ "author_id": mentee, "action": action, "reason": "a look" });
        let path = format!("{FEEDBACK}/{session}/moderation");
        assert_eq!(put(&app, scene.admin, &path, &body).await.status, 200);
        settle(&app, &post).await;
        assert_eq!(
            differences(&before, &spy.look(LOOK).await),
            [""; 0],
            "{action}"
        );
    }
    // They themselves see it, and admins do.
    let path = format!("{FEEDBACK}/{session}");
    for person in [mentee, scene.admin] {
        assert_eq!(get(&app, person, &path).await.data()[0]["rating"], 5);
    }
    // The same eyes see it as soon as it carries a name.
    let named = put(&app, mentee, &path, &opinion(5, false)).await;
    assert_eq!(named.status, 200, "{}", named.text);
    settle(&app, &post).await;
    let seen = differences(&before, &spy.look(LOOK).await);
    let public = format!("/api/mentors/{}/feedback?limit=100", scene.mentor);
    for answer in [
        format!("mentor {path}"),
        format!("mentor {public}"),
        format!("anybody {public}"),
        "mails".to_owned(),
        "export".to_owned(),
        "ratings".to_owned(),
    ] {
        assert!(seen.contains(&answer), "{answer} is not in {seen:?}");
    }
}

#[tokio::test]
async fn what_is_published_names_nobody() {
    let app = TestApp::whole().await;
    let post = app.given_mail_service().await;
    let scene = Scene::new(&app, 4).await;
    let spy = scene.spy(&app, &post);
    scene.speak(&app).await;
    for ((mentee, session), n) in scene.quiet.iter().zip(1..) {
        given(&app, *mentee, *session, &secret(n)).await;
    }
    settle(&app, &post).await;
    let people: Vec<(UserId, Role)> =
        [(scene.mentor, Role::Mentor), (scene.puppet, Role::Mentee)].into();
    at(&app, MONDAY, &people).await;
    let before = spy.look(MONDAY).await;
    upkeep(&app).await;
    post.deliver_from(&app, 0).await;
    let after = spy.look(MONDAY).await;

    assert!(!differences(&before, &after).is_empty(), "it is published");
    let list = shown(&app, scene.mentor).await;
    let anonymous: Vec<&Value> = list
        .iter()
        .filter(|entry| entry["is_anonymous"] == true)
        .collect();
    assert_eq!(anonymous.len(), 4);
    let alike = |field: &str| {
        anonymous
            .iter()
            .map(|entry| entry[field].to_string())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(
        alike("published_on").into_iter().collect::<Vec<_>>(),
        ["\"2026-03-09\""]
    );
    assert_eq!(alike("author").into_iter().collect::<Vec<_>>(), ["null"]);
    assert_eq!(
        alike("topics_covered").into_iter().collect::<Vec<_>>(),
        ["[]"]
    );
    assert_eq!(app.places_with_a_time().await, 0);
    // A topic of one is told nowhere, one of all is.
    let figures = stats(&app, scene.mentor).await;
    assert_eq!(figures["topics"], json!([{ "topic": "exits", "count": 4 }]));
    // No answer that tells of what is new names one of those who wrote it, or their session.
    for key in differences(&before, &after) {
        let (was, is) = (before[&key].to_string(), after[&key].to_string());
        for (mentee, session) in &scene.quiet {
            for id in [mentee.to_string(), session.to_string()] {
                assert_eq!(
                    was.matches(&id).count(),
                    is.matches(&id).count(),
                    "{key} tells of {id}"
                );
            }
        }
    }
}

/// What everybody reads, without its order inside of one moment.
async fn public(app: &TestApp, scene: &Scene) -> Vec<String> {
    let mut list: Vec<String> = shown(app, scene.mentor).await.iter().map(named).collect();
    list.sort();
    let mut figures = stats(app, scene.mentor).await;
    figures["mentor_id"] = Value::Null;
    list.push(figures.to_string());
    for (_, session) in &scene.quiet {
        let path = format!("{FEEDBACK}/{session}");
        list.push(get(app, scene.mentor, &path).await.data().to_string());
    }
    list
}

fn named(entry: &Value) -> String {
    let mut entry = entry.clone();
    if let Some(id) = entry["author"].get_mut("id") {
        *id = Value::Null;
    }
    entry.to_string()
}

#[tokio::test]
async fn it_would_look_the_same_if_each_had_said_what_another_one_said() {
    let mut worlds = Vec::new();
    for order in [[1, 2, 3, 4], [2, 3, 4, 1], [4, 3, 2, 1]] {
        let app = TestApp::whole().await;
        let scene = Scene::new(&app, 4).await;
        for ((mentee, session), n) in scene.quiet.iter().zip(order) {
            given(&app, *mentee, *session, &secret(n)).await;
        }
        at(&app, MONDAY, &[(scene.mentor, Role::Mentor)]).await;
        upkeep(&app).await;
        worlds.push(public(&app, &scene).await);
    }
    assert_eq!(worlds[0], worlds[1]);
    assert_eq!(worlds[0], worlds[2]);
}

#[tokio::test]
async fn the_order_of_a_group_is_not_the_order_in_which_it_was_written() {
    let app = TestApp::whole().await;
    let mentor = app.given_mentor().await;
    for day in 1..=20 {
        let (mentee, session) = super::given_guest(&app, mentor, day).await;
        let mut said = opinion(3, true);
        said["written_feedback"] = json!(format!("{day:02}"));
        given(&app, mentee, session, &said).await;
    }
    at(&app, MONDAY, &[]).await;
    upkeep(&app).await;

    let list = shown(&app, mentor).await;
    let words: Vec<&str> = list
        .iter()
        .map(|entry| entry["written_feedback"].as_str().unwrap())
        .collect();

    // One of 20! orders is that of writing, and one is the reverse.
    assert_eq!(words.len(), 20);
    assert!(
        !words.is_sorted() && !words.iter().rev().is_sorted(),
        "{words:?}"
    );
    let mut walked: Vec<String> = Vec::new();
    let mut path = format!("/api/mentors/{mentor}/feedback?limit=3");
    loop {
        let page = app.ask(None, http::Method::GET, &path, None).await;
        walked.extend(crate::texts(page.data(), "written_feedback"));
        let Some(next) = page.body["meta"]["next_cursor"].as_str() else {
            break;
        };
        path = format!("/api/mentors/{mentor}/feedback?limit=3&cursor={next}");
    }
    assert_eq!(walked, words);
}
