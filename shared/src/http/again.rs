//! A request whose transaction the database threw out is tried again: nothing of it was kept, and the next try mostly works.
//!
//! Two that wait for each other (40P01) or cannot be put in an order (40001) are tried up to three more times, each after
//! a random pause that may be twice as long as the one before. A connection that is gone is replaced once. Nothing is
//! tried again once a COMMIT was sent: whether it arrived nobody knows, and an `Idempotency-Key` finds out.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::error::Passing;
use super::input::read_body;
use crate::clock::Clock;
use crate::state::AppState;
use crate::store::meter;
use crate::telemetry::metrics::{self, Metric};

/// The longest pause before the first repetition.
const PAUSE: Duration = Duration::from_millis(20);

/// Answers a request, if need be at the second try.
pub(super) async fn again(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = match read_body(body).await {
        Ok(body) => body,
        Err(refused) => return refused.into_response(),
    };
    let mut tries = 0;
    loop {
        let request = Request::from_parts(parts.clone(), Body::from(body.clone()));
        // In a box: the room for a handler is needed once, not once for each layer.
        let response = Box::pin(next.clone().run(request)).await;
        let most = match response.extensions().get::<Passing>() {
            Some(Passing::Collision) => 3,
            Some(Passing::Lost) => 1,
            None => 0,
        };
        if tries >= most || meter::may_have_committed() {
            return response;
        }
        tokio::time::sleep(pause(&state.clock, tries)).await;
        tries += 1;
        metrics::count(Metric::DatabaseRetries, 1);
    }
}

/// Random, so that two that met do not meet again.
fn pause(clock: &Clock, tries: u32) -> Duration {
    // The last bytes of an id are random.
    let [.., high, low] = clock.id::<Uuid>().into_bytes();
    let share = f64::from(u16::from_be_bytes([high, low])) / f64::from(u16::MAX);
    (PAUSE * 2_u32.pow(tries)).mul_f64(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_random_and_grows() {
        let clock = Clock::system();
        let pauses = |tries| (0..200).map(|_| pause(&clock, tries)).collect::<Vec<_>>();
        for tries in 0..3 {
            let (most, pauses) = (PAUSE * 2_u32.pow(tries), pauses(tries));
            assert!(pauses.iter().all(|pause| *pause <= most));
            assert!(pauses.iter().any(|pause| *pause > most / 2));
            assert!(pauses.iter().any(|pause| *pause < most / 2));
        }
    }
}
