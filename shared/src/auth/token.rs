//! Access tokens: signed JWTs (RFC 9068) that only `auth` can make and everybody can check.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::keys::KeyError;
use crate::domain::id::{LoginId, UserId};
use crate::domain::login::ACCESS_TOKEN_LIFE;
use crate::domain::user::Role;

const TYPE: &str = "at+jwt";
const AUDIENCE: &str = "office-hours";
/// How far two machines' clocks may be apart.
pub(super) const LEEWAY: SignedDuration = SignedDuration::from_secs(30);

/// No token of ours is longer: requests have little room for headers.
const LONGEST: usize = 1500;

/// The token proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the access token is not valid")]
pub struct BadToken;

/// What a token says. The rest is looked up, so that revoking bites at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// Who.
    pub sub: UserId,
    /// On which signed-in device.
    pub sid: LoginId,
    jti: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    roles: Vec<Role>,
}

/// Makes tokens.
pub struct Signer {
    kid: String,
    key: EncodingKey,
    issuer: String,
}

impl Signer {
    /// Reads the signing secret.
    ///
    /// # Errors
    /// When it holds no key.
    pub fn new(secret: &Value, issuer: &str) -> Result<Self, KeyError> {
        let part = |name: &str| {
            secret
                .get(name)
                .and_then(Value::as_str)
                .ok_or(KeyError("read"))
        };
        let pkcs8 = STANDARD
            .decode(part("pkcs8")?)
            .map_err(|_| KeyError("read"))?;
        Ok(Self {
            kid: part("kid")?.to_owned(),
            key: EncodingKey::from_ed_der(&pkcs8),
            issuer: issuer.to_owned(),
        })
    }

    /// Makes a token that lives 15 minutes.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn sign(
        &self,
        sub: UserId,
        sid: LoginId,
        role: Role,
        jti: String,
        now: Timestamp,
    ) -> Result<String, KeyError> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.kid.clone());
        header.typ = Some(TYPE.to_owned());
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub,
            sid,
            jti,
            iat: now.as_second(),
            nbf: now.as_second(),
            exp: (now + ACCESS_TOKEN_LIFE).as_second(),
            roles: vec![role],
        };
        encode(&header, &claims, &self.key).map_err(|_| KeyError("used"))
    }
}

/// Checks tokens: of every public key, so that one can take over from another.
pub struct Verifier {
    keys: HashMap<String, DecodingKey>,
    validation: Validation,
}

impl Verifier {
    /// Reads the public keys.
    ///
    /// # Errors
    /// When there are none.
    pub fn new(jwks: &Value, issuer: &str) -> Result<Self, KeyError> {
        let listed = jwks
            .get("keys")
            .and_then(Value::as_array)
            .ok_or(KeyError("read"))?;
        let mut keys = HashMap::new();
        for jwk in listed {
            let part = |name: &str| jwk.get(name).and_then(Value::as_str);
            let is_ours = part("kty") == Some("OKP") && part("crv") == Some("Ed25519");
            if let (true, Some(kid), Some(x)) = (is_ours, part("kid"), part("x")) {
                let key = DecodingKey::from_ed_components(x).map_err(|_| KeyError("read"))?;
                keys.insert(kid.to_owned(), key);
            }
        }
        if keys.is_empty() {
            return Err(KeyError("read"));
        }
        Ok(Self {
            keys,
            validation: validation(issuer),
        })
    }

    /// Checks a token: our key by its `kid`, our algorithm, our issuer and audience, and the time by our clock.
    /// A header that brings a key along, or names another place for it, is none of ours (ASVS 9.1.3).
    ///
    /// # Errors
    /// When anything is wrong with it; nobody is told what.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, BadToken> {
        if token.len() > LONGEST {
            return Err(BadToken);
        }
        let header = decode_header(token).map_err(|_| BadToken)?;
        let brings_a_key = header.jku.is_some()
            || header.jwk.is_some()
            || header.x5u.is_some()
            || header.x5c.is_some();
        if header.typ.as_deref() != Some(TYPE) || brings_a_key || header.crit.is_some() {
            return Err(BadToken);
        }
        let key = header
            .kid
            .and_then(|kid| self.keys.get(&kid))
            .ok_or(BadToken)?;
        let claims = decode::<Claims>(token, key, &self.validation)
            .map_err(|_| BadToken)?
            .claims;
        let is_current =
            claims.exp >= (now - LEEWAY).as_second() && claims.nbf <= (now + LEEWAY).as_second();
        if is_current {
            Ok(claims)
        } else {
            Err(BadToken)
        }
    }
}

/// One algorithm only (ASVS 9.1.2). Time is checked against our own clock, not the library's.
fn validation(issuer: &str) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::keys;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;
    use uuid::Uuid;

    const ISSUER: &str = "https://api.example.com";

    fn now() -> Timestamp {
        "2026-03-02T15:00:00Z".parse().unwrap()
    }

    fn pair() -> (Signer, Verifier) {
        let keys = keys::generate().unwrap();
        (
            Signer::new(&keys.signing, ISSUER).unwrap(),
            Verifier::new(&keys.public, ISSUER).unwrap(),
        )
    }

    fn token(signer: &Signer) -> String {
        let id = Uuid::from_u128(7);
        signer
            .sign(id.into(), id.into(), Role::Mentee, "1".to_owned(), now())
            .unwrap()
    }

    #[test]
    fn a_token_names_who_and_where_for_15_minutes() {
        let (signer, verifier) = pair();
        let token = token(&signer);
        assert!(token.len() <= 600, "{}", token.len());
        assert_eq!(
            verifier.verify(&token, now()).unwrap().sub,
            Uuid::from_u128(7).into()
        );
        let end = now() + ACCESS_TOKEN_LIFE + LEEWAY;
        assert!(verifier.verify(&token, end).is_ok());
        assert_eq!(
            verifier
                .verify(&token, end + SignedDuration::from_secs(1))
                .err(),
            Some(BadToken)
        );
        assert!(
            verifier
                .verify(&token, now() - SignedDuration::from_secs(31))
                .is_err()
        );
    }

    #[test]
    fn a_token_of_another_key_or_issuer_proves_nothing() {
        let (signer, verifier) = pair();
        let (stranger, _) = pair();
        assert!(verifier.verify(&token(&stranger), now()).is_err());
        let keys = keys::generate().unwrap();
        let other = Verifier::new(&keys.public, "https://evil.example.com").unwrap();
        assert!(other.verify(&token(&signer), now()).is_err());
    }

    #[test]
    fn a_token_says_what_rfc_9068_wants_of_it_and_no_more() {
        let (signer, _) = pair();
        let token = token(&signer);
        let header = serde_json::to_value(decode_header(&token).unwrap()).unwrap();
        assert_eq!(header["alg"], "EdDSA");
        assert_eq!(header["typ"], "at+jwt");
        assert_eq!(header["kid"], signer.kid);
        assert_eq!(header.as_object().unwrap().len(), 3, "{header}");

        let payload = token.split('.').nth(1).unwrap();
        let payload = URL_SAFE_NO_PAD.decode(payload).unwrap();
        let claims: serde_json::Map<String, Value> = serde_json::from_slice(&payload).unwrap();
        let mut names: Vec<_> = claims.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "aud", "exp", "iat", "iss", "jti", "nbf", "roles", "sid", "sub"
            ]
        );
    }

    /// Signs what a token says after a change, with a key of ours and any header.
    fn signed(signer: &Signer, change: impl FnOnce(&mut Header, &mut Value)) -> String {
        let token = token(signer);
        let payload = token.split('.').nth(1).unwrap();
        let payload = URL_SAFE_NO_PAD.decode(payload).unwrap();
        let mut claims: Value = serde_json::from_slice(&payload).unwrap();
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(signer.kid.clone());
        header.typ = Some(TYPE.to_owned());
        change(&mut header, &mut claims);
        encode(&header, &claims, &signer.key).unwrap()
    }

    #[test]
    fn a_token_of_ours_may_be_as_long_as_headers_have_room_and_no_longer() {
        let (signer, verifier) = pair();
        // Four letters stand for three bytes, so lengths are tried until one fits.
        let padded = |count: usize| {
            let padding = "x".repeat(count);
            signed(&signer, |_, claims| claims["padding"] = padding.into())
        };
        let longest = (0..LONGEST)
            .map(padded)
            .find(|token| token.len() >= LONGEST);
        let longest = longest.unwrap();
        assert_eq!(longest.len(), LONGEST);
        assert!(verifier.verify(&longest, now()).is_ok());
        assert!(verifier.verify(&padded(LONGEST), now()).is_err());
    }

    #[test]
    fn a_token_of_another_type_audience_or_key_source_proves_nothing() {
        let (signer, verifier) = pair();
        let is_good = |token: &str| verifier.verify(token, now()).is_ok();
        assert!(is_good(&signed(&signer, |_, _| {})));

        for typ in [None, Some("JWT"), Some("at+JWT2")] {
            let typ = typ.map(str::to_owned);
            assert!(!is_good(&signed(&signer, |header, _| header.typ = typ)));
        }
        assert!(!is_good(&signed(&signer, |header, _| header.kid = None)));
        let elsewhere = || Some("https://evil.example.com/jwks".to_owned());
        assert!(!is_good(
            &signed(&signer, |header, _| header.jku = elsewhere())
        ));
        assert!(!is_good(
            &signed(&signer, |header, _| header.x5u = elsewhere())
        ));
        assert!(!is_good(&signed(&signer, |header, _| {
            header.x5c = Some(vec!["MIIB".to_owned()]);
        })));
        assert!(!is_good(&signed(&signer, |_, claims| {
            claims["aud"] = "somebody-else".into();
        })));
        assert!(!is_good(&signed(&signer, |_, claims| {
            claims["padding"] = "x".repeat(LONGEST).into();
        })));
    }

    #[test]
    fn every_claim_is_required() {
        let (signer, verifier) = pair();
        for name in [
            "aud", "exp", "iat", "iss", "jti", "nbf", "roles", "sid", "sub",
        ] {
            let token = signed(&signer, |_, claims| {
                claims.as_object_mut().unwrap().remove(name);
            });
            assert!(verifier.verify(&token, now()).is_err(), "{name}");
        }
    }

    #[test]
    fn every_published_key_is_accepted() {
        let (old, new) = (keys::generate().unwrap(), keys::generate().unwrap());
        let both = json!({ "keys": [old.public["keys"][0], new.public["keys"][0]] });
        let verifier = Verifier::new(&both, ISSUER).unwrap();
        for keys in [old, new] {
            let signer = Signer::new(&keys.signing, ISSUER).unwrap();
            assert!(verifier.verify(&token(&signer), now()).is_ok());
        }
    }

    #[test]
    fn a_set_without_keys_of_ours_checks_nothing() {
        let rsa =
            json!({ "keys": [{ "kty": "RSA", "kid": "1", "n": "x", "e": "AQAB", "x": "x" }] });
        for public in [json!({}), json!({ "keys": [] }), rsa] {
            assert!(Verifier::new(&public, ISSUER).is_err());
        }
    }

    #[test]
    fn a_changed_token_proves_nothing() {
        let (signer, verifier) = pair();
        let token = token(&signer);
        for index in [
            0,
            token.find('.').unwrap() + 5,
            token.rfind('.').unwrap() + 5,
        ] {
            let mut bytes = token.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(verifier.verify(&changed, now()).is_err(), "{index}");
        }
    }
}
