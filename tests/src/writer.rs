//! A stand-in for a language model: it says what a test wants, or fails as models fail.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};
use shared::config::Config;
use shared::outside::bedrock::Bedrock;
use tokio::net::TcpListener;

use crate::TestApp;

/// How the model answers.
#[derive(Clone, Debug)]
pub enum Habit {
    /// With this text.
    Says(&'static str),
    /// With something that is no answer of Bedrock's.
    Babbles,
    /// That it was asked too often.
    Throttles,
    /// That it is broken.
    Fails,
    /// After half a minute.
    Hangs,
}

/// A stand-in for Bedrock's Converse.
#[derive(Clone, Debug)]
pub struct Writer {
    url: String,
    habit: Habit,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl Writer {
    /// Starts one.
    pub async fn start(habit: Habit) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let writer = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            habit,
            asked: Arc::default(),
        };
        let router = Router::new().fallback(answer).with_state(writer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        writer
    }

    /// What it was asked, in order.
    pub fn asked(&self) -> Vec<Value> {
        self.asked.lock().unwrap().clone()
    }
}

impl TestApp {
    /// An app that has this model word its explanations.
    pub async fn with_writer(writer: &Writer) -> Self {
        let app = Self::whole().await;
        let config = Config {
            bedrock_endpoint: Some(writer.url.clone()),
            text_model: Some("a-model".to_owned()),
            ..Config::clone(&app.state.config)
        };
        app.with_bedrock(Bedrock::new(&config))
    }
}

async fn answer(State(writer): State<Writer>, body: String) -> Response {
    let asked = serde_json::from_str(&body).unwrap();
    writer.asked.lock().unwrap().push(asked);
    let said = |text: &str| {
        let content = json!([{ "text": text }]);
        let answer = json!({
            "output": { "message": { "role": "assistant", "content": content } }, "stopReason": "end_turn",
            "usage": { "inputTokens": 1, "outputTokens": 1, "totalTokens": 2 }, "metrics": { "latencyMs": 1 },
        });
        axum::Json(answer).into_response()
    };
    let refused = |status: StatusCode, kind: &str| {
        let kind = [("x-amzn-errortype", kind.to_owned())];
        (status, kind, axum::Json(json!({ "message": "no" }))).into_response()
    };
    match writer.habit {
        Habit::Says(text) => said(text),
        Habit::Babbles => "<html>".into_response(),
        Habit::Throttles => refused(StatusCode::TOO_MANY_REQUESTS, "ThrottlingException"),
        Habit::Fails => refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerException"),
        Habit::Hangs => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            said("Too late.")
        }
    }
}
