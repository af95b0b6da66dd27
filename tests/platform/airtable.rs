//! People edit here and in Airtable while pings get lost, come twice and in another order, and calls fail: through HTTP
//! and the real queues, both sides become equal, and no edit gets lost.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use airtable_stand_in::{Fault, Ping};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Map, Value, json};
use shared::domain::page::PageRequest;
use shared::domain::sync::{Cell, LOOP_WINDOW};
use standalone::schedules::Job;
use tests::Dice;
use tests::airtable::PATIENT;

use crate::house::{House, Person, Plan, eventually};

/// The fields that people edit, by their names on both sides.
const FIELDS: [(&str, &str); 3] = [
    ("bio", "Bio"),
    ("location", "Location"),
    ("last_name", "Last Name"),
];

/// How long both sides may take to become equal.
const PATIENCE: Duration = Duration::from_mins(2);

struct Run {
    house: House,
    people: Vec<Person>,
    dice: Dice,
    /// Each edit with the value that it replaced where it was made.
    edits: BTreeMap<String, String>,
    pings: Vec<Ping>,
}

impl Run {
    async fn start(seed: u64) -> Self {
        let plan = Plan {
            airtable: Some(PATIENT),
            ..Plan::default()
        };
        let house = House::with(plan).await;
        Job::RemindersCron.fire(&house.state).await.unwrap();
        let people = vec![
            house.newcomer("mona", "mentor", "Europe/Berlin").await,
            house.newcomer("theo", "mentee", "America/New_York").await,
        ];
        let mut run = Self {
            house,
            people,
            dice: Dice::new(seed),
            edits: BTreeMap::new(),
            pings: Vec::new(),
        };
        run.settle().await;
        run
    }

    async fn here(&self, person: usize) -> Value {
        let token = Some(self.people[person].token.as_str());
        let answer = self
            .house
            .ask(Method::GET, "/api/users/me", token, None)
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["data"].clone()
    }

    fn there(&self, person: usize) -> Option<(String, Map<String, Value>)> {
        let airtable = self.house.airtable();
        airtable.find("People", "Platform ID", &self.people[person].id)
    }

    /// Somebody edits something somewhere, and knows what they replace.
    async fn edit(&mut self) {
        let person = self.dice.below(self.people.len());
        let (field, name) = *self.dice.pick(&FIELDS);
        let value = format!("edit {}", self.edits.len());
        let replaces = if self.dice.below(2) == 0 {
            self.edit_here(person, field, &value).await
        } else {
            let (record, _) = self.there(person).unwrap();
            self.house.airtable().replace(&record, name, &json!(value))
        };
        let replaces = replaces.as_str().unwrap_or_default().to_owned();
        self.edits.insert(value, replaces);
    }

    /// Somebody changes what they have just read, or reads again.
    async fn edit_here(&self, person: usize, field: &str, value: &str) -> Value {
        loop {
            let read = self.here(person).await;
            let version = read["version"].as_i64().unwrap();
            let change = json!({ field: value });
            let changed = self
                .house
                .change_me(&self.people[person], change, version)
                .await;
            if changed == 200 {
                return read[field].clone();
            }
            assert_eq!(changed, 412);
        }
    }

    /// Some pings arrive: some of them twice, some never, none in order.
    async fn deliver(&mut self) {
        self.pings.extend(self.house.airtable().take_pings());
        while self.pings.len() > 1 && self.dice.below(3) > 0 {
            let at = self.dice.below(self.pings.len());
            let ping = self.pings.swap_remove(at);
            for _ in 0..self.dice.below(3) {
                assert_eq!(send(&ping).await, 200);
            }
        }
    }

    fn fail(&mut self) {
        let mut dice = self.dice.clone();
        self.house.airtable().fail_by(move || match dice.below(24) {
            0 => Fault::Busy,
            1 | 2 => Fault::Down,
            3 => Fault::Garbage,
            4 | 5 => Fault::AnswerLost,
            _ => Fault::None,
        });
    }

    /// Lets time pass; tokens end meanwhile.
    async fn pass(&mut self, time: SignedDuration) {
        let clock = &self.house.state.clock;
        clock.set(clock.now() + time);
        for person in &mut self.people {
            *person = self.house.log_in(&person.email).await;
        }
    }

    /// Waits until both sides say the same; the schedule finds what nobody has told of.
    async fn settle(&mut self) {
        self.house.airtable().fail(Fault::None);
        self.house.airtable().wake();
        self.pass(SignedDuration::from_secs(31)).await;
        let begun = Instant::now();
        while !self.is_settled().await {
            assert!(
                begun.elapsed() < PATIENCE,
                "both sides differ: {}",
                self.differences().await
            );
            if begun.elapsed() > Duration::from_secs(1) {
                self.pass(SignedDuration::from_mins(2)).await;
            }
            Job::RemindersCron.fire(&self.house.state).await.unwrap();
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// Whether the log was read to its end, and both sides say the same.
    async fn is_settled(&self) -> bool {
        let client = self.house.state.db.client().await.unwrap();
        let waiting = shared::store::sync::count_pending(&client).await.unwrap();
        let base = shared::store::sync::find_base(&client).await.unwrap();
        drop(client);
        let hook = base.and_then(|base| base.base.hook);
        let unread = self
            .house
            .airtable()
            .unread(hook.as_ref().map(|hook| hook.id.as_str()));
        waiting == 0 && unread == 0 && self.differences().await.is_empty()
    }

    async fn differences(&self) -> String {
        let mut differences = Vec::new();
        for person in 0..self.people.len() {
            let Some((_, cells)) = self.there(person) else {
                return "a record is missing".to_owned();
            };
            let here = self.here(person).await;
            for (field, name) in FIELDS {
                let there = cells.get(name).cloned().unwrap_or_default();
                if here[field] != there {
                    differences.push(format!("{field}: {} here, {there} there", here[field]));
                }
            }
        }
        differences.join("; ")
    }

    /// Values that lost, and are kept.
    async fn kept(&self) -> Vec<String> {
        let page = PageRequest {
            limit: 10_000,
            after: None,
        };
        let client = self.house.state.db.client().await.unwrap();
        let conflicts = shared::store::sync::list(&client, None, page)
            .await
            .unwrap();
        let cells = conflicts
            .items
            .into_iter()
            .flat_map(|one| [one.ours, one.theirs]);
        cells
            .filter_map(|cell| match cell {
                Cell::Text(text) => Some(text),
                _ => None,
            })
            .collect()
    }

    /// Edits that nobody who could see them has replaced, and that are in no conflict.
    async fn lost(&self) -> Vec<String> {
        let mut found = BTreeSet::new();
        let mut shown = self.kept().await;
        for person in 0..self.people.len() {
            let here = self.here(person).await;
            shown.extend(
                FIELDS
                    .iter()
                    .filter_map(|(field, _)| Some(here[field].as_str()?.to_owned())),
            );
        }
        for value in shown {
            let mut next = Some(value);
            while let Some(value) = next.take_if(|value| found.insert(value.clone())) {
                next = self.edits.get(&value).cloned();
            }
        }
        let edits = self.edits.keys().filter(|edit| !found.contains(*edit));
        edits.cloned().collect()
    }
}

async fn send(ping: &Ping) -> u16 {
    let http = tests::http_client().build().unwrap();
    let request = http
        .post(&ping.url)
        .header("content-type", "application/json")
        .header("x-airtable-content-mac", &ping.mac)
        .body(ping.body.clone());
    request.send().await.unwrap().status().as_u16()
}

async fn five_runs(first: u64) {
    let mut run = Run::start(first).await;
    for seed in first..first + 5 {
        run.dice = Dice::new(seed);
        // Else people who edit one field all the time look like two programs that answer each other.
        run.pass(LOOP_WINDOW).await;
        let (writes, conflicts) = (run.house.airtable().writes(), run.kept().await.len() / 2);
        let edits = run.edits.len();
        run.fail();
        for _ in 0..10 {
            run.edit().await;
            run.deliver().await;
            if run.dice.below(4) == 0 {
                run.pass(SignedDuration::from_secs(31)).await;
                Job::RemindersCron.fire(&run.house.state).await.unwrap();
            }
        }
        run.settle().await;

        assert_eq!(run.lost().await, Vec::<String>::new(), "seed {seed}");
        let (edits, conflicts) = (
            run.edits.len() - edits,
            run.kept().await.len() / 2 - conflicts,
        );
        let writes = run.house.airtable().writes() - writes;
        let most = u64::try_from(edits + conflicts).unwrap();
        assert!(
            writes <= most,
            "seed {seed}: {writes} writes, {edits} edits, {conflicts} conflicts"
        );
    }
    run.house.stop().await;
}

#[tokio::test]
async fn both_sides_become_equal_whatever_happens_1_to_5() {
    Box::pin(five_runs(1)).await;
}

#[tokio::test]
async fn both_sides_become_equal_whatever_happens_6_to_10() {
    Box::pin(five_runs(6)).await;
}

#[tokio::test]
async fn both_sides_become_equal_whatever_happens_11_to_15() {
    Box::pin(five_runs(11)).await;
}

#[tokio::test]
async fn both_sides_become_equal_whatever_happens_16_to_20() {
    Box::pin(five_runs(16)).await;
}

#[tokio::test]
async fn both_sides_become_equal_whatever_happens_21_to_25() {
    Box::pin(five_runs(21)).await;
}

#[tokio::test]
async fn a_change_there_is_here_before_anybody_wonders() {
    let plan = Plan {
        airtable: Some(airtable_stand_in::Setup {
            sends_pings: true,
            ..PATIENT
        }),
        ..Plan::default()
    };
    let house = House::with(plan).await;
    Job::RemindersCron.fire(&house.state).await.unwrap();
    let person = house.newcomer("mona", "mentor", "UTC").await;
    let find = || house.airtable().find("People", "Platform ID", &person.id);
    let (record, _) = eventually("a record", || async { find() }).await;

    house
        .airtable()
        .edit(&record, "Bio", &json!("Written there"));

    eventually("the change", || async {
        let token = Some(person.token.as_str());
        let me = house.ask(Method::GET, "/api/users/me", token, None).await;
        (me.body["data"]["bio"] == "Written there").then_some(())
    })
    .await;
    house.stop().await;
}
