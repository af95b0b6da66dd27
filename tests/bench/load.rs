//! Lets people loose on the platform, and counts.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use shared::queue::Queue;
use standalone::development::Failure;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::caller::{Caller, Endpoint, Sample};
use crate::claims;
use crate::figures::{PhaseFigures, Span};
use crate::flow::Person;
use crate::platform::Platform;
use crate::process::cpu_seconds;
use crate::seed;
use crate::size::{Phase, Size};
use crate::storm::{self, StormFigures};
use tests::Dice;

/// They arrive one after the other within this time, which is not counted yet.
const ARRIVAL: Duration = Duration::from_secs(2);
/// Passwords are slow to check on purpose: more at once would only wait for each other.
pub(crate) const LOGINS_AT_ONCE: usize = 4;
/// How long the mails of one measurement may take until the next begins.
const CALM: Duration = Duration::from_secs(90);
/// An answer that takes longer counts as none.
const PATIENCE: Duration = Duration::from_secs(30);

/// Logs everybody in, then measures one phase after the other, and last the storms on one slot and on one question.
pub(crate) async fn measure(
    platform: &Platform,
    size: Size,
) -> Result<(Vec<PhaseFigures>, [StormFigures; 2]), Failure> {
    let (tokens, logins) = log_in(platform, size.users()).await?;
    let tokens: Arc<[String]> = tokens.into();
    let mut measured = vec![logins];
    for phase in size.phases {
        let figures = run(platform, phase, &tokens).await?;
        figures.show();
        measured.push(figures);
        calm_down(platform).await?;
    }
    let storm = storm::measure(platform, &http()?, &tokens).await?;
    calm_down(platform).await?;
    let claims = claims::measure(platform).await?;
    calm_down(platform).await?;
    Ok((measured, [storm, claims]))
}

pub(crate) fn http() -> Result<Client, Failure> {
    Ok(tests::http_client()
        .timeout(PATIENCE)
        .tcp_nodelay(true)
        .build()?)
}

async fn log_in(platform: &Platform, users: usize) -> Result<(Vec<String>, PhaseFigures), Failure> {
    let (http, cpu, begun) = (http()?, cpu_seconds(platform.pid()), Instant::now());
    let logins = stream::iter(0..users).map(|number| {
        let caller = caller(&http, platform, String::new());
        log_in_one(caller, seed::mentee_email(number))
    });
    let done: Vec<_> = logins.buffered(LOGINS_AT_ONCE).collect().await;
    let (mut tokens, mut samples) = (Vec::new(), Vec::new());
    for (token, caller) in done {
        tokens.push(token.ok_or_else(|| format!("nobody can log in: {:?}", caller.samples))?);
        samples.extend(caller.samples);
    }
    let span = Span {
        took: begun.elapsed(),
        cpu: cpu_seconds(platform.pid()) - cpu,
    };
    let name = format!("{users} logins, {LOGINS_AT_ONCE} at once");
    let figures = PhaseFigures::new(name, LOGINS_AT_ONCE, &samples, span, platform.pid());
    figures.show();
    Ok((tokens, figures))
}

pub(crate) async fn log_in_one(mut caller: Caller, email: String) -> (Option<String>, Caller) {
    let body = json!({ "email": email, "password": seed::PASSWORD });
    let answer = caller
        .ask(
            Endpoint::LogIn,
            Method::POST,
            "/api/auth/login",
            Some(&body),
        )
        .await;
    let answer = answer.and_then(|body| serde_json::from_slice::<Value>(&body).ok());
    let token =
        answer.and_then(|answer| answer["data"]["access_token"].as_str().map(str::to_owned));
    (token, caller)
}

fn caller(http: &Client, platform: &Platform, token: String) -> Caller {
    Caller {
        http: http.clone(),
        url: platform.url.clone(),
        token,
        samples: Vec::new(),
    }
}

async fn run(
    platform: &Platform,
    phase: Phase,
    tokens: &Arc<[String]>,
) -> Result<PhaseFigures, Failure> {
    let http = http()?;
    let counted_from = Instant::now() + ARRIVAL;
    let until = counted_from + Duration::from_secs(phase.seconds);
    let now = Timestamp::from_second(platform.state.clock.now().as_second())?;
    let mut people = JoinSet::new();
    for number in 0..phase.connections {
        let caller = caller(&http, platform, tokens[number % tokens.len()].clone());
        let seed = u64::try_from(number * 1_000 + phase.connections)?;
        let person = Person::new(caller, Dice::new(seed));
        let arrives = counted_from - ARRIVAL.mul_f64(1.0 - share(number, phase.connections));
        people.spawn(live(person, number, phase.pause, [arrives, until], now));
    }
    sleep_until(counted_from).await;
    let cpu = cpu_seconds(platform.pid());
    let samples = people.join_all().await.into_iter().flatten();
    let counted: Vec<Sample> = samples
        .filter(|sample| sample.begun >= counted_from.into_std())
        .collect();
    let span = Span {
        took: counted_from.elapsed(),
        cpu: cpu_seconds(platform.pid()) - cpu,
    };
    Ok(PhaseFigures::new(
        phase.name(),
        phase.connections,
        &counted,
        span,
        platform.pid(),
    ))
}

/// Which part of a crowd somebody is, from 0 to 1.
fn share(number: usize, crowd: usize) -> f64 {
    let exact = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    exact(number) / exact(crowd)
}

async fn live(
    mut person: Person,
    number: usize,
    pause: Option<Duration>,
    [arrives, until]: [Instant; 2],
    now: Timestamp,
) -> Vec<Sample> {
    sleep_until(arrives).await;
    // Not everybody does the same at the same moment: but browsing comes first.
    person.step(0, now).await;
    for step in (number % Person::STEPS..Person::STEPS).chain((0..Person::STEPS).cycle()) {
        if let Some(pause) = pause {
            sleep(pause).await;
        }
        if Instant::now() >= until {
            break;
        }
        person.step(step, now).await;
    }
    person.caller.samples
}

/// Waits until the mails of the bookings are out, so that they do not weigh on the next measurement.
async fn calm_down(platform: &Platform) -> Result<(), Failure> {
    let begun = Instant::now();
    let Some(sqs) = platform.state.relay.sqs() else {
        return Ok(());
    };
    while sqs.depth(Queue::Email).await? > 0 && begun.elapsed() < CALM {
        sleep(Duration::from_millis(250)).await;
    }
    Ok(())
}
