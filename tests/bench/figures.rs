//! From single requests to figures.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::caller::{Endpoint, Outcome, Sample};
use crate::process::{self, Memory};

/// How long a measurement took, and what it cost the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) took: Duration,
    /// Seconds of processor time.
    pub(crate) cpu: f64,
}

/// The figures of one endpoint. Times are milliseconds.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct EndpointFigures {
    pub(crate) endpoint: &'static str,
    pub(crate) requests: usize,
    pub(crate) p50_ms: f64,
    pub(crate) p95_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
    /// On average; limits and the relay are counted apart.
    pub(crate) statements: f64,
    pub(crate) round_trips: f64,
    /// Answers that said, rightly, that somebody was faster.
    pub(crate) taken: usize,
    pub(crate) errors: usize,
}

/// The figures of one measurement.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PhaseFigures {
    pub(crate) name: String,
    pub(crate) connections: usize,
    pub(crate) seconds: f64,
    pub(crate) requests: usize,
    pub(crate) requests_per_second: f64,
    pub(crate) errors: usize,
    /// What the errors were, and how many of each.
    pub(crate) error_kinds: BTreeMap<String, usize>,
    pub(crate) taken: usize,
    pub(crate) cpu_seconds_per_1000_requests: f64,
    pub(crate) memory: Memory,
    pub(crate) endpoints: Vec<EndpointFigures>,
}

impl PhaseFigures {
    pub(crate) fn new(
        name: String,
        connections: usize,
        samples: &[Sample],
        span: Span,
        pid: u32,
    ) -> Self {
        let (requests, seconds) = (samples.len(), span.took.as_secs_f64());
        let error_kinds = error_kinds(samples);
        let of = |endpoint| {
            samples
                .iter()
                .filter(|sample| sample.endpoint == endpoint)
                .collect::<Vec<_>>()
        };
        let endpoints: Vec<_> = Endpoint::ALL
            .into_iter()
            .filter_map(|endpoint| figures(endpoint, &of(endpoint)))
            .collect();
        Self {
            name,
            connections,
            seconds,
            requests,
            requests_per_second: number(requests) / seconds,
            errors: error_kinds.values().sum(),
            error_kinds,
            taken: endpoints.iter().map(|figures| figures.taken).sum(),
            cpu_seconds_per_1000_requests: span.cpu * 1_000.0 / number(requests).max(1.0),
            memory: process::memory(pid),
            endpoints,
        }
    }

    pub(crate) fn endpoint(&self, endpoint: Endpoint) -> Option<&EndpointFigures> {
        self.endpoints
            .iter()
            .find(|figures| figures.endpoint == endpoint.name())
    }

    /// Shows it while the rest is still being measured.
    pub(crate) fn show(&self) {
        println!(
            "\n{}: {:.0} requests/s, {} errors, {} taken, {:.2} CPU s per 1,000, {} MiB",
            self.name,
            self.requests_per_second,
            self.errors,
            self.taken,
            self.cpu_seconds_per_1000_requests,
            self.memory.rss / 1_048_576
        );
        for figures in &self.endpoints {
            println!(
                "  {:<40} {:>7} × p50 {:>8.1}  p95 {:>8.1}  p99 {:>8.1} ms  {:>5.1} statements, {:.1} round trips",
                figures.endpoint,
                figures.requests,
                figures.p50_ms,
                figures.p95_ms,
                figures.p99_ms,
                figures.statements,
                figures.round_trips
            );
        }
        for (kind, count) in self.error_kinds.iter().take(8) {
            println!("  {count} × {kind}");
        }
    }
}

fn figures(endpoint: Endpoint, samples: &[&Sample]) -> Option<EndpointFigures> {
    if samples.is_empty() {
        return None;
    }
    let mut times: Vec<Duration> = samples.iter().map(|sample| sample.took).collect();
    times.sort_unstable();
    let count =
        |is: fn(&Outcome) -> bool| samples.iter().filter(|sample| is(&sample.outcome)).count();
    let good: Vec<_> = samples
        .iter()
        .filter(|sample| sample.outcome == Outcome::Good)
        .collect();
    let mean = |of: fn(&Sample) -> u32| {
        good.iter().map(|sample| f64::from(of(sample))).sum::<f64>() / number(good.len()).max(1.0)
    };
    Some(EndpointFigures {
        endpoint: endpoint.name(),
        requests: samples.len(),
        p50_ms: percentile(&times, 50),
        p95_ms: percentile(&times, 95),
        p99_ms: percentile(&times, 99),
        max_ms: percentile(&times, 100),
        statements: mean(|sample| sample.statements),
        round_trips: mean(|sample| sample.round_trips),
        taken: count(|outcome| *outcome == Outcome::Taken),
        errors: count(|outcome| matches!(outcome, Outcome::Bad(_))),
    })
}

/// The time within which so many of a hundred requests were answered, in milliseconds (nearest rank).
pub(crate) fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted
        .get(rank - 1)
        .map_or(0.0, |took| took.as_secs_f64() * 1e3)
}

fn error_kinds(samples: &[Sample]) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for sample in samples {
        if let Outcome::Bad(what) = &sample.outcome {
            let what: String = what.chars().take(200).collect();
            *kinds
                .entry(format!("{}: {what}", sample.endpoint.name()))
                .or_default() += 1;
        }
    }
    kinds
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_nearest_rank() {
        let times: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        assert!((percentile(&times, 50) - 50.0).abs() < 1e-9);
        assert!((percentile(&times, 95) - 95.0).abs() < 1e-9);
        assert!((percentile(&times[..1], 99) - 1.0).abs() < 1e-9);
    }
}
