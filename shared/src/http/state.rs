//! A handler asks for the part of the state that it needs.

use axum::extract::FromRef;

use crate::clock::Clock;
use crate::state::AppState;
use crate::store::Db;

impl FromRef<AppState> for Db {
    fn from_ref(state: &AppState) -> Self {
        state.db.clone()
    }
}

impl FromRef<AppState> for Clock {
    fn from_ref(state: &AppState) -> Self {
        state.clock.clone()
    }
}
