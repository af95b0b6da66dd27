//! Logs: one line of JSON per fact in the cloud, readable lines on a terminal. And what is counted of them.

pub mod metrics;

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};

use tracing_subscriber::EnvFilter;

static IS_COLD: AtomicBool = AtomicBool::new(true);

/// Whether nothing was answered or worked on in this process yet; `true` once.
pub fn is_cold() -> bool {
    IS_COLD.swap(false, Ordering::Relaxed)
}

/// Starts logging as JSON, for a log service.
pub fn start_json(level: &str) {
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("info"));
    let _ = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_target(false)
        .with_env_filter(filter)
        .try_init();
}

/// Starts logging for a person at a terminal, on standard error.
pub fn start_plain(level: &str) {
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("info"));
    let _ = tracing_subscriber::fmt()
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .with_env_filter(filter)
        .try_init();
}
