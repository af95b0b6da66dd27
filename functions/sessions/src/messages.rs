//! `/api/sessions/{id}/messages` and `/api/messages`: what the two people of a session write to each other.

mod body;
pub(crate) mod inbox;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod send;
