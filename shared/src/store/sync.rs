//! What is remembered of Airtable: the base and its log, whose record is whose, and what both sides agreed on.

mod base;
mod calls;
mod conflict;
mod fields;
mod log;
mod owner;
mod record;
mod session;

pub use base::{
    KeptBase, advance, call_off, find_base, find_hook_secret, is_on, is_work_due, lock_comparison,
    renew, switch, update_comparison, update_refreshed, update_schema,
};
pub use calls::{Pace, block, lease, pace, release};
pub use conflict::{find_open, insert, list, lock, update};
pub use fields::{find_map, lock_map, update_ids, update_map};
pub use log::{Entry, Outcome, append_log, list_log};
pub use owner::{forget, link, list_erased, list_owners, mark_deleted, mark_missing, reset};
pub use record::{
    Link, Person, count_pending, find_link, list_writes, load, lock_people, save, take_pending,
    update_status,
};
pub use session::{Outbound, note_sessions, take_sessions};
