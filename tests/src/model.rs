//! A model in a test: a stand-in for Bedrock that knows a few topics, and can hang, throttle, fail or talk nonsense.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use serde_json::{Value, json};
use shared::domain::event::EventRecord;
use shared::worker::WorkError;
use tokio::net::TcpListener;

use crate::{Setup, TestApp, api};

/// How the model behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It answers.
    Well,
    /// It answers after half a minute.
    Hanging,
    /// It is asked too often.
    Throttled,
    /// It fails.
    Down,
    /// It answers with something else.
    Garbage(&'static str),
    /// It answers with numbers that are no vector of ours.
    Numbers(usize),
}

/// A stand-in for Bedrock.
#[derive(Clone)]
pub struct Model {
    url: String,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    mood: Mood,
    asked: Vec<String>,
}

/// Words that mean nearly the same to the model.
const TOPICS: [&[&str]; 3] = [
    &["emissions", "carbon", "climate", "footprint"],
    &["wedding", "photography", "portraits"],
    &["pricing", "price", "revenue"],
];

impl Model {
    /// Starts one.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let model = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            inner: Arc::new(Mutex::new(Inner {
                mood: Mood::Well,
                asked: Vec::new(),
            })),
        };
        let routes = Router::new()
            .route("/model/{id}/invoke", post(invoke))
            .with_state(model.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        model
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Lets it behave so from now on.
    pub fn is(&self, mood: Mood) {
        self.inner.lock().unwrap().mood = mood;
    }

    /// What it was asked since this was asked the last time.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.inner.lock().unwrap().asked)
    }
}

async fn invoke(State(model): State<Model>, body: Bytes) -> Response {
    let ask: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (&ask["dimensions"], &ask["normalize"]),
        (&json!(256), &json!(true))
    );
    let text = ask["inputText"].as_str().unwrap().to_owned();
    let mood = {
        let mut inner = model.inner.lock().unwrap();
        inner.asked.push(text.clone());
        inner.mood
    };
    let refused = |status, kind: &str| {
        let body = json!({ "message": "no" }).to_string();
        (status, [("x-amzn-errortype", kind.to_owned())], body).into_response()
    };
    match mood {
        Mood::Well => embedded(&meaning(&text)),
        Mood::Hanging => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            embedded(&meaning(&text))
        }
        Mood::Throttled => refused(StatusCode::TOO_MANY_REQUESTS, "ThrottlingException"),
        Mood::Down => refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerException"),
        Mood::Garbage(text) => text.into_response(),
        Mood::Numbers(count) => embedded(&vec![0.0625; count]),
    }
}

fn embedded(numbers: &[f64]) -> Response {
    json!({ "embedding": numbers }).to_string().into_response()
}

/// A direction per topic; what is of none has one of its own.
fn meaning(text: &str) -> Vec<f64> {
    let lower = text.to_lowercase();
    let mut numbers = vec![0.0; 256];
    for (topic, words) in TOPICS.iter().enumerate() {
        if words.iter().any(|word| lower.contains(word)) {
            numbers[topic] = 1.0;
        }
    }
    if numbers.iter().sum::<f64>() == 0.0 {
        let place = lower.bytes().map(usize::from).sum::<usize>() % 200;
        numbers[56 + place] = 1.0;
    }
    let length = numbers.iter().sum::<f64>().sqrt();
    numbers.into_iter().map(|number| number / length).collect()
}

impl TestApp {
    /// An app of all areas that compares meanings.
    pub async fn with_model() -> (Self, Model) {
        let model = Model::start().await;
        let setup = Setup {
            model: Some(model.clone()),
            ..Setup::default()
        };
        (Self::with(api(), setup).await, model)
    }

    /// Every event that went to the worker, in order.
    pub async fn profile_events(&self) -> Vec<EventRecord> {
        let rows = self
            .database
            .sql("SELECT record FROM outbox WHERE queue = 'matching' ORDER BY event_id")
            .await;
        rows.iter()
            .map(|row| serde_json::from_str(row[0].as_deref().unwrap()).unwrap())
            .collect()
    }

    /// Lets the worker act on an event.
    pub async fn read_profile(&self, event: &EventRecord) -> Result<(), WorkError> {
        Box::pin(matching_worker::handle(self.state.clone(), event.clone())).await
    }

    /// Lets the worker act on every event.
    pub async fn read_profiles(&self) {
        for event in self.profile_events().await {
            self.read_profile(&event).await.unwrap();
        }
    }

    /// How many answers are kept for whoever asks the same again.
    pub async fn remembered_answers(&self) -> u64 {
        self.count("SELECT count(*) FROM match_cache").await
    }

    /// How many texts have a vector.
    pub async fn vectors(&self) -> usize {
        let rows = self.database.sql("SELECT field FROM profile_vectors").await;
        rows.len()
    }

    /// The version of the corpus and how many profiles it counted.
    pub async fn corpora(&self) -> Vec<String> {
        let rows = self
            .database
            .sql("SELECT version || ' ' || profiles FROM corpus")
            .await;
        rows.into_iter()
            .map(|mut row| row.pop().flatten().unwrap())
            .collect()
    }

    /// Lets the schedule run that keeps things in order.
    pub async fn keep_up(&self) {
        upkeep_cron::fire(self.state.clone()).await.unwrap();
    }
}
