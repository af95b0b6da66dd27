//! What only this program reads from the environment; everything else is in `shared::config`.

use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;

/// A setting cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(String);

/// Reads a variable of the environment, if it says anything.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "where the server listens and where its files are concerns this program only"
)]
pub fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Finds where tools and data of this checkout are.
#[must_use]
pub fn cache() -> PathBuf {
    let folder = variable("OFFICE_HOURS_CACHE").unwrap_or_else(|| ".local".to_owned());
    std::path::absolute(&folder).unwrap_or_else(|_| PathBuf::from(folder))
}

/// Reads where programs are looked for.
pub(crate) fn path() -> String {
    variable("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".to_owned())
}

/// Reads where the server listens: `127.0.0.1:8080`, or what `HOST` and `PORT` say.
///
/// # Errors
/// When they make no address.
pub fn address() -> Result<SocketAddr, SettingsError> {
    let host = variable("HOST").unwrap_or_else(|| "127.0.0.1".to_owned());
    let port = variable("PORT").unwrap_or_else(|| "8080".to_owned());
    let host = host
        .parse()
        .map_err(|_| SettingsError(format!("HOST must be an IP address, not {host}")))?;
    let port = port
        .parse()
        .map_err(|_| SettingsError(format!("PORT must be a number up to 65535, not {port}")))?;
    Ok(SocketAddr::new(host, port))
}

/// Reads how many connections to the database are kept: 16, or what `DATABASE_POOL_SIZE` says.
///
/// # Errors
/// When it is no number above 0.
pub fn pool_size() -> Result<usize, SettingsError> {
    let Some(text) = variable("DATABASE_POOL_SIZE") else {
        return Ok(16);
    };
    text.parse()
        .ok()
        .filter(|size| *size > 0)
        .ok_or_else(|| SettingsError("DATABASE_POOL_SIZE must be a number above 0".to_owned()))
}
