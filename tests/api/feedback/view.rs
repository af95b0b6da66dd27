//! Everything that a mentor can get to know: every answer of the API, also to a mentee who plays along, how what they try
//! is refused, every mail, and the export of everything about them.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};
use shared::domain::id::{SessionId, UserId};
use shared::http::document;
use shared::store;
use tests::{Post, Reply, TestApp, areas};

/// Who looks, and at what.
pub(super) struct Spy<'a> {
    pub(super) app: &'a TestApp,
    pub(super) post: &'a Post,
    pub(super) mentor: UserId,
    /// A mentee who had no session with the mentor and tells them everything.
    pub(super) puppet: UserId,
    pub(super) mentees: Vec<UserId>,
    pub(super) sessions: Vec<SessionId>,
    pub(super) matches: Vec<String>,
}

/// What nobody has.
const NOTHING: &str = "0195f000-0000-7000-8000-00000000ffff";

/// Every path that can be read, with its parameters.
fn routes() -> Vec<String> {
    let documents = areas().map(|(_, router)| router().into_openapi());
    let document = serde_json::to_value(document(documents)).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let readable = paths
        .filter(|(path, operations)| operations.get("get").is_some() && !is_of_the_house(path));
    readable.map(|(path, _)| path.clone()).collect()
}

/// What tells of the platform, and the same to everybody.
fn is_of_the_house(path: &str) -> bool {
    ["/api/health", "/api/openapi", "/api/docs", "/api/auth/"]
        .iter()
        .any(|start| path.starts_with(start))
}

impl Spy<'_> {
    /// What can fill a parameter of a path.
    fn values(&self, route: &str, parameter: &str) -> Vec<String> {
        let sessions = || self.sessions.iter().map(ToString::to_string).collect();
        let mentor = vec![self.mentor.to_string()];
        match (route.split('/').nth(2), parameter) {
            (_, "session_id") | (Some("sessions"), "id") => sessions(),
            (Some("mentors"), "id") | (_, "mentor_id") => mentor,
            (Some("users"), "id") => {
                let mentees = self.mentees.iter().map(ToString::to_string);
                mentor.into_iter().chain(mentees).collect()
            }
            (Some("matching"), "id") => self.matches.clone(),
            (_, "event") => vec!["feedback_published".to_owned()],
            (_, "key") => vec!["office_hours".to_owned()],
            (_, "queue") => vec!["email".to_owned()],
            _ => vec![NOTHING.to_owned()],
        }
    }

    /// Every address that a route can lead to.
    fn addresses(&self, route: &str) -> Vec<String> {
        let mut addresses = vec![route.to_owned()];
        while let Some(open) = addresses[0].find('{') {
            let close = addresses[0].find('}').unwrap();
            let name = addresses[0][open + 1..close].to_owned();
            let values = self.values(route, &name);
            let filled = |address: &String| -> Vec<String> {
                let fill = |value: &String| address.replace(&format!("{{{name}}}"), value);
                values.iter().map(fill).collect()
            };
            addresses = addresses.iter().flat_map(filled).collect();
        }
        addresses
    }

    fn questions(&self) -> Vec<String> {
        let searches = [
            "/api/mentors?sort=rating",
            "/api/mentors?facets=true",
            "/api/mentors?min_rating=1",
            "/api/mentors?min_rating=3",
            "/api/mentors?min_rating=4",
            "/api/mentors?min_rating=4.5",
            "/api/mentors?q=ada&facets=true",
            "/api/feedback?about=mentor",
            "/api/feedback?status=waiting",
        ]
        .map(str::to_owned);
        let of_mentor = ["limit=1", "limit=2", "limit=100"]
            .map(|query| format!("/api/mentors/{}/feedback?{query}", self.mentor));
        let all = routes()
            .into_iter()
            .flat_map(|route| self.addresses(&route));
        all.chain(searches).chain(of_mentor).collect()
    }

    /// What the mentor tries, to learn from how it is refused: of what has a version they name one that never was.
    fn attempts(&self) -> Vec<(Method, String, Value)> {
        let said = super::opinion(3, false);
        let mut attempts = Vec::new();
        for session in &self.sessions {
            let (feedback, path) = (
                format!("/api/feedback/{session}"),
                format!("/api/sessions/{session}"),
            );
            let moderation = json!({ "author_id": self.mentor, "action": "hide", "reason": "x" });
            attempts.extend([
                (Method::PUT, feedback.clone(), said.clone()),
                (Method::PUT, format!("{feedback}/moderation"), moderation),
                (Method::DELETE, feedback, json!({})),
                (
                    Method::POST,
                    "/api/feedback".to_owned(),
                    super::on(*session, &said),
                ),
                (Method::PUT, path.clone(), json!({ "notes": "x" })),
                (Method::DELETE, path, json!({})),
            ]);
        }
        attempts
    }

    /// Everything there is to see at one moment.
    pub(super) async fn look(&self, now: &str) -> BTreeMap<String, Value> {
        self.app.at(now);
        // First: what it leaves behind is there at every look, as long as the answer is still known.
        let mut seen = BTreeMap::from([("matched".to_owned(), self.matched().await)]);
        for path in self.questions() {
            for (who, asker) in [
                ("mentor", Some(self.mentor)),
                ("puppet", Some(self.puppet)),
                ("anybody", None),
            ] {
                self.app.at(now);
                let reply = self.app.ask(asker, Method::GET, &path, None).await;
                if who == "mentor" {
                    check_answer(&path, &reply);
                }
                seen.insert(format!("{who} {path}"), answer(&reply));
            }
        }
        for (method, path, body) in self.attempts() {
            self.app.at(now);
            let call = self.app.call(method.clone(), &path).by(self.mentor).await;
            let call = call.header("if-match", "\"0\"").json(&body);
            let reply = call.send().await;
            check_answer(&path, &reply);
            assert!(reply.status.is_client_error(), "{path}: {}", reply.text);
            seen.insert(format!("mentor {method} {path} {body}"), answer(&reply));
        }
        seen.insert("mails".to_owned(), json!(self.post.mails_to(self.mentor)));
        seen.insert("export".to_owned(), self.exported().await);
        seen.insert(
            "ratings".to_owned(),
            json!(self.app.rating_sums(self.mentor).await),
        );
        seen
    }

    /// How well the mentor fits the puppet, and why; each question makes matches of its own.
    async fn matched(&self) -> Value {
        let found = self
            .app
            .post_as(self.puppet, "/api/matching/match", &json!({}))
            .await;
        let matches = found.1["data"].as_array().unwrap().clone();
        let told = matches.iter().map(|found| {
            json!([
                found["score"],
                found["components"],
                found["reasoning"],
                found["mentor"]
            ])
        });
        told.collect()
    }

    /// Everything about the mentor, but what asking for it leaves behind.
    async fn exported(&self) -> Value {
        let client = self.app.state.db.client().await.unwrap();
        let export = store::privacy::export(&client, self.mentor).await.unwrap();
        let tables = export
            .into_iter()
            .filter(|part| part.entry.table != "matches");
        tables
            .map(|part| json!([part.entry.table, part.rows]))
            .collect()
    }
}

/// What an answer tells: its body, and the headers that are made of what it is about.
fn answer(reply: &Reply) -> Value {
    let header = |name: &str| {
        let value = reply.headers.get(name);
        value.map(|value| value.to_str().unwrap().to_owned())
    };
    json!([
        reply.status.as_u16(),
        header("etag"),
        header("location"),
        reply.body
    ])
}

/// Whoever is not known, comes too often, or meets a failure learns nothing, and the test would not either.
fn check_answer(path: &str, reply: &Reply) {
    let status = reply.status.as_u16();
    assert!(
        status < 500 && ![401, 429].contains(&status),
        "{path}: {}",
        reply.text
    );
}

/// Says where two looks differ.
pub(super) fn differences(
    before: &BTreeMap<String, Value>,
    after: &BTreeMap<String, Value>,
) -> Vec<String> {
    let keys = before.keys().chain(after.keys());
    let mut differ: Vec<String> = keys
        .filter(|key| before.get(*key) != after.get(*key))
        .cloned()
        .collect();
    differ.sort();
    differ.dedup();
    differ
}
