//! `--development`: starts what the platform needs on this machine, then the platform itself as a child with its
//! environment. Nothing of it outlives this process, however it ends.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};

use crate::progress::Step;
use crate::services::{
    FOREIGN_AWS_VARIABLES, Ministack, MinistackSetup, Postgres, PostgresSetup, ServiceError,
    aws_variables, bound, free_port, stop,
};
use crate::{providers, secrets, settings};

/// The hidden argument that makes the child the server.
pub const SERVER: &str = "--development-server";

/// What stops a start or a run.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A server may finish what it has begun.
const PATIENCE: Duration = Duration::from_secs(20);

/// Raises the limit of open files as far as one may, then becomes the server.
const WITH_MANY_FILES: &str = r#"ulimit -S -n "$(ulimit -H -n)" 2>/dev/null; exec "$@""#;

struct Services {
    postgres: Postgres,
    ministack: Ministack,
}

/// Runs everything until a signal comes, or the server ends. Call it on the main thread.
///
/// # Errors
/// When something is missing or does not start.
pub async fn run() -> Result<ExitCode, Failure> {
    let address = find_address()?;
    let data = settings::cache().join("data");
    fs::create_dir_all(&data)?;
    let mut services = Services::start(&data)?;
    let server = services.server(address)?.spawn()?;
    watch(server, &mut services).await
}

async fn watch(mut server: Child, services: &mut Services) -> Result<ExitCode, Failure> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut hung_up = signal(SignalKind::hangup())?;
    let mut glances = interval(Duration::from_millis(500));
    glances.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = interrupted.recv() => break,
            _ = terminated.recv() => break,
            _ = hung_up.recv() => break,
            _ = glances.tick() => {
                if let Some(status) = server.try_wait()? {
                    return Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
                }
                services.revive();
            }
        }
    }
    eprintln!("\nstopping");
    stop(&mut server, "TERM", PATIENCE);
    Ok(ExitCode::SUCCESS)
}

impl Services {
    fn start(data: &Path) -> Result<Self, ServiceError> {
        let step = Step::begin("PostgreSQL");
        let postgres = Postgres::start(PostgresSetup {
            folder: data.join("postgres"),
            is_kept: true,
        })?;
        step.done("ready");
        if let Some(folder) = postgres.elsewhere() {
            let folder = folder.display();
            println!("  (in {folder}: its user may not look into this folder)");
        }
        let step = Step::begin("ministack, which stands in for AWS");
        let ministack = Ministack::start(MinistackSetup {
            folder: data.join("ministack"),
            ..MinistackSetup::default()
        })?;
        step.done("ready");
        Ok(Self {
            postgres,
            ministack,
        })
    }

    /// Starts again what has ended by itself; the platform finds its way back to it.
    fn revive(&mut self) {
        if !self.postgres.is_running() {
            report("PostgreSQL", self.postgres.start_again());
        }
        if !self.ministack.is_running() {
            report("ministack", self.ministack.start_again());
        }
    }

    fn server(&self, address: SocketAddr) -> Result<Command, Failure> {
        let program: PathBuf = std::env::current_exe()?;
        let mut command = bound(Path::new("sh"), "TERM");
        command.args(["-c", WITH_MANY_FILES, "sh"]);
        command.arg(program).arg(SERVER);
        // Ctrl-C at the terminal is for us: we stop the server before what it needs.
        command.process_group(0);
        for name in FOREIGN_AWS_VARIABLES {
            command.env_remove(name);
        }
        command.env_remove("DATABASE_SECRET_ARN");
        command.envs(aws_variables(&self.ministack.url()));
        command.envs(self.variables(address)?);
        for (name, value) in defaults(&api_url(address)) {
            if settings::variable(name).is_none() {
                command.env(name, value);
            }
        }
        Ok(command)
    }

    fn variables(&self, address: SocketAddr) -> Result<Vec<(&'static str, String)>, Failure> {
        let ses = format!("http://127.0.0.1:{}", free_port()?);
        let providers = format!("http://127.0.0.1:{}", free_port()?);
        let payments = format!("http://127.0.0.1:{}", free_port()?);
        let airtable = format!("http://127.0.0.1:{}", free_port()?);
        Ok(vec![
            ("STAGE", "development".to_owned()),
            ("HOST", address.ip().to_string()),
            ("PORT", address.port().to_string()),
            ("API_URL", api_url(address)),
            ("DATABASE_URL", self.postgres.url("app")),
            ("EMAIL_QUEUE_URL", self.ministack.queue_url("email")),
            (
                "EMAIL_BULK_QUEUE_URL",
                self.ministack.queue_url("email-bulk"),
            ),
            ("EXPORT_QUEUE_URL", self.ministack.queue_url("export")),
            ("PAYMENT_QUEUE_URL", self.ministack.queue_url("payment")),
            ("MATCHING_QUEUE_URL", self.ministack.queue_url("matching")),
            (
                "ASSIGNMENT_QUEUE_URL",
                self.ministack.queue_url("assignment"),
            ),
            ("AIRTABLE_QUEUE_URL", self.ministack.queue_url("airtable")),
            ("DELIVERY_QUEUE_URL", self.ministack.queue_url("delivery")),
            ("AIRTABLE_URL", airtable),
            ("AIRTABLE_BASE_ID", airtable_stand_in::BASE.to_owned()),
            ("AIRTABLE_SECRET_ARN", secrets::AIRTABLE.to_owned()),
            ("PAYMENT_URL", payments),
            ("PAYMENT_SECRET_ARN", secrets::PAYMENT.to_owned()),
            ("EXPORT_BUCKET", "exports".to_owned()),
            ("AWS_ENDPOINT_URL_SESV2", ses),
            ("OAUTH_GITHUB_URL", providers::github_url(&providers)),
            (
                "OAUTH_GITHUB_API_URL",
                providers::github_api_url(&providers),
            ),
            ("OAUTH_GOOGLE_ISSUER", providers::google_issuer(&providers)),
            ("OAUTH_SECRET_ARN", secrets::OAUTH.to_owned()),
            ("JWT_SIGNING_SECRET_ARN", secrets::SIGNING.to_owned()),
            ("JWT_PUBLIC_SECRET_ARN", secrets::PUBLIC.to_owned()),
            ("APP_SECRET_ARN", secrets::APP.to_owned()),
            ("DATA_KEYS_SECRET_ARN", secrets::DATA_KEYS.to_owned()),
            ("PEPPER_SECRET_ARN", secrets::PEPPER.to_owned()),
        ])
    }
}

/// What a developer may choose differently.
fn defaults(api_url: &str) -> [(&'static str, &str); 5] {
    [
        ("LOG_LEVEL", "info,refinery_core=warn,tokio_postgres=warn"),
        ("APP_URL", api_url),
        ("TRUSTED_PROXIES", "127.0.0.1,::1"),
        ("MENTOR_VETTING", "off"),
        ("ADMIN_TOTP", "optional"),
    ]
}

fn report(what: &str, result: Result<(), ServiceError>) {
    match result {
        Ok(()) => eprintln!("{what} had ended by itself and was started again"),
        Err(failure) => eprintln!("{failure}"),
    }
}

/// Where the server will be: looked up first, because a taken port is what goes wrong most often.
fn find_address() -> Result<SocketAddr, Failure> {
    let mut address = settings::address()?;
    let listener = TcpListener::bind(address).map_err(|error| taken(address, &error))?;
    address.set_port(listener.local_addr()?.port());
    Ok(address)
}

/// Says that the server cannot listen there, and what to do.
pub(crate) fn taken(address: SocketAddr, error: &std::io::Error) -> Failure {
    let port = address.port();
    if error.kind() == std::io::ErrorKind::AddrInUse {
        let other = port.wrapping_add(1).max(1024);
        return format!("port {port} is taken; choose another: PORT={other} make run").into();
    }
    format!("cannot listen on {address}: {error}").into()
}

fn api_url(address: SocketAddr) -> String {
    let mut reached = address;
    if address.ip().is_unspecified() {
        reached.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    format!("http://{reached}")
}
