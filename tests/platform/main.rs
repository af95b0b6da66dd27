//! The whole platform in one process, with a real queue and a mail service that can fail.

mod development;
mod house;
mod mail;
mod outages;
mod schemathesis;
