//! Refusals by role or by scope, on their way into the audit log: as well as it goes, and once a minute for each
//! person and route, so that nobody fills the log by knocking.

use std::error::Error;
use std::time::Duration;

use axum::extract::MatchedPath;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use tracing::warn;

use super::caller::Caller;
use super::error::ApiError;
use crate::domain::audit::{AuditAction, AuditEntry, Origin};
use crate::domain::user::Actor;
use crate::state::AppState;
use crate::store::limit::Quota;
use crate::store::meter::apart;
use crate::store::{self, limit};

/// The name under which denials are counted.
const DENIAL: &str = "denial";
/// One denial a minute is worth a line.
const ONCE_A_MINUTE: Quota = Quota {
    burst: 1,
    interval: Duration::from_mins(1),
};

/// Somebody asked for what they may not have. It is left on the answer, and the wall writes it down.
#[derive(Clone, Debug)]
pub struct Denial {
    actor: Actor,
    origin: Origin,
    place: String,
}

impl Denial {
    pub(super) fn of(parts: &Parts, actor: Actor) -> Self {
        let route = parts.extensions.get::<MatchedPath>();
        Self {
            actor,
            origin: Caller::of(parts).0,
            place: format!(
                "{} {}",
                parts.method,
                route.map_or("-", MatchedPath::as_str)
            ),
        }
    }

    /// Refuses, and leaves the denial on the answer.
    pub(super) fn answer(self, refusal: ApiError) -> Response {
        let mut response = refusal.into_response();
        response.extensions_mut().insert(self);
        response
    }

    /// Writes the denial down; what that costs is counted apart from the request.
    pub(super) async fn note(self, state: &AppState) {
        let noted = apart(Box::pin(self.append(state))).await;
        if let Err(failure) = noted {
            warn!(%failure, "a denial is missing in the audit log");
        }
    }

    async fn append(&self, state: &AppState) -> Result<(), Box<dyn Error + Send + Sync>> {
        let key = format!("{} {}", self.actor.id, self.place);
        let key = state.mac(DENIAL, &key).await?;
        let mut client = state.db.client().await?;
        if !limit::take(&client, &key, ONCE_A_MINUTE).await?.is_allowed {
            return Ok(());
        }
        let entry = AuditEntry {
            action: AuditAction::AccessDenied,
            actor: Some(self.actor.id),
            login: self.actor.login(),
            subject: None,
            reason: Some(self.place.clone()),
        };
        let tx = client.transaction();
        let (id, now) = (state.clock.id(), state.clock.now());
        store::audit::append(&tx, id, now, &self.origin, &entry).await?;
        Ok(tx.commit().await?)
    }
}

/// Why an extractor of a role refused.
#[derive(Debug)]
pub enum RoleRefused {
    /// Nobody has proven who asks.
    Unknown(ApiError),
    /// It is the wrong role.
    Denied(Box<Denial>),
}

impl From<ApiError> for RoleRefused {
    fn from(refusal: ApiError) -> Self {
        Self::Unknown(refusal)
    }
}

impl From<Denial> for RoleRefused {
    fn from(denial: Denial) -> Self {
        Self::Denied(Box::new(denial))
    }
}

impl IntoResponse for RoleRefused {
    fn into_response(self) -> Response {
        match self {
            Self::Unknown(refusal) => refusal.into_response(),
            Self::Denied(denial) => denial.answer(ApiError::forbidden()),
        }
    }
}
