//! Where a request comes from, for the audit log and the list of devices.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::header::USER_AGENT;
use http::request::Parts;

use super::edge::{ClientAddress, RequestId};
use super::limits;
use crate::domain::audit::{Origin, network_of};

/// Where the request comes from.
#[derive(Clone, Debug)]
pub struct Caller(pub Origin);

impl Caller {
    /// Reads where a request comes from.
    pub(super) fn of(parts: &Parts) -> Self {
        let address = parts.extensions.get::<ClientAddress>();
        let agent = parts
            .headers
            .get(USER_AGENT)
            .and_then(|agent| agent.to_str().ok());
        Self(Origin {
            request_id: parts
                .extensions
                .get::<RequestId>()
                .map(|id| id.0.clone())
                .unwrap_or_default(),
            network: address.map(|address| network_of(address.0)),
            user_agent: agent.map(|agent| agent.chars().take(200).collect()),
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

/// What the address that asks counts as in limits.
#[derive(Clone, Debug)]
pub struct Network(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Network {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let address = parts.extensions.get::<ClientAddress>();
        Ok(Self(address.map_or_else(
            || limits::NOWHERE.to_owned(),
            |address| limits::network(address.0),
        )))
    }
}
