//! Two hundred mentors want the same question at the same moment.

use std::time::Instant;

use futures_util::future::join_all;
use futures_util::{StreamExt, TryStreamExt, stream};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use standalone::development::Failure;

use crate::caller::{Caller, Endpoint, Sample};
use crate::load;
use crate::platform::Platform;
use crate::seed;
use crate::storm::{StormFigures, middle, round};

/// How many want it.
const MENTORS: usize = 200;
/// How often it happens, each time for another question; the middle one counts.
const ROUNDS: usize = 5;

/// Lets mentors loose on one question of a mentee after another.
pub(crate) async fn measure(platform: &Platform) -> Result<StormFigures, Failure> {
    let http = &load::http()?;
    let mut asker = log_in(platform, http, seed::mentee_email(0)).await?;
    let logins = (0..MENTORS).map(|number| log_in(platform, http, seed::mentor_email(number)));
    let mut callers: Vec<Caller> = stream::iter(logins)
        .buffered(load::LOGINS_AT_ONCE)
        .try_collect()
        .await?;
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let path = format!("/api/questions/{}/claim", ask(&mut asker).await?);
        // Connections are made before it begins, as in a crowd that waits for an hour to strike.
        let greetings = callers
            .iter_mut()
            .map(|caller| caller.ask(Endpoint::Me, Method::GET, "/api/users/me", None));
        join_all(greetings).await;
        for caller in &mut callers {
            caller.samples.clear();
        }
        let begun = Instant::now();
        let claims = callers
            .iter_mut()
            .map(|caller| caller.ask(Endpoint::Claim, Method::POST, &path, None));
        join_all(claims).await;
        let took = begun.elapsed();
        let samples: Vec<&Sample> = callers.iter().flat_map(|caller| &caller.samples).collect();
        rounds.push(round(&samples, took)?);
    }
    let figures = middle(rounds);
    println!(
        "\n{} at once for one question: {:.2} s, p50 {:.0}  p99 {:.0} ms",
        figures.people, figures.seconds, figures.p50_ms, figures.p99_ms
    );
    Ok(figures)
}

async fn log_in(platform: &Platform, http: &Client, email: String) -> Result<Caller, Failure> {
    let nobody = Caller {
        http: http.clone(),
        url: platform.url.clone(),
        token: String::new(),
        samples: Vec::new(),
    };
    let (token, caller) = load::log_in_one(nobody, email).await;
    let token = token.ok_or_else(|| format!("somebody cannot log in: {:?}", caller.samples))?;
    Ok(Caller { token, ..caller })
}

/// Asks a question, and returns its id.
async fn ask(asker: &mut Caller) -> Result<String, Failure> {
    let body = json!({ "title": "How do we price a pilot?", "text": "It is for a bank." });
    let answer = asker
        .ask(Endpoint::Ask, Method::POST, "/api/questions", Some(&body))
        .await;
    let answer: Value = serde_json::from_slice(&answer.ok_or("a question was not taken")?)?;
    let id = answer["data"]["id"].as_str();
    Ok(id.ok_or("a question has no id")?.to_owned())
}
