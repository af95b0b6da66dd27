//! Two mentors and two mentees who have to do with each other in pairs, an admin, and somebody who is shut out.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::{Id, UserId};
use shared::domain::user::Role;
use standalone::providers::Persona;
use tests::airtable::PATIENT;
use tests::{Setup, TestApp, api};

use super::ask;
use super::table::Target;
use crate::walls::assert_walls;

/// A page that may read answers.
const ORIGIN: &str = "https://app.example.com";

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    Anonymous,
    Mentee,
    Mentor,
    Admin,
    OtherMentee,
    OtherMentor,
    Suspended,
}

impl Asker {
    pub(super) const ALL: [Self; 7] = [
        Self::Anonymous,
        Self::Mentee,
        Self::Mentor,
        Self::Admin,
        Self::OtherMentee,
        Self::OtherMentor,
        Self::Suspended,
    ];
}

/// A mentor, a mentee, and what belongs to them.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) mentor: UserId,
    pub(super) mentee: UserId,
    pub(super) session: String,
    /// A session that the mentor proposes to move, and the proposal.
    pub(super) moving: String,
    pub(super) request: String,
    /// A signed-in device of the mentee.
    pub(super) device: String,
    pub(super) found: String,
    pub(super) window: String,
    /// An export of the mentee.
    pub(super) job: String,
    pub(super) api_key: String,
    pub(super) offering: String,
    pub(super) topic: String,
    /// What the mentor wrote to the mentee.
    pub(super) message: String,
    /// The mentee's open request for a mentor, and the batch in which the mentor is asked.
    pub(super) wish: String,
    pub(super) batch: String,
    /// The match of the two, and a meeting that the mentor wrote down.
    pub(super) matched: String,
    pub(super) meeting: String,
    /// All who waited, matched at once; then dropped.
    pub(super) run: String,
    /// Something that the mentee is told.
    pub(super) notification: String,
    /// A kind of message.
    pub(super) event: String,
    /// A field of the mentee that was changed here and in Airtable, and a comparison with everybody there.
    pub(super) conflict: String,
    pub(super) comparison: String,
    /// The job behind that run.
    pub(super) finished: String,
    /// A file that an admin has asked for.
    pub(super) report: String,
    /// A way to score matches; the first pair's is in use.
    pub(super) program: String,
    /// A session that took place, and one of which both have said how it was.
    pub(super) completed: String,
    pub(super) reviewed: String,
    /// A question of the mentee that the mentor has answered, and one that nobody has.
    pub(super) question: String,
    pub(super) asked: String,
}

pub(super) struct World {
    pub(super) app: TestApp,
    own: Pair,
    foreign: Pair,
    admin: UserId,
    suspended: UserId,
}

impl World {
    pub(super) async fn new() -> Self {
        let setup = Setup {
            personas: vec![Persona::new("ada", 1, "Ada Lovelace", "ada@example.com")],
            airtable: Some(PATIENT),
            ..Setup::default()
        };
        let app = TestApp::with(api(), setup).await;
        let admin = app.given_admin().await;
        let own = pair(&app, admin, "2026-03-03T10:00:00Z").await;
        let other_admin = app.given_admin().await;
        // The mentees ask each their own mentor.
        let pause = |is_open: bool| json!({ "accepting": is_open });
        app.patch_as(own.mentor, "/api/users/me", &pause(false))
            .await;
        let foreign = pair(&app, other_admin, "2026-03-03T12:00:00Z").await;
        app.patch_as(own.mentor, "/api/users/me", &pause(true))
            .await;
        let suspended = app.given_mentee().await;
        app.given_suspension(suspended).await;
        app.given_no_password(admin).await;
        let program = format!("/api/matching/programs/{}", own.program);
        let (status, _) = app
            .post_as(admin, &format!("{program}/activate"), &json!({}))
            .await;
        assert_eq!(status, StatusCode::OK);
        let draft = json!({ "name": "Another way" });
        app.patch_as(admin, &program, &draft).await;
        Self {
            app,
            own,
            foreign,
            admin,
            suspended,
        }
    }

    /// Asks, and says what came back.
    pub(super) async fn status(
        &self,
        asker: Asker,
        method: &Method,
        route: &str,
        target: Target,
    ) -> StatusCode {
        let things = match target {
            Target::Own => self.own.clone(),
            Target::Foreign => self.foreign.clone(),
            Target::Missing => self.missing(),
        };
        let request = ask::ask(method, route, &things);
        let mut call = self.app.call(method.clone(), &request.path);
        if let Some(person) = self.person(asker) {
            call = call.by(person).await;
        }
        if let Some(body) = &request.body {
            call = call.json(body);
        }
        let reply = call.header("origin", ORIGIN).send().await;
        assert_walls(&reply, &format!("{method} {route}"));
        assert_eq!(reply.header("access-control-allow-origin"), ORIGIN);
        reply.status
    }

    const fn person(&self, asker: Asker) -> Option<UserId> {
        match asker {
            Asker::Anonymous => None,
            Asker::Mentee => Some(self.own.mentee),
            Asker::Mentor => Some(self.own.mentor),
            Asker::Admin => Some(self.admin),
            Asker::OtherMentee => Some(self.foreign.mentee),
            Asker::OtherMentor => Some(self.foreign.mentor),
            Asker::Suspended => Some(self.suspended),
        }
    }

    /// Ids of nothing. Where two stand in one path only the last of them is missing.
    fn missing(&self) -> Pair {
        let nothing = || self.app.clock.id::<UserId>();
        Pair {
            mentor: nothing(),
            mentee: nothing(),
            session: nothing().to_string(),
            moving: nothing().to_string(),
            request: nothing().to_string(),
            device: nothing().to_string(),
            found: nothing().to_string(),
            window: nothing().to_string(),
            job: nothing().to_string(),
            api_key: nothing().to_string(),
            offering: nothing().to_string(),
            topic: nothing().to_string(),
            message: nothing().to_string(),
            wish: nothing().to_string(),
            batch: nothing().to_string(),
            matched: nothing().to_string(),
            meeting: nothing().to_string(),
            run: nothing().to_string(),
            conflict: nothing().to_string(),
            notification: nothing().to_string(),
            event: "nothing".to_owned(),
            comparison: nothing().to_string(),
            finished: nothing().to_string(),
            report: nothing().to_string(),
            program: "nothing".to_owned(),
            completed: nothing().to_string(),
            reviewed: nothing().to_string(),
            question: nothing().to_string(),
            asked: nothing().to_string(),
        }
    }
}

async fn pair(app: &TestApp, admin: UserId, at: &str) -> Pair {
    let mentor = app.given_open_mentor().await;
    let mentee = app.given_person(Role::Mentee, |_| {}).await;
    let session = app
        .given_session(mentee, mentor, at)
        .await
        .uuid()
        .to_string();
    let moving = at.replace("2026-03-03", "2026-03-06");
    let moving = app.given_session(mentee, mentor, &moving).await.uuid();
    let proposal = json!({ "proposed_times": ["2026-03-05T14:00:00Z"] });
    let requests = format!("/api/sessions/{moving}/reschedule-requests");
    let (_, request) = app.post_as(mentor, &requests, &proposal).await;
    let (status, matches) = app
        .post_as(mentee, "/api/matching/match", &json!({ "limit": 20 }))
        .await;
    assert_eq!(status, StatusCode::OK, "{matches}");
    let mut found = matches["data"].as_array().unwrap().iter();
    let found = found.find(|found| found["mentor"]["id"] == mentor.to_string());
    let (_, windows) = app
        .get_as(mentor, &format!("/api/mentors/{mentor}/availability"))
        .await;
    let export = app.ask(Some(mentee), Method::POST, "/api/users/me/export", None);
    let export = export.await.body;
    // So that a fresh sign-in is enough to leave.
    app.given_no_password(mentor).await;
    app.given_no_password(mentee).await;
    let key = json!({ "name": "Reports", "scopes": ["users:read"] });
    let (_, key) = app.post_as(admin, "/api/auth/api-keys", &key).await;
    let offering = json!({
        "topic": format!("What {mentor} knows"), "title": "An hour", "duration_minutes": 60, "price": 0, "currency": "EUR",
    });
    let (_, offering) = app
        .post_as(
            mentor,
            &format!("/api/mentors/{mentor}/offerings"),
            &offering,
        )
        .await;
    let written = json!({ "content": "Welcome!" });
    let (_, message) = app
        .post_as(
            mentor,
            &format!("/api/sessions/{session}/messages"),
            &written,
        )
        .await;
    let goals = json!({ "goals": "Find the first ten customers" });
    let (_, wish) = app.post_as(mentee, "/api/matching/requests", &goals).await;
    let bond = app.given_match(mentee, mentor).await;
    let met = json!({ "met_at": "2026-03-01T10:00:00Z", "minutes": 30, "kind": "video" });
    let meetings = format!("/api/matching/matches/{bond}/meetings");
    let (_, meeting) = app.post_as(mentor, &meetings, &met).await;
    let program = json!({ "key": format!("program_{}", &session[24..]), "name": "A way", "weights": { "stage": 100 } });
    let (_, program) = app.post_as(admin, "/api/matching/programs", &program).await;
    let (_, run) = app.post_as(admin, "/api/matching/batch", &json!({})).await;
    let run = text(&run["data"]["job_id"]);
    let dropping = format!("/api/matching/batch/{run}/drop");
    app.post_as(admin, &dropping, &json!({})).await;
    let asked = app.given_question(mentee, "How do I price a pilot?").await;
    let question = app.given_answered_question(mentee, mentor).await;
    let conflict = app.given_conflict(mentee).await;
    let notification = app.given_shown(mentee).await.to_string();
    let (_, comparison) = app.post_as(admin, "/api/sync/airtable", &json!({})).await;
    let order = json!({ "what": "users", "format": "csv" });
    let (_, report) = app.post_as(admin, "/api/admin/export", &order).await;
    let (completed, reviewed) = over(app, mentor, mentee).await;
    let (_, devices) = app.get_as(mentee, "/api/auth/sessions").await;
    Pair {
        mentor,
        mentee,
        session,
        moving: moving.to_string(),
        request: text(&request["data"]["id"]),
        api_key: text(&key["data"]["id"]),
        device: text(&devices["data"][0]["id"]),
        found: text(&found.unwrap()["match_id"]),
        window: text(&windows["data"][0]["id"]),
        job: text(&export["data"]["id"]),
        offering: text(&offering["data"]["id"]),
        topic: text(&offering["data"]["topic"]["id"]),
        message: text(&message["data"]["id"]),
        wish: text(&wish["data"]["id"]),
        batch: text(&wish["data"]["batch_id"]),
        matched: bond.to_string(),
        meeting: text(&meeting["data"]["id"]),
        finished: run.clone(),
        report: text(&report["data"]["id"]),
        run,
        conflict,
        notification,
        event: "session_requested".to_owned(),
        comparison: text(&comparison["data"]["id"]),
        program: text(&program["data"]["key"]),
        completed,
        reviewed,
        question: question.to_string(),
        asked: asked.to_string(),
    }
}

/// A session that took place, and one of which both have said how it was.
async fn over(app: &TestApp, mentor: UserId, mentee: UserId) -> (String, String) {
    let completed = app
        .given_completed_session(mentee, mentor, "2026-02-27T10:00:00Z")
        .await;
    let reviewed = app
        .given_completed_session(mentee, mentor, "2026-02-27T12:00:00Z")
        .await;
    for author in [mentee, mentor] {
        let said = json!({
            "session_id": reviewed, "rating": 4, "helpfulness_rating": 4, "would_recommend": true, "is_anonymous": false,
        });
        let (status, _) = app.post_as(author, "/api/feedback", &said).await;
        assert_eq!(status, StatusCode::CREATED);
    }
    (completed.to_string(), reviewed.to_string())
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}
