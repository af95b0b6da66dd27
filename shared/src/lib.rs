//! The domain crate of Office Hours: one room per kind of thing. A request walks through them in one direction:
//! route → who asks → read → decide → write → promise → commit.

pub mod auth;
pub mod clock;
pub mod config;
pub mod domain;
pub mod http;
pub mod outside;
pub mod queue;
pub mod state;
pub mod store;
pub mod telemetry;
pub mod worker;
