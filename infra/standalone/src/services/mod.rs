//! The programs that stand in for the cloud on one machine: PostgreSQL and ministack, started as children of ours.
//!
//! A child gets a signal when the *thread* that started it ends, also by `kill -9`: start services on the main thread,
//! or on one that lives as long as they are needed.

mod home;
pub mod ministack;
pub mod postgres;
mod process;
mod programs;

use std::path::Path;

pub use ministack::{Ministack, MinistackSetup};
pub use postgres::{Postgres, PostgresSetup};
pub use process::{bound, send_signal, stop};

/// The region of everything that only pretends to be in one.
pub const REGION: &str = "eu-central-1";

/// A service is not there.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// It is not installed.
    #[error("{what} is missing: {remedy}")]
    Missing {
        /// What.
        what: &'static str,
        /// What to do about it.
        remedy: String,
    },
    /// It does not run.
    #[error("{what} could not be started: {why}")]
    Failed {
        /// What.
        what: &'static str,
        /// Why, as far as it says.
        why: String,
    },
}

impl ServiceError {
    #[expect(clippy::needless_pass_by_value, reason = "`map_err` hands it over")]
    fn failed(what: &'static str, why: impl ToString) -> Self {
        Self::Failed {
            what,
            why: why.to_string(),
        }
    }
}

/// The variables with which an AWS client speaks to a stand-in, and cannot reach anybody's real account.
#[must_use]
pub fn aws_variables(endpoint: &str) -> Vec<(&'static str, String)> {
    vec![
        ("AWS_ENDPOINT_URL", endpoint.to_owned()),
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_DEFAULT_REGION", REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
    ]
}

/// The variables that could lead an AWS client elsewhere, which must be taken away.
pub const FOREIGN_AWS_VARIABLES: [&str; 4] = [
    "AWS_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
];

/// Finds a port of this machine that nobody listens on at the moment.
///
/// # Errors
/// When there is none.
pub fn free_port() -> std::io::Result<u16> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr()?.port())
}

/// The last lines of a log, for a message.
fn end_of(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}
