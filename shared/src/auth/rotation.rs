//! The rotation of the keys of access tokens, such that nobody is signed out by it.
//!
//! begin: the next key is published ──5 min──▶ switch: it signs ──20 min 30 s──▶ finish: the old one is forgotten.
//! What everybody remembers of the secrets is five minutes old at most, and a token lives for fifteen. `now` does all of
//! it at once, for a key that somebody has stolen: everybody refreshes, and for five minutes some do so in vain.
//!
//! The state lives in the secrets: the signing secret is `{"kid", "pkcs8", "next"?, "switched_at"?}` with `next`
//! `{"kid", "pkcs8", "published_at"}`; the public one is a JWK Set.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::keys::{self, KeyError, NewKeys};
use super::token::LEEWAY;
use crate::domain::login::ACCESS_TOKEN_LIFE;

/// For how long a process uses a secret as it remembers it.
pub const MEMORY: SignedDuration = SignedDuration::from_mins(5);

/// One step of a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Publishes the next key.
    Begin,
    /// Lets it sign.
    Switch,
    /// Forgets the old one.
    Finish,
    /// All at once, in an emergency.
    Now,
}

impl std::str::FromStr for Step {
    type Err = RotationError;

    fn from_str(text: &str) -> Result<Self, RotationError> {
        match text {
            "begin" => Ok(Self::Begin),
            "switch" => Ok(Self::Switch),
            "finish" => Ok(Self::Finish),
            "now" => Ok(Self::Now),
            _ => Err(RotationError::UnknownStep),
        }
    }
}

/// Why a step is not taken.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// There is no such step.
    #[error("a step is begin, switch, finish or now")]
    UnknownStep,
    /// The next key is published already.
    #[error("a rotation has begun already: switch, or take it all at once with now")]
    HasBegun,
    /// The old key is still needed.
    #[error("the rotation before is not finished")]
    IsUnfinished,
    /// No next key is published.
    #[error("no rotation has begun")]
    HasNotBegun,
    /// No old key is left.
    #[error("nothing is left to finish")]
    NothingToFinish,
    /// Somebody may not know the next key yet, or still need the old one.
    #[error("too early: wait until {0}")]
    TooEarly(Timestamp),
    /// The secrets hold no keys.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Takes a step: from what both secrets hold to what they shall hold. Write the public one first.
///
/// # Errors
/// When it is not time for it.
pub fn rotate(
    step: Step,
    signing: &Value,
    public: &Value,
    now: Timestamp,
) -> Result<NewKeys, RotationError> {
    match step {
        Step::Begin => begin(signing, public, now),
        Step::Switch => switch(signing, public, now),
        Step::Finish => finish(signing, public, now),
        Step::Now => replace(signing, public),
    }
}

fn begin(signing: &Value, public: &Value, now: Timestamp) -> Result<NewKeys, RotationError> {
    if signing.get("next").is_some() {
        return Err(RotationError::HasBegun);
    }
    if signing.get("switched_at").is_some() {
        return Err(RotationError::IsUnfinished);
    }
    let new = keys::generate()?;
    let mut next = new.signing;
    next["published_at"] = json!(now);
    let mut all = published(public)?;
    all.extend(published(&new.public)?);
    Ok(NewKeys {
        signing: json!({ "kid": part(signing, "kid")?, "pkcs8": part(signing, "pkcs8")?, "next": next }),
        public: json!({ "keys": all }),
    })
}

fn switch(signing: &Value, public: &Value, now: Timestamp) -> Result<NewKeys, RotationError> {
    let next = signing.get("next").ok_or(RotationError::HasNotBegun)?;
    wait_until(moment(next, "published_at")? + MEMORY, now)?;
    Ok(NewKeys {
        signing: json!({ "kid": part(next, "kid")?, "pkcs8": part(next, "pkcs8")?, "switched_at": now }),
        public: public.clone(),
    })
}

fn finish(signing: &Value, public: &Value, now: Timestamp) -> Result<NewKeys, RotationError> {
    if signing.get("switched_at").is_none() {
        return Err(RotationError::NothingToFinish);
    }
    // Whoever signs may remember the old key for a while, and what it signs last lives on from there.
    let is_needed_until = moment(signing, "switched_at")? + MEMORY + ACCESS_TOKEN_LIFE + LEEWAY;
    wait_until(is_needed_until, now)?;
    alone(signing, public)
}

fn replace(signing: &Value, public: &Value) -> Result<NewKeys, RotationError> {
    match signing.get("next") {
        Some(next) => alone(next, public),
        None => Ok(keys::generate()?),
    }
}

/// One key, and its public half only.
fn alone(key: &Value, public: &Value) -> Result<NewKeys, RotationError> {
    let (kid, pkcs8) = (part(key, "kid")?, part(key, "pkcs8")?);
    let mut kept = published(public)?;
    kept.retain(|jwk| jwk.get("kid") == Some(kid));
    if kept.is_empty() {
        return Err(KeyError("read").into());
    }
    Ok(NewKeys {
        signing: json!({ "kid": kid, "pkcs8": pkcs8 }),
        public: json!({ "keys": kept }),
    })
}

fn published(public: &Value) -> Result<Vec<Value>, KeyError> {
    let keys = public.get("keys").and_then(Value::as_array);
    keys.cloned().ok_or(KeyError("read"))
}

fn part<'a>(key: &'a Value, name: &str) -> Result<&'a Value, KeyError> {
    key.get(name)
        .filter(|part| part.is_string())
        .ok_or(KeyError("read"))
}

fn moment(key: &Value, name: &str) -> Result<Timestamp, KeyError> {
    let text = part(key, name)?.as_str().unwrap_or_default();
    text.parse().map_err(|_| KeyError("read"))
}

fn wait_until(earliest: Timestamp, now: Timestamp) -> Result<(), RotationError> {
    if now < earliest {
        Err(RotationError::TooEarly(earliest))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + 60 * minute).unwrap()
    }

    fn step(step: Step, keys: &NewKeys, minute: i64) -> Result<NewKeys, RotationError> {
        rotate(step, &keys.signing, &keys.public, at(minute))
    }

    fn kids(keys: &NewKeys) -> Vec<&Value> {
        let all = keys.public["keys"].as_array().unwrap();
        all.iter().map(|jwk| &jwk["kid"]).collect()
    }

    #[test]
    fn a_rotation_publishes_switches_and_forgets() {
        let old = keys::generate().unwrap();
        let old_kid = &old.signing["kid"];

        let begun = step(Step::Begin, &old, 0).unwrap();
        let next_kid = &begun.signing["next"]["kid"];
        assert_eq!(kids(&begun), [old_kid, next_kid]);
        assert_eq!(&begun.signing["kid"], old_kid);

        let switched = step(Step::Switch, &begun, 5).unwrap();
        assert_eq!(kids(&switched), [old_kid, next_kid]);
        assert_eq!(&switched.signing["kid"], next_kid);
        assert!(
            !switched
                .signing
                .to_string()
                .contains(old.signing["pkcs8"].as_str().unwrap())
        );

        let finished = step(Step::Finish, &switched, 26).unwrap();
        assert_eq!(kids(&finished), [next_kid]);
        assert_eq!(&finished.signing["kid"], next_kid);
        assert!(step(Step::Begin, &finished, 26).is_ok());
    }

    #[test]
    fn no_step_is_taken_early_twice_or_out_of_order() {
        let old = keys::generate().unwrap();
        assert!(matches!(
            step(Step::Switch, &old, 0),
            Err(RotationError::HasNotBegun)
        ));
        assert!(matches!(
            step(Step::Finish, &old, 0),
            Err(RotationError::NothingToFinish)
        ));

        let begun = step(Step::Begin, &old, 0).unwrap();
        assert!(matches!(
            step(Step::Begin, &begun, 9),
            Err(RotationError::HasBegun)
        ));
        assert!(matches!(
            step(Step::Finish, &begun, 9),
            Err(RotationError::NothingToFinish)
        ));
        match step(Step::Switch, &begun, 4) {
            Err(RotationError::TooEarly(earliest)) => assert_eq!(earliest, at(5)),
            other => panic!("{:?}", other.map(|keys| keys.public)),
        }

        let switched = step(Step::Switch, &begun, 5).unwrap();
        assert!(matches!(
            step(Step::Begin, &switched, 60),
            Err(RotationError::IsUnfinished)
        ));
        assert!(matches!(
            step(Step::Finish, &switched, 25),
            Err(RotationError::TooEarly(_))
        ));
    }

    #[test]
    fn in_an_emergency_the_old_key_is_gone_at_once() {
        let old = keys::generate().unwrap();
        let replaced = step(Step::Now, &old, 0).unwrap();
        assert_eq!(kids(&replaced), [&replaced.signing["kid"]]);
        assert_ne!(replaced.signing["kid"], old.signing["kid"]);

        let begun = step(Step::Begin, &old, 0).unwrap();
        let replaced = step(Step::Now, &begun, 1).unwrap();
        assert_eq!(replaced.signing["kid"], begun.signing["next"]["kid"]);
        assert_eq!(kids(&replaced), [&replaced.signing["kid"]]);
    }

    #[test]
    fn secrets_without_keys_are_not_rotated() {
        let empty = json!({});
        for step in [Step::Begin, Step::Switch, Step::Finish] {
            assert!(rotate(step, &empty, &empty, at(0)).is_err(), "{step:?}");
        }
    }
}
