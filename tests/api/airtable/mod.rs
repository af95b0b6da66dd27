//! People here and their records in Airtable.

mod conflicts;
mod garbage;
mod lifecycle;
mod outages;
mod pings;
mod rights;
mod ways;
