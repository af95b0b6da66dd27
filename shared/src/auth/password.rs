//! Passwords: Argon2id with OWASP's parameters (19 MiB, 2 passes), off the async threads, a few at a time.

use std::sync::LazyLock;
use std::thread::available_parallelism;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// A password could not be hashed: the machine refused the work.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashError;

/// As many hashes at once as there are processors: more would only slow each other down.
static PLACES: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, usize::from)));

/// Stands in for the hash of an account that does not exist, so that both cases take as long.
static NOBODY: LazyLock<Option<String>> =
    LazyLock::new(|| hash_now("nobody has this password").ok());

/// Hashes a password with a new salt; the result is a PHC string.
///
/// # Errors
/// When the machine refuses the work.
pub async fn hash(password: String) -> Result<String, HashError> {
    off_thread(move || hash_now(&password)).await?
}

/// Checks a password against a hash; without one it takes as long and says no.
///
/// # Errors
/// When the machine refuses the work.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, HashError> {
    off_thread(move || {
        let is_known = hash.is_some();
        let hash = hash.or_else(|| NOBODY.clone()).unwrap_or_default();
        let matches = PasswordHash::new(&hash).is_ok_and(|parsed| {
            Argon2::default()
                .verify_password(password.as_bytes(), &parsed)
                .is_ok()
        });
        matches && is_known
    })
    .await
}

fn hash_now(password: &str) -> Result<String, HashError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|_| HashError)
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, HashError> {
    let _place = PLACES.acquire().await.map_err(|_| HashError)?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| HashError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_opens_its_own_hash_only() {
        let hash = hash("Demo-Passw0rd!".to_owned()).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(
            verify("Demo-Passw0rd!".to_owned(), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(
            !verify("demo-passw0rd!".to_owned(), Some(hash))
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn an_account_that_does_not_exist_opens_for_nobody() {
        assert!(
            !verify("nobody has this password".to_owned(), None)
                .await
                .unwrap()
        );
    }
}
