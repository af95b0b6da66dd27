//! Passwords: Argon2id with OWASP's parameters (19 MiB, 2 passes) and a pepper, off the async threads, a few at a time.
//!
//! The memory of a hash serves the next one: taken from the system anew each time it costs five thousand page faults,
//! a fifth of the hash.
//!
//! The pepper is no part of the database: whoever steals that alone cannot even begin to guess. Peppers are rotated by
//! adding (see [`Rotating`]); a hash names the one that went into it, and a sign-in brings an older one up to date.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread::available_parallelism;

use argon2::password_hash::phc::{Output, PasswordHash as Phc, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::rand;
use serde_json::Value;
use tokio::sync::Semaphore;

use super::keys::KeyError;
use super::rotating::Rotating;
use crate::domain::user::PasswordHash;

/// How a hash begins that was made with the present parameters.
const CURRENT: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

/// Stands in for the hash of an account that does not exist or has no password: the work of checking it is the same,
/// and no password has it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5aGFzdGhpc29uZQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password could not be hashed: the machine refused the work.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashError;

/// As many hashes at once as there are processors: more would only slow each other down.
static PLACES: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, usize::from)));

/// The memory of hashes that are done: at most as many as there are places.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// What makes and checks the hashes of passwords.
pub struct Passwords {
    peppers: Rotating,
    hashes_done: AtomicU64,
}

impl Passwords {
    /// Reads the peppers of a secret (see [`Rotating`]).
    ///
    /// # Errors
    /// When it holds none.
    pub fn new(secret: &Value) -> Result<Self, KeyError> {
        Ok(Self {
            peppers: Rotating::new(secret)?,
            hashes_done: AtomicU64::new(0),
        })
    }

    /// Hashes a password with a new salt and the active pepper.
    ///
    /// # Errors
    /// When the machine refuses the work.
    pub async fn hash(self: Arc<Self>, password: String) -> Result<PasswordHash, HashError> {
        self.off_thread(move |passwords| {
            let name = passwords.peppers.active_name();
            let mut salt = [0; Salt::RECOMMENDED_LENGTH];
            rand::fill(&mut salt).map_err(|_| HashError)?;
            let argon2 = passwords.argon2(Some(name), Params::DEFAULT)?;
            let phc = Phc {
                algorithm: Algorithm::Argon2id.ident(),
                version: Some(Version::V0x13.into()),
                params: argon2.params().try_into().map_err(|_| HashError)?,
                salt: Some(Salt::new(&salt).map_err(|_| HashError)?),
                hash: Some(fill(&argon2, &password, &salt, Params::DEFAULT_OUTPUT_LEN)?),
            };
            Ok(PasswordHash {
                phc: phc.to_string(),
                pepper: Some(name.to_owned()),
            })
        })
        .await
    }

    /// Checks a password against what is kept of one; against nothing it takes as long and says no.
    ///
    /// # Errors
    /// When the machine refuses the work.
    pub async fn verify(
        self: Arc<Self>,
        password: String,
        kept: Option<PasswordHash>,
    ) -> Result<bool, HashError> {
        self.off_thread(move |passwords| {
            let active = passwords.peppers.active_name();
            let (phc, pepper) = kept.as_ref().map_or((NOBODY, Some(active)), |kept| {
                (kept.phc.as_str(), kept.pepper.as_deref())
            });
            let phc = Phc::new(phc).map_err(|_| HashError)?;
            let (Some(salt), Some(hash)) = (&phc.salt, &phc.hash) else {
                return Err(HashError);
            };
            let params = Params::try_from(&phc).map_err(|_| HashError)?;
            let argon2 = passwords.argon2(pepper, params)?;
            // Compares in constant time.
            let is_right = fill(&argon2, &password, salt, hash.len())? == *hash;
            Ok(is_right && kept.is_some())
        })
        .await
    }

    /// Whether a hash was made with the present parameters and the active pepper.
    #[must_use]
    pub fn is_current(&self, kept: &PasswordHash) -> bool {
        kept.phc.starts_with(CURRENT) && kept.pepper.as_deref() == Some(self.peppers.active_name())
    }

    /// How many hashes this process has made or checked: two requests that must look alike must also work alike.
    #[must_use]
    pub fn hashes_done(&self) -> u64 {
        self.hashes_done.load(Ordering::Relaxed)
    }

    fn argon2(&self, pepper: Option<&str>, params: Params) -> Result<Argon2<'_>, HashError> {
        let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
        let Some(name) = pepper else {
            return Ok(Argon2::new(algorithm, version, params));
        };
        let pepper = self.peppers.get(name).ok_or(HashError)?;
        Argon2::new_with_secret(pepper.as_bytes(), algorithm, version, params)
            .map_err(|_| HashError)
    }

    async fn off_thread<T: Send + 'static>(
        self: Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let _place = PLACES.acquire().await.map_err(|_| HashError)?;
        self.hashes_done.fetch_add(1, Ordering::Relaxed);
        tokio::task::spawn_blocking(move || work(&self))
            .await
            .map_err(|_| HashError)?
    }
}

/// Hashes a password in memory that another hash may have used.
fn fill(
    argon2: &Argon2<'_>,
    password: &str,
    salt: &[u8],
    length: usize,
) -> Result<Output, HashError> {
    let kept = || MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    let mut memory = kept().pop().unwrap_or_default();
    memory.resize(argon2.params().block_count(), Block::default());
    let mut hash = vec![0; length];
    let filled =
        argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut hash, &mut memory);
    kept().push(memory);
    filled.map_err(|_| HashError)?;
    Output::new(&hash).map_err(|_| HashError)
}

#[cfg(test)]
mod tests {
    use argon2::PasswordHasher;
    use serde_json::json;

    use super::*;

    const FIRST: &str = "the first pepper, long enough to be one";
    const SECOND: &str = "the second pepper, long enough to be one";

    fn passwords(secret: &Value) -> Arc<Passwords> {
        Arc::new(Passwords::new(secret).unwrap())
    }

    async fn opens(passwords: &Arc<Passwords>, password: &str, kept: &PasswordHash) -> bool {
        let (passwords, password) = (Arc::clone(passwords), password.to_owned());
        passwords
            .verify(password, Some(kept.clone()))
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_password_opens_its_own_hash_only() {
        let passwords = passwords(&json!({ "active": "a", "a": FIRST }));
        let hash = Arc::clone(&passwords).hash("Demo-Passw0rd!".to_owned());
        let kept = hash.await.unwrap();
        assert!(kept.phc.starts_with(CURRENT), "{}", kept.phc);
        assert!(opens(&passwords, "Demo-Passw0rd!", &kept).await);
        assert!(!opens(&passwords, "demo-passw0rd!", &kept).await);
        assert!(passwords.is_current(&kept));
    }

    #[tokio::test]
    async fn an_account_that_does_not_exist_opens_for_nobody_at_the_same_price() {
        let passwords = passwords(&json!({ "active": "a", "a": FIRST }));
        let verify = Arc::clone(&passwords).verify("nobody".to_owned(), None);
        assert!(!verify.await.unwrap());
        assert_eq!(passwords.hashes_done(), 1);
        let nobody = Phc::new(NOBODY).unwrap();
        assert!(NOBODY.starts_with(CURRENT) && nobody.hash.is_some_and(|hash| hash.len() == 32));
    }

    #[tokio::test]
    async fn a_hash_needs_the_pepper_that_went_into_it() {
        let old = passwords(&json!({ "active": "a", "a": FIRST }));
        let new = passwords(&json!({ "active": "b", "a": FIRST, "b": SECOND }));
        let kept = Arc::clone(&old)
            .hash("Demo-Passw0rd!".to_owned())
            .await
            .unwrap();
        assert!(opens(&new, "Demo-Passw0rd!", &kept).await);
        assert!(!new.is_current(&kept));
        for pepper in [None, Some("b".to_owned())] {
            let bent = PasswordHash {
                pepper,
                ..kept.clone()
            };
            assert!(!opens(&new, "Demo-Passw0rd!", &bent).await);
        }
        let lost = PasswordHash {
            pepper: Some("z".to_owned()),
            ..kept
        };
        assert!(
            new.verify("Demo-Passw0rd!".to_owned(), Some(lost))
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn a_hash_from_before_there_were_peppers_stays_good_until_it_is_replaced() {
        let passwords = passwords(&json!({ "active": "a", "a": FIRST }));
        // As the library itself makes it.
        let phc = Argon2::default()
            .hash_password(b"Demo-Passw0rd!")
            .unwrap()
            .to_string();
        let kept = PasswordHash { phc, pepper: None };
        assert!(opens(&passwords, "Demo-Passw0rd!", &kept).await);
        assert!(!passwords.is_current(&kept));
    }
}
