//! The whole platform in one process, with a real queue and a mail service that can fail.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test says what it expects by unwrapping it"
)]

mod account;
mod admin_page;
mod airtable;
mod calendar;
mod dead_letters;
mod delivery;
mod development;
mod house;
mod mail;
mod moving;
mod outages;
mod payments;
mod privacy;
mod schemathesis;
