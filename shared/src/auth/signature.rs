//! Who sent a message that carries no token: a MAC over its very bytes, as Airtable sends it with its pings.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What the value of the header begins with.
const SCHEME: &str = "hmac-sha256=";

/// Whether `header` holds the HMAC-SHA256 of these bytes, in hex, under a secret in base64. It takes the same time
/// whether it does or not; a secret that is none proves nothing.
#[must_use]
pub fn is_signed(secret: &str, body: &[u8], header: &str) -> bool {
    let bytes = STANDARD.decode(secret).unwrap_or_default();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
    let tag = header.strip_prefix(SCHEME).and_then(unhex);
    let is_good = hmac::verify(&key, body, &tag.unwrap_or_default()).is_ok();
    is_good && !bytes.is_empty()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let byte = |at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (0..text.len()).step_by(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of Airtable's documentation of webhooks.
    const BODY: &[u8] = br#"{"base": {"id": "app00000000000000"}, "webhook": {"id": "ach00000000000000"}, "timestamp": "2022-02-01T21:25:05.663Z"}"#;
    const SECRET: &str = "c2VjcmV0LWtleQ==";
    const MAC: &str =
        "hmac-sha256=e26da696a90933647bddc83995c3e1e3bb1c3d8ce1ff61cb7469767d50b2b2d4";

    #[test]
    fn the_mac_of_the_very_bytes_proves_who_sent_them() {
        assert!(is_signed(SECRET, BODY, MAC));
        for at in 0..BODY.len() {
            let mut bent = BODY.to_vec();
            bent[at] ^= 1;
            assert!(!is_signed(SECRET, &bent, MAC), "byte {at}");
        }
    }

    #[test]
    fn anything_else_proves_nothing() {
        for bad in [
            "",
            "hmac-sha256=",
            "hmac-sha256=e2",
            "hmac-sha256=zz",
            &MAC.replace("hmac-sha256=", ""),
            &MAC.replace("e26d", "e26e"),
            &format!("{MAC}00"),
        ] {
            assert!(!is_signed(SECRET, BODY, bad), "{bad}");
        }
        assert!(!is_signed("", BODY, MAC));
        assert!(!is_signed("not base64!", BODY, MAC));
    }
}
