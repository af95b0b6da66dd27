//! Which times can be booked.

mod clocks;
mod explain;
mod promise;
mod property;
mod rules;
