//! How often one may ask: the limits of every operation, in one table.

use std::net::IpAddr;
use std::time::Duration;

use http::Method;

use super::error::ApiError;
use crate::state::AppState;
use crate::store::limit::{self, Quota, Verdict};
use crate::store::{Client, StoreError};

/// A named limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The name in `RateLimit` headers.
    pub name: &'static str,
    /// How many at once.
    pub burst: u32,
    /// In how many seconds that many are granted anew.
    pub window_seconds: u32,
}

const fn policy(name: &'static str, burst: u32, window_seconds: u32) -> Policy {
    Policy {
        name,
        burst,
        window_seconds,
    }
}

const ADDRESS: Policy = policy("address", 60, 60);
const READ: Policy = policy("read", 240, 60);
const WRITE: Policy = policy("write", 60, 60);
const LOGIN_ADDRESS: Policy = policy("login", 20, 60);
const REGISTER_ADDRESS: Policy = policy("register", 30, 3600);
const BOOK: Policy = policy("book", 10, 60);
const MATCH: Policy = policy("match", 20, 60);

/// Tries to log in to one account, whoever tries: five at once, then one a minute.
pub const LOGIN_ACCOUNT: Policy = policy("login-account", 5, 300);
/// Mails that prove an address, per account.
pub const VERIFICATION_MAIL: Policy = policy("verification-mail", 3, 3600);

/// The limits of one operation: of whoever asks, and of the operation itself.
pub(super) fn policies_for(method: &Method, route: &str, is_known: bool) -> [Option<Policy>; 2] {
    let general = match (is_known, *method == Method::GET || *method == Method::HEAD) {
        (false, _) => ADDRESS,
        (true, true) => READ,
        (true, false) => WRITE,
    };
    let special = match (method.as_str(), route) {
        ("POST", "/api/auth/login") => Some(LOGIN_ADDRESS),
        ("POST", "/api/auth/register") => Some(REGISTER_ADDRESS),
        ("POST", "/api/sessions") => Some(BOOK),
        ("POST", "/api/matching/match") => Some(MATCH),
        _ => None,
    };
    [Some(general), special]
}

impl Policy {
    fn quota(self, scale: u32) -> Quota {
        let burst = self.burst.saturating_mul(scale.max(1));
        let interval = u64::from(self.window_seconds) * 1_000_000 / u64::from(burst);
        Quota {
            burst: i32::try_from(burst).unwrap_or(i32::MAX),
            interval: Duration::from_micros(interval.max(1)),
        }
    }

    /// Takes one request of `subject` from the limit.
    pub(super) async fn take(
        self,
        state: &AppState,
        client: &Client,
        key: &[u8],
    ) -> Result<Verdict, StoreError> {
        limit::take(client, key, self.quota(state.config.rate_limit_scale)).await
    }

    /// Takes one request on what somebody typed, such as an address; known or not, the answer is the same.
    ///
    /// # Errors
    /// When it is one too many.
    pub async fn take_for(self, state: &AppState, typed: &str) -> Result<(), ApiError> {
        let key = state.mac(self.name, typed).await?;
        let verdict = self.take(state, &state.db.client().await?, &key).await?;
        if verdict.is_allowed {
            Ok(())
        } else {
            Err(ApiError::rate_limited(verdict.retry_after))
        }
    }

    /// Forgets what was taken.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn forget_for(self, state: &AppState, typed: &str) -> Result<(), ApiError> {
        let key = state.mac(self.name, typed).await?;
        Ok(limit::forget(&state.db.client().await?, &key).await?)
    }

    /// The limit as `RateLimit-Policy` shows it.
    pub(super) fn header(self, scale: u32) -> String {
        format!(
            "\"{}\";q={};w={}",
            self.name,
            self.burst.saturating_mul(scale.max(1)),
            self.window_seconds
        )
    }

    /// What is left of it, as `RateLimit` shows it.
    pub(super) fn state_header(self, verdict: &Verdict) -> String {
        format!(
            "\"{}\";r={};t={}",
            self.name,
            verdict.remaining,
            verdict.reset.as_secs().max(1)
        )
    }
}

/// What an address counts as: an IPv6 network of 64 bits is one.
pub(super) fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or_else(
            || {
                v6.segments()[..4]
                    .iter()
                    .map(|part| format!("{part:x}"))
                    .collect::<Vec<_>>()
                    .join(":")
            },
            |v4| v4.to_string(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        assert_eq!(
            network("2001:db8:1:2:3:4:5:6".parse().unwrap()),
            network("2001:db8:1:2::1".parse().unwrap())
        );
        assert_eq!(network("::ffff:10.0.0.1".parse().unwrap()), "10.0.0.1");
    }

    #[test]
    fn booking_has_a_limit_of_its_own() {
        let [general, special] = policies_for(&Method::POST, "/api/sessions", true);
        assert_eq!((general, special), (Some(WRITE), Some(BOOK)));
    }
}
