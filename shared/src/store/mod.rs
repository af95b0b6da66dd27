//! WHAT IS REMEMBERED: every line of SQL, one file per aggregate, named as in `domain/`.
//!
//! Reads take any [`Read`], locks and writes take a [`Transaction`]: a write outside a transaction does not compile.

pub mod analytics;
pub mod api_key;
pub mod assignment_run;
pub mod audit;
pub mod availability;
pub mod catalog;
pub mod credentials;
pub mod db;
pub mod deletion;
pub mod delivery;
pub mod email_change;
pub mod email_token;
pub mod error;
pub mod feedback;
pub mod idempotency;
pub mod identity;
pub mod inbox;
pub mod job;
pub mod limit;
pub mod login;
pub mod login_failure;
pub mod match_cache;
pub mod matching;
pub mod mentor;
pub mod mentoring;
pub mod mentorship;
pub mod message;
pub mod meter;
pub mod migrate;
pub mod notification;
pub mod oauth;
pub mod offering;
pub mod outbox;
pub mod payment;
pub mod privacy;
pub mod program;
pub mod question;
pub mod reminder;
pub mod report;
pub mod reschedule;
pub mod retention;
pub mod schedule;
pub mod search;
pub mod session;
pub mod session_history;
pub mod similarity;
pub mod sync;
pub mod topic;
pub mod totp;
pub mod user;
pub mod work;

pub use db::{Client, Db, Read, Transaction};
pub use error::StoreError;
