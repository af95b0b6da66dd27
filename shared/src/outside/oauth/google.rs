//! Google: OpenID Connect. Where it is and how it signs is read from it, and remembered for an hour.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;

use super::{OAuthError, Proof, Question, Registration, name, wire, with_query};
use crate::domain::identity::{Identity, Provider};

const FRESH: Duration = Duration::from_hours(1);
/// A key that is not known may be new, but nobody makes us ask more often than this.
const OLD_ENOUGH: Duration = Duration::from_mins(1);
/// How far two machines' clocks may be apart.
const LEEWAY: SignedDuration = SignedDuration::from_secs(30);
/// A subject has at most as many characters (OpenID Connect Core §2).
const LONGEST_SUBJECT: usize = 255;

pub(super) struct Google {
    issuer: String,
    places: Kept,
    keys: Kept,
}

/// What an id token says.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
    iat: i64,
    azp: Option<String>,
    nonce: Option<String>,
    email: Option<String>,
    #[serde(default)]
    email_verified: bool,
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
}

impl Google {
    pub(super) fn new(issuer: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            places: Kept::default(),
            keys: Kept::default(),
        }
    }

    pub(super) async fn authorize_url(
        &self,
        us: &Registration,
        back: &str,
        question: Question<'_>,
    ) -> Result<String, OAuthError> {
        let places = self.places().await?;
        Ok(with_query(
            self.place(&places, "authorization_endpoint")?,
            &[
                ("response_type", "code"),
                ("client_id", &us.id),
                ("redirect_uri", back),
                ("scope", "openid email profile"),
                ("state", question.state),
                ("nonce", question.nonce),
                ("code_challenge", question.challenge),
                ("code_challenge_method", "S256"),
            ],
        ))
    }

    pub(super) async fn identify(
        &self,
        us: &Registration,
        back: &str,
        proof: Proof<'_>,
        now: Timestamp,
    ) -> Result<Identity, OAuthError> {
        let places = self.places().await?;
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", us.id.as_str()),
            ("client_secret", us.secret.as_str()),
            ("code", proof.code),
            ("redirect_uri", back),
            ("code_verifier", proof.verifier),
        ];
        let tokens = wire::exchange(self.place(&places, "token_endpoint")?, &form).await?;
        let token = wire::text(&tokens, "id_token")?;
        let key = self.key_of(token, &places).await?;
        identity(self.check(token, &key, us, proof.nonce, now)?)
    }

    /// Where things are, as the issuer itself says.
    async fn places(&self) -> Result<Arc<Value>, OAuthError> {
        let url = format!("{}/.well-known/openid-configuration", self.issuer);
        let places = self.places.get(&url, FRESH).await?;
        if wire::text(&places, "issuer")? == self.issuer {
            Ok(places)
        } else {
            Err(OAuthError::unavailable("it calls itself something else"))
        }
    }

    /// One of these places; nothing secret travels in clear but to a stand-in on this machine.
    fn place<'a>(&self, places: &'a Value, name: &'static str) -> Result<&'a str, OAuthError> {
        let place = wire::text(places, name)?;
        if place.starts_with("https://") || self.issuer.starts_with("http://127.0.0.1") {
            Ok(place)
        } else {
            Err(OAuthError::unavailable("it is not encrypted"))
        }
    }

    /// The key that a token names, of the provider's own set.
    async fn key_of(&self, token: &str, places: &Value) -> Result<DecodingKey, OAuthError> {
        let header = decode_header(token).map_err(|_| OAuthError::Refused("its id token"))?;
        let kid = header.kid.ok_or(OAuthError::Refused("its id token"))?;
        let url = self.place(places, "jwks_uri")?;
        for max_age in [FRESH, OLD_ENOUGH] {
            let keys = self.keys.get(url, max_age).await?;
            if let Some(key) = find_key(&keys, &kid) {
                return Ok(key);
            }
        }
        Err(OAuthError::Refused("the key of its id token"))
    }

    /// One algorithm, our issuer, for us, in time, and for this very sign-in (OpenID Connect Core §3.1.3.7).
    fn check(
        &self,
        token: &str,
        key: &DecodingKey,
        us: &Registration,
        nonce: &str,
        now: Timestamp,
    ) -> Result<Claims, OAuthError> {
        let refused = OAuthError::Refused("its id token");
        let mut validation = Validation::new(Algorithm::RS256);
        // Google may leave the scheme out.
        validation.set_issuer(&[&self.issuer, self.issuer.trim_start_matches("https://")]);
        validation.set_audience(&[&us.id]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_exp = false;
        let Ok(checked) = decode::<Claims>(token, key, &validation) else {
            return Err(refused);
        };
        let claims = checked.claims;
        let is_current =
            claims.exp >= (now - LEEWAY).as_second() && claims.iat <= (now + LEEWAY).as_second();
        let is_for_us = claims.azp.as_ref().is_none_or(|azp| *azp == us.id);
        if is_current && is_for_us && claims.nonce.as_deref() == Some(nonce) {
            Ok(claims)
        } else {
            Err(refused)
        }
    }
}

fn find_key(keys: &Value, kid: &str) -> Option<DecodingKey> {
    let all = keys.get("keys")?.as_array()?;
    let part = |key: &'_ Value, name: &str| key.get(name)?.as_str().map(str::to_owned);
    let key = all
        .iter()
        .find(|key| part(key, "kid").as_deref() == Some(kid))?;
    if part(key, "kty")? != "RSA" {
        return None;
    }
    DecodingKey::from_rsa_components(&part(key, "n")?, &part(key, "e")?).ok()
}

fn identity(claims: Claims) -> Result<Identity, OAuthError> {
    if claims.sub.is_empty() || claims.sub.len() > LONGEST_SUBJECT {
        return Err(OAuthError::Refused("its id token"));
    }
    let names = [claims.given_name, claims.name];
    let mut names = names.iter().flatten().map(|text| name(text));
    let first = names.find(|name| !name.is_empty());
    Ok(Identity {
        provider: Provider::Google,
        subject: claims.sub,
        email: claims.email.filter(|_| claims.email_verified),
        first_name: first.unwrap_or_else(|| "Somebody".to_owned()),
        last_name: name(&claims.family_name.unwrap_or_default()),
    })
}

/// A document that is remembered for a while.
#[derive(Default)]
struct Kept(Mutex<Option<(Instant, Arc<Value>)>>);

impl Kept {
    async fn get(&self, url: &str, max_age: Duration) -> Result<Arc<Value>, OAuthError> {
        let mut kept = self.0.lock().await;
        if let Some((read_at, document)) = kept.as_ref()
            && read_at.elapsed() < max_age
        {
            return Ok(Arc::clone(document));
        }
        let document = Arc::new(wire::get(url, None).await?);
        *kept = Some((Instant::now(), Arc::clone(&document)));
        Ok(document)
    }
}
