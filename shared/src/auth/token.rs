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
const LEEWAY: SignedDuration = SignedDuration::from_secs(30);

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

/// Checks tokens.
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
            if let (Some(kid), Some(x)) = (part("kid"), part("x")) {
                let key = DecodingKey::from_ed_components(x).map_err(|_| KeyError("read"))?;
                keys.insert(kid.to_owned(), key);
            }
        }
        Ok(Self {
            keys,
            validation: validation(issuer),
        })
    }

    /// Checks a token: our key by its `kid`, our algorithm, our issuer and audience, and the time by our clock.
    ///
    /// # Errors
    /// When anything is wrong with it; nobody is told what.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, BadToken> {
        let header = decode_header(token).map_err(|_| BadToken)?;
        if header.typ.as_deref() != Some(TYPE) {
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
