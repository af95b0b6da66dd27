//! The server itself: with its environment given, as in a container, or prepared by `--development`.

use std::net::SocketAddr;

use airtable_stand_in::AirtableStandIn;
use shared::config::{Config, DatabaseSource};
use shared::outside::secrets::Secrets;
use shared::state::AppState;
use shared::store::Db;
use shared::store::db::DbConfig;
use shared::telemetry;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::cloud::LocalCloud;
use crate::demo;
use crate::development::{Failure, taken};
use crate::payments::PaymentStandIn;
use crate::platform::{Options, start, start_ses};
use crate::progress::Step;
use crate::providers::{Persona, Providers};
use crate::secrets::DevSecrets;
use crate::services::REGION;
use crate::ses::Mailbox;
use crate::settings;

/// Serves until a signal comes, in an environment that is there: database, queue, mail and secrets.
///
/// # Errors
/// When the environment is incomplete, or the address is taken.
pub async fn run() -> Result<(), Failure> {
    let config = Config::from_env()?;
    telemetry::start_json(&config.log_level);
    let state = state(config).await?;
    serve(state, Options::production(), |_| {}).await
}

/// Serves until a signal comes, after filling what stands in for the cloud, and the database.
///
/// # Errors
/// When a part of it cannot be reached, or the address is taken.
pub async fn run_development() -> Result<(), Failure> {
    let config = Config::from_env()?;
    telemetry::start_plain(&config.log_level);
    let state = state(config).await?;
    let mailbox = open_mailbox(&state).await?;
    start_providers(&state).await?;
    start_payments(&state).await?;
    let airtable = start_airtable(&state).await?;
    let cloud = prepare(&state).await?;
    let options = Options::development(mailbox, cloud);
    serve(state, options, |address| announce(address, &airtable)).await
}

/// Makes a state with a pool of connections.
///
/// # Errors
/// When no database is named, or its secret cannot be read.
pub async fn state(config: Config) -> Result<AppState, Failure> {
    let secrets = Secrets::default();
    let database = match &config.database {
        None => return Err("set DATABASE_URL or DATABASE_SECRET_ARN".into()),
        Some(DatabaseSource::Url(url)) => DbConfig::parse(url)?,
        Some(DatabaseSource::Secret { secret, host }) => {
            DbConfig::from_secret(&*secrets.get(secret).await?, host.as_deref())?
        }
    };
    let db = Db::pool(&database, settings::pool_size()?)?;
    Ok(AppState::new(config, db, secrets))
}

async fn open_mailbox(state: &AppState) -> Result<Mailbox, Failure> {
    let clock = state.clock.clone();
    let sender = bare_address(&state.config.mail_from).to_owned();
    let mailbox = Mailbox::new(REGION, [sender], move || clock.now());
    let endpoint = state.config.ses_endpoint.as_deref().unwrap_or_default();
    let address = endpoint.trim_start_matches("http://");
    start_ses(TcpListener::bind(address).await?, mailbox.clone())?;
    Ok(mailbox)
}

/// The people of the demo have accounts there, and one who is new here.
async fn start_providers(state: &AppState) -> Result<(), Failure> {
    let clock = state.clock.clone();
    let address = state.config.github_url.trim_start_matches("http://");
    let address = address.trim_end_matches("/github");
    let personas = vec![
        Persona::new("mentee", 1001, "Demo Mentee", "mentee@example.com"),
        Persona::new("mentor", 1002, "Demo Mentor", "mentor@example.com"),
        Persona::new("newcomer", 1003, "Nora Newcomer", "nora@example.com"),
    ];
    let listener = TcpListener::bind(address).await?;
    Providers::start(listener, &state.config.app_url, personas, move || {
        clock.now()
    })?;
    Ok(())
}

/// Its books are kept beside the database, which refers to them.
async fn start_payments(state: &AppState) -> Result<(), Failure> {
    let url = state.config.payment_url.as_deref().unwrap_or_default();
    let listener = TcpListener::bind(url.trim_start_matches("http://")).await?;
    let books = settings::cache().join("data/payments.json");
    PaymentStandIn::start(listener, Some(&books))?;
    Ok(())
}

/// Its base is kept beside the database, which refers to it. Gives where it can be looked at.
async fn start_airtable(state: &AppState) -> Result<String, Failure> {
    let config = state
        .config
        .airtable
        .as_ref()
        .ok_or("set AIRTABLE_BASE_ID")?;
    let listener = TcpListener::bind(config.url.trim_start_matches("http://")).await?;
    let file = settings::cache().join("data/airtable.json");
    let setup = airtable_stand_in::Setup {
        file: Some(&file),
        ..airtable_stand_in::Setup::default()
    };
    let clock = state.clock.clone();
    let stand_in = AirtableStandIn::start(listener, setup, move || clock.now())?;
    Ok(stand_in.url().to_owned())
}

/// `hello@example.com` of `Office Hours <hello@example.com>`.
fn bare_address(from: &str) -> &str {
    let inner = from.rsplit_once('<').map_or(from, |(_, rest)| rest);
    inner.trim_end_matches('>').trim()
}

async fn prepare(state: &AppState) -> Result<LocalCloud, Failure> {
    let step = Step::begin("secrets, queues and a bucket");
    let file = settings::cache().join("data/secrets.json");
    let cloud = LocalCloud {
        secrets: DevSecrets::keep(&file)?.named(),
    };
    cloud.fill(state).await?;
    step.done("there");

    let step = Step::begin("database schema");
    let report = migrate::run(state).await?;
    step.done(&format!("{} migrations applied", report.migrations_applied));

    let step = Step::begin("demo data");
    let is_new = demo::load_once(state).await?;
    step.done(if is_new { "loaded" } else { "there already" });
    Ok(cloud)
}

async fn serve(
    state: AppState,
    options: Options,
    announce: impl FnOnce(SocketAddr),
) -> Result<(), Failure> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let address = settings::address()?;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| taken(address, &error))?;
    let platform = start(listener, state, options)?;
    tracing::info!(address = %platform.address, "the platform serves");
    announce(platform.address);
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
    }
    platform.stop().await;
    Ok(())
}

fn announce(address: SocketAddr, airtable: &str) {
    let (url, password) = (format!("http://{address}"), demo::PASSWORD);
    println!(
        "
  Office Hours is running. Ctrl-C stops it.

    API        {url}/api/health
    Docs       {url}/api/docs/
    Admin      {url}/admin
    Sign in    {url}/api/auth/oauth/github (or google) names the page to go to
    Mailbox    {url}/dev/mailbox
    Airtable   {airtable} stands in for it: what is changed here appears there, and the other way round
    Cards      pm_card_ok pays; pm_card_action, pm_card_declined and others do what they are called

    Log in as  admin@example.com, mentor@example.com or mentee@example.com
    Password   {password}

    curl -s {url}/api/auth/login -H 'content-type: application/json' \\
      -d '{{\"email\": \"mentee@example.com\", \"password\": \"{password}\"}}'
"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sender_is_verified_by_the_bare_address() {
        assert_eq!(bare_address("Office Hours <hello@x.org>"), "hello@x.org");
        assert_eq!(bare_address("hello@x.org"), "hello@x.org");
    }
}
