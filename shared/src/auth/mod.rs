//! WHO ASKS: passwords, tokens and keys. Knows no HTTP.

pub mod audit;
pub mod keyring;
pub mod keys;
pub mod opaque;
pub mod password;
pub mod rotating;
pub mod rotation;
pub mod sealed;
pub mod signature;
pub mod token;
pub mod totp;
pub mod unsubscribe;
