//! Configuration: the one place that reads the environment.

use std::env;
use std::net::IpAddr;
use std::num::NonZeroU16;
use std::str::FromStr;

mod airtable;
mod aws;
mod retention;

pub use airtable::AirtableConfig;
pub use aws::aws;
pub use retention::Retention;

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

/// A rate limit of the configuration: `name=burst/seconds`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Its name, as `RateLimit-Policy` shows it.
    pub name: String,
    /// How many at once.
    pub burst: u32,
    /// In how many seconds that many are granted anew.
    pub window_seconds: u32,
}

/// The text is no rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rate limit is written name=burst/seconds")]
pub struct RateLimitError;

impl FromStr for RateLimit {
    type Err = RateLimitError;

    fn from_str(text: &str) -> Result<Self, RateLimitError> {
        let number = |text: &str| text.trim().parse().ok().filter(|number| *number > 0);
        let parts = || {
            let (name, amount) = text.split_once('=')?;
            let (burst, window) = amount.split_once('/')?;
            Some(Self {
                name: name.trim().to_owned(),
                burst: number(burst)?,
                window_seconds: number(window)?,
            })
        };
        parts().ok_or(RateLimitError)
    }
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
    /// Name or ARN of the secret with the peppers of passwords; only `auth` and `users` have it.
    pub pepper_secret: Option<String>,
    /// Name or ARN of the secret with what we are to the services people sign in with; only `auth` has it.
    pub oauth_secret: Option<String>,
    /// Where the payment provider is; without one nothing that has a price can be booked.
    pub payment_url: Option<String>,
    /// Name or ARN of the secret with what we are to the payment provider; only `payment-worker` has it.
    pub payment_secret: Option<String>,
    /// Where text messages are handed over.
    pub sms_url: String,
    /// Our number, or the name that phones show; without one nobody gets text messages.
    pub sms_from: Option<String>,
    /// Name or ARN of the secret with what we are to the provider of text messages; only `email-worker` has it.
    pub sms_secret: Option<String>,
    /// The base in Airtable that people are synced with; without one nobody is.
    pub airtable: Option<AirtableConfig>,
    /// Name or ARN of the secret with our token there; only `airtable-worker` has it.
    pub airtable_secret: Option<String>,
    /// Where people sign in with GitHub.
    pub github_url: String,
    /// Where GitHub says who they are.
    pub github_api_url: String,
    /// Google, as it calls itself.
    pub google_issuer: String,
    /// Where mails are queued.
    pub email_queue_url: Option<String>,
    /// Where mails are queued that can wait.
    pub bulk_queue_url: Option<String>,
    /// Where exports are queued.
    pub export_queue_url: Option<String>,
    /// Where payments are queued.
    pub payment_queue_url: Option<String>,
    /// Where what matching has to read is queued.
    pub matching_queue_url: Option<String>,
    /// Where assignment runs wait for their worker.
    pub assignment_queue_url: Option<String>,
    /// Where what is to be synced with Airtable is queued.
    pub airtable_queue_url: Option<String>,
    /// Where the mail service's reports wait for their worker.
    pub delivery_queue_url: Option<String>,
    /// How long a message rests that failed once, in seconds; half of what it rests the next time.
    pub queue_pause_seconds: u32,
    /// The bucket for exports.
    pub export_bucket: Option<String>,
    /// The frontend that links in mails lead to.
    pub app_url: String,
    /// Where this API is reached.
    pub api_url: String,
    /// Who mails are from, such as `Office Hours <hello@example.com>`.
    pub mail_from: String,
    /// The SES configuration set, if one is used.
    pub ses_configuration_set: Option<String>,
    /// How many mails may leave in a second: fewer than SES allows the account.
    pub mail_rate_per_second: NonZeroU16,
    /// Where SES is reached, when it is a stand-in.
    pub ses_endpoint: Option<String>,
    /// Where Bedrock is reached, when it is a stand-in.
    pub bedrock_endpoint: Option<String>,
    /// The model that makes vectors of texts; without one texts are compared by their words alone.
    pub embedding_model: Option<String>,
    /// The model that words explanations; without one the built-in sentences explain.
    pub text_model: Option<String>,
    /// Where SQS is reached, when it is a stand-in of its own.
    pub sqs_endpoint: Option<String>,
    /// Where S3 is reached, when it is a stand-in of its own.
    pub s3_endpoint: Option<String>,
    /// Origins of browsers that may call the API, exactly.
    pub cors_origins: Vec<String>,
    /// Addresses whose `X-Forwarded-For` is believed; only in standalone.
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether an admin must approve mentors before they appear.
    pub mentor_vetting: bool,
    /// Whether admins need a second factor before they may act as such.
    pub admin_totp_required: bool,
    /// Whether a password must have upper case, lower case, a digit and a symbol.
    pub password_requires_classes: bool,
    /// Multiplies every rate limit that `rate_limits` does not name.
    pub rate_limit_scale: u32,
    /// Rate limits that differ from the product's.
    pub rate_limits: Vec<RateLimit>,
    /// How long things are kept.
    pub retention: Retention,
    /// What is logged.
    pub log_level: String,
    /// What this process is called where it is counted.
    pub service: String,
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
            oauth_secret: text("OAUTH_SECRET_ARN"),
            payment_url: text("PAYMENT_URL").map(|url| url.trim_end_matches('/').to_owned()),
            payment_secret: text("PAYMENT_SECRET_ARN"),
            sms_url: url_or("SMS_URL", "https://api.twilio.com"),
            sms_from: text("SMS_FROM"),
            sms_secret: text("SMS_SECRET_ARN"),
            airtable: AirtableConfig::from_env()?,
            airtable_secret: text("AIRTABLE_SECRET_ARN"),
            github_url: url_or("OAUTH_GITHUB_URL", "https://github.com"),
            github_api_url: url_or("OAUTH_GITHUB_API_URL", "https://api.github.com"),
            google_issuer: url_or("OAUTH_GOOGLE_ISSUER", "https://accounts.google.com"),
            email_queue_url: text("EMAIL_QUEUE_URL"),
            bulk_queue_url: text("EMAIL_BULK_QUEUE_URL"),
            export_queue_url: text("EXPORT_QUEUE_URL"),
            payment_queue_url: text("PAYMENT_QUEUE_URL"),
            matching_queue_url: text("MATCHING_QUEUE_URL"),
            assignment_queue_url: text("ASSIGNMENT_QUEUE_URL"),
            airtable_queue_url: text("AIRTABLE_QUEUE_URL"),
            delivery_queue_url: text("DELIVERY_QUEUE_URL"),
            queue_pause_seconds: match text("QUEUE_PAUSE_SECONDS") {
                None => 10,
                Some(value) => parse("QUEUE_PAUSE_SECONDS", &value, "must be a whole number")?,
            },
            export_bucket: text("EXPORT_BUCKET"),
            app_url: url_or("APP_URL", HERE),
            api_url: url_or("API_URL", HERE),
            mail_from: text("MAIL_FROM")
                .unwrap_or_else(|| "Office Hours <hello@example.com>".to_owned()),
            ses_configuration_set: text("SES_CONFIGURATION_SET"),
            mail_rate_per_second: match text("MAIL_RATE_PER_SECOND") {
                None => USUAL_MAIL_RATE,
                Some(value) => parse(
                    "MAIL_RATE_PER_SECOND",
                    &value,
                    "must be a number from 1 to 65535",
                )?,
            },
            ses_endpoint: text("AWS_ENDPOINT_URL_SESV2"),
            bedrock_endpoint: text("AWS_ENDPOINT_URL_BEDROCK_RUNTIME"),
            embedding_model: text("EMBEDDING_MODEL_ID"),
            text_model: text("EXPLANATION_MODEL_ID"),
            sqs_endpoint: text("AWS_ENDPOINT_URL_SQS"),
            s3_endpoint: text("AWS_ENDPOINT_URL_S3"),
            cors_origins: origins("CORS_ORIGINS")?,
            trusted_proxies: parse_all("TRUSTED_PROXIES", "must list addresses such as 127.0.0.1")?,
            mentor_vetting: text("MENTOR_VETTING").is_none_or(|value| value != "off"),
            admin_totp_required: choice("ADMIN_TOTP", ["optional", "required"])?,
            password_requires_classes: text("PASSWORD_REQUIRE_CLASSES")
                .is_none_or(|value| value != "off"),
            rate_limit_scale: match text("RATE_LIMIT_SCALE") {
                None => 1,
                Some(value) => parse("RATE_LIMIT_SCALE", &value, "must be a whole number")?,
            },
            rate_limits: parse_all(
                "RATE_LIMITS",
                "must list limits as name=burst/seconds, such as book=10/60",
            )?,
            retention: Retention::from_env()?,
            log_level: text("LOG_LEVEL").unwrap_or_else(|| "info".to_owned()),
            service: text("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_else(|| "office-hours".to_owned()),
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

/// Whether the stricter of two words was chosen; it is, unless the other one is named.
fn choice(name: &'static str, [lax, strict]: [&str; 2]) -> Result<bool, ConfigError> {
    match text(name) {
        None => Ok(true),
        Some(word) if word == strict => Ok(true),
        Some(word) if word == lax => Ok(false),
        Some(_) => Err(ConfigError {
            name,
            problem: "is none of its two words",
        }),
    }
}

/// How many mails may leave in a second when nobody says: less than the 14 that SES grants most new accounts.
const USUAL_MAIL_RATE: NonZeroU16 = NonZeroU16::new(10).unwrap();

/// Where the platform is when nobody says.
const HERE: &str = "http://127.0.0.1:8080";

fn url_or(name: &str, default: &str) -> String {
    text(name)
        .unwrap_or_else(|| default.to_owned())
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

/// Reads origins exactly as browsers send them: `*`, `null` and addresses with a path are none.
fn origins(name: &'static str) -> Result<Vec<String>, ConfigError> {
    let origins = list(name);
    if origins.iter().all(|origin| is_origin(origin)) {
        Ok(origins)
    } else {
        Err(ConfigError {
            name,
            problem: "must list origins such as https://app.example.com, in lower case",
        })
    }
}

fn is_origin(text: &str) -> bool {
    let authority = text
        .strip_prefix("https://")
        .or(text.strip_prefix("http://"))
        .unwrap_or_default();
    let is_part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-:[]".contains(&b);
    !authority.is_empty() && authority.bytes().all(is_part)
}

fn parse<T: FromStr>(
    name: &'static str,
    value: &str,
    problem: &'static str,
) -> Result<T, ConfigError> {
    value.parse().map_err(|_| ConfigError { name, problem })
}

fn parse_all<T: FromStr>(name: &'static str, problem: &'static str) -> Result<Vec<T>, ConfigError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_limit_has_a_name_a_burst_and_a_window() {
        let book = RateLimit {
            name: "book".to_owned(),
            burst: 10,
            window_seconds: 60,
        };
        assert_eq!(" book = 10 / 60 ".parse(), Ok(book));
        for bad in [
            "",
            "book",
            "book=10",
            "book=0/60",
            "book=10/0",
            "book=-1/60",
        ] {
            assert_eq!(bad.parse::<RateLimit>(), Err(RateLimitError), "{bad}");
        }
    }

    #[test]
    fn an_origin_is_what_a_browser_sends() {
        for good in [
            "https://app.example.com",
            "http://127.0.0.1:5173",
            "http://[::1]:80",
        ] {
            assert!(is_origin(good), "{good}");
        }
        for bad in [
            "*",
            "null",
            "",
            "https://",
            "https://a.example.com/",
            "HTTPS://a",
            "https://*.example.com",
        ] {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
