//! One question after the other, with nobody else there: what a search, a sign-in and a token cost by themselves.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};
use shared::state::AppState;
use standalone::development::Failure;

use crate::figures::percentile;
use crate::platform::Platform;
use crate::seed::{self, words};
use crate::size::Size;
use tests::Dice;

/// What is asked, as tables name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    List,
    Words,
    Counted,
    Free,
    Match,
    MatchAgain,
    Anonymous,
    Authenticated,
    Hash,
    LogIn,
    WrongPassword,
    UnknownAddress,
}

impl Question {
    const fn name(self) -> &'static str {
        match self {
            Self::List => "GET /api/mentors",
            Self::Words => "GET /api/mentors?q=…",
            Self::Counted => "GET /api/mentors?industry=…&language=…&stage=…&facets=true",
            Self::Free => "GET /api/mentors?available_from=…&available_to=…",
            Self::Match => "POST /api/matching/match",
            Self::MatchAgain => "POST /api/matching/match, the same again",
            Self::Anonymous => "GET /api/mentors/{id}, by nobody",
            Self::Authenticated => "GET /api/mentors/{id}, by a mentee",
            Self::Hash => "one Argon2id hash",
            Self::LogIn => "POST /api/auth/login",
            Self::WrongPassword => "POST /api/auth/login, wrong password",
            Self::UnknownAddress => "POST /api/auth/login, unknown address",
        }
    }
}

/// The times of one kind of question, in milliseconds.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SingleFigures {
    #[serde(skip)]
    pub(crate) question: Question,
    pub(crate) name: &'static str,
    pub(crate) count: usize,
    pub(crate) p50_ms: f64,
    pub(crate) p95_ms: f64,
}

impl SingleFigures {
    fn new(question: Question, mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let figures = Self {
            question,
            name: question.name(),
            count: times.len(),
            p50_ms: percentile(&times, 50),
            p95_ms: percentile(&times, 95),
        };
        println!(
            "  {:<60} {:>5} × p50 {:>7.2}  p95 {:>7.2} ms",
            figures.name, figures.count, figures.p50_ms, figures.p95_ms
        );
        figures
    }
}

/// Lets more mentors come, and asks.
pub(crate) async fn measure(
    platform: &Platform,
    size: Size,
) -> Result<Vec<SingleFigures>, Failure> {
    let database = platform.connect().await?;
    seed::add_mentors(&database, size.mentors..size.searched_mentors).await?;
    println!(
        "\nOne after the other, with {} mentors",
        size.searched_mentors
    );
    let asker = Asker {
        http: tests::http_client().tcp_nodelay(true).build()?,
        url: &platform.url,
        state: &platform.state,
        count: size.singles,
    };
    let (mut dice, now) = (Dice::new(7), platform.state.clock.now());
    let list = asker.times(|_| asker.get("/api/mentors")).await?;
    let words = asker.times(|_| asker.get(&words_of(&mut dice))).await?;
    let counted = asker.times(|_| asker.get(&filters_of(&mut dice))).await?;
    let free = asker.times(|_| asker.get(&free_of(&mut dice, now))).await?;
    let (card, token) = (asker.card().await?, asker.token().await?);
    let (matched, again) = asker.matches(&token, &mut dice).await?;
    let (anonymous, authenticated) = asker.pair(&card, &token).await?;
    let (hash, log_in) = asker.sign_ins().await?;
    let (wrong, unknown) = asker.refused().await?;
    Ok(vec![
        SingleFigures::new(Question::List, list),
        SingleFigures::new(Question::Words, words),
        SingleFigures::new(Question::Counted, counted),
        SingleFigures::new(Question::Free, free),
        SingleFigures::new(Question::Match, matched),
        SingleFigures::new(Question::MatchAgain, again),
        SingleFigures::new(Question::Anonymous, anonymous),
        SingleFigures::new(Question::Authenticated, authenticated),
        SingleFigures::new(Question::Hash, hash),
        SingleFigures::new(Question::LogIn, log_in),
        SingleFigures::new(Question::WrongPassword, wrong),
        SingleFigures::new(Question::UnknownAddress, unknown),
    ])
}

/// Somebody who waits for each answer.
struct Asker<'a> {
    http: Client,
    url: &'a str,
    state: &'a AppState,
    count: usize,
}

impl Asker<'_> {
    fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.url))
    }

    fn log_in(&self, number: usize) -> RequestBuilder {
        self.log_in_as(&seed::mentee_email(number), seed::PASSWORD)
    }

    fn log_in_as(&self, email: &str, password: &str) -> RequestBuilder {
        let body = json!({ "email": email, "password": password });
        self.http
            .post(format!("{}/api/auth/login", self.url))
            .json(&body)
    }

    /// How long each answer takes, to its last byte.
    async fn times(
        &self,
        mut next: impl FnMut(usize) -> RequestBuilder,
    ) -> Result<Vec<Duration>, Failure> {
        let mut times = Vec::with_capacity(self.count);
        for number in 0..self.count {
            times.push(time(next(number)).await?);
        }
        Ok(times)
    }

    /// Asks in turns, so that what happens to one happens to the other.
    async fn pair(
        &self,
        path: &str,
        token: &str,
    ) -> Result<(Vec<Duration>, Vec<Duration>), Failure> {
        let (mut anonymous, mut authenticated) = (Vec::new(), Vec::new());
        for _ in 0..self.count {
            anonymous.push(time(self.get(path)).await?);
            authenticated.push(time(self.get(path).bearer_auth(token)).await?);
        }
        Ok((anonymous, authenticated))
    }

    /// Asks for mentors, each time for something else, and then for the same once more; the first time packs them.
    async fn matches(
        &self,
        token: &str,
        dice: &mut Dice,
    ) -> Result<(Vec<Duration>, Vec<Duration>), Failure> {
        let ask = |body: &Value| {
            let url = format!("{}/api/matching/match", self.url);
            self.http.post(url).bearer_auth(token).json(body)
        };
        time(ask(&json!({}))).await?;
        let (mut anew, mut again) = (Vec::new(), Vec::new());
        for number in 0..self.count {
            let need = format!("{} ({number})", words::need(dice));
            let body = json!({ "topic": words::topic(dice), "need": need, "limit": 10 });
            anew.push(time(ask(&body)).await?);
            again.push(time(ask(&body)).await?);
        }
        Ok((anew, again))
    }

    /// Guesses passwords of people and of nobody in turns: how long it takes must not tell which is which.
    async fn refused(&self) -> Result<(Vec<Duration>, Vec<Duration>), Failure> {
        let (mut wrong, mut unknown) = (Vec::new(), Vec::new());
        for number in 0..self.count {
            let known = seed::mentee_email(number);
            wrong.push(time_of_refusal(self.log_in_as(&known, "Wrong-Passw0rd!")).await?);
            let nobody = format!("nobody-{number}@example.com");
            unknown.push(time_of_refusal(self.log_in_as(&nobody, "Wrong-Passw0rd!")).await?);
        }
        Ok((wrong, unknown))
    }

    /// Signs in, and does what that takes at least, in turns.
    async fn sign_ins(&self) -> Result<(Vec<Duration>, Vec<Duration>), Failure> {
        let (mut hashes, mut sign_ins) = (Vec::new(), Vec::new());
        let passwords = self.state.passwords().await?;
        for number in 0..self.count {
            let begun = Instant::now();
            Arc::clone(&passwords)
                .hash(seed::PASSWORD.to_owned())
                .await?;
            hashes.push(begun.elapsed());
            sign_ins.push(time(self.log_in(number)).await?);
        }
        Ok((hashes, sign_ins))
    }

    async fn card(&self) -> Result<String, Failure> {
        let page = json_of(self.get("/api/mentors?limit=1")).await?;
        let id = page["data"][0]["id"]
            .as_str()
            .ok_or("there are no mentors")?;
        Ok(format!("/api/mentors/{id}"))
    }

    async fn token(&self) -> Result<String, Failure> {
        let answer = json_of(self.log_in(0)).await?;
        let token = answer["data"]["access_token"].as_str();
        Ok(token.ok_or("nobody can log in")?.to_owned())
    }
}

async fn time(request: RequestBuilder) -> Result<Duration, Failure> {
    let begun = Instant::now();
    request.send().await?.error_for_status()?.bytes().await?;
    Ok(begun.elapsed())
}

async fn time_of_refusal(request: RequestBuilder) -> Result<Duration, Failure> {
    let begun = Instant::now();
    let answer = request.send().await?;
    let status = answer.status();
    answer.bytes().await?;
    if status != StatusCode::UNAUTHORIZED {
        return Err(format!("a guess was answered with {status}").into());
    }
    Ok(begun.elapsed())
}

async fn json_of(request: RequestBuilder) -> Result<Value, Failure> {
    let body = request.send().await?.error_for_status()?.bytes().await?;
    Ok(serde_json::from_slice(&body)?)
}

/// Words, of which the last is still being typed.
fn words_of(dice: &mut Dice) -> String {
    let mut words = match dice.below(3) {
        0 => format!(
            "{} {}",
            dice.pick(&words::FIRST_NAMES),
            dice.pick(&words::LAST_NAMES)
        ),
        1 => words::topic(dice).to_owned(),
        _ => format!("{} {}", words::topic(dice), dice.pick(&words::INDUSTRIES)),
    };
    let end = words
        .char_indices()
        .nth_back(dice.below(3))
        .map_or(0, |(at, _)| at);
    words.truncate(end.max(3));
    let query: String = form_urlencoded::byte_serialize(words.trim().as_bytes()).collect();
    format!("/api/mentors?q={query}")
}

fn filters_of(dice: &mut Dice) -> String {
    let industry = dice.pick(&words::INDUSTRIES).replace(' ', "+");
    let stage = dice.pick(&words::STAGES);
    format!("/api/mentors?industry={industry}&language=english&stage={stage}&facets=true")
}

/// A morning or a day in the next weeks.
fn free_of(dice: &mut Dice, now: Timestamp) -> String {
    let days = i64::try_from(1 + dice.below(20)).unwrap_or(1);
    let from = now + SignedDuration::from_hours(24 * days);
    let to = from + SignedDuration::from_hours([3, 24][dice.below(2)]);
    format!("/api/mentors?available_from={from:.0}&available_to={to:.0}")
}
