//! WHAT IS TRUE: types, state machines, rules, scoring and slots. No I/O, no async, no clock, no randomness.

pub mod api_key;
pub mod audit;
pub mod availability;
pub mod calendar;
pub mod event;
pub mod export;
pub mod id;
pub mod identity;
pub mod job;
pub mod login;
pub mod matching;
pub mod page;
pub mod profile;
pub mod refusal;
pub mod reminder;
pub mod score;
pub mod search;
pub mod session;
pub mod slots;
pub mod text;
pub mod time;
pub mod user;
pub mod value;
