//! The platform under load: a fresh database, its queue, its mail service, and the server as a process of its own.

use std::fs::File;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use shared::config::{Config, DatabaseSource};
use shared::outside::secrets::Secrets;
use shared::state::AppState;
use shared::store::Db;
use shared::store::db::DbConfig;
use standalone::cloud::LocalCloud;
use standalone::development::Failure;
use standalone::secrets::{self, DevSecrets};
use standalone::services::ministack::ACCOUNT;
use standalone::services::{REGION, bound, free_port, stop};
use standalone::ses::Mailbox;
use standalone::settings::variable;
use tokio::net::TcpListener;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use crate::size::Size;
use crate::{files, seed};

const DATABASE: &str = "bench";
const MAIL_FROM: &str = "Office Hours <hello@example.com>";

const EXPORT_BUCKET: &str = "exports";

/// Multiplies the limits, so that nobody meets them; their statements still run.
const LIMIT_SCALE: &str = "100000";

const PATIENCE: Duration = Duration::from_mins(1);

/// The server under load, and what it needs.
pub(crate) struct Platform {
    pub(crate) url: String,
    /// What this process itself sees of it.
    pub(crate) state: AppState,
    /// The stand-in for the mail service.
    pub(crate) mailbox: Mailbox,
    ses: String,
    server: Child,
    database: String,
}

impl Platform {
    /// Prepares everything and starts the server.
    pub(crate) async fn start(size: Size) -> Result<Self, Failure> {
        Self::start_with(size, None).await
    }

    /// The same, connected to what stands in for Airtable there.
    pub(crate) async fn start_with(size: Size, airtable: Option<&str>) -> Result<Self, Failure> {
        let database = make_database().await?;
        let state = state(&database)?;
        let cloud = LocalCloud {
            secrets: DevSecrets::generate()?.named(),
        };
        cloud.fill(&state).await?;
        migrate::run(&state).await?;
        seed::fill(&connect(&database).await?, &state, size).await?;
        let (ses, mailbox) = start_ses().await?;
        let url = format!("http://127.0.0.1:{}", free_port()?);
        let mut variables = variables(&url, &database, &ses);
        if let Some(airtable) = airtable {
            variables.extend(airtable_variables(airtable));
        }
        let server = start_server(&url, variables)?;
        let mut platform = Self {
            url,
            state,
            mailbox,
            ses,
            server,
            database,
        };
        platform.wait().await?;
        Ok(platform)
    }

    /// A connection to its database.
    pub(crate) async fn connect(&self) -> Result<Client, Failure> {
        connect(&self.database).await
    }

    /// What a worker in this process works with, on so many connections.
    pub(crate) fn worker_state(&self, connections: usize) -> Result<AppState, Failure> {
        let config = Config {
            ses_endpoint: Some(self.ses.clone()),
            mail_rate_per_second: NonZeroU16::MAX,
            ..(*self.state.config).clone()
        };
        let db = Db::pool(&DbConfig::parse(&self.database)?, connections)?;
        Ok(AppState::new(config, db, Secrets::default()))
    }

    /// The ids of so many mentees.
    pub(crate) async fn mentees(&self, count: usize) -> Result<Vec<Uuid>, Failure> {
        let wanted = format!("SELECT user_id FROM mentees ORDER BY user_id LIMIT {count}");
        let rows = self.connect().await?.query_typed(&wanted, &[]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    pub(crate) fn pid(&self) -> u32 {
        self.server.id()
    }

    pub(crate) fn stop(mut self) {
        stop(&mut self.server, "TERM", Duration::from_secs(20));
    }

    async fn wait(&mut self) -> Result<(), Failure> {
        let (begun, http) = (Instant::now(), tests::http_client().build()?);
        let ready = format!("{}/api/health/ready", self.url);
        loop {
            if http
                .get(&ready)
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                return Ok(());
            }
            if let Some(status) = self.server.try_wait()? {
                return Err(format!(
                    "the server has ended ({status}); see {}",
                    log_file().display()
                )
                .into());
            }
            if begun.elapsed() > PATIENCE {
                return Err(
                    format!("the server is not ready; see {}", log_file().display()).into(),
                );
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The environment of the server, and of the functions.
pub(crate) fn variables(url: &str, database: &str, ses: &str) -> Vec<(&'static str, String)> {
    vec![
        // In this stage answers tell what they cost.
        ("STAGE", "development".to_owned()),
        ("DATABASE_URL", database.to_owned()),
        ("JWT_SIGNING_SECRET_ARN", secrets::SIGNING.to_owned()),
        ("JWT_PUBLIC_SECRET_ARN", secrets::PUBLIC.to_owned()),
        ("APP_SECRET_ARN", secrets::APP.to_owned()),
        ("DATA_KEYS_SECRET_ARN", secrets::DATA_KEYS.to_owned()),
        ("PEPPER_SECRET_ARN", secrets::PEPPER.to_owned()),
        ("EMAIL_QUEUE_URL", queue_url("email")),
        ("EMAIL_BULK_QUEUE_URL", queue_url("email-bulk")),
        ("EXPORT_QUEUE_URL", queue_url("export")),
        ("PAYMENT_QUEUE_URL", queue_url("payment")),
        ("MATCHING_QUEUE_URL", queue_url("matching")),
        ("ASSIGNMENT_QUEUE_URL", queue_url("assignment")),
        ("AIRTABLE_QUEUE_URL", queue_url("airtable")),
        ("DELIVERY_QUEUE_URL", queue_url("delivery")),
        ("EXPORT_BUCKET", EXPORT_BUCKET.to_owned()),
        ("AWS_ENDPOINT_URL_SESV2", ses.to_owned()),
        ("API_URL", url.to_owned()),
        ("APP_URL", url.to_owned()),
        ("MAIL_FROM", MAIL_FROM.to_owned()),
        ("MENTOR_VETTING", "off".to_owned()),
        ("ADMIN_TOTP", "optional".to_owned()),
        ("RATE_LIMIT_SCALE", LIMIT_SCALE.to_owned()),
        ("MAIL_RATE_PER_SECOND", "65535".to_owned()),
        ("LOG_LEVEL", "info".to_owned()),
    ]
}

/// A service that `with-services` has started.
fn service(name: &str) -> Result<String, Failure> {
    variable(name).ok_or_else(|| {
        format!("{name} is not set: run this by with-services, as `make bench` does").into()
    })
}

fn queue_url(name: &str) -> String {
    let ministack = variable("TEST_MINISTACK_URL").unwrap_or_default();
    format!("{ministack}/{ACCOUNT}/{name}")
}

async fn make_database() -> Result<String, Failure> {
    let admin = service("TEST_DATABASE_URL")?;
    service("TEST_MINISTACK_URL")?;
    let client = connect(&admin).await?;
    client
        .batch_execute(&format!("DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"))
        .await?;
    client
        .batch_execute(&format!("CREATE DATABASE {DATABASE}"))
        .await?;
    let parts = admin
        .split_whitespace()
        .filter(|part| !part.starts_with("dbname="));
    Ok(parts
        .chain([format!("dbname={DATABASE}").as_str()])
        .collect::<Vec<_>>()
        .join(" "))
}

async fn connect(url: &str) -> Result<Client, Failure> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

fn state(database: &str) -> Result<AppState, Failure> {
    let mut config = Config::from_env()?;
    config.database = Some(DatabaseSource::Url(database.to_owned()));
    config.email_queue_url = Some(queue_url("email"));
    config.bulk_queue_url = Some(queue_url("email-bulk"));
    config.export_queue_url = Some(queue_url("export"));
    config.payment_queue_url = Some(queue_url("payment"));
    config.matching_queue_url = Some(queue_url("matching"));
    config.assignment_queue_url = Some(queue_url("assignment"));
    config.airtable_queue_url = Some(queue_url("airtable"));
    config.delivery_queue_url = Some(queue_url("delivery"));
    config.export_bucket = Some(EXPORT_BUCKET.to_owned());
    config.signing_secret = Some(secrets::SIGNING.to_owned());
    config.public_keys_secret = Some(secrets::PUBLIC.to_owned());
    config.app_secret = Some(secrets::APP.to_owned());
    config.data_keys_secret = Some(secrets::DATA_KEYS.to_owned());
    config.pepper_secret = Some(secrets::PEPPER.to_owned());
    let db = Db::pool(&DbConfig::parse(database)?, 2)?;
    Ok(AppState::new(config, db, Secrets::default()))
}

async fn start_ses() -> Result<(String, Mailbox), Failure> {
    let mailbox = Mailbox::new(REGION, ["example.com"], || Timestamp::UNIX_EPOCH);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = standalone::platform::start_ses(listener, mailbox.clone())?;
    Ok((format!("http://{address}"), mailbox))
}

fn airtable_variables(airtable: &str) -> [(&'static str, String); 3] {
    [
        ("AIRTABLE_URL", airtable.to_owned()),
        ("AIRTABLE_BASE_ID", airtable_stand_in::BASE.to_owned()),
        ("AIRTABLE_SECRET_ARN", secrets::AIRTABLE.to_owned()),
    ]
}

fn start_server(url: &str, variables: Vec<(&'static str, String)>) -> Result<Child, Failure> {
    let log = File::create(log_file())?;
    let mut command = bound(Path::new("sh"), "TERM");
    command
        .args(["-c", files::SCRIPT, "sh"])
        .arg(beside("standalone")?);
    command.envs(variables);
    command
        .env("HOST", "127.0.0.1")
        .env("PORT", url.rsplit(':').next().unwrap_or_default());
    command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    Ok(command.spawn()?)
}

/// A program that was built together with this one.
fn beside(name: &str) -> Result<PathBuf, Failure> {
    let program = std::env::current_exe()?.with_file_name(name);
    if program.is_file() {
        return Ok(program);
    }
    Err(format!(
        "{} is missing: build it first, as `make bench` does",
        program.display()
    )
    .into())
}

fn log_file() -> PathBuf {
    std::env::temp_dir().join("office-hours-bench.log")
}
