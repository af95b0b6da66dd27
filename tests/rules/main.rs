//! The architecture, held by tests: who may import whom, where SQL may stand, and that the template knows every route.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests say what they expect by unwrapping it"
)]

mod codes;
mod hygiene;
mod metrics;
mod rooms;
mod source;
mod template;
