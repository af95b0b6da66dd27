//! Codes that change with the time (RFC 6238): HMAC-SHA-1, six digits, thirty seconds, as every authenticator app knows
//! them. The rules about them are in `domain::totp`.

use aws_lc_rs::{hmac, rand};

use super::opaque::NoRandomness;
use crate::domain::totp::{
    Code, RECOVERY_CODE_BYTES, RECOVERY_CODES, RecoveryCode, SECRET_BYTES, Secret,
};

/// Makes a new secret.
///
/// # Errors
/// When the machine has no randomness to give.
pub fn generate_secret() -> Result<Secret, NoRandomness> {
    let mut bytes = [0_u8; SECRET_BYTES];
    rand::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(Secret::new(&bytes))
}

/// Makes a set of recovery codes. They have 120 random bits each, hence SHA-256 is enough to keep them by (ASVS 6.5.2
/// asks for a slow hash below 112).
///
/// # Errors
/// When the machine has no randomness to give.
pub fn generate_recovery_codes() -> Result<Vec<RecoveryCode>, NoRandomness> {
    let make = |_| {
        let mut bytes = [0_u8; RECOVERY_CODE_BYTES];
        rand::fill(&mut bytes).map_err(|_| NoRandomness)?;
        Ok(RecoveryCode::new(&bytes))
    };
    (0..RECOVERY_CODES).map(make).collect()
}

/// The code of one step (RFC 4226 §5.3).
#[must_use]
pub fn code_at(secret: &Secret, step: i64) -> Code {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret.bytes());
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag.last().copied().unwrap_or_default() & 0x0f);
    let word = tag
        .get(at..at + 4)
        .and_then(|part| part.try_into().ok())
        .map_or(0, u32::from_be_bytes);
    Code::new((word & 0x7fff_ffff) % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::totp::step_of;
    use jiff::Timestamp;

    /// RFC 6238 Appendix B, the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = Secret::new(b"12345678901234567890");
        for (second, code) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            let now = Timestamp::from_second(second).unwrap();
            assert_eq!(code_at(&secret, step_of(now)), Code::new(code), "{second}");
        }
    }

    #[test]
    fn every_recovery_code_is_another() {
        let mut codes: Vec<_> = generate_recovery_codes()
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), RECOVERY_CODES);
    }
}
