//! A provider that fails again and again is left alone for a while.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::OAuthError;

const FAILURES: u32 = 5;
const REST: Duration = Duration::from_secs(30);

/// What is remembered of a provider's failures.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    rests_until: Option<Instant>,
}

impl Breaker {
    /// Refuses at once while the provider rests.
    pub(super) fn check(&self) -> Result<(), OAuthError> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = state
            .rests_until
            .and_then(|end| end.checked_duration_since(Instant::now()));
        match left {
            None => Ok(()),
            Some(left) => Err(OAuthError::Unavailable {
                why: "it has failed too often".to_owned(),
                retry_after: left,
            }),
        }
    }

    /// Remembers how it went. After a rest one failure is enough for another.
    pub(super) fn note<T>(&self, told: &Result<T, OAuthError>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(told, Err(OAuthError::Unavailable { .. })) {
            state.failures += 1;
            if state.failures >= FAILURES {
                state.rests_until = Some(Instant::now() + REST);
            }
        } else {
            *state = State::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_in_a_row_are_too_many() {
        let breaker = Breaker::default();
        let fail = || breaker.note::<()>(&Err(OAuthError::unavailable("down")));
        for _ in 0..4 {
            fail();
        }
        breaker.note(&Ok(()));
        for _ in 0..4 {
            fail();
            assert!(breaker.check().is_ok());
        }
        breaker.note::<()>(&Err(OAuthError::Refused("code")));
        fail();
        assert!(breaker.check().is_ok(), "a refusal is an answer");
        for _ in 0..4 {
            fail();
        }
        match breaker.check() {
            Err(OAuthError::Unavailable { retry_after, .. }) => assert!(retry_after <= REST),
            other => panic!("{other:?}"),
        }
    }
}
