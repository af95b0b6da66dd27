//! How a rule says no: a sentence for a person, a stable code for a program, and a kind for the protocol.

use std::error::Error;

/// What sort of no it is; the HTTP room turns it into a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// The input itself is wrong (400).
    Invalid,
    /// Nobody has proven who asks (401).
    Unauthenticated,
    /// The asker may know it but may not do it (403).
    Forbidden,
    /// There is no such thing, or the asker may not know that there is (404).
    NotFound,
    /// It contradicts the present state (409).
    Conflict,
}

/// A rule that says no. `Display` is the sentence the user reads: lower case, no full stop, no internals.
pub trait Refusal: Error {
    /// The sort of refusal.
    fn kind(&self) -> RefusalKind;

    /// The stable, machine-readable code, unique across the platform for its meaning.
    fn code(&self) -> &'static str;

    /// The field of the request that is to blame, if it is one.
    fn field(&self) -> Option<&'static str> {
        None
    }

    /// Facts a client can act on, such as the allowed actions.
    fn details(&self) -> Option<serde_json::Value> {
        None
    }
}
