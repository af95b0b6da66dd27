//! The harness: an app of its own for each test, on a database of its own, with a clock that the test sets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "tests say what they expect by unwrapping it"
)]

mod accounts;
pub mod airtable;
mod app;
mod assignment;
mod audit;
mod bucket;
mod call;
mod database;
mod dice;
mod directory;
mod feedback;
mod figures;
mod forge;
pub mod garbage;
mod given;
mod havoc;
mod http;
mod jobs;
mod lossy;
mod mail;
mod mentoring;
pub mod model;
pub mod open_set;
mod payments;
mod privacy;
mod questions;
mod reports;
pub mod similarity;
mod texts;
mod writer;

pub use accounts::{Authenticator, Former, SignedIn};
pub use app::{Setup, TestApp, api, areas, secrets};
pub use bucket::{Ask, Bucket};
pub use call::{Call, Reply};
pub use database::Database;
pub use dice::Dice;
pub use feedback::KeptFeedback;
pub use figures::{BatchFact, Fact};
pub use forge::{message, signed_with_secret};
pub use given::{ACCOUNT_PASSWORD, Hours};
pub use havoc::{Havoc, Held, kill_once};
pub use http::http_client;
pub use lossy::Lossy;
pub use mail::{Killed, Post, decoded, killed_after};
pub use privacy::{Column, TRACE, unzipped};
pub use texts::{Sent, Texts};
pub use writer::{Habit, Writer};
