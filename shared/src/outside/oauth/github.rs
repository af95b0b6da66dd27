//! GitHub: OAuth 2.0, and an API that says who it was.

use serde_json::Value;

use super::{OAuthError, Proof, Question, Registration, name, wire, with_query};
use crate::domain::identity::{Identity, Provider};

pub(super) struct Github {
    url: String,
    api_url: String,
}

impl Github {
    pub(super) fn new(url: &str, api_url: &str) -> Self {
        Self {
            url: url.to_owned(),
            api_url: api_url.to_owned(),
        }
    }

    pub(super) fn authorize_url(
        &self,
        us: &Registration,
        back: &str,
        question: Question<'_>,
    ) -> String {
        with_query(
            &format!("{}/login/oauth/authorize", self.url),
            &[
                ("client_id", &us.id),
                ("redirect_uri", back),
                ("scope", "read:user user:email"),
                ("state", question.state),
                ("code_challenge", question.challenge),
                ("code_challenge_method", "S256"),
            ],
        )
    }

    pub(super) async fn identify(
        &self,
        us: &Registration,
        back: &str,
        proof: Proof<'_>,
    ) -> Result<Identity, OAuthError> {
        let url = format!("{}/login/oauth/access_token", self.url);
        let form = [
            ("client_id", us.id.as_str()),
            ("client_secret", us.secret.as_str()),
            ("code", proof.code),
            ("redirect_uri", back),
            ("code_verifier", proof.verifier),
        ];
        let tokens = wire::exchange(&url, &form).await?;
        let token = wire::text(&tokens, "access_token")?;
        let (user_url, emails_url) = (
            format!("{}/user", self.api_url),
            format!("{}/user/emails", self.api_url),
        );
        let (user, emails) = futures_util::try_join!(
            wire::get(&user_url, Some(token)),
            wire::get(&emails_url, Some(token)),
        )?;
        identity(&user, &emails)
    }
}

fn identity(user: &Value, emails: &Value) -> Result<Identity, OAuthError> {
    let id = user.get("id").and_then(Value::as_u64);
    let id = id.ok_or_else(|| OAuthError::unavailable("its answer has no id"))?;
    let login = wire::text(user, "login")?;
    let whole = name(user.get("name").and_then(Value::as_str).unwrap_or_default());
    let whole = if whole.is_empty() { name(login) } else { whole };
    let (first, last) = whole.rsplit_once(' ').unwrap_or((&whole, ""));
    Ok(Identity {
        provider: Provider::Github,
        subject: id.to_string(),
        email: proven_email(emails)?,
        first_name: first.trim().to_owned(),
        last_name: last.to_owned(),
    })
}

/// The primary address, if GitHub has seen it proven.
fn proven_email(emails: &Value) -> Result<Option<String>, OAuthError> {
    let all = emails
        .as_array()
        .ok_or_else(|| OAuthError::unavailable("its answer lists no addresses"))?;
    let is = |email: &Value, flag: &str| email.get(flag).and_then(Value::as_bool) == Some(true);
    let primary = all
        .iter()
        .find(|email| is(email, "primary") && is(email, "verified"));
    Ok(primary
        .and_then(|email| email.get("email")?.as_str())
        .map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_primary_address_counts_if_it_is_verified() {
        let email = |primary, verified| {
            json!([
                { "email": "other@example.com", "primary": false, "verified": true },
                { "email": "ada@example.com", "primary": primary, "verified": verified },
            ])
        };
        assert_eq!(
            proven_email(&email(true, true)).unwrap().as_deref(),
            Some("ada@example.com")
        );
        assert_eq!(proven_email(&email(true, false)).unwrap(), None);
        assert_eq!(proven_email(&email(false, true)).unwrap(), None);
        assert!(proven_email(&json!({ "message": "no" })).is_err());
    }

    #[test]
    fn somebody_without_a_name_is_called_by_their_login() {
        let named = |name: Value| {
            let user = json!({ "id": 7, "login": "octocat", "name": name });
            let found = identity(&user, &json!([])).unwrap();
            assert_eq!(found.subject, "7");
            (found.first_name, found.last_name)
        };
        let pair = |first: &str, last: &str| (first.to_owned(), last.to_owned());
        assert_eq!(named(json!(null)), pair("octocat", ""));
        assert_eq!(named(json!("Ada")), pair("Ada", ""));
        assert_eq!(
            named(json!("Ada King Lovelace")),
            pair("Ada King", "Lovelace")
        );
    }
}
