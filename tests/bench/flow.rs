//! What one person does, over and over: browse, look at times, ask for matches, book, look at their sessions.

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::caller::{Caller, Endpoint};
use crate::seed::words;
use tests::Dice;

/// A person who goes on browsing where they were.
pub(crate) struct Person {
    pub(crate) caller: Caller,
    pub(crate) dice: Dice,
    cursor: Option<String>,
    mentors: Vec<Uuid>,
    slots: Vec<Slot>,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Entry>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Entry {
    id: Uuid,
}

#[derive(Deserialize)]
struct Meta {
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Slots {
    data: Vec<Slot>,
}

#[derive(Deserialize)]
struct Slot {
    starts_at: Timestamp,
}

impl Person {
    /// How many steps a round has.
    pub(crate) const STEPS: usize = 7;

    pub(crate) const fn new(caller: Caller, dice: Dice) -> Self {
        Self {
            caller,
            dice,
            cursor: None,
            mentors: Vec::new(),
            slots: Vec::new(),
        }
    }

    /// Takes one step of the round.
    pub(crate) async fn step(&mut self, step: usize, now: Timestamp) {
        match step {
            0 => self.browse().await,
            1 => self.look_at_mentor().await,
            2 => self.look_at_slots(now).await,
            3 => self.ask_for_matches().await,
            4 => self.book().await,
            5 => {
                self.get(Endpoint::ListSessions, "/api/sessions?limit=20")
                    .await;
            }
            _ => self.get(Endpoint::Me, "/api/users/me").await,
        }
    }

    async fn get(&mut self, endpoint: Endpoint, path: &str) {
        self.caller.ask(endpoint, Method::GET, path, None).await;
    }

    async fn browse(&mut self) {
        let path = match self.cursor.take() {
            Some(cursor) => format!("/api/mentors?limit=20&cursor={cursor}"),
            None => "/api/mentors?limit=20".to_owned(),
        };
        let body = self
            .caller
            .ask(Endpoint::ListMentors, Method::GET, &path, None)
            .await;
        if let Some(page) = body.and_then(|body| serde_json::from_slice::<Page>(&body).ok()) {
            self.cursor = page.meta.next_cursor;
            self.mentors = page.data.into_iter().map(|entry| entry.id).collect();
            // They do not all look at the same one.
            let chosen = self.dice.below(self.mentors.len());
            self.mentors.swap(0, chosen);
        }
    }

    async fn look_at_mentor(&mut self) {
        if let Some(mentor) = self.mentors.first() {
            let path = format!("/api/mentors/{mentor}");
            self.get(Endpoint::ShowMentor, &path).await;
        }
    }

    async fn look_at_slots(&mut self, now: Timestamp) {
        self.slots.clear();
        let Some(mentor) = self.mentors.first() else {
            return;
        };
        let to = now + SignedDuration::from_hours(30 * 24);
        let path = format!("/api/mentors/{mentor}/slots?from={now}&to={to}&timezone=Europe/Berlin");
        let body = self
            .caller
            .ask(Endpoint::Slots, Method::GET, &path, None)
            .await;
        if let Some(answer) = body.and_then(|body| serde_json::from_slice::<Slots>(&body).ok()) {
            self.slots = answer.data;
        }
    }

    async fn ask_for_matches(&mut self) {
        let (topic, need) = (words::topic(&mut self.dice), words::need(&mut self.dice));
        let body = json!({ "topic": topic, "need": need, "limit": 5 });
        self.caller
            .ask(
                Endpoint::Match,
                Method::POST,
                "/api/matching/match",
                Some(&body),
            )
            .await;
    }

    /// Any of the slots: on the same one everybody would meet everybody else.
    async fn book(&mut self) {
        let (Some(mentor), false) = (self.mentors.first(), self.slots.is_empty()) else {
            return;
        };
        let slot = self.dice.pick(&self.slots);
        let body = json!({
            "mentor_id": mentor,
            "scheduled_at": slot.starts_at,
            "topic": words::topic(&mut self.dice.clone()),
        });
        self.caller
            .ask(Endpoint::Book, Method::POST, "/api/sessions", Some(&body))
            .await;
    }
}
