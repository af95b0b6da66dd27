//! The whole platform in one process.

pub mod mailbox;
pub mod ses;
