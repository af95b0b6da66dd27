//! Metrics: counted where things happen, and written to the log in the Embedded Metric Format of `CloudWatch`, which reads
//! them there. Nothing counts until [`start`] was called: on one machine nobody reads them.

use std::io::{self, Write};
use std::sync::OnceLock;
use std::time::Duration;

use http::StatusCode;
use metrics::{Unit, counter, histogram};
use metrics_cloudwatch_embedded::{Builder, Collector};

/// Where they are kept.
pub const NAMESPACE: &str = "OfficeHours";

static COLLECTOR: OnceLock<&'static Collector> = OnceLock::new();

macro_rules! metrics {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal, $unit:ident;)+) => {
        /// What is measured. No metric names a person: each name and value of a dimension is kept apart, and paid for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Metric {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Metric {
            /// Every metric.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its name where it is kept.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            const fn unit(self) -> Unit {
                match self { $(Self::$name => Unit::$unit),+ }
            }
        }
    };
}

metrics! {
    /// Answers, by route.
    Requests = "requests", Count;
    /// Answers of 4xx, by route.
    ClientErrors = "client_errors", Count;
    /// Answers of 5xx, by route.
    ServerErrors = "server_errors", Count;
    /// From a request to its answer, by route.
    Latency = "latency", Milliseconds;
    /// Of it the time that the database was waited for, by route.
    DatabaseTime = "database_time", Milliseconds;
    /// Environments that answered or worked for the first time.
    ColdStarts = "cold_starts", Count;
    /// Requests beyond a limit.
    RateLimited = "rate_limited", Count;
    /// Bookings of a time that was taken meanwhile.
    BookingConflicts = "booking_conflicts", Count;
    /// Refresh tokens that came back after they were replaced: somebody may have stolen one.
    TokenReuse = "token_reuse", Count;
    /// Passwords that were wrong.
    LoginFailures = "login_failures", Count;
    /// Requests that were tried again because the database threw them out (40001, 40P01) or a connection broke.
    DatabaseRetries = "database_retries", Count;
    /// Messages of a queue that were worked on.
    Messages = "messages", Count;
    /// Messages of a queue that come again, or go to the dead letters.
    MessageFailures = "message_failures", Count;
    /// From the sending of a message to the first time that somebody works on it.
    QueueLag = "queue_lag", Milliseconds;
    /// The age of the oldest event that has not reached its queue.
    OutboxAge = "outbox_age", Seconds;
    /// How late the latest reminder of a run was.
    ReminderLateness = "reminder_lateness", Seconds;
    /// Mails and text messages that were handed over.
    MessagesSent = "messages_sent", Count;
    /// Mails and text messages that nobody takes.
    MessagesRefused = "messages_refused", Count;
    /// Mails and text messages of which nobody knows whether they left.
    MessagesUnknown = "messages_unknown", Count;
    /// How often Airtable wanted to be left alone.
    AirtableBusy = "airtable_busy", Count;
    /// How long the webhook of Airtable lasts unless it is told to go on, in hours.
    AirtableHookHours = "airtable_hook_hours", Count;
    /// Questions to a language model.
    ModelCalls = "model_calls", Count;
    /// Questions to a language model that were not answered, or not usefully.
    ModelFailures = "model_failures", Count;
    /// What language models have read and written.
    ModelTokens = "model_tokens", Count;
}

/// What is measured of one answer.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// The template of its address; `-` when there is none.
    pub route: &'a str,
    /// Its status.
    pub status: StatusCode,
    /// The code of the refusal, if it is one.
    pub code: Option<&'static str>,
    /// From the request on.
    pub took: Duration,
    /// Of it for the database.
    pub database: Duration,
}

/// Starts counting for the service of this name; only the first start counts.
pub fn start(service: &str) {
    let builder = Builder::new()
        .cloudwatch_namespace(NAMESPACE)
        .with_dimension("service", service.to_owned());
    match builder.init() {
        Ok(collector) => {
            let _ = COLLECTOR.set(collector);
            for metric in Metric::ALL {
                metrics::describe_counter!(metric.name(), metric.unit(), "");
            }
        }
        Err(failure) => tracing::warn!(%failure, "nothing is counted"),
    }
}

/// Counts some of something.
pub fn count(metric: Metric, how_many: u64) {
    counter!(metric.name()).increment(how_many);
}

/// Notes a time or another size, in the metric's unit.
pub fn observe(metric: Metric, value: f64) {
    histogram!(metric.name()).record(value);
}

/// Counts an answer.
pub fn answered(answer: &Answered<'_>) {
    let route = answer.route.to_owned();
    counter!(Metric::Requests.name(), "route" => route.clone()).increment(1);
    if answer.status.is_client_error() {
        counter!(Metric::ClientErrors.name(), "route" => route.clone()).increment(1);
    }
    if answer.status.is_server_error() {
        counter!(Metric::ServerErrors.name(), "route" => route.clone()).increment(1);
    }
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    histogram!(Metric::Latency.name(), "route" => route.clone()).record(millis(answer.took));
    histogram!(Metric::DatabaseTime.name(), "route" => route).record(millis(answer.database));
    let special = match answer.code {
        _ if answer.status == StatusCode::TOO_MANY_REQUESTS => Some(Metric::RateLimited),
        Some("slot_taken") => Some(Metric::BookingConflicts),
        Some("refresh_reused") => Some(Metric::TokenReuse),
        Some("bad_credentials") => Some(Metric::LoginFailures),
        _ => None,
    };
    if let Some(metric) = special {
        count(metric, 1);
    }
}

/// Writes what was counted since the last time to the log; nothing, when nothing was.
pub fn flush() {
    if let Err(failure) = write_to(io::stdout().lock()) {
        tracing::warn!(%failure, "what was counted is lost");
    }
}

/// Writes what was counted since the last time, one line of JSON for each set of dimensions.
///
/// # Errors
/// When it cannot be written.
pub fn write_to(writer: impl Write) -> io::Result<()> {
    COLLECTOR
        .get()
        .map_or(Ok(()), |collector| collector.flush(writer))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;

    /// What was written, each document by the names of its dimensions.
    fn written() -> BTreeMap<String, Value> {
        let mut text = Vec::new();
        write_to(&mut text).unwrap();
        let lines = text
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        lines
            .map(|line| {
                let document: Value = serde_json::from_slice(line).unwrap();
                let dimensions = &document["_aws"]["CloudWatchMetrics"][0]["Dimensions"];
                (dimensions.to_string(), document)
            })
            .collect()
    }

    #[test]
    fn an_answer_is_one_document_for_its_route_and_one_for_the_service() {
        start("office-hours-test-sessions");
        let answer = Answered {
            route: "/api/sessions",
            status: StatusCode::CONFLICT,
            code: Some("slot_taken"),
            took: Duration::from_millis(12),
            database: Duration::from_millis(7),
        };
        answered(&answer);
        answered(&answer);
        observe(Metric::OutboxAge, 3.5);

        let documents = written();

        let route = &documents[r#"[["service","route"]]"#];
        let about = &route["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(about["Namespace"], NAMESPACE);
        assert_eq!(
            (&route["service"], &route["route"]),
            (
                &json!("office-hours-test-sessions"),
                &json!("/api/sessions")
            )
        );
        assert_eq!(
            (&route["requests"], &route["client_errors"]),
            (&json!(2), &json!(2))
        );
        assert_eq!(route["latency"], json!([12.0, 12.0]));
        assert_eq!(route["database_time"], json!([7.0, 7.0]));
        assert_eq!(route["server_errors"], Value::Null);
        let latency = json!({ "Name": "latency", "Unit": "Milliseconds" });
        assert!(
            about["Metrics"].as_array().unwrap().contains(&latency),
            "{about}"
        );
        let service = &documents[r#"[["service"]]"#];
        assert_eq!(
            (&service["booking_conflicts"], &service["outbox_age"]),
            (&json!(2), &json!([3.5]))
        );
        assert!(written().is_empty(), "nothing is counted twice");
    }

    #[test]
    fn names_are_said_once() {
        let names: std::collections::BTreeSet<_> =
            Metric::ALL.iter().map(|metric| metric.name()).collect();
        assert_eq!(names.len(), Metric::ALL.len());
    }
}
