//! WHOM WE CALL: one file per service, with the client and what we do when it fails.

pub mod airtable;
pub mod bedrock;
pub mod oauth;
pub mod payment;
pub mod s3;
pub mod secrets;
pub mod ses;
pub mod sms;
mod web;
