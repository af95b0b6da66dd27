//! People with passwords, second factors and devices: what tests about signing in start from.

use std::sync::Arc;

use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::auth::opaque::OpaqueToken;
use shared::auth::password::Passwords;
use shared::auth::totp::code_at;
use shared::domain::id::UserId;
use shared::domain::link::LinkPurpose;
use shared::domain::totp::{Secret, step_of};
use shared::domain::user::{Email, PasswordHash, Role};
use shared::store;
use shared::store::email_token::NewLink;

use crate::app::OLD_PEPPER;
use crate::{ACCOUNT_PASSWORD, Call, Reply, TestApp};

/// How a password was kept in former times.
#[derive(Clone, Copy, Debug)]
pub enum Former {
    /// With cheaper parameters.
    Parameters,
    /// With the pepper before the present one.
    Pepper,
    /// Without a pepper.
    Unpeppered,
}

/// A person on one device.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The person.
    pub id: UserId,
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
}

/// The app on a person's phone.
pub struct Authenticator {
    secret: Secret,
    /// What they wrote down when they set it up.
    pub recovery_codes: Vec<String>,
}

impl TestApp {
    /// Tries to sign in.
    pub async fn log_in(&self, email: &str, password: &str) -> Reply {
        let body = json!({ "email": email, "password": password });
        self.ask(None, Method::POST, "/api/auth/login", Some(&body))
            .await
    }

    /// Signs in with [`ACCOUNT_PASSWORD`].
    pub async fn signed_in(&self, email: &str) -> SignedIn {
        SignedIn::of(&self.log_in(email, ACCOUNT_PASSWORD).await)
    }

    /// An account that has just signed in.
    pub async fn given_signed_in(&self, email: &str, role: Role) -> SignedIn {
        self.given_account(email, role).await;
        self.signed_in(email).await
    }

    /// An account whose password was kept in former times.
    pub async fn given_former_account(&self, email: &str, former: Former) -> UserId {
        let user = self.given_account(email, Role::Mentee).await;
        let kept = former.hash().await;
        self.write_password(user, &kept).await;
        user
    }

    /// An account that another service signs in.
    pub async fn given_account_without_password(&self, email: &str) -> UserId {
        let user = self.given_mentee().await;
        let statement = format!("UPDATE users SET email = '{email}' WHERE id = '{user}'");
        self.database.sql(&statement).await;
        user
    }

    /// What is kept of a person's password.
    pub async fn kept_password(&self, user: UserId) -> PasswordHash {
        let client = self.state.db.client().await.unwrap();
        let known = store::credentials::find_of(&client, user).await.unwrap();
        known.unwrap().password.unwrap()
    }

    async fn write_password(&self, user: UserId, kept: &PasswordHash) {
        let mut client = self.state.db.client().await.unwrap();
        let tx = client.transaction();
        store::credentials::update_password(&tx, user, kept)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// The token of a link that was mailed to a person now.
    pub async fn given_link(&self, user: UserId, purpose: LinkPurpose) -> String {
        self.given_link_about(user, purpose, None).await
    }

    /// The token of a link that was mailed now and brings an address.
    pub async fn given_link_about(
        &self,
        user: UserId,
        purpose: LinkPurpose,
        email: Option<&str>,
    ) -> String {
        let token = OpaqueToken::generate().unwrap();
        let email = email.map(|email| Email::parse(email).unwrap());
        let link = NewLink {
            user,
            purpose,
            hash: &token.hash(),
            email: email.as_ref(),
            expires_at: purpose.ends_at(self.clock.now()),
        };
        let mut client = self.state.db.client().await.unwrap();
        let tx = client.transaction();
        store::email_token::insert(&tx, link).await.unwrap();
        tx.commit().await.unwrap();
        token.expose().to_owned()
    }

    /// Sets two-factor sign-in up, as the person would.
    pub async fn given_authenticator(&self, person: &SignedIn) -> Authenticator {
        let body = json!({ "password": ACCOUNT_PASSWORD });
        let started = person.post(self, "/api/auth/totp", &body).await;
        assert_eq!(started.status, StatusCode::OK, "{}", started.text);
        let secret = Secret::kept(started.data()["secret"].as_str().unwrap().to_owned());
        let mut authenticator = Authenticator {
            secret,
            recovery_codes: Vec::new(),
        };
        let body = json!({ "code": authenticator.code(self) });
        let confirmed = person.post(self, "/api/auth/totp/confirm", &body).await;
        assert_eq!(confirmed.status, StatusCode::OK, "{}", confirmed.text);
        let codes = confirmed.data()["recovery_codes"].as_array().unwrap();
        authenticator.recovery_codes = codes
            .iter()
            .map(|code| code.as_str().unwrap().to_owned())
            .collect();
        authenticator
    }

    /// How many hashes of passwords this app has made or checked.
    pub async fn hashes_done(&self) -> u64 {
        self.state.passwords().await.unwrap().hashes_done()
    }
}

impl Former {
    async fn hash(self) -> PasswordHash {
        let (params, pepper) = match self {
            Self::Parameters => (Params::new(8 * 1024, 1, 1, None).unwrap(), None),
            Self::Pepper => {
                let secret = json!({ "active": "pepper_0", "pepper_0": OLD_PEPPER });
                let old = Arc::new(Passwords::new(&secret).unwrap());
                return old.hash(ACCOUNT_PASSWORD.to_owned()).await.unwrap();
            }
            Self::Unpeppered => (Params::DEFAULT, None),
        };
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let phc = argon2.hash_password(ACCOUNT_PASSWORD.as_bytes()).unwrap();
        PasswordHash {
            phc: phc.to_string(),
            pepper,
        }
    }
}

impl SignedIn {
    /// Reads the answer to a sign-in or a refresh.
    pub fn of(reply: &Reply) -> Self {
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            id: text(&reply.data()["user"]["id"]).parse().unwrap(),
            access: text(&reply.data()["access_token"]),
            refresh: text(&reply.data()["refresh_token"]),
        }
    }

    /// Starts a request from this device.
    pub fn call<'a>(&self, app: &'a TestApp, method: Method, path: &str) -> Call<'a> {
        app.call(method, path).bearer(&self.access)
    }

    /// Posts from this device.
    pub async fn post(&self, app: &TestApp, path: &str, body: &Value) -> Reply {
        self.call(app, Method::POST, path).json(body).send().await
    }

    /// Whether this device is still signed in.
    pub async fn is_in(&self, app: &TestApp) -> bool {
        let reply = self.call(app, Method::GET, "/api/users/me").send().await;
        match reply.status {
            StatusCode::OK => true,
            StatusCode::UNAUTHORIZED => false,
            other => panic!("{other}: {}", reply.text),
        }
    }
}

impl Authenticator {
    /// The code that it shows now.
    pub fn code(&self, app: &TestApp) -> String {
        self.code_in(app, 0)
    }

    /// The code that it shows some steps of 30 seconds from now.
    pub fn code_in(&self, app: &TestApp, steps: i64) -> String {
        code_at(&self.secret, step_of(app.clock.now()) + steps).to_string()
    }
}
