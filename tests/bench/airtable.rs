//! Airtable, against a stand-in that answers five questions a second: how well the rate is used that the platform allows
//! itself, how soon a ping is acknowledged, and how soon a change there is here.

use std::time::{Duration, Instant};

use airtable_stand_in::{AirtableStandIn, Setup};
use serde::Serialize;
use serde_json::json;
use shared::clock::Clock;
use shared::store;
use standalone::development::Failure;
use tokio::net::TcpListener;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::figures::percentile;
use crate::platform::Platform;
use crate::size::Size;

/// The time between two questions that the platform allows itself, as it is unless it is set.
const PACE: Duration = Duration::from_millis(250);
/// How long one record or one change may take before something is wrong.
const PATIENCE: Duration = Duration::from_secs(30);

/// How both sides keep up with each other.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct AirtableFigures {
    /// How many records were written, one after the other ten a question.
    pub(crate) records: usize,
    /// From the first question after the log was empty to the last record.
    pub(crate) seconds: f64,
    /// Questions that were asked, of those that were allowed in that time.
    pub(crate) share_of_rate: f64,
    pub(crate) pings: usize,
    pub(crate) ping_p50_ms: f64,
    pub(crate) ping_p99_ms: f64,
    pub(crate) changes: usize,
    /// From a change there to its row here.
    pub(crate) change_p50_ms: f64,
    pub(crate) change_p95_ms: f64,
}

/// Everything of one base and the people who are in it.
struct Bench {
    stand_in: AirtableStandIn,
    platform: Platform,
    client: Client,
}

/// Lets a base of its own be filled, then changed.
pub(crate) async fn measure(size: Size) -> Result<AirtableFigures, Failure> {
    let size = size.synced();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let clock = Clock::system();
    let stand_in = AirtableStandIn::start(listener, Setup::default(), move || clock.now())?;
    let platform = Platform::start_with(size, Some(stand_in.url())).await?;
    let client = platform.connect().await?;
    let bench = Bench {
        stand_in,
        platform,
        client,
    };
    let figures = bench.measure(size).await;
    bench.platform.stop();
    let figures = figures?;
    println!(
        "\nAirtable: {} records in {:.0} s, {:.1} % of the rate; ping p99 {:.1} ms; a change is here within {:.0} ms (p95)",
        figures.records,
        figures.seconds,
        figures.share_of_rate * 100.0,
        figures.ping_p99_ms,
        figures.change_p95_ms
    );
    Ok(figures)
}

impl Bench {
    async fn measure(&self, size: Size) -> Result<AirtableFigures, Failure> {
        let records = size.mentors + size.mentees;
        let (seconds, share_of_rate) = self.fill(records).await?;
        let mut changes = self.changes(size.singles / 3).await?;
        let mut pings = self.pings(size.singles).await?;
        changes.sort_unstable();
        pings.sort_unstable();
        Ok(AirtableFigures {
            records,
            seconds,
            share_of_rate,
            pings: pings.len(),
            ping_p50_ms: percentile(&pings, 50),
            ping_p99_ms: percentile(&pings, 99),
            changes: changes.len(),
            change_p50_ms: percentile(&changes, 50),
            change_p95_ms: percentile(&changes, 95),
        })
    }

    /// Waits until everybody has a record; gives how long that took from the first one on, and how much of what was
    /// allowed was asked meanwhile: reading what the log says of our own writes is part of it.
    async fn fill(&self, records: usize) -> Result<(f64, f64), Failure> {
        let (mut seen, mut seen_at) = (0, Instant::now());
        let mut begin = None;
        loop {
            let now = self.stand_in.writes();
            if now > seen {
                (seen, seen_at) = (now, Instant::now());
                begin.get_or_insert_with(|| (Instant::now(), self.stand_in.questions()));
            }
            if seen_at.elapsed() > PATIENCE {
                return Err("records do not arrive".into());
            }
            if let Some((begun, questions)) = begin
                && store::sync::count_pending(&self.platform.state.db.client().await?).await? == 0
            {
                let took = begun.elapsed();
                let asked = u32::try_from(self.stand_in.questions() - questions)?;
                let found = self.stand_in.records("People").len();
                if found != records {
                    return Err(format!("{found} of {records} records have arrived").into());
                }
                let allowed = took.as_secs_f64() / PACE.as_secs_f64();
                return Ok((took.as_secs_f64(), f64::from(asked) / allowed));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Changes cells there, each when the change before is here.
    async fn changes(&self, count: usize) -> Result<Vec<Duration>, Failure> {
        let person = self.platform.mentees(1).await?[0];
        let found = self
            .stand_in
            .find("People", "Platform ID", &person.to_string());
        let (record, _) = found.ok_or("nobody has a record")?;
        let mut times = Vec::with_capacity(count);
        for number in 0..count {
            let value = format!("Change {number}");
            let begun = Instant::now();
            self.stand_in.edit(&record, "Bio", &json!(value));
            while !self.has_bio(person, &value).await? {
                if begun.elapsed() > PATIENCE {
                    return Err("a change does not arrive".into());
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            times.push(begun.elapsed());
        }
        Ok(times)
    }

    async fn has_bio(&self, person: uuid::Uuid, value: &str) -> Result<bool, Failure> {
        let wanted = "SELECT FROM users WHERE id = $1 AND bio = $2";
        let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
            [(&person, Type::UUID), (&value, Type::TEXT)];
        Ok(!self
            .client
            .query_typed(wanted, &parameters)
            .await?
            .is_empty())
    }

    /// Sends pings, one after the other.
    async fn pings(&self, count: usize) -> Result<Vec<Duration>, Failure> {
        let http = tests::http_client().tcp_nodelay(true).build()?;
        let mut times = Vec::with_capacity(count);
        for _ in 0..count {
            let ping = self.stand_in.ping().ok_or("there is no webhook")?;
            let request = http
                .post(&ping.url)
                .header("content-type", "application/json")
                .header("x-airtable-content-mac", &ping.mac)
                .body(ping.body);
            let begun = Instant::now();
            request.send().await?.error_for_status()?;
            times.push(begun.elapsed());
        }
        Ok(times)
    }
}
