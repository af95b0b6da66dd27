//! The platform under test: API, queue, worker and a stand-in for SES, on a database of its own.

use std::num::NonZeroU16;
use std::time::{Duration, Instant};

use airtable_stand_in::AirtableStandIn;
use reqwest::Method;
use serde_json::{Value, json};
use shared::clock::Clock;
use shared::config::Config;
use shared::domain::event::EventRecord;
use shared::state::AppState;
use shared::store::Db;
use standalone::cloud::LocalCloud;
use standalone::payments::PaymentStandIn;
use standalone::ses::{Mailbox, SentMail};
use standalone::{Options, Platform};
use tests::{Database, decoded, secrets};
use tokio::net::TcpListener;

/// How long something that happens behind a queue may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The address of the shared ministack.
#[expect(
    clippy::disallowed_methods,
    reason = "where tests run is no configuration of the platform"
)]
fn ministack() -> String {
    std::env::var("TEST_MINISTACK_URL").expect("this test needs ministack: run `make test`")
}

/// A running platform.
pub(crate) struct House {
    platform: Option<Platform>,
    pub(crate) state: AppState,
    pub(crate) mailbox: Mailbox,
    pub(crate) payments: PaymentStandIn,
    airtable: Option<AirtableStandIn>,
    http: reqwest::Client,
    pub(crate) url: String,
    // Dropped last: the state's connections lead to it.
    pub(crate) database: Option<Database>,
}

/// Where the parts of a platform are, and which of them run.
pub(crate) struct Plan {
    pub(crate) sqs: String,
    pub(crate) works_queues: bool,
    /// How the stand-in for Airtable is started, if people are synced.
    pub(crate) airtable: Option<airtable_stand_in::Setup<'static>>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            sqs: ministack(),
            works_queues: true,
            airtable: None,
        }
    }
}

impl House {
    /// Starts a whole platform.
    pub(crate) async fn start() -> Self {
        Self::with(Plan::default()).await
    }

    /// Starts a platform whose parts are elsewhere.
    pub(crate) async fn with(plan: Plan) -> Self {
        let database = Database::clone_template().await;
        let db = database.pool(8);
        let mut house = Self::on(db, plan).await;
        house.database = Some(database);
        house
    }

    /// Starts a platform on a database that is migrated.
    pub(crate) async fn on(db: Db, plan: Plan) -> Self {
        let ses = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut config = config(&plan.sqs, &format!("http://{}", ses.local_addr().unwrap()));
        let payments = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let payments = PaymentStandIn::start(payments, None).unwrap();
        config.payment_url = Some(payments.url().to_owned());
        config.payment_secret = Some("payment".to_owned());
        let clock = Clock::system();
        let airtable = match plan.airtable {
            Some(setup) => Some(tests::airtable::connect(&mut config, setup, &clock).await),
            None => None,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        config.api_url = format!("http://{}", listener.local_addr().unwrap());
        let mut state = AppState::preset(config, db, secrets());
        state.clock = clock.clone();
        let mailbox = Mailbox::new(
            "eu-central-1",
            ["hello@example.com".to_owned()],
            move || clock.now(),
        );
        standalone::platform::start_ses(ses, mailbox.clone()).unwrap();
        let cloud = LocalCloud::default();
        cloud.fill(&state).await.unwrap();

        let options = Options {
            mailbox: Some(mailbox.clone()),
            works_queues: plan.works_queues,
            fires_schedules: false,
            cloud: Some(cloud),
        };
        let platform = standalone::start(listener, state.clone(), options).unwrap();
        let url = format!("http://{}", platform.address);
        Self {
            platform: Some(platform),
            state,
            mailbox,
            payments,
            airtable,
            http: tests::http_client().build().unwrap(),
            url,
            database: None,
        }
    }

    /// Where the API is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The stand-in for Airtable.
    pub(crate) fn airtable(&self) -> &AirtableStandIn {
        self.airtable.as_ref().expect("the plan has Airtable")
    }

    /// Ends the platform in order.
    pub(crate) async fn stop(mut self) {
        if let Some(platform) = self.platform.take() {
            platform.stop().await;
        }
    }

    /// Asks, and returns the status, the headers and the body.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        Answer {
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
        }
    }

    /// Changes a person's own profile as it was at a version; gives the status.
    pub(crate) async fn change_me(&self, who: &Person, body: Value, version: i64) -> u16 {
        let request = self
            .http
            .patch(format!("{}/api/users/me", self.url))
            .bearer_auth(&who.token)
            .header("if-match", format!("\"{version}\""))
            .json(&body);
        request.send().await.unwrap().status().as_u16()
    }

    /// Posts as nobody.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, None, Some(body)).await
    }

    /// Registers a person, follows the link of their mail, and logs them in.
    pub(crate) async fn newcomer(&self, name: &str, role: &str, zone: &str) -> Person {
        let email = format!("{name}@example.com");
        let body = json!({
            "email": email, "password": "Demo-Passw0rd!", "role": role,
            "first_name": name, "last_name": "Test", "timezone": zone,
        });
        assert_eq!(self.post("/api/auth/register", body).await.status, 202);
        let mail = self.mail_to(&email, "Confirm").await;
        let token = token_in(&mail);
        assert_eq!(
            self.post("/api/auth/email/verify", json!({ "token": token }))
                .await
                .status,
            200
        );
        self.log_in(&email).await
    }

    /// Opens the account of an admin by the command, and logs them in.
    pub(crate) async fn admin(&self) -> Person {
        let email = "admin@example.com";
        let password = standalone::admin::create(&self.state, email).await.unwrap();
        self.log_in_with(email, &password).await
    }

    /// Logs a person in.
    pub(crate) async fn log_in(&self, email: &str) -> Person {
        self.log_in_with(email, "Demo-Passw0rd!").await
    }

    /// Logs a person in who has a password of their own.
    pub(crate) async fn log_in_with(&self, email: &str, password: &str) -> Person {
        let body = json!({ "email": email, "password": password });
        let answer = self.post("/api/auth/login", body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let data = &answer.body["data"];
        Person {
            id: data["user"]["id"].as_str().unwrap().to_owned(),
            email: email.to_owned(),
            token: data["access_token"].as_str().unwrap().to_owned(),
        }
    }

    /// Waits for a mail to this address whose subject or text has these words.
    pub(crate) async fn mail_to(&self, address: &str, words: &str) -> String {
        let found = || {
            let mails = self.mails_to(address);
            mails.into_iter().find(|mail| mail.contains(words))
        };
        eventually(&format!("a mail to {address} with {words:?}"), || async {
            found()
        })
        .await
    }

    /// Every mail to an address, newest first, decoded.
    pub(crate) fn mails_to(&self, address: &str) -> Vec<String> {
        let is_to = |mail: &SentMail| mail.to.iter().any(|to| to == address);
        self.mailbox
            .mails()
            .iter()
            .filter(|mail| is_to(mail))
            .map(|mail| decoded(&mail.raw))
            .collect()
    }

    /// Sets the clock and fires a schedule; returns when its effects are done.
    pub(crate) async fn tick_at(&self, now: &str, job: &str) {
        assert_eq!(
            self.ask(Method::PUT, "/dev/clock", None, Some(json!({ "now": now })))
                .await
                .status,
            200
        );
        let answer = self.post("/dev/tick", json!({ "job": job })).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// The events that wait in the outbox and were not sent.
    pub(crate) async fn unsent(&self) -> i64 {
        shared::store::outbox::count_unsent(&self.state.db.client().await.unwrap())
            .await
            .unwrap()
    }

    /// The newest event about a payment, sent or not.
    pub(crate) async fn newest_payment(&self) -> EventRecord {
        let database = self.database.as_ref().unwrap();
        database.newest_event_for("payment").await
    }

    /// The newest event as it travels, sent or not.
    pub(crate) async fn newest_event(&self) -> EventRecord {
        self.database.as_ref().unwrap().newest_event().await
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

/// Somebody who is logged in.
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) token: String,
}

/// Tries until something is there.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut look: impl FnMut() -> F,
) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The token of the link in a mail.
pub(crate) fn token_in(mail: &str) -> String {
    let (_, rest) = mail.split_once("?token=").expect("the mail has a link");
    rest.chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect()
}

fn config(sqs: &str, ses: &str) -> Config {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let queue = format!("test-{}-{number}", std::process::id());
    Config {
        stage: "development".to_owned(),
        signing_secret: Some("jwt-signing".to_owned()),
        public_keys_secret: Some("jwt-public".to_owned()),
        app_secret: Some("app".to_owned()),
        data_keys_secret: Some("data-keys".to_owned()),
        pepper_secret: Some("pepper".to_owned()),
        email_queue_url: Some(format!(
            "{sqs}/{}/{queue}",
            standalone::services::ministack::ACCOUNT
        )),
        bulk_queue_url: Some(format!(
            "{sqs}/{}/{queue}-email-bulk",
            standalone::services::ministack::ACCOUNT
        )),
        export_queue_url: Some(format!(
            "{sqs}/{}/{queue}-export",
            standalone::services::ministack::ACCOUNT
        )),
        payment_queue_url: Some(format!(
            "{sqs}/{}/{queue}-payment",
            standalone::services::ministack::ACCOUNT
        )),
        matching_queue_url: Some(format!(
            "{sqs}/{}/{queue}-matching",
            standalone::services::ministack::ACCOUNT
        )),
        airtable_queue_url: Some(format!(
            "{sqs}/{}/{queue}-airtable",
            standalone::services::ministack::ACCOUNT
        )),
        delivery_queue_url: Some(format!(
            "{sqs}/{}/{queue}-delivery",
            standalone::services::ministack::ACCOUNT
        )),
        assignment_queue_url: Some(format!(
            "{sqs}/{}/{queue}-assignment",
            standalone::services::ministack::ACCOUNT
        )),
        export_bucket: Some(format!("{queue}-files")),
        mail_from: "Office Hours <hello@example.com>".to_owned(),
        ses_endpoint: Some(ses.to_owned()),
        sqs_endpoint: Some(sqs.to_owned()),
        queue_pause_seconds: 1,
        mentor_vetting: false,
        admin_totp_required: false,
        rate_limit_scale: 100_000,
        mail_rate_per_second: NonZeroU16::MAX,
        ..Config::from_env().unwrap()
    }
}
