//! Everything that a mentor can get to know: every answer of the API, also to a mentee who plays along, every mail, and
//! the export of everything about them.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};
use shared::domain::id::{SessionId, UserId};
use shared::http::document;
use shared::store;
use tests::{Post, TestApp, areas};

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
                let answer = json!([reply.status.as_u16(), reply.body]);
                seen.insert(format!("{who} {path}"), answer);
            }
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
