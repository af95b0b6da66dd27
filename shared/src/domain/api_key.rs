//! API keys: another system acts as the admin who made the key, and only within the key's scopes.

use jiff::Timestamp;

use super::id::{ApiKeyId, UserId};
use super::refusal::{Refusal, RefusalKind};
use super::value::ValueError;

/// How every key begins, so that people and scanners recognise one that leaked.
pub const KEY_MARK: &str = "oh_";

/// How much of a key is kept in clear, its mark included.
const PREFIX_LENGTH: usize = 11;

/// What a scope lets its holder do in an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// `GET`.
    Read,
    /// Everything else.
    Write,
}

/// What a key may be used for: one area of the API, to read or to write. Written `sessions:read`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    area: &'static str,
    access: Access,
}

macro_rules! areas {
    ($first:literal $(, $area:literal)* $(,)?) => {
        /// The areas of the API that keys can be used in. `auth` is never among them: keys make no keys and no logins.
        pub const AREAS: &[&str] = &[$first $(, $area)*];

        const SCOPES: &str = concat!($first, ":read, ", $first, ":write" $(, ", ", $area, ":read, ", $area, ":write")*);
    };
}

areas![
    "admin",
    "feedback",
    "matching",
    "mentors",
    "notifications",
    "questions",
    "sessions",
    "sync",
    "topics",
    "users"
];

impl Scope {
    /// Reads a scope.
    ///
    /// # Errors
    /// When there is none of this name; the error names those there are.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let unknown = ValueError::NotOneOf(SCOPES);
        let (area, access) = text.split_once(':').ok_or(unknown.clone())?;
        let area = AREAS.iter().find(|known| **known == area);
        let access = match access {
            "read" => Access::Read,
            "write" => Access::Write,
            _ => return Err(unknown),
        };
        Ok(Self {
            area: area.ok_or(unknown)?,
            access,
        })
    }

    /// What a request needs, by its method and route; `None` when no key may make it: a key that gave roles away
    /// could make itself an admin without bounds.
    #[must_use]
    pub fn needed(method: &str, route: &str) -> Option<Self> {
        if route == "/api/users/{id}/role" {
            return None;
        }
        let area = route.strip_prefix("/api/")?.split('/').next()?;
        let area = AREAS.iter().find(|known| **known == area)?;
        let access = if matches!(method, "GET" | "HEAD") {
            Access::Read
        } else {
            Access::Write
        };
        Some(Self { area, access })
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let access = match self.access {
            Access::Read => "read",
            Access::Write => "write",
        };
        write!(f, "{}:{access}", self.area)
    }
}

/// What is known of a key. The key itself is known to its holder only.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// The key.
    pub id: ApiKeyId,
    /// The admin who made it, and as whom it acts.
    pub owner: UserId,
    /// What it is for, in its maker's words.
    pub name: String,
    /// Its first characters.
    pub prefix: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// Why a key is not made, or may not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiKeyError {
    /// It would be good for nothing.
    #[error("must name at least one scope")]
    NoScope,
    /// It would have ended already.
    #[error("must be in the future")]
    EndsInThePast,
    /// Its scopes do not cover the request.
    #[error("this API key may not do this: its scopes do not cover it")]
    InsufficientScope,
}

impl Refusal for ApiKeyError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::NoScope | Self::EndsInThePast => RefusalKind::Invalid,
            Self::InsufficientScope => RefusalKind::Forbidden,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoScope => "scope_required",
            Self::EndsInThePast => "expiry_in_the_past",
            Self::InsufficientScope => "insufficient_scope",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NoScope => Some("scopes"),
            Self::EndsInThePast => Some("expires_at"),
            Self::InsufficientScope => None,
        }
    }
}

/// What an admin wants a key to be.
#[derive(Clone, Debug)]
pub struct ApiKeyDraft {
    /// What it is for.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
}

impl ApiKeyDraft {
    /// Makes it a key. Of the secret only the first characters are kept here.
    ///
    /// # Errors
    /// Names everything that is wrong with it.
    pub fn validate(
        self,
        id: ApiKeyId,
        owner: UserId,
        secret: &str,
        now: Timestamp,
    ) -> Result<ApiKey, Vec<ApiKeyError>> {
        let mut refused = Vec::new();
        if self.scopes.is_empty() {
            refused.push(ApiKeyError::NoScope);
        }
        if self.expires_at.is_some_and(|ends| ends <= now) {
            refused.push(ApiKeyError::EndsInThePast);
        }
        if !refused.is_empty() {
            return Err(refused);
        }
        Ok(ApiKey {
            id,
            owner,
            name: self.name,
            prefix: secret.chars().take(PREFIX_LENGTH).collect(),
            scopes: self.scopes,
            created_at: now,
            expires_at: self.expires_at,
            last_used_at: None,
            revoked_at: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_an_area_and_what_may_be_done_there() {
        for text in ["sessions:read", "users:write"] {
            assert_eq!(Scope::parse(text).unwrap().to_string(), text);
        }
        for bad in [
            "",
            "sessions",
            "sessions:",
            "sessions:delete",
            "auth:read",
            ":read",
        ] {
            let refused = Scope::parse(bad).unwrap_err();
            assert!(
                refused
                    .to_string()
                    .contains("sessions:read, sessions:write")
            );
        }
    }

    #[test]
    fn a_request_needs_the_scope_of_its_first_word_and_method() {
        let needed = |method, route| Scope::needed(method, route).map(|scope| scope.to_string());
        assert_eq!(
            needed("GET", "/api/sessions/{id}").unwrap(),
            "sessions:read"
        );
        assert_eq!(needed("HEAD", "/api/sessions").unwrap(), "sessions:read");
        for method in ["POST", "PUT", "PATCH", "DELETE", "PURGE"] {
            assert_eq!(needed(method, "/api/users/{id}").unwrap(), "users:write");
        }
    }

    #[test]
    fn no_scope_reaches_what_is_no_area_for_keys() {
        for route in [
            "/api/auth/login",
            "/api/auth/api-keys",
            "/api",
            "/api/users/{id}/role",
            "/dev/clock",
            "/api/usersx",
        ] {
            assert_eq!(Scope::needed("GET", route), None, "{route}");
        }
    }

    #[test]
    fn a_key_has_a_scope_and_ends_in_the_future() {
        let now: Timestamp = "2026-03-02T08:00:00Z".parse().unwrap();
        let id = uuid::Uuid::nil();
        let draft = |scopes, expires_at| ApiKeyDraft {
            name: "Reports".to_owned(),
            scopes,
            expires_at,
        };
        let make =
            |draft: ApiKeyDraft| draft.validate(id.into(), id.into(), "oh_abcdefghijkl", now);
        let scope = Scope::parse("users:read").unwrap();

        assert_eq!(
            make(draft(vec![scope], None)).unwrap().prefix,
            "oh_abcdefgh"
        );
        assert_eq!(
            make(draft(Vec::new(), Some(now))).unwrap_err(),
            [ApiKeyError::NoScope, ApiKeyError::EndsInThePast]
        );
    }
}
