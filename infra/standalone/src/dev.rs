//! `/dev`: what only a developer may do. These routes are there with the development flag only.
#![expect(
    clippy::disallowed_types,
    reason = "development routes, outside the API and its envelope"
)]

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::http::{ApiError, AppState};

use crate::consumers::drain;
use crate::mailbox;
use crate::schedules::Job;
use crate::ses::Mailbox;

/// How long a tick waits for its effects.
const DRAIN_LIMIT: Duration = Duration::from_secs(30);

/// The years a clock can be set to.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2200;

/// Answers everything below `/dev`.
pub fn dev_router(state: AppState, mailbox: Mailbox) -> Router {
    Router::new()
        .route("/dev/clock", get(show_clock).put(set_clock))
        .route("/dev/tick", post(tick))
        .with_state(state)
        .merge(mailbox::router(mailbox))
        .method_not_allowed_fallback(|| async {
            ApiError::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "this address does not know this method",
            )
        })
}

/// What time it is for the platform.
#[derive(Serialize)]
struct ClockBody {
    now: Timestamp,
}

/// What time it shall be; `null` brings the real time back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewTime {
    #[serde(deserialize_with = "Option::deserialize")]
    now: Option<Timestamp>,
}

/// Which schedule fires.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewTick {
    job: String,
}

async fn show_clock(State(state): State<AppState>) -> Json<ClockBody> {
    Json(ClockBody {
        now: state.clock.now(),
    })
}

async fn set_clock(
    State(state): State<AppState>,
    body: Bytes,
) -> Result<Json<ClockBody>, ApiError> {
    let time: NewTime = read(&body)?;
    match time.now {
        None => state.clock.reset(),
        Some(now) if YEARS.contains(&now.to_zoned(jiff::tz::TimeZone::UTC).year()) => {
            state.clock.set(now);
        }
        Some(_) => return Err(invalid("now must be between the years 2000 and 2200")),
    }
    Ok(show_clock(State(state)).await)
}

async fn tick(State(state): State<AppState>, body: Bytes) -> Result<Json<Value>, ApiError> {
    let asked: NewTick = read(&body)?;
    let job = Job::find(&asked.job).ok_or_else(|| {
        let names = Job::ALL.map(Job::name).join(", ");
        invalid(format!("there is no such job; there are: {names}"))
    })?;
    let done = job.fire(&state).await.map_err(unfinished)?;
    drain(&state, DRAIN_LIMIT).await.map_err(unfinished)?;
    Ok(Json(json!({ "job": job.name(), "done": done })))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|problem| invalid(problem.to_string()))
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "unknown_value", message)
}

/// A developer is told why.
fn unfinished(failure: impl std::fmt::Display) -> ApiError {
    ApiError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "unavailable",
        format!("the effects of the job are not all done: {failure}"),
    )
}
