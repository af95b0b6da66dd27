//! One person at the other end of a connection, who notes how long each answer took and what it cost.

use std::time::{Duration, Instant};

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::Value;

/// What is asked, as tables name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Endpoint {
    LogIn,
    ListMentors,
    ShowMentor,
    Slots,
    Match,
    Book,
    ListSessions,
    Me,
    Ask,
    Claim,
}

impl Endpoint {
    pub(crate) const ALL: [Self; 10] = [
        Self::LogIn,
        Self::ListMentors,
        Self::ShowMentor,
        Self::Slots,
        Self::Match,
        Self::Book,
        Self::ListSessions,
        Self::Me,
        Self::Ask,
        Self::Claim,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::LogIn => "POST /api/auth/login",
            Self::ListMentors => "GET /api/mentors",
            Self::ShowMentor => "GET /api/mentors/{id}",
            Self::Slots => "GET /api/mentors/{id}/slots (30 days)",
            Self::Match => "POST /api/matching/match",
            Self::Book => "POST /api/sessions",
            Self::ListSessions => "GET /api/sessions",
            Self::Me => "GET /api/users/me",
            Self::Ask => "POST /api/questions",
            Self::Claim => "POST /api/questions/{id}/claim",
        }
    }
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Good,
    /// Somebody was faster: 409, which is right.
    Taken,
    /// Anything else, with what came back.
    Bad(String),
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) endpoint: Endpoint,
    pub(crate) begun: Instant,
    pub(crate) took: Duration,
    pub(crate) outcome: Outcome,
    pub(crate) statements: u32,
    pub(crate) round_trips: u32,
}

/// A person with an account.
pub(crate) struct Caller {
    pub(crate) http: Client,
    pub(crate) url: String,
    pub(crate) token: String,
    pub(crate) samples: Vec<Sample>,
}

impl Caller {
    /// Asks, and returns the body of a good answer.
    pub(crate) async fn ask(
        &mut self,
        endpoint: Endpoint,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Option<Vec<u8>> {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let begun = Instant::now();
        let answered = read(request.send().await).await;
        let took = begun.elapsed();
        let (outcome, cost, body) = match answered {
            Err(failure) => (Outcome::Bad(failure), (0, 0), None),
            Ok((status, cost, body)) if status.is_success() => (Outcome::Good, cost, Some(body)),
            Ok((StatusCode::CONFLICT, cost, _)) => (Outcome::Taken, cost, None),
            Ok((status, cost, body)) => (
                Outcome::Bad(format!("{status} {}", String::from_utf8_lossy(&body))),
                cost,
                None,
            ),
        };
        let (statements, round_trips) = cost;
        self.samples.push(Sample {
            endpoint,
            begun,
            took,
            outcome,
            statements,
            round_trips,
        });
        body
    }
}

type Answered = (StatusCode, (u32, u32), Vec<u8>);

/// An answer has arrived when its last byte has.
async fn read(answer: reqwest::Result<Response>) -> Result<Answered, String> {
    let answer = answer.map_err(|error| format!("no answer: {error:?}"))?;
    let (status, cost) = (answer.status(), cost(&answer));
    let body = answer
        .bytes()
        .await
        .map_err(|error| format!("half an answer: {error:?}"))?;
    Ok((status, cost, body.to_vec()))
}

/// Statements and round trips, as `Server-Timing` tells them in the development stage.
fn cost(answer: &Response) -> (u32, u32) {
    let timing = answer
        .headers()
        .get("server-timing")
        .and_then(|value| value.to_str().ok());
    timing.and_then(read_cost).unwrap_or_default()
}

fn read_cost(timing: &str) -> Option<(u32, u32)> {
    let words = timing.split_once("desc=\"")?.1.split_once('"')?.0;
    let mut numbers = words
        .split_whitespace()
        .filter_map(|word| word.parse().ok());
    Some((numbers.next()?, numbers.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_is_in_the_server_timing() {
        let timing = "total;dur=1.2, db;dur=0.8;desc=\"4 statements, 2 round trips\"";
        assert_eq!(read_cost(timing), Some((4, 2)));
        assert_eq!(read_cost("total;dur=1.2"), None);
    }
}
