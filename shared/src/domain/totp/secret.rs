//! The secret behind the codes of an app.

use super::PERIOD;
use crate::domain::user::Email;

/// As long as an output of SHA-1, as RFC 4226 §4 recommends.
pub const SECRET_BYTES: usize = 20;

/// RFC 4648 §6.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// The secret that an app and we share, in base32.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes random bytes as a secret.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(base32(bytes))
    }

    /// Takes a secret back in the form in which it was kept.
    #[must_use]
    pub const fn kept(base32: String) -> Self {
        Self(base32)
    }

    /// The secret as it is typed into an app.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The bytes of it.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let (mut bits, mut width, mut bytes) = (0_u32, 0, Vec::with_capacity(SECRET_BYTES));
        for symbol in self.0.bytes() {
            let Some(value) = BASE32.iter().position(|known| *known == symbol) else {
                continue;
            };
            bits = bits << 5 | u32::try_from(value).unwrap_or_default();
            width += 5;
            if width >= 8 {
                width -= 8;
                bytes.extend_from_slice(&(bits >> width).to_be_bytes()[3..]);
                bits &= (1 << width) - 1;
            }
        }
        bytes
    }

    /// The address that an app reads from a QR code.
    #[must_use]
    pub fn uri(&self, email: &Email) -> String {
        let (secret, account) = (&self.0, escaped(email.as_str()));
        format!(
            "otpauth://totp/Office%20Hours:{account}?secret={secret}&issuer=Office%20Hours&algorithm=SHA1&digits=6&period={PERIOD}"
        )
    }
}

/// Writes bytes as letters and digits that nobody confuses.
pub(super) fn base32(bytes: &[u8]) -> String {
    let (mut bits, mut width, mut text) = (0_u32, 0, String::new());
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        width += 8;
        while width >= 5 {
            width -= 5;
            text.push(char::from(BASE32[(bits >> width & 31) as usize]));
            bits &= (1 << width) - 1;
        }
    }
    if width > 0 {
        text.push(char::from(BASE32[(bits << (5 - width) & 31) as usize]));
    }
    text
}

/// Writes an address of mail as part of another address (RFC 3986 §2.1).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(b));
            }
            other => out.extend([
                '%',
                char::from(HEX[usize::from(other >> 4)]),
                char::from(HEX[usize::from(other & 15)]),
            ]),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_reads_as_it_was_written() {
        // RFC 4648 §10, without its padding.
        assert_eq!(Secret::new(b"fooba").expose(), "MZXW6YTB");
        assert_eq!(Secret::new(b"foobar").expose(), "MZXW6YTBOI");
        for length in 0..=SECRET_BYTES {
            let bytes: Vec<u8> = (0..length)
                .map(|n| u8::try_from(n * 37 % 256).unwrap())
                .collect();
            assert_eq!(
                Secret::kept(Secret::new(&bytes).expose().to_owned()).bytes(),
                bytes
            );
        }
    }

    #[test]
    fn an_app_is_told_everything_in_one_address() {
        let email = Email::parse("ada+x@example.com").unwrap();
        assert_eq!(
            Secret::new(b"foobar").uri(&email),
            "otpauth://totp/Office%20Hours:ada%2Bx%40example.com?secret=MZXW6YTBOI&issuer=Office%20Hours\
             &algorithm=SHA1&digits=6&period=30"
        );
    }
}
