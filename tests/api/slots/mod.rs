//! Which times can be booked.

mod clocks;
mod promise;
mod rules;
