//! What admins ask of very many sessions: figures of a year, and a file with all rows.

use std::time::{Duration, Instant};

use jiff::civil::Date;
use reqwest::{Client, RequestBuilder};
use serde::Serialize;
use serde_json::{Value, json};
use shared::domain::time::Zone;
use shared::worker::run_schedule;
use standalone::development::Failure;

use crate::figures::percentile;
use crate::platform::Platform;
use crate::process::memory;
use crate::seed;
use crate::size::Size;

/// How long a file may take before something is wrong.
const PATIENCE: Duration = Duration::from_mins(5);

/// A year back from today, without the triggers of each row: what they note is noted at once. One program has a third of
/// the sessions, another one few of them, and mentees' wishes.
const HISTORY: &str = "
    SET session_replication_role = replica;
    INSERT INTO sessions (id, mentor_id, mentee_id, scheduled_at, ends_at, duration_minutes, status, topic, respond_by,
                          cancellation_notice_minutes, version, sequence, created_at, updated_at, answered_at,
                          program)
    SELECT gen_random_uuid(), mentors.ids[1 + n % cardinality(mentors.ids)],
           mentees.ids[1 + n % cardinality(mentees.ids)], moment.at, moment.at + interval '1 hour', 60,
           (ARRAY['completed', 'completed', 'completed', 'confirmed', 'declined', 'cancelled', 'expired', 'no_show'])
               [1 + n % 8],
           (ARRAY['Pricing', 'Hiring', 'Fundraising', 'Sales', 'something else'])[1 + n % 5], moment.at, 0, 1, 0,
           moment.at - interval '3 days', moment.at, moment.at - make_interval(mins => 4000 - n % 2880),
           CASE WHEN n % 1000 = 0 THEN 'mentorship' WHEN n % 3 = 0 THEN 'office_hours' END
      FROM generate_series(1, $ROWS) AS n,
           (SELECT array_agg(user_id) AS ids FROM (SELECT user_id FROM mentors ORDER BY user_id DESC LIMIT 1000) AS newest)
               AS mentors,
           (SELECT array_agg(user_id) AS ids FROM mentees) AS mentees,
           LATERAL (SELECT date_trunc('hour', now()) - make_interval(mins => (n::bigint * 7919 % 525600)::integer) AS at)
               AS moment;
    SET session_replication_role = origin;
    INSERT INTO mentoring_requests (id, mentee_id, status, goals, program, program_version, rounds, version, created_at,
                                    updated_at)
    SELECT md5('wish' || n)::uuid, mentees.ids[1 + n % cardinality(mentees.ids)], 'withdrawn', 'Customers', 'mentorship',
           1, 1, 1, moment.at, moment.at
      FROM generate_series(1, $ROWS / 10) AS n,
           (SELECT array_agg(user_id) AS ids FROM mentees) AS mentees,
           LATERAL (SELECT now() - make_interval(mins => (n::bigint * 7919 % 525600)::integer) AS at) AS moment;
    INSERT INTO proposal_batches (id, request_id, round, status, respond_by, closed_at, created_at)
    SELECT r.id, r.id, 1, (ARRAY['selected', 'passed', 'lapsed', 'closed'])[1 + ascii(right(r.id::text, 1)) % 4],
           r.created_at, r.created_at + interval '5 hours', r.created_at
      FROM mentoring_requests r WHERE r.goals = 'Customers';
    INSERT INTO mentoring_candidates (request_id, place, mentor_id, round, outcome, score, components, reasoning, is_weak)
    SELECT r.id, n, mentors.ids[1 + (n + ascii(right(r.id::text, 1))) % cardinality(mentors.ids)], 1,
           (ARRAY['selected', 'passed', 'lapsed'])[n], 100000 - 9000 * n, '[]', '', false
      FROM mentoring_requests r, generate_series(1, 3) AS n,
           (SELECT array_agg(user_id) AS ids FROM (SELECT user_id FROM mentors LIMIT 200) AS few) AS mentors
     WHERE r.goals = 'Customers';
    INSERT INTO session_changes
    SELECT DISTINCT quarter_of(at) FROM sessions, LATERAL (VALUES (scheduled_at), (created_at)) AS moment (at);
    VACUUM ANALYZE sessions";

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AdminFigures {
    /// How many sessions there are.
    pub(crate) sessions: usize,
    /// How long all of them take to be counted for the first time, with the proposals.
    pub(crate) count_seconds: f64,
    /// Each question, with the times of its answers.
    pub(crate) questions: Vec<AdminTimes>,
    pub(crate) export_rows_per_second: f64,
    /// How much the server grew over it, at most.
    pub(crate) export_bytes: u64,
}

/// The times of one question, in milliseconds.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AdminTimes {
    pub(crate) name: &'static str,
    pub(crate) p50_ms: f64,
    pub(crate) p95_ms: f64,
}

/// Adds the sessions of a year, counts them, asks for figures and exports them.
pub(crate) async fn measure(platform: &Platform, size: Size) -> Result<AdminFigures, Failure> {
    println!("\nFigures of {} sessions", size.history);
    let client = platform.connect().await?;
    client.batch_execute("SET statement_timeout = 0").await?;
    let history = HISTORY.replace("$ROWS", &size.history.to_string());
    for statement in history.split(';') {
        client.batch_execute(statement).await?;
    }
    let email = seed::mentee_email(1);
    let promote = format!("UPDATE users SET role = 'admin' WHERE email = '{email}'");
    client.batch_execute(&promote).await?;
    let state = platform.worker_state(2)?;
    let begun = Instant::now();
    run_schedule(&state, upkeep_cron::fire).await?;
    let count_seconds = begun.elapsed().as_secs_f64();
    client.batch_execute("VACUUM ANALYZE").await?;
    let admin = Admin::log_in(platform, &email).await?;
    let mut questions = Vec::new();
    for (name, path) in [
        ("GET /api/admin/analytics", ""),
        ("GET /api/admin/analytics?program=…", "?program=mentorship"),
        ("GET /api/admin/analytics/sessions", "/sessions"),
        ("GET /api/admin/analytics/mentors", "/mentors"),
        ("GET /api/admin/analytics/matching", "/matching"),
    ] {
        questions.push(admin.times(name, path, size.singles).await?);
    }
    let rows = client
        .query_typed_one("SELECT count(*) FROM sessions", &[])
        .await?;
    let rows: i64 = rows.get(0);
    let (seconds, export_bytes) = admin.export(platform.pid()).await?;
    let rows = u32::try_from(rows).unwrap_or(u32::MAX);
    let figures = AdminFigures {
        sessions: size.history,
        count_seconds,
        questions,
        export_rows_per_second: f64::from(rows) / seconds,
        export_bytes,
    };
    println!(
        "  counted in {count_seconds:.1} s; exported at {:.0} rows a second with {} KiB more",
        figures.export_rows_per_second,
        export_bytes / 1024
    );
    Ok(figures)
}

/// An admin who waits for each answer.
struct Admin<'a> {
    http: Client,
    url: &'a str,
    token: String,
    today: Date,
}

impl<'a> Admin<'a> {
    async fn log_in(platform: &'a Platform, email: &str) -> Result<Self, Failure> {
        let http = tests::http_client().tcp_nodelay(true).build()?;
        let url = platform.url.as_str();
        let body = json!({ "email": email, "password": seed::PASSWORD });
        let asked = http.post(format!("{url}/api/auth/login")).json(&body);
        let answer = data(asked).await?;
        let token = answer["access_token"].as_str().ok_or("no token")?;
        Ok(Self {
            token: token.to_owned(),
            today: Zone::UTC.date(platform.state.clock.now()),
            http,
            url,
        })
    }

    fn get(&self, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.url);
        self.http.get(url).bearer_auth(&self.token)
    }

    /// A year in a zone that is no whole hours away from UTC.
    async fn times(
        &self,
        name: &'static str,
        path: &str,
        count: usize,
    ) -> Result<AdminTimes, Failure> {
        let today = self.today;
        let first = today.checked_sub(jiff::Span::new().days(365))?;
        let mark = if path.contains('?') { '&' } else { '?' };
        let path =
            format!("/api/admin/analytics{path}{mark}zone=Asia/Kathmandu&from={first}&to={today}");
        let mut times = Vec::with_capacity(count);
        for _ in 0..count {
            let begun = Instant::now();
            data(self.get(&path)).await?;
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        let figures = AdminTimes {
            name,
            p50_ms: percentile(&times, 50),
            p95_ms: percentile(&times, 95),
        };
        println!(
            "  {name:<40} p50 {:>7.2}  p95 {:>7.2} ms",
            figures.p50_ms, figures.p95_ms
        );
        Ok(figures)
    }

    /// Exports every session; returns the seconds from the order to the file, and how much the server grew.
    async fn export(&self, server: u32) -> Result<(f64, u64), Failure> {
        let before = memory(server).rss;
        let (begun, mut most) = (Instant::now(), before);
        let order = json!({ "what": "sessions", "format": "csv" });
        let url = format!("{}/api/admin/export", self.url);
        let asked = self.http.post(url).bearer_auth(&self.token).json(&order);
        let job = data(asked).await?;
        let path = format!("/api/admin/jobs/{}", job["id"].as_str().ok_or("no job")?);
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            most = most.max(memory(server).rss);
            let job = data(self.get(&path)).await?;
            match job["status"].as_str() {
                Some("done") => return Ok((begun.elapsed().as_secs_f64(), most - before)),
                Some("queued" | "running") if begun.elapsed() < PATIENCE => {}
                status => return Err(format!("the export is {status:?}").into()),
            }
        }
    }
}

async fn data(request: RequestBuilder) -> Result<Value, Failure> {
    let body = request.send().await?.error_for_status()?.bytes().await?;
    let mut answer: Value = serde_json::from_slice(&body)?;
    Ok(answer["data"].take())
}
