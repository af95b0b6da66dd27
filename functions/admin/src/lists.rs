//! What admins look through: people, sessions, long-term matches, and what was done to whom.

pub(crate) mod audit;
pub(crate) mod end;
pub(crate) mod matches;
pub(crate) mod session_body;
pub(crate) mod sessions;
pub(crate) mod users;
