//! Stand-ins for the services that people sign in with: GitHub and Google on this machine, speaking their real
//! protocols to us, with a page instead of a login. Tests can make them fail and lie.

mod codes;
mod consent;
mod github;
mod google;
mod key;

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::Router;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::domain::identity::Provider;
use tokio::net::TcpListener;

use codes::Grant;
use key::IdTokenKey;

/// What the platform is to both of them.
pub(crate) const CLIENT_ID: &str = "office-hours-on-this-machine";
pub(crate) const CLIENT_SECRET: &str = "known to everybody on this machine";

/// Somebody who has an account with both of them.
#[derive(Clone, Debug)]
pub struct Persona {
    /// What they are called there.
    pub login: String,
    /// The number behind it, which never changes hands.
    pub id: u64,
    /// Their name.
    pub name: String,
    /// Their address of mail.
    pub email: String,
    /// Whether the service has seen it proven.
    pub is_verified: bool,
}

impl Persona {
    /// Somebody with a proven address.
    #[must_use]
    pub fn new(login: &str, id: u64, name: &str, email: &str) -> Self {
        Self {
            login: login.to_owned(),
            id,
            name: name.to_owned(),
            email: email.to_owned(),
            is_verified: true,
        }
    }
}

/// What goes wrong, until it is told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Every answer is 503.
    Down,
    /// Every answer is no JSON.
    Garbage,
    /// No answer comes in time.
    Slow,
    /// The id token is of another issuer.
    OtherIssuer,
    /// The id token is for another client.
    OtherAudience,
    /// The id token belongs to another sign-in.
    OtherNonce,
    /// The id token has ended.
    Expired,
    /// The id token says that nobody signed it.
    NoAlgorithm,
    /// The id token is signed by a key that nobody published.
    OtherKey,
}

/// Both services.
#[derive(Clone)]
pub struct Providers(Arc<Inner>);

struct Inner {
    url: String,
    app_url: String,
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    key: OnceLock<IdTokenKey>,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    personas: Vec<Persona>,
    grants: HashMap<String, Grant>,
    tokens: HashMap<String, Persona>,
    fault: Option<Fault>,
}

impl Providers {
    /// Starts both on a listener; they run until the runtime ends.
    ///
    /// # Errors
    /// When the listener has no address.
    pub fn start(
        listener: TcpListener,
        app_url: &str,
        personas: Vec<Persona>,
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let address: SocketAddr = listener.local_addr()?;
        let providers = Self(Arc::new(Inner {
            url: format!("http://{address}"),
            app_url: app_url.to_owned(),
            now: Box::new(now),
            key: OnceLock::new(),
            memory: Mutex::new(Memory {
                personas,
                ..Memory::default()
            }),
        }));
        let router = providers.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(providers)
    }

    fn router(&self) -> Router {
        github::router()
            .merge(google::router())
            .with_state(self.clone())
    }

    /// Where people sign in with GitHub.
    #[must_use]
    pub fn github_url(&self) -> String {
        github_url(&self.0.url)
    }

    /// Where GitHub says who they are.
    #[must_use]
    pub fn github_api_url(&self) -> String {
        github_api_url(&self.0.url)
    }

    /// Google, as it calls itself.
    #[must_use]
    pub fn google_issuer(&self) -> String {
        google_issuer(&self.0.url)
    }

    /// Gives somebody an account with both, or changes the one they have.
    pub fn put(&self, persona: Persona) {
        let mut memory = self.memory();
        memory.personas.retain(|other| other.login != persona.login);
        memory.personas.push(persona);
    }

    /// Lets things go wrong, or right again.
    pub fn fail(&self, fault: Option<Fault>) {
        self.memory().fault = fault;
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fault(&self) -> Option<Fault> {
        self.memory().fault
    }

    fn now(&self) -> Timestamp {
        (self.0.now)()
    }

    fn key(&self) -> &IdTokenKey {
        self.0.key.get_or_init(IdTokenKey::generate)
    }

    /// Each client comes back to the one address that it has registered.
    fn is_registered(&self, provider: Provider, redirect_uri: &str) -> bool {
        redirect_uri == format!("{}/oauth/{}/callback", self.0.app_url, provider.as_str())
    }
}

/// Where the stand-in for GitHub is, below the address of both.
#[must_use]
pub fn github_url(url: &str) -> String {
    format!("{url}/github")
}

/// Where the stand-in for GitHub's API is.
#[must_use]
pub fn github_api_url(url: &str) -> String {
    format!("{url}/github/api")
}

/// What the stand-in for Google calls itself.
#[must_use]
pub fn google_issuer(url: &str) -> String {
    format!("{url}/google")
}

/// What the platform is to both, as its secret holds it.
#[must_use]
pub fn registration() -> Value {
    let client = json!({ "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET });
    json!({ "github": client, "google": client })
}
