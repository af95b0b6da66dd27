//! Configuration: the one place that reads the environment.

use std::env;
use std::net::IpAddr;

mod aws;

pub use aws::aws;

/// A setting is missing or cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the environment variable {name} {problem}")]
pub struct ConfigError {
    name: &'static str,
    problem: &'static str,
}

/// Where the database is named.
#[derive(Clone)]
pub enum DatabaseSource {
    /// A connection string.
    Url(String),
    /// A secret that holds user, password, host, port and name.
    Secret {
        /// Name or ARN of the secret.
        secret: String,
        /// A host that is used instead of the secret's, such as a proxy.
        host: Option<String>,
    },
}

/// Everything that differs between places where the platform runs. `Debug` is left out: some of it is secret.
#[derive(Clone)]
pub struct Config {
    /// `development`, `staging`, `production` …
    pub stage: String,
    /// Where the database is.
    pub database: Option<DatabaseSource>,
    /// Name or ARN of the secret with the signing key; only `auth` and `migrate` have it.
    pub signing_secret: Option<String>,
    /// Name or ARN of the secret with the public keys.
    pub public_keys_secret: Option<String>,
    /// Name or ARN of the secret with the key for MACs.
    pub app_secret: Option<String>,
    /// Name or ARN of the secret with the keys of sealed fields.
    pub data_keys_secret: Option<String>,
    /// Name or ARN of the secret with the peppers of passwords; only `auth` has it.
    pub pepper_secret: Option<String>,
    /// Where mails are queued.
    pub email_queue_url: Option<String>,
    /// The frontend that links in mails lead to.
    pub app_url: String,
    /// Where this API is reached.
    pub api_url: String,
    /// Who mails are from, such as `Office Hours <hello@example.com>`.
    pub mail_from: String,
    /// The SES configuration set, if one is used.
    pub ses_configuration_set: Option<String>,
    /// Where SES is reached, when it is a stand-in.
    pub ses_endpoint: Option<String>,
    /// Where SQS is reached, when it is a stand-in of its own.
    pub sqs_endpoint: Option<String>,
    /// Origins of browsers that may call the API, exactly.
    pub cors_origins: Vec<String>,
    /// Addresses whose `X-Forwarded-For` is believed; only in standalone.
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether an admin must approve mentors before they appear.
    pub mentor_vetting: bool,
    /// Multiplies every rate limit.
    pub rate_limit_scale: u32,
    /// What is logged.
    pub log_level: String,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// When a setting is there but cannot be read.
    pub fn from_env() -> Result<Self, ConfigError> {
        Ok(Self {
            stage: text("STAGE").unwrap_or_else(|| "development".to_owned()),
            database: database(),
            signing_secret: text("JWT_SIGNING_SECRET_ARN"),
            public_keys_secret: text("JWT_PUBLIC_SECRET_ARN"),
            app_secret: text("APP_SECRET_ARN"),
            data_keys_secret: text("DATA_KEYS_SECRET_ARN"),
            pepper_secret: text("PEPPER_SECRET_ARN"),
            email_queue_url: text("EMAIL_QUEUE_URL"),
            app_url: url("APP_URL"),
            api_url: url("API_URL"),
            mail_from: text("MAIL_FROM")
                .unwrap_or_else(|| "Office Hours <hello@example.com>".to_owned()),
            ses_configuration_set: text("SES_CONFIGURATION_SET"),
            ses_endpoint: text("AWS_ENDPOINT_URL_SESV2"),
            sqs_endpoint: text("AWS_ENDPOINT_URL_SQS"),
            cors_origins: list("CORS_ORIGINS"),
            trusted_proxies: parse_all("TRUSTED_PROXIES", "must list addresses such as 127.0.0.1")?,
            mentor_vetting: text("MENTOR_VETTING").is_none_or(|value| value != "off"),
            rate_limit_scale: match text("RATE_LIMIT_SCALE") {
                None => 1,
                Some(value) => parse("RATE_LIMIT_SCALE", &value, "must be a whole number")?,
            },
            log_level: text("LOG_LEVEL").unwrap_or_else(|| "info".to_owned()),
        })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
fn text(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn url(name: &str) -> String {
    text(name)
        .unwrap_or_else(|| "http://127.0.0.1:8080".to_owned())
        .trim_end_matches('/')
        .to_owned()
}

fn list(name: &str) -> Vec<String> {
    let value = text(name).unwrap_or_default();
    value
        .split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(str::to_owned)
        .collect()
}

fn parse<T: std::str::FromStr>(
    name: &'static str,
    value: &str,
    problem: &'static str,
) -> Result<T, ConfigError> {
    value.parse().map_err(|_| ConfigError { name, problem })
}

fn parse_all<T: std::str::FromStr>(
    name: &'static str,
    problem: &'static str,
) -> Result<Vec<T>, ConfigError> {
    list(name)
        .iter()
        .map(|entry| parse(name, entry, problem))
        .collect()
}

fn database() -> Option<DatabaseSource> {
    if let Some(url) = text("DATABASE_URL") {
        return Some(DatabaseSource::Url(url));
    }
    let secret = text("DATABASE_SECRET_ARN")?;
    Some(DatabaseSource::Secret {
        secret,
        host: text("DATABASE_HOST"),
    })
}
