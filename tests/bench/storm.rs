//! Everybody wants the same slot at the same moment.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, Method};
use serde::Serialize;
use serde_json::{Value, json};
use standalone::development::Failure;

use crate::caller::{Caller, Endpoint, Outcome, Sample};
use crate::figures::percentile;
use crate::platform::Platform;

/// How many want it.
const PEOPLE: usize = 500;
/// How often it happens, each time for another slot; the middle one counts.
const ROUNDS: usize = 5;

/// From the first request to the last answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StormFigures {
    pub(crate) people: usize,
    pub(crate) seconds: f64,
    /// Of single answers, in that round.
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

/// Lets the people with these tokens loose on one slot after another.
pub(crate) async fn measure(
    platform: &Platform,
    http: &Client,
    tokens: &[String],
) -> Result<StormFigures, Failure> {
    let mut callers: Vec<Caller> = tokens
        .iter()
        .take(PEOPLE)
        .map(|token| Caller {
            http: http.clone(),
            url: platform.url.clone(),
            token: token.clone(),
            samples: Vec::new(),
        })
        .collect();
    let wanted = wanted(platform, &mut callers[0]).await?;
    // Connections are made before it begins, as in a crowd that waits for an hour to strike.
    let greetings = callers
        .iter_mut()
        .map(|caller| caller.ask(Endpoint::Me, Method::GET, "/api/users/me", None));
    join_all(greetings).await;

    let mut rounds = Vec::with_capacity(ROUNDS);
    for booking in wanted.iter().take(ROUNDS) {
        for caller in &mut callers {
            caller.samples.clear();
        }
        let begun = Instant::now();
        let asked = callers
            .iter_mut()
            .map(|caller| caller.ask(Endpoint::Book, Method::POST, "/api/sessions", Some(booking)));
        join_all(asked).await;
        let took = begun.elapsed();
        let samples: Vec<&Sample> = callers.iter().flat_map(|caller| &caller.samples).collect();
        rounds.push(round(&samples, took)?);
    }
    let figures = middle(rounds);
    println!(
        "\n{} at once for one slot: {:.2} s, p50 {:.0}  p99 {:.0} ms",
        figures.people, figures.seconds, figures.p50_ms, figures.p99_ms
    );
    Ok(figures)
}

/// The round that took neither longest nor shortest.
pub(crate) fn middle(mut rounds: Vec<StormFigures>) -> StormFigures {
    rounds.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    rounds.swap_remove(rounds.len() / 2)
}

/// Counts what came of one round: exactly one has won.
pub(crate) fn round(samples: &[&Sample], took: Duration) -> Result<StormFigures, Failure> {
    let count = |outcome: &Outcome| {
        let same = samples.iter().filter(|sample| sample.outcome == *outcome);
        same.count()
    };
    let (won, taken) = (count(&Outcome::Good), count(&Outcome::Taken));
    if won != 1 || won + taken != samples.len() {
        return Err(format!("{won} of {} have won, {taken} have not", samples.len()).into());
    }
    let mut times: Vec<Duration> = samples.iter().map(|sample| sample.took).collect();
    times.sort_unstable();
    Ok(StormFigures {
        people: samples.len(),
        seconds: took.as_secs_f64(),
        p50_ms: percentile(&times, 50),
        p99_ms: percentile(&times, 99),
    })
}

/// A slot of each of some mentors, as bookings.
async fn wanted(platform: &Platform, caller: &mut Caller) -> Result<Vec<Value>, Failure> {
    // Beyond the 30 days that the load before has booked out.
    let now = Timestamp::from_second(platform.state.clock.now().as_second())?;
    let from = now + SignedDuration::from_hours(35 * 24);
    let to = now + SignedDuration::from_hours(55 * 24);
    let mut wanted = Vec::with_capacity(ROUNDS);
    for mentor in &ask(caller, Endpoint::ListMentors, "/api/mentors?limit=20").await? {
        let id = mentor["id"].as_str().unwrap_or_default();
        let path = format!("/api/mentors/{id}/slots?from={from}&to={to}");
        let slots = ask(caller, Endpoint::Slots, &path).await?;
        let last = slots.last();
        wanted
            .extend(last.map(|slot| json!({ "mentor_id": id, "scheduled_at": slot["starts_at"] })));
    }
    if wanted.len() < ROUNDS {
        return Err("too few mentors have slots left".into());
    }
    Ok(wanted)
}

async fn ask(caller: &mut Caller, endpoint: Endpoint, path: &str) -> Result<Vec<Value>, Failure> {
    let body = caller.ask(endpoint, Method::GET, path, None).await;
    let mut answer: Value = serde_json::from_slice(&body.ok_or("a list was not answered")?)?;
    let entries = answer["data"].as_array_mut();
    Ok(entries.map(std::mem::take).unwrap_or_default())
}
