//! Sequences over HTTP on PostgreSQL: few people, many sessions, so that they get in each other's way as well.
//!
//! The platform's clock runs on between two requests, so nothing is tried within a minute of a moment at which
//! something changes by itself; the pure domain is asked about those.

use std::collections::{BTreeMap, BTreeSet};

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::worker::run_schedule;
use tests::{Hours, Reply, TestApp};

use super::dice::Dice;
use super::machine::{
    Deed, HOUR, LENGTH, MINUTE, Model, NOTICE, SECOND, Who, next_deed, next_moment,
};

/// 2026-03-02T08:00:00Z.
const BEGINNING: i64 = 1_772_438_400 * SECOND;
const DEEDS: usize = 12;
/// The gap that the mentors keep.
const BUFFER: i64 = 15 * MINUTE;
const MENTORS: usize = 2;
const MENTEES: usize = 3;

/// A session of the model, with those whom it holds and what is known of it outside.
struct Booked {
    model: Model,
    mentor: UserId,
    mentee: UserId,
    id: String,
    /// The ids of its proposals, the first one first.
    requests: Vec<String>,
}

pub(super) struct World {
    app: TestApp,
    mentors: Vec<UserId>,
    mentees: Vec<UserId>,
    admin: UserId,
    now: i64,
    sessions: Vec<Booked>,
}

type Checked = Result<(), String>;

fn at(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap()
}

fn micros(value: &Value) -> i64 {
    let moment: Timestamp = value.as_str().unwrap().parse().unwrap();
    moment.as_microsecond()
}

fn check<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Checked {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: {found:?} instead of {expected:?}"))
}

impl World {
    pub(super) async fn new() -> Self {
        let app = TestApp::whole().await;
        let (mut mentors, mut mentees) = (Vec::new(), Vec::new());
        for _ in 0..MENTORS {
            let mentor = app.given_mentor().await;
            let always = Hours(&[0, 1, 2, 3, 4, 5, 6], "00:00", "24:00", "UTC");
            app.given_hours(mentor, always).await;
            let rules = json!({ "buffer_minutes": 15 });
            app.patch_as(mentor, "/api/users/me", &rules).await;
            mentors.push(mentor);
        }
        for _ in 0..MENTEES {
            mentees.push(app.given_mentee().await);
        }
        Self {
            admin: app.given_admin().await,
            app,
            mentors,
            mentees,
            now: BEGINNING,
            sessions: Vec::new(),
        }
    }

    pub(super) async fn run(&mut self, seed: u64) -> Checked {
        let mut dice = Dice::new(seed);
        let Some(index) = self.book(&mut dice).await? else {
            return Ok(());
        };
        let mut tried_since = 0;
        for _ in 0..DEEDS {
            if self.sessions[index].model.is_worn_out(tried_since) {
                break;
            }
            tried_since += 1;
            let before = self.sessions[index].model.version;
            let next = next_moment(&mut dice, &self.sessions[index].model, self.now);
            self.wait_until(next);
            let (who, deed) = next_deed(&mut dice, &self.sessions[index].model, self.now);
            let done = match deed {
                Deed::Expire => self.sweep().await,
                _ => self.attempt(index, who, &deed).await,
            };
            done.map_err(|what| {
                let now = at(self.now);
                format!(
                    "at {now} {who:?} {deed:?}: {what}, {:?}",
                    self.sessions[index].model
                )
            })?;
            self.same(index, who).await?;
            if self.sessions[index].model.version > before {
                tried_since = 0;
                self.same_holds(index).await?;
            }
        }
        self.same_history(index).await
    }

    /// Compares everything with everything, once all is done.
    pub(super) async fn finish(&mut self) -> Checked {
        self.sweep().await?;
        for index in 0..self.sessions.len() {
            self.same_history(index).await?;
        }
        let sessions: BTreeSet<&str> = self.sessions.iter().map(|session| &*session.id).collect();
        check("sessions", &sessions.len(), &self.sessions.len())?;
        self.everything_happened()?;
        let held = self.sessions.iter().filter(|session| session.model.holds());
        check(
            "held",
            &self.app.rows_in("busy").await,
            &(2 * held.count() as u64),
        )?;
        check("overlaps", &self.app.overlaps().await, &0)?;
        check("deadlocks", &self.app.deadlocks().await, &0)?;
        let expired = self.app.outbox().await;
        let expired = expired
            .iter()
            .filter(|event| event["type"] == "session.expired");
        let expected = self
            .sessions
            .iter()
            .filter(|one| one.model.state == "expired");
        check("expired", &expired.count(), &expected.count())
    }

    /// A model test that never gets anywhere proves nothing.
    fn everything_happened(&self) -> Checked {
        let lines = self.sessions.iter().flat_map(|one| &one.model.history);
        let met: BTreeSet<&str> = lines.map(|(_, what, ..)| *what).collect();
        check("kinds of steps", &met.len(), &11)
    }

    /// Moves on, and past every moment at which something would change while a request is under way.
    fn wait_until(&mut self, moment: i64) {
        self.now = self.now.max(moment);
        let edges: Vec<i64> = self
            .sessions
            .iter()
            .flat_map(|session| session.model.edges())
            .collect();
        let is_near = |now: i64| {
            let whole_hour = now.rem_euclid(HOUR);
            !(MINUTE..=HOUR - MINUTE).contains(&whole_hour)
                || edges.iter().any(|edge| (edge - now).abs() < MINUTE)
        };
        while is_near(self.now) {
            self.now += MINUTE;
        }
        self.app.at(&at(self.now).to_string());
    }

    async fn book(&mut self, dice: &mut Dice) -> Result<Option<usize>, String> {
        self.wait_until(self.now + 30 * MINUTE);
        let (mentor, mentee) = (dice.pick(&self.mentors), dice.pick(&self.mentees));
        let start = (self.now / HOUR + 3 + dice.below(60)) * HOUR;
        let expected = self.calendar(None, mentor, mentee, start, false);
        let body = json!({ "mentor_id": mentor, "scheduled_at": at(start) });
        let reply = self.post(mentee, "/api/sessions", &body).await;
        if let Some(code) = expected {
            check("booking", &reply.code(), &code)?;
            return Ok(None);
        }
        check("booking", &reply.status, &StatusCode::CREATED)?;
        let mut model = Model::requested(start, self.now);
        model.respond_by = self.like(reply.data(), "respond_by", model.respond_by)?;
        self.sessions.push(Booked {
            model,
            mentor,
            mentee,
            id: reply.data()["id"].as_str().unwrap().to_owned(),
            requests: Vec::new(),
        });
        Ok(Some(self.sessions.len() - 1))
    }

    /// A moment that was counted from a clock that runs on: it is right to the second, and then it counts.
    #[expect(clippy::unused_self, reason = "reads like the other comparisons")]
    fn like(&self, data: &Value, field: &str, expected: i64) -> Result<i64, String> {
        let found = micros(&data[field]);
        if (found - expected).abs() > 10 * SECOND {
            return Err(format!(
                "{field}: {} instead of {}",
                at(found),
                at(expected)
            ));
        }
        Ok(found)
    }

    /// Why a time cannot be had, if it cannot: what the calendar says, in the order in which the contract says it.
    fn calendar(
        &self,
        but: Option<usize>,
        mentor: UserId,
        mentee: UserId,
        start: i64,
        is_move: bool,
    ) -> Option<&'static str> {
        let others = || {
            let all = self.sessions.iter().enumerate();
            all.filter(move |(index, _)| Some(*index) != but)
                .map(|(_, session)| session)
        };
        let meets = |session: &Booked, gap: i64| {
            session.model.start < start + LENGTH + gap && start < session.model.end() + gap
        };
        let is_past = |session: &Booked| matches!(session.model.state, "completed" | "no_show");
        let mentor_is_busy = others()
            .filter(|session| session.mentor == mentor)
            .any(|session| (session.model.holds() || is_past(session)) && meets(session, BUFFER));
        let mentee_is_busy = others()
            .filter(|session| session.mentee == mentee && session.model.holds())
            .any(|session| meets(session, 0));
        if mentor_is_busy || (is_move && mentee_is_busy) {
            return Some("slot_taken");
        }
        if start < self.now {
            return Some("in_the_past");
        }
        if start < self.now + NOTICE {
            return Some("notice_too_short");
        }
        mentee_is_busy.then_some("mentee_busy")
    }

    fn person(&self, index: usize, who: Who) -> UserId {
        match who {
            Who::Mentor => self.sessions[index].mentor,
            Who::Mentee => self.sessions[index].mentee,
            Who::Admin => self.admin,
        }
    }

    async fn attempt(&mut self, index: usize, who: Who, deed: &Deed) -> Checked {
        let expected = self.expected(index, who, deed);
        let version = self.sessions[index].model.version;
        let reply = self.send(index, who, deed).await;
        if let Some(code) = expected {
            check("refusal", &reply.code(), &code)?;
            return match code {
                "slot_taken" => self.has_alternatives(&reply),
                _ => Ok(()),
            };
        }
        if !reply.status.is_success() {
            return Err(format!("refused: {}", reply.text));
        }
        let now = self.now;
        self.sessions[index].model.apply(deed, who, now);
        check(
            "version",
            &self.sessions[index].model.version,
            &(version + 1),
        )?;
        let shown = match deed {
            Deed::Propose(_) => {
                let id = reply.data()["id"].as_str().unwrap().to_owned();
                self.sessions[index].requests.push(id);
                &reply.data()["session"]
            }
            Deed::Take(_) | Deed::Reject | Deed::Withdraw => &reply.data()["session"],
            _ => reply.data(),
        };
        let respond_by = self.sessions[index].model.respond_by;
        self.sessions[index].model.respond_by = self.like(shown, "respond_by", respond_by)?;
        Ok(())
    }

    /// The refusal of the rules, or else that of the calendar.
    fn expected(&self, index: usize, who: Who, deed: &Deed) -> Option<&'static str> {
        let session = &self.sessions[index];
        let refused = session.model.refusal(deed, who, self.now);
        let free =
            |time: &i64| self.calendar(Some(index), session.mentor, session.mentee, *time, true);
        refused.or_else(|| match deed {
            Deed::Propose(times) => times.iter().find_map(free),
            Deed::Take(time) => free(time),
            _ => None,
        })
    }

    #[expect(clippy::unused_self, reason = "reads like the other comparisons")]
    fn has_alternatives(&self, reply: &Reply) -> Checked {
        let errors = reply.body["errors"].as_array().unwrap();
        let taken = errors.iter().find(|error| error["code"] == "slot_taken");
        let alternatives = taken.and_then(|taken| taken["details"]["alternatives"].as_array());
        if alternatives.is_some_and(|free| !free.is_empty()) {
            return Ok(());
        }
        Err(format!("no alternatives in {}", reply.text))
    }

    async fn send(&self, index: usize, who: Who, deed: &Deed) -> Reply {
        let session = &self.sessions[index];
        let person = self.person(index, who);
        let path = format!("/api/sessions/{}", session.id);
        let requests = format!("{path}/reschedule-requests");
        let newest = || format!("{requests}/{}", session.requests.last().unwrap());
        let act = |action: &str| (Method::PUT, path.clone(), json!({ "action": action }));
        let answer = |action: &str| (Method::PUT, newest(), json!({ "action": action }));
        let end = |action: &str| {
            let path = format!("/api/admin/sessions/{}", session.id);
            (
                Method::PUT,
                path,
                json!({ "action": action, "reason": "A look" }),
            )
        };
        let (method, path, body) = match deed {
            Deed::Accept => act("accept"),
            Deed::Decline => act("decline"),
            Deed::Complete if who == Who::Admin => end("complete"),
            Deed::NoShow if who == Who::Admin => end("no_show"),
            Deed::Cancel if who == Who::Admin => end("cancel"),
            Deed::Complete => act("complete"),
            Deed::NoShow => act("no_show"),
            Deed::Cancel => (Method::DELETE, path, json!({})),
            Deed::Propose(times) => {
                let times: Vec<Timestamp> = times.iter().map(|time| at(*time)).collect();
                (Method::POST, requests, json!({ "proposed_times": times }))
            }
            Deed::Take(time) => {
                let body = json!({ "action": "accept", "scheduled_at": at(*time) });
                (Method::PUT, newest(), body)
            }
            Deed::Reject => answer("reject"),
            Deed::Withdraw => answer("withdraw"),
            Deed::Expire => unreachable!("time expires sessions, nobody asks for it"),
        };
        self.app.ask(Some(person), method, &path, Some(&body)).await
    }

    async fn post(&self, person: UserId, path: &str, body: &Value) -> Reply {
        self.app
            .ask(Some(person), Method::POST, path, Some(body))
            .await
    }

    /// The schedule runs, for all sessions.
    async fn sweep(&mut self) -> Checked {
        let swept = run_schedule(&self.app.state, reminders_cron::fire).await;
        swept.map_err(|failure| failure.to_string())?;
        for session in &mut self.sessions {
            if session.model.is_overdue(self.now) {
                session.model.apply(&Deed::Expire, Who::Admin, self.now);
            }
        }
        Ok(())
    }

    /// Compares what somebody is shown.
    async fn same(&self, index: usize, who: Who) -> Checked {
        let (session, model) = (&self.sessions[index], &self.sessions[index].model);
        let path = format!("/api/sessions/{}", session.id);
        let (_, body) = self.app.get_as(self.person(index, who), &path).await;
        let shown = &body["data"];
        check("status", &shown["status"], &json!(model.state))?;
        check("start", &micros(&shown["scheduled_at"]), &model.start)?;
        check("end", &micros(&shown["ends_at"]), &model.end())?;
        check("version", &shown["version"], &json!(model.version))?;
        check(
            "respond_by",
            &micros(&shown["respond_by"]),
            &model.respond_by,
        )?;
        let allowed = json!(model.allowed(who, self.now));
        check("allowed", &shown["allowed_actions"], &allowed)
    }

    /// Compares whom the session holds, and when.
    async fn same_holds(&self, index: usize) -> Checked {
        let (session, model) = (&self.sessions[index], &self.sessions[index].model);
        let held = self.app.held_by(&session.id).await;
        let mut expected = BTreeMap::new();
        if model.holds() {
            expected.insert(
                session.mentor.to_string(),
                (model.start, model.end() + BUFFER),
            );
            expected.insert(session.mentee.to_string(), (model.start, model.end()));
        }
        check("busy", &held, &expected)
    }

    /// Compares the history, and the proposals with what became of them.
    async fn same_history(&self, index: usize) -> Checked {
        let (session, model) = (&self.sessions[index], &self.sessions[index].model);
        let path = format!("/api/sessions/{}", session.id);
        let (_, history) = self
            .app
            .get_as(session.mentee, &format!("{path}/history"))
            .await;
        let lines: Vec<Value> = history["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| {
                json!([
                    step["version"],
                    step["action"],
                    step["actor_id"],
                    step["from_status"],
                    step["from_scheduled_at"],
                    step["to_status"],
                    step["to_scheduled_at"],
                ])
            })
            .collect();
        let expected: Vec<Value> = model
            .history
            .iter()
            .map(|(version, what, who, from, to)| {
                json!([
                    version,
                    what,
                    who.map(|who| self.person(index, who)),
                    from.map(|from| from.0),
                    from.map(|from| at(from.1)),
                    to.0,
                    at(to.1),
                ])
            })
            .collect();
        check("history", &lines, &expected)?;
        let (_, requests) = self
            .app
            .get_as(session.mentor, &format!("{path}/reschedule-requests"))
            .await;
        let found: Vec<Value> = requests["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|request| request["status"].clone())
            .collect();
        let expected: Vec<Value> = model
            .offers
            .iter()
            .map(|offer| json!(offer.state_at(self.now)))
            .collect();
        check("proposals", &found, &expected)
    }
}
