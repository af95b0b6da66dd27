//! Metrics: what is watched or shown is counted, and what is counted is watched or shown.

use std::collections::BTreeSet;

use shared::telemetry::metrics::{Metric, NAMESPACE};

use crate::source::read;

/// The names behind the marks that alarms and the dashboard name metrics with.
fn named() -> BTreeSet<String> {
    let (alarms, dashboard) = (read("infra/alarms.yaml"), read("infra/dashboards.yaml"));
    let mut named = BTreeSet::new();
    let mut is_ours = false;
    for line in alarms.lines() {
        if let Some(namespace) = line.trim().strip_prefix("Namespace: ") {
            is_ours = namespace == NAMESPACE;
        }
        if let Some(name) = line.trim().strip_prefix("MetricName: ").filter(|_| is_ours) {
            named.insert(name.to_owned());
        }
    }
    // A dot stands for the same namespace as in the line before.
    for line in dashboard.lines().map(str::trim) {
        if let Some(search) = line.split(&format!("{{{NAMESPACE},")).nth(1) {
            let name = search.split("MetricName=\\\"").nth(1).unwrap();
            named.insert(name.split('\\').next().unwrap().to_owned());
        } else if line.starts_with(['[']) {
            let words: Vec<&str> = line.split('"').collect();
            is_ours = words[1] == NAMESPACE || (words[1] == "." && is_ours);
            if is_ours {
                named.insert(words[3].to_owned());
            }
        }
    }
    named
}

#[test]
fn every_metric_of_an_alarm_or_the_dashboard_is_counted() {
    let known: BTreeSet<String> = Metric::ALL
        .iter()
        .map(|metric| metric.name().to_owned())
        .collect();
    let named = named();
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(unknown.is_empty(), "nobody counts {unknown:?}");
    assert!(named.len() > 10, "{named:?}");
}
