//! The whole platform in one process: every area behind one address, the consumers of the queues, and the schedules.
//!
//! A laptop, a container and a load test run this; each part is the same code that Lambda runs.

pub mod admin;
pub mod cloud;
pub mod consumers;
pub mod demo;
pub mod dev;
pub mod development;
pub mod mailbox;
mod pages;
pub mod payments;
pub mod platform;
mod progress;
pub mod providers;
pub mod schedules;
pub mod secrets;
pub mod server;
pub mod services;
pub mod ses;
pub mod settings;

use shared::http::AppState;
use utoipa_axum::router::OpenApiRouter;

pub use platform::{Options, Platform, start};

/// The routes of every area, with their part of the OpenAPI document.
#[must_use]
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .merge(auth::router())
        .merge(users::router())
        .merge(mentors::router())
        .merge(matching::router())
        .merge(sessions::router())
        .merge(feedback::router())
        .merge(notifications::router())
        .merge(questions::router())
        .merge(sync::router())
        .merge(::admin::router())
        .merge(system::router())
}
