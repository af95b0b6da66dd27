//! How long things are kept that nobody needs for good, in days.

use super::{ConfigError, parse, text};

/// How long things are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Refresh tokens and the links of mails, after they ended; logins as well.
    pub tokens: i32,
    /// Sign-ins by another service that were never finished.
    pub sign_ins: i32,
    /// Events, after they were sent and acted on.
    pub events: i32,
    /// What the mail service said about a mail, which may hold an address.
    pub mail_errors: i32,
    /// That a mail was sent.
    pub mails: i32,
    /// Jobs, after they ended.
    pub jobs: i32,
    /// Quick questions that came to nothing, after they ended.
    pub questions: i32,
    /// The audit log; two years at least, whatever is said here.
    pub audit: i32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            tokens: 30,
            sign_ins: 1,
            events: 7,
            mail_errors: 30,
            mails: 365,
            jobs: 90,
            questions: 365,
            audit: 730,
        }
    }
}

impl Retention {
    /// Reads the environment.
    ///
    /// # Errors
    /// When a number is none.
    pub(super) fn from_env() -> Result<Self, ConfigError> {
        let usual = Self::default();
        Ok(Self {
            tokens: days("RETENTION_TOKENS_DAYS", usual.tokens)?,
            sign_ins: days("RETENTION_SIGN_INS_DAYS", usual.sign_ins)?,
            events: days("RETENTION_EVENTS_DAYS", usual.events)?,
            mail_errors: days("RETENTION_MAIL_ERRORS_DAYS", usual.mail_errors)?,
            mails: days("RETENTION_MAILS_DAYS", usual.mails)?,
            jobs: days("RETENTION_JOBS_DAYS", usual.jobs)?,
            questions: days("RETENTION_QUESTIONS_DAYS", usual.questions)?,
            audit: days("RETENTION_AUDIT_DAYS", usual.audit)?,
        })
    }
}

fn days(name: &'static str, usual: i32) -> Result<i32, ConfigError> {
    let problem = "must be a number of days from 1 to 65535";
    match text(name) {
        None => Ok(usual),
        Some(value) => {
            parse::<std::num::NonZeroU16>(name, &value, problem).map(|days| i32::from(days.get()))
        }
    }
}
