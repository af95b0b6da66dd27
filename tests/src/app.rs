//! The app under test: some routes with all walls around them, a database of its own, and a clock.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU16;
use std::sync::Mutex;

use airtable_stand_in::AirtableStandIn;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::auth::keys;
use shared::clock::Clock;
use shared::config::{Config, RateLimit};
use shared::domain::id::{EventId, LoginId, UserId};
use shared::domain::user::Role;
use shared::http::{AppState, app};
use shared::outside::bedrock::Bedrock;
use standalone::payments::PaymentStandIn;
use standalone::providers::{Persona, Providers};
use tokio::net::TcpListener;
use utoipa_axum::router::OpenApiRouter;

use crate::call::{Call, Reply};
use crate::database::Database;
use crate::model::Model;
use crate::texts;

/// When tests take place unless they say otherwise: a Monday morning in UTC.
const NOW: &str = "2026-03-02T08:00:00Z";

/// One area of the API: its name, and how its routes are made.
type Area = (&'static str, fn() -> OpenApiRouter<AppState>);

/// Every area of the API.
pub const fn areas() -> [Area; 11] {
    [
        ("auth", auth::router),
        ("users", users::router),
        ("mentors", mentors::router),
        ("sessions", sessions::router),
        ("matching", matching::router),
        ("feedback", feedback::router),
        ("notifications", notifications::router),
        ("questions", questions::router),
        ("sync", sync::router),
        ("admin", admin::router),
        ("system", system::router),
    ]
}

/// The routes of all areas.
pub fn api() -> OpenApiRouter<AppState> {
    areas()
        .into_iter()
        .fold(OpenApiRouter::default(), |all, (_, router)| {
            all.merge(router())
        })
}

/// What differs between apps under test.
pub struct Setup {
    /// Multiplies every rate limit; high, so that limits do not get in the way.
    pub rate_limit_scale: u32,
    /// Rate limits that differ from the product's.
    pub rate_limits: Vec<RateLimit>,
    /// Whether an admin must approve mentors.
    pub mentor_vetting: bool,
    /// Whether admins need a second factor.
    pub admin_totp_required: bool,
    /// Origins of browsers.
    pub cors_origins: Vec<String>,
    /// How many mails may leave in a second.
    pub mail_rate: NonZeroU16,
    /// `development` shows what a request cost.
    pub stage: &'static str,
    /// Addresses whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Most connections to the database.
    pub connections: usize,
    /// Whether there is one connection only, as in a Lambda environment.
    pub is_one_connection: bool,
    /// The stand-in for the payment provider; without one payments are switched off.
    pub payments: Option<PaymentStandIn>,
    /// Where the stand-in for the provider of text messages is; without one nobody gets any.
    pub texts: Option<String>,
    /// The stand-in for Airtable; without one nobody is synced.
    pub airtable: Option<airtable_stand_in::Setup<'static>>,
    /// The stand-in for Bedrock; without one there is no model.
    pub model: Option<Model>,
    /// Who has accounts at the stand-ins for GitHub and Google; nobody: there are none.
    pub personas: Vec<Persona>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            rate_limit_scale: 100_000,
            rate_limits: Vec::new(),
            mentor_vetting: false,
            admin_totp_required: false,
            cors_origins: vec!["https://app.example.com".to_owned()],
            mail_rate: NonZeroU16::MAX,
            stage: "test",
            trusted_proxies: Vec::new(),
            connections: 8,
            is_one_connection: false,
            payments: None,
            texts: None,
            airtable: None,
            model: None,
            personas: Vec::new(),
        }
    }
}

/// The app under test.
pub struct TestApp {
    /// What the routes share.
    pub state: AppState,
    /// The platform's clock.
    pub clock: Clock,
    pub(crate) providers: Option<Providers>,
    pub(crate) payments: Option<PaymentStandIn>,
    pub(crate) airtable: Option<AirtableStandIn>,
    pub(crate) logins: Mutex<HashMap<UserId, (LoginId, Role)>>,
    router: axum::Router,
    // Dropped last: the state's connections lead to it.
    pub(crate) database: Database,
}

impl TestApp {
    /// Makes an app of these routes.
    pub async fn new(routes: OpenApiRouter<AppState>) -> Self {
        Self::with(routes, Setup::default()).await
    }

    /// Makes an app of the routes of all areas.
    pub async fn whole() -> Self {
        Self::new(api()).await
    }

    /// Makes an app that differs from the usual one.
    pub async fn with(routes: OpenApiRouter<AppState>, setup: Setup) -> Self {
        let database = Database::clone_template().await;
        let db = if setup.is_one_connection {
            database.one()
        } else {
            database.pool(setup.connections)
        };
        let clock = Clock::system();
        clock.set(NOW.parse().unwrap());
        let mut config = config(&setup);
        let providers = providers(&mut config, &clock, setup.personas).await;
        if let Some(payments) = &setup.payments {
            config.payment_secret = Some("payment".to_owned());
            config.payment_url = Some(payments.url().to_owned());
        }
        let airtable = match setup.airtable {
            Some(setup) => Some(crate::airtable::connect(&mut config, setup, &clock).await),
            None => None,
        };
        if let Some(model) = &setup.model {
            config.embedding_model = Some("amazon.titan-embed-text-v2:0".to_owned());
            config.bedrock_endpoint = Some(model.url().to_owned());
        }
        let mut state = AppState::preset(config, db, secrets());
        state.clock = clock.clone();
        Self {
            router: app(routes, state.clone()),
            clock,
            logins: Mutex::default(),
            providers,
            payments: setup.payments,
            airtable,
            state,
            database,
        }
    }

    /// The same with other language models.
    #[must_use]
    pub fn with_bedrock(mut self, bedrock: Bedrock) -> Self {
        self.state.bedrock = bedrock;
        self.router = app(api(), self.state.clone());
        self
    }

    /// A second environment of the same platform: its own routes and memory, the same database and clock.
    pub fn another_router(&self, routes: OpenApiRouter<AppState>) -> axum::Router {
        app(routes, self.state.clone())
    }

    /// A second environment of the same platform, whose data keys were rotated since.
    pub async fn router_with_data_keys(
        &self,
        routes: OpenApiRouter<AppState>,
        data_keys: Value,
    ) -> axum::Router {
        let mut secrets = HashMap::from([("data-keys".to_owned(), data_keys)]);
        for name in ["jwt-signing", "jwt-public", "app", "pepper"] {
            let secret = self.state.secrets.get(name).await.unwrap();
            secrets.insert(name.to_owned(), (*secret).clone());
        }
        let mut state =
            AppState::preset((*self.state.config).clone(), self.state.db.clone(), secrets);
        state.clock = self.clock.clone();
        app(routes.split_for_parts().0, state)
    }

    pub(crate) fn router(&self) -> axum::Router {
        self.router.clone()
    }

    /// Sets the clock; it runs on from there.
    pub fn at(&self, now: &str) {
        self.clock.set(now.parse().unwrap());
    }

    /// The device on which a person is signed in.
    pub fn login_of(&self, actor: UserId) -> LoginId {
        self.logins.lock().unwrap()[&actor].0
    }

    /// An access token of a person's login, valid now.
    pub async fn token_of(&self, actor: UserId) -> String {
        let known = self.logins.lock().unwrap().get(&actor).copied();
        let (login, role) = known.expect("this person has logged in");
        let jti = self.clock.id::<EventId>().to_string();
        let signer = self.state.signer().await.unwrap();
        signer
            .sign(actor, login, role, jti, self.clock.now())
            .unwrap()
    }

    /// Starts a request.
    pub fn call(&self, method: Method, path: &str) -> Call<'_> {
        Call::new(self, method, path)
    }

    /// Asks, and gets the whole answer.
    pub async fn ask(
        &self,
        actor: Option<UserId>,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Reply {
        let mut call = self.call(method, path);
        if let Some(actor) = actor {
            call = call.by(actor).await;
        }
        if let Some(body) = body {
            call = call.json(body);
        }
        call.send().await
    }

    /// The stand-ins for the services that people sign in with.
    pub const fn providers(&self) -> &Providers {
        self.providers
            .as_ref()
            .expect("the setup names their personas")
    }

    /// Another environment of the same platform: it reads the same secrets, and remembers them by itself.
    pub fn environment(&self, routes: OpenApiRouter<AppState>) -> (AppState, axum::Router) {
        let secrets = self.state.secrets.elsewhere();
        let config = (*self.state.config).clone();
        let mut state = AppState::new(config, self.state.db.clone(), secrets);
        state.clock = self.clock.clone();
        (state.clone(), app(routes.split_for_parts().0, state))
    }

    /// Every row of a table as text, a line each.
    pub async fn rows_of(&self, table: &str) -> String {
        let statement = format!("SELECT t::text FROM {table} AS t");
        let rows = self.database.sql(&statement).await;
        let lines = rows.into_iter().filter_map(|mut row| row.pop().flatten());
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Every event that was promised, in order.
    pub async fn outbox(&self) -> Vec<Value> {
        let rows = self
            .database
            .sql("SELECT DISTINCT ON (event_id) record->>'event' FROM outbox ORDER BY event_id")
            .await;
        rows.iter()
            .map(|row| serde_json::from_str(row[0].as_deref().unwrap()).unwrap())
            .collect()
    }

    /// The phone number of a person as the database has it.
    pub async fn stored_phone(&self, user: UserId) -> Option<Vec<u8>> {
        let statement = format!("SELECT encode(phone, 'hex') FROM users WHERE id = '{user}'");
        let rows = self.database.sql(&statement).await;
        let hex = rows[0][0].as_ref()?;
        let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        Some((0..hex.len()).step_by(2).map(byte).collect())
    }

    /// Whom a session holds, from when to when, in microseconds.
    pub async fn held_by(&self, session: &str) -> BTreeMap<String, (i64, i64)> {
        let statement = format!(
            "SELECT person_id, (extract(epoch FROM lower(span)) * 1000000)::bigint,
                    (extract(epoch FROM upper(span)) * 1000000)::bigint
               FROM busy WHERE session_id = '{session}'"
        );
        let rows = self.database.sql(&statement).await.into_iter();
        rows.map(|row| {
            let mut fields = row.into_iter().map(Option::unwrap);
            let mut next = || fields.next().unwrap();
            (next(), (next().parse().unwrap(), next().parse().unwrap()))
        })
        .collect()
    }

    /// Waits until a transaction waits for a lock that another one holds.
    pub async fn until_somebody_waits(&self) {
        self.until_waiting(1).await;
    }

    /// Waits until so many transactions wait for locks that others hold.
    pub async fn until_waiting(&self, transactions: u64) {
        let waiting =
            "SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                        WHERE NOT l.granted AND a.datname = current_database()";
        while self.count(waiting).await < transactions {
            tokio::task::yield_now().await;
        }
    }

    /// How many pairs of sessions hold one person at the same time: never any.
    pub async fn overlaps(&self) -> u64 {
        self.count(
            "SELECT count(*) FROM sessions a JOIN sessions b
                 ON a.id < b.id AND a.status IN ('pending', 'confirmed') AND b.status IN ('pending', 'confirmed')
                AND (a.mentor_id = b.mentor_id OR a.mentee_id = b.mentee_id)
                AND a.scheduled_at < b.ends_at AND b.scheduled_at < a.ends_at",
        )
        .await
    }

    /// Everything that is kept for idempotency keys, as whoever reads the database sees it.
    pub async fn kept_answers(&self) -> Vec<String> {
        let rows = self
            .database
            .sql("SELECT encode(answer, 'escape') FROM idempotency WHERE answer IS NOT NULL")
            .await;
        rows.iter().filter_map(|row| row[0].clone()).collect()
    }

    /// How many idempotency keys are claimed or used.
    pub async fn claims(&self) -> u64 {
        self.count("SELECT count(*) FROM idempotency").await
    }

    /// How many pairs of a mentor's sessions are closer together than these minutes.
    pub async fn closer_than(&self, minutes: u32) -> u64 {
        self.count(&format!(
            "SELECT count(*) FROM sessions a JOIN sessions b
                 ON a.id < b.id AND a.status IN ('pending', 'confirmed') AND b.status IN ('pending', 'confirmed')
                AND a.mentor_id = b.mentor_id
                AND a.scheduled_at < b.ends_at + interval '{minutes} minutes'
                AND b.scheduled_at < a.ends_at + interval '{minutes} minutes'"
        ))
        .await
    }

    /// How asking a model to word the stored matches went.
    pub async fn explanations(&self) -> Vec<String> {
        let statement = "SELECT explanation_outcome FROM matches ORDER BY id";
        let rows = self.database.sql(statement).await;
        rows.iter().filter_map(|row| row[0].clone()).collect()
    }

    /// How many stored matches have points that do not sum to their score.
    pub async fn scores_that_do_not_add_up(&self) -> u64 {
        self.count(
            "SELECT count(*) FROM matches m
              WHERE score <> (SELECT sum((part->>'points')::numeric * 1000)
                                FROM jsonb_array_elements(m.components) AS part)",
        )
        .await
    }

    /// How many spans in which somebody is held belong to no session that holds people.
    pub async fn idle_holds(&self) -> u64 {
        self.count(
            "SELECT count(*) FROM busy JOIN sessions ON sessions.id = busy.session_id
              WHERE sessions.status NOT IN ('pending', 'confirmed')",
        )
        .await
    }

    /// The topics of all sessions, in order.
    pub async fn booked_topics(&self) -> Vec<String> {
        let statement = "SELECT topic FROM sessions ORDER BY topic";
        let rows = self.database.sql(statement).await;
        rows.into_iter()
            .filter_map(|mut row| row.remove(0))
            .collect()
    }

    /// How many deadlocks this database has seen. The platform's connections end: only then do they tell all they counted.
    pub async fn deadlocks(&self) -> u64 {
        let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
        self.database.sql(end).await;
        self.count("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
            .await
    }

    /// How many planned reminders a session has.
    pub async fn planned_reminders(&self, session: &str) -> u64 {
        self.count(&format!(
            "SELECT count(*) FROM reminders WHERE session_id = '{session}' AND fired_at IS NULL"
        ))
        .await
    }

    pub(crate) async fn count(&self, statement: &str) -> u64 {
        let rows = self.database.sql(statement).await;
        rows[0][0].as_deref().unwrap().parse().unwrap()
    }
}

macro_rules! verbs {
    ($($verb:ident, $verb_as:ident, $method:ident, ($($body:ident)?);)+) => {
        impl TestApp {$(
            /// Asks as nobody.
            pub async fn $verb(&self, path: &str $(, $body: &Value)?) -> (StatusCode, Value) {
                self.ask(None, Method::$method, path, verbs!(@body $($body)?)).await.pair()
            }

            /// Asks as a person.
            pub async fn $verb_as(&self, actor: UserId, path: &str $(, $body: &Value)?) -> (StatusCode, Value) {
                self.ask(Some(actor), Method::$method, path, verbs!(@body $($body)?)).await.pair()
            }
        )+}
    };
    (@body) => { None };
    (@body $body:ident) => { Some($body) };
}

verbs! {
    get, get_as, GET, ();
    post, post_as, POST, (body);
    put, put_as, PUT, (body);
    patch, patch_as, PATCH, (body);
    delete, delete_as, DELETE, ();
}

/// Starts stand-ins for the services that people sign in with, and leads the platform to them.
async fn providers(
    config: &mut Config,
    clock: &Clock,
    personas: Vec<Persona>,
) -> Option<Providers> {
    if personas.is_empty() {
        return None;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let clock = clock.clone();
    let providers =
        Providers::start(listener, &config.app_url, personas, move || clock.now()).unwrap();
    config.oauth_secret = Some("oauth".to_owned());
    config.github_url = providers.github_url();
    config.github_api_url = providers.github_api_url();
    config.google_issuer = providers.google_issuer();
    Some(providers)
}

fn config(setup: &Setup) -> Config {
    Config {
        stage: setup.stage.to_owned(),
        signing_secret: Some("jwt-signing".to_owned()),
        public_keys_secret: Some("jwt-public".to_owned()),
        app_secret: Some("app".to_owned()),
        data_keys_secret: Some("data-keys".to_owned()),
        pepper_secret: Some("pepper".to_owned()),
        // Without a queue events stay in the outbox, where tests read them.
        email_queue_url: None,
        bulk_queue_url: None,
        export_queue_url: None,
        payment_queue_url: None,
        matching_queue_url: None,
        assignment_queue_url: None,
        airtable_queue_url: None,
        delivery_queue_url: None,
        mail_rate_per_second: setup.mail_rate,
        airtable: None,
        embedding_model: None,
        payment_url: None,
        sms_url: setup.texts.clone().unwrap_or_default(),
        sms_from: setup.texts.as_ref().map(|_| "+15005550006".to_owned()),
        sms_secret: Some("texts".to_owned()),
        export_bucket: Some("exports".to_owned()),
        app_url: "https://app.example.com".to_owned(),
        api_url: "https://api.example.com".to_owned(),
        cors_origins: setup.cors_origins.clone(),
        trusted_proxies: setup.trusted_proxies.clone(),
        mentor_vetting: setup.mentor_vetting,
        admin_totp_required: setup.admin_totp_required,
        rate_limit_scale: setup.rate_limit_scale,
        rate_limits: setup.rate_limits.clone(),
        ..Config::from_env().unwrap()
    }
}

/// A pepper that is no longer used for new passwords; its name is `pepper_0`.
pub(crate) const OLD_PEPPER: &str = "a pepper of former times, long enough to be one";

/// Keys of its own for each platform under test.
pub fn secrets() -> HashMap<String, Value> {
    let keys = keys::generate().unwrap();
    let app = json!({ "hmac": "dGVzdHMga25vdyB0aGlzIGtleSwgbm9ib2R5IGVsc2U=" });
    let data_keys =
        json!({ "active": "key_1", "key_1": "a key that only the tests know, and nobody else" });
    let pepper = json!({
        "active": "pepper_1",
        "pepper_0": OLD_PEPPER,
        "pepper_1": "a pepper that only the tests know, nobody else",
    });
    HashMap::from([
        ("jwt-signing".to_owned(), keys.signing),
        ("jwt-public".to_owned(), keys.public),
        ("app".to_owned(), app),
        ("data-keys".to_owned(), data_keys),
        ("pepper".to_owned(), pepper),
        ("oauth".to_owned(), standalone::providers::registration()),
        ("texts".to_owned(), texts::registration()),
        ("payment".to_owned(), standalone::payments::registration()),
        ("airtable".to_owned(), airtable_stand_in::registration()),
    ])
}
