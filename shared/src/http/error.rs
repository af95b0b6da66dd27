//! The envelope of every refusal, and the one conversion of what went wrong into it.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;
use serde_json::Value;
use tracing::error;
use utoipa::ToSchema;

use super::answer::Refused;
use super::input::Problems;
use super::limits::Policy;
use crate::auth::opaque::NoRandomness;
use crate::auth::password::HashError;
use crate::auth::sealed::SealError;
use crate::domain::identity::IdentityError;
use crate::domain::letter::TemplateError;
use crate::domain::refusal::{Refusal, RefusalKind};
use crate::outside::oauth::OAuthError;
use crate::outside::s3::FileError;
use crate::state::KeyringError;
use crate::store::StoreError;
use crate::store::limit::Verdict;

/// One thing that is wrong.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Stable, for programs.
    #[schema(example = "slot_taken")]
    pub code: &'static str,
    /// A sentence for a person.
    pub message: String,
    /// The field of the request that is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub field: Option<String>,
    /// Facts to act on, such as alternatives.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    pub details: Option<Value>,
}

/// A request that is refused.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    problems: Vec<Problem>,
    retry_after: Option<Duration>,
    exhausted: Option<Exhausted>,
    passing: Option<Passing>,
}

/// A failure of the database that may be gone at once, left on the answer for whoever tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passing {
    /// Two transactions got in each other's way.
    Collision,
    /// The connection was lost.
    Lost,
}

/// The limit that a handler found exhausted, left on the answer for its headers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exhausted(pub(super) Policy, pub(super) Verdict);

impl ApiError {
    /// Refuses with one code and sentence.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let problem = Problem {
            code,
            message: message.into(),
            field: None,
            details: None,
        };
        Self {
            status,
            problems: vec![problem],
            retry_after: None,
            exhausted: None,
            passing: None,
        }
    }

    /// 404: there is no such thing, or the asker may not know that there is.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("there is no such {what}"),
        )
    }

    /// 401: nobody has proven who asks.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "log in first: send an access token as a bearer token",
        )
    }

    /// 403: the role may not do this.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            "your role may not do this",
        )
    }

    /// 429: too often.
    #[must_use]
    pub fn rate_limited(retry_after: Duration) -> Self {
        let message = format!(
            "too many requests: try again in {} seconds",
            retry_after.as_secs().max(1)
        );
        Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", message).after(retry_after)
    }

    /// 503: something we need is down; worth trying again.
    #[must_use]
    pub fn unavailable() -> Self {
        let message = "a part of the platform is not available: try again in a moment";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
            .after(Duration::from_secs(2))
    }

    /// 500: our bug.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "something went wrong on our side: name the request id when you tell us",
        )
    }

    /// Adds facts to act on to those that there are.
    #[must_use]
    pub fn with_details(mut self, mut details: Value) -> Self {
        let Some(problem) = self.problems.first_mut() else {
            return self;
        };
        if let (Some(Value::Object(known)), Value::Object(more)) = (&problem.details, &mut details)
        {
            more.extend(known.clone());
        }
        problem.details = Some(details);
        self
    }

    /// Says which field is to blame for all of it.
    #[must_use]
    pub fn about(mut self, field: &str) -> Self {
        for problem in &mut self.problems {
            problem.field = Some(field.to_owned());
        }
        self
    }

    /// Adds what else is wrong; the status stays.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        self.problems.extend(more.problems);
        self
    }

    /// Refuses with the first of several reasons in front.
    #[must_use]
    pub fn from_refusals<R: Refusal>(refusals: &[R]) -> Self {
        let Some(first) = refusals.first() else {
            return Self::internal();
        };
        Self {
            status: status_of(first.kind()),
            problems: refusals.iter().map(problem_of).collect(),
            retry_after: None,
            exhausted: None,
            passing: None,
        }
    }

    /// Says when to try again.
    pub(super) fn after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Names the limit in the answer's headers.
    pub(super) fn shown_as(mut self, policy: Policy, verdict: Verdict) -> Self {
        self.exhausted = Some(Exhausted(policy, verdict));
        self
    }

    /// The status of the answer.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }
}

fn status_of(kind: RefusalKind) -> StatusCode {
    match kind {
        RefusalKind::Invalid => StatusCode::BAD_REQUEST,
        RefusalKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        RefusalKind::Forbidden => StatusCode::FORBIDDEN,
        RefusalKind::NotFound => StatusCode::NOT_FOUND,
        RefusalKind::Conflict => StatusCode::CONFLICT,
    }
}

fn problem_of<R: Refusal>(refusal: &R) -> Problem {
    Problem {
        code: refusal.code(),
        message: refusal.to_string(),
        field: refusal.field().map(str::to_owned),
        details: refusal.details(),
    }
}

impl<R: Refusal> From<R> for ApiError {
    fn from(refusal: R) -> Self {
        Self {
            status: status_of(refusal.kind()),
            problems: vec![problem_of(&refusal)],
            retry_after: None,
            exhausted: None,
            passing: None,
        }
    }
}

impl From<Problems> for ApiError {
    fn from(problems: Problems) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            problems: problems.into_vec(),
            retry_after: None,
            exhausted: None,
            passing: None,
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(failure: StoreError) -> Self {
        let passing = match &failure {
            StoreError::Collision => Some(Passing::Collision),
            StoreError::Lost(_) => Some(Passing::Lost),
            StoreError::Unavailable(_)
            | StoreError::Overdue(_)
            | StoreError::Inconsistent { .. }
            | StoreError::Refused(_) => None,
        };
        if let Some(wait) = failure.retry_after() {
            tracing::warn!(%failure, "the database did not answer in time");
            Self {
                passing,
                ..Self::unavailable().after(wait)
            }
        } else {
            error!(%failure, "a statement failed");
            Self::internal()
        }
    }
}

impl From<KeyringError> for ApiError {
    fn from(failure: KeyringError) -> Self {
        error!(%failure, "a key cannot be had");
        Self::unavailable()
    }
}

impl From<crate::auth::keys::KeyError> for ApiError {
    fn from(failure: crate::auth::keys::KeyError) -> Self {
        error!(%failure, "a key cannot be used");
        Self::internal()
    }
}

impl From<FileError> for ApiError {
    fn from(failure: FileError) -> Self {
        error!(%failure, "a file cannot be had");
        Self::unavailable()
    }
}

impl From<SealError> for ApiError {
    fn from(failure: SealError) -> Self {
        error!(%failure, "a sealed field cannot be used");
        Self::internal()
    }
}

impl From<OAuthError> for ApiError {
    fn from(failure: OAuthError) -> Self {
        tracing::warn!(%failure, "nobody was identified");
        match failure {
            OAuthError::Refused(_) => IdentityError::Refused.into(),
            OAuthError::Unavailable { retry_after, .. } => {
                let message = "the service you sign in with does not answer: try again in a moment";
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "provider_unavailable",
                    message,
                )
                .after(retry_after)
            }
        }
    }
}

impl From<HashError> for ApiError {
    fn from(failure: HashError) -> Self {
        error!(%failure, "a password was not hashed");
        Self::internal()
    }
}

impl From<TemplateError> for ApiError {
    fn from(failure: TemplateError) -> Self {
        Self::from(&failure)
    }
}

impl From<&TemplateError> for ApiError {
    fn from(failure: &TemplateError) -> Self {
        error!(reason = failure.reason(), "a message cannot be written");
        Self::internal()
    }
}

impl From<NoRandomness> for ApiError {
    fn from(failure: NoRandomness) -> Self {
        error!(%failure, "no token was made");
        Self::internal()
    }
}

/// The first code of a refusal, left on the answer for the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct ErrorCode(pub(super) &'static str);

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let message = match self.problems.as_slice() {
            [only] => only.field.as_ref().map_or_else(
                || only.message.clone(),
                |field| format!("{field}: {}", only.message),
            ),
            several => format!("{} things are wrong with this request", several.len()),
        };
        let code = self.problems.first().map(|problem| ErrorCode(problem.code));
        let body = Refused {
            success: false,
            data: (),
            message,
            errors: self.problems,
        };
        let mut response = (self.status, axum::Json(body)).into_response();
        if let Some(wait) = self.retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        if let Some(code) = code {
            response.extensions_mut().insert(code);
        }
        if let Some(exhausted) = self.exhausted {
            response.extensions_mut().insert(exhausted);
        }
        if let Some(passing) = self.passing {
            response.extensions_mut().insert(passing);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
