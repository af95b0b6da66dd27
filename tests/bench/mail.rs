//! Mails: how long one takes from the request that causes it, and how many a worker hands over.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use serde::Serialize;
use serde_json::json;
use shared::domain::event::{Event, EventRecord};
use shared::domain::id::UserId;
use shared::state::AppState;
use standalone::development::Failure;
use tokio::time::timeout;
use uuid::Uuid;

use crate::figures::percentile;
use crate::platform::Platform;
use crate::seed;
use crate::size::Size;

/// Messages that are worked on at the same time: two batches of five, as `template.yaml` has them.
const AT_ONCE: usize = 10;
/// How long one mail may take before something is wrong.
const PATIENCE: Duration = Duration::from_secs(30);

/// How mails leave.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MailFigures {
    /// How many were asked for one after the other.
    pub(crate) count: usize,
    /// From the request to the hand-over of its mail: more than from the commit on.
    pub(crate) p50_ms: f64,
    pub(crate) p95_ms: f64,
    /// How many a worker hands over that is never idle.
    pub(crate) per_second: f64,
}

/// Asks for mails one after the other, then lets a worker send many.
pub(crate) async fn measure(platform: &Platform, size: Size) -> Result<MailFigures, Failure> {
    let mut times = hand_overs(platform, size.singles).await?;
    times.sort_unstable();
    let figures = MailFigures {
        count: times.len(),
        p50_ms: percentile(&times, 50),
        p95_ms: percentile(&times, 95),
        per_second: throughput(platform, size.singles * 5).await?,
    };
    println!(
        "\nMails: p50 {:.0}  p95 {:.0} ms from the request on, {:.0} a second",
        figures.p50_ms, figures.p95_ms, figures.per_second
    );
    Ok(figures)
}

/// Lets people ask for a link to reset their password, each when the mail before is handed over.
async fn hand_overs(platform: &Platform, count: usize) -> Result<Vec<Duration>, Failure> {
    let http = tests::http_client().tcp_nodelay(true).build()?;
    let url = format!("{}/api/auth/password/forgot", platform.url);
    let mut times = Vec::with_capacity(count);
    for number in 0..count {
        // The first thing that is told of a mail is that it was taken.
        let mut reports = platform.mailbox.follow();
        let body = json!({ "email": seed::mentee_email(number) });
        let begun = Instant::now();
        http.post(&url)
            .json(&body)
            .send()
            .await?
            .error_for_status()?;
        let taken = timeout(PATIENCE, reports.recv()).await?;
        taken.ok_or("the mail service has ended")?;
        times.push(begun.elapsed());
    }
    Ok(times)
}

/// Lets a worker of this process send a mail to each of some people.
async fn throughput(platform: &Platform, count: usize) -> Result<f64, Failure> {
    let state = platform.worker_state(AT_ONCE)?;
    let people = platform.mentees(count).await?;
    let before = platform.mailbox.calls();
    let begun = Instant::now();
    let ends: Vec<_> = stream::iter(people)
        .map(|person| email_worker::handle(state.clone(), reset_of(&state, person)))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let took = begun.elapsed();
    let sent = platform.mailbox.calls() - before;
    ends.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(f64::from(u32::try_from(sent)?) / took.as_secs_f64())
}

fn reset_of(state: &AppState, person: Uuid) -> EventRecord {
    EventRecord {
        id: state.clock.id(),
        at: state.clock.now(),
        request_id: None,
        trace_id: None,
        event: Event::PasswordResetRequested {
            user_id: Some(UserId::from(person)),
        },
    }
}
