//! How often one may ask: the limits of every operation, in one table.

use std::net::IpAddr;
use std::time::Duration;

use futures_util::future::try_join_all;
use http::Method;

use super::error::ApiError;
use crate::config::Config;
use crate::state::AppState;
use crate::store::limit::{self, Quota, Verdict};
use crate::store::meter::apart;
use crate::store::{Client, StoreError};

/// A named limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The name in `RateLimit` headers and in the configuration.
    pub name: &'static str,
    /// How many at once.
    pub burst: u32,
    /// In how many seconds that many are granted anew.
    pub window_seconds: u32,
    counts: Counts,
}

/// Whose requests a limit counts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    /// The person's, or the address's while nobody knows who asks.
    Asker,
    /// The address's, whoever asks: tokens of one's own must not buy more tries at other people's accounts.
    Address,
    /// Everybody's.
    Everybody,
}

const fn policy(name: &'static str, burst: u32, window_seconds: u32) -> Policy {
    Policy {
        name,
        burst,
        window_seconds,
        counts: Counts::Asker,
    }
}

const fn by_address(name: &'static str, burst: u32, window_seconds: u32) -> Policy {
    Policy {
        counts: Counts::Address,
        ..policy(name, burst, window_seconds)
    }
}

const MINUTE: u32 = 60;
const HOUR: u32 = 3600;
const DAY: u32 = 86_400;

const ADDRESS: Policy = by_address("address", 60, MINUTE);
const READ: Policy = policy("read", 240, MINUTE);
const WRITE: Policy = policy("write", 60, MINUTE);
/// Programs that report to us: no person's limit fits them.
const WEBHOOK: Policy = Policy {
    counts: Counts::Everybody,
    ..policy("webhook", 300, MINUTE)
};

/// Tries to log in to one account, whoever tries: five at once, then one a minute.
pub const LOGIN_ACCOUNT: Policy = policy("login-account", 5, 300);
/// Tries to log in to one account from one address.
pub const LOGIN_PAIR: Policy = policy("login-pair", 3, 30);
/// Tries to log in to any account from anywhere.
pub const LOGIN_TOTAL: Policy = policy("login-total", 50, 1);
/// Tries to confirm a change with the password, per person.
pub const PASSWORD_AGAIN: Policy = policy("password-again", 5, 300);
/// Codes of a second factor that a person who is signed in tries.
pub const SECOND_FACTOR: Policy = policy("second-factor", 5, 300);
/// Changes of address, per person: each sends a mail to an address that somebody typed.
pub const EMAIL_CHANGE: Policy = policy("email-change", 3, HOUR);
/// Mails that prove an address, per account.
pub const VERIFICATION_MAIL: Policy = policy("verification-mail", 3, HOUR);
/// Mails with a link that resets the password, per account.
pub const FORGOT_ACCOUNT: Policy = policy("forgot-account", 3, HOUR);

/// The limits of single operations, beside the general one: at most two, so that a request counts against three.
const OPERATIONS: &[(&str, &str, &[Policy])] = &[
    (
        "POST",
        "/api/auth/login",
        &[by_address("login", 20, MINUTE)],
    ),
    (
        "POST",
        "/api/auth/register",
        &[by_address("register", 30, HOUR)],
    ),
    (
        "POST",
        "/api/auth/password/forgot",
        &[by_address("forgot", 10, HOUR)],
    ),
    (
        "GET",
        "/api/auth/oauth/{provider}",
        &[by_address("oauth", 20, MINUTE)],
    ),
    (
        "POST",
        "/api/auth/oauth/{provider}/callback",
        &[by_address("oauth", 20, MINUTE)],
    ),
    (
        "POST",
        "/api/auth/oauth/{provider}/link",
        &[by_address("oauth", 20, MINUTE)],
    ),
    (
        "POST",
        "/api/sessions",
        &[policy("book", 10, MINUTE), policy("book-hourly", 30, HOUR)],
    ),
    (
        "POST",
        "/api/sessions/{id}/payment",
        &[policy("pay", 10, MINUTE), policy("pay-hourly", 30, HOUR)],
    ),
    (
        "POST",
        "/api/sessions/{id}/messages",
        &[policy("message", 30, MINUTE)],
    ),
    (
        "POST",
        "/api/questions",
        &[policy("ask", 5, MINUTE), policy("ask-daily", 20, DAY)],
    ),
    (
        "POST",
        "/api/questions/{id}/claim",
        &[policy("claim", 20, MINUTE)],
    ),
    (
        "POST",
        "/api/questions/{id}/answers",
        &[policy("answer", 30, MINUTE)],
    ),
    ("GET", "/api/mentors", &[policy("search", 20, MINUTE)]),
    (
        "POST",
        "/api/matching/match",
        &[policy("match", 20, MINUTE)],
    ),
    (
        "POST",
        "/api/ai",
        &[policy("ai", 10, MINUTE), policy("ai-daily", 100, DAY)],
    ),
    ("POST", "/api/users/me/export", &[policy("export", 3, HOUR)]),
    (
        "DELETE",
        "/api/users/me",
        &[policy("delete-account", 5, 5 * MINUTE)],
    ),
    // There are six kinds of rows.
    ("POST", "/api/admin/export", &[policy("report", 12, HOUR)]),
    (
        "POST",
        "/api/projects/{id}/files",
        &[policy("upload", 20, HOUR)],
    ),
];

/// The limits that are taken by a handler, on what somebody typed.
const TYPED: [Policy; 8] = [
    LOGIN_ACCOUNT,
    LOGIN_PAIR,
    LOGIN_TOTAL,
    PASSWORD_AGAIN,
    SECOND_FACTOR,
    EMAIL_CHANGE,
    VERIFICATION_MAIL,
    FORGOT_ACCOUNT,
];

/// The limits of one request: the general one of whoever asks, and those of the operation itself.
pub(super) fn policies_for(method: &Method, route: &str, is_known: bool) -> Vec<Policy> {
    let is_read = *method == Method::GET || *method == Method::HEAD;
    let general = match (is_known, is_read) {
        _ if route.starts_with("/api/webhooks/") => WEBHOOK,
        (false, _) => ADDRESS,
        (true, true) => READ,
        (true, false) => WRITE,
    };
    let method = if is_read { "GET" } else { method.as_str() };
    let own = OPERATIONS
        .iter()
        .find(|operation| (operation.0, operation.1) == (method, route));
    let own = own.map_or(&[][..], |operation| operation.2);
    [&[general], own].concat()
}

/// Every limit there is, by the name that the configuration may use.
fn names() -> impl Iterator<Item = &'static str> {
    let of_operations = OPERATIONS.iter().flat_map(|operation| operation.2);
    let others = [&ADDRESS, &READ, &WRITE, &WEBHOOK];
    others
        .into_iter()
        .chain(&TYPED)
        .chain(of_operations)
        .map(|policy| policy.name)
}

/// Says which limits of the configuration are no limits of ours: a slip of the pen would go unnoticed.
pub(super) fn warn_of_unknown(config: &Config) {
    for set in &config.rate_limits {
        if !names().any(|name| name == set.name) {
            tracing::warn!("RATE_LIMITS names {}, which is no limit", set.name);
        }
    }
}

/// What a request counts as for a limit.
pub(super) struct Subject {
    /// The person, if the token says one.
    pub(super) person: Option<String>,
    /// Where the request comes from.
    pub(super) address: Option<IpAddr>,
    /// The route template.
    pub(super) route: String,
}

impl Policy {
    /// The limit as this place has configured it: set by name, or multiplied with all others.
    pub(super) fn set_by(self, config: &Config) -> Self {
        match config.rate_limits.iter().find(|set| set.name == self.name) {
            Some(set) => Self {
                burst: set.burst,
                window_seconds: set.window_seconds,
                ..self
            },
            None => Self {
                burst: self.burst.saturating_mul(config.rate_limit_scale.max(1)),
                ..self
            },
        }
    }

    /// What the limit counts of a request.
    pub(super) fn subject(self, of: &Subject) -> String {
        let address = || of.address.map_or_else(|| NOWHERE.to_owned(), network);
        match self.counts {
            Counts::Asker => of.person.clone().unwrap_or_else(address),
            Counts::Address => address(),
            Counts::Everybody => of.route.clone(),
        }
    }

    fn quota(self) -> Quota {
        let interval = u64::from(self.window_seconds) * 1_000_000 / u64::from(self.burst.max(1));
        Quota {
            burst: i32::try_from(self.burst).unwrap_or(i32::MAX),
            interval: Duration::from_micros(interval.max(1)),
        }
    }

    /// Takes one request from the limit.
    pub(super) async fn take(self, client: &Client, key: &[u8]) -> Result<Verdict, StoreError> {
        limit::take(client, key, self.quota()).await
    }

    /// Takes one request on what somebody typed, such as an address; known or not, the answer is the same.
    ///
    /// # Errors
    /// When it is one too many.
    pub async fn take_for(self, state: &AppState, typed: &str) -> Result<(), ApiError> {
        take_all(state, &[(self, typed)]).await
    }

    /// Forgets what was taken.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn forget_for(self, state: &AppState, typed: &str) -> Result<(), ApiError> {
        let key = state.mac(self.name, typed).await?;
        let client = state.db.client().await?;
        Ok(apart(limit::forget(&client, &key)).await?)
    }

    /// The limit as `RateLimit-Policy` shows it.
    pub(super) fn header(self) -> String {
        format!(
            "\"{}\";q={};w={}",
            self.name, self.burst, self.window_seconds
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

/// Takes one request from several limits at once, each on what somebody typed, in one round trip; what that costs is
/// counted apart from the request.
///
/// # Errors
/// When it is one too many for any of them; the others count it all the same.
pub async fn take_all(state: &AppState, wanted: &[(Policy, &str)]) -> Result<(), ApiError> {
    let mut keyed = Vec::with_capacity(wanted.len());
    for (policy, typed) in wanted {
        let key = state.mac(policy.name, typed).await?;
        keyed.push((policy.set_by(&state.config), key));
    }
    let client = state.db.client().await?;
    let taken = keyed.iter().map(|(policy, key)| {
        let client = &client;
        async move { Ok::<_, StoreError>((*policy, policy.take(client, key).await?)) }
    });
    let taken = apart(try_join_all(taken)).await?;
    let denied = taken.iter().filter(|(_, verdict)| !verdict.is_allowed);
    match denied.max_by_key(|(_, verdict)| verdict.retry_after) {
        None => Ok(()),
        Some((policy, verdict)) => {
            Err(ApiError::rate_limited(verdict.retry_after).shown_as(*policy, *verdict))
        }
    }
}

/// What a request without an address counts as.
pub(super) const NOWHERE: &str = "nowhere";

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

    fn named(method: &Method, route: &str, is_known: bool) -> Vec<&'static str> {
        let policies = policies_for(method, route, is_known);
        policies.iter().map(|policy| policy.name).collect()
    }

    #[test]
    fn an_operation_has_the_general_limit_and_its_own() {
        let booking = named(&Method::POST, "/api/sessions", true);
        assert_eq!(booking, ["write", "book", "book-hourly"]);
        assert_eq!(named(&Method::GET, "/api/sessions", true), ["read"]);
        assert_eq!(
            named(&Method::HEAD, "/api/mentors", false),
            ["address", "search"]
        );
        assert_eq!(
            named(&Method::POST, "/api/webhooks/airtable", false),
            ["webhook"]
        );
        for (method, route, own) in OPERATIONS {
            let method = method.parse().unwrap();
            assert_eq!(
                policies_for(&method, route, false).len(),
                own.len() + 1,
                "{route}"
            );
            assert!(
                own.len() <= 2,
                "{route}: at most three limits count a request"
            );
        }
    }

    #[test]
    fn a_name_means_one_limit() {
        let mut policies: Vec<Policy> = OPERATIONS
            .iter()
            .flat_map(|operation| operation.2)
            .copied()
            .collect();
        policies.extend([ADDRESS, READ, WRITE, WEBHOOK]);
        policies.extend(TYPED);
        for one in &policies {
            assert!(
                policies
                    .iter()
                    .all(|other| other.name != one.name || other == one),
                "{}",
                one.name
            );
        }
    }

    #[test]
    fn tries_at_accounts_are_counted_by_address_whoever_asks() {
        let from = Subject {
            person: Some("somebody".to_owned()),
            address: Some("192.0.2.1".parse().unwrap()),
            route: "/api/auth/login".to_owned(),
        };
        let counted: Vec<String> = policies_for(&Method::POST, &from.route, true)
            .into_iter()
            .map(|policy| policy.subject(&from))
            .collect();
        assert_eq!(counted, ["somebody", "192.0.2.1"]);
    }
}
