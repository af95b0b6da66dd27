//! The cloud of one test, with the platform in it.
//!
//! ministack stands in for AWS; it runs the functions as processes, with the credentials of their roles. Our own
//! stand-in for SES keeps the mails. PostgreSQL is real.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use shared::clock::Clock;
use standalone::services::{Ministack, MinistackSetup, REGION, aws_variables};
use standalone::ses::{self, Mailbox};
use standalone::settings;
use tokio::net::TcpListener;

use crate::api::Api;
use crate::database::Database;
use crate::mail::{Mail, kind};

/// How long a mail may take: a cold start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Cloud {
    pub(crate) api: Api,
    pub(crate) database: Database,
    mailbox: Mailbox,
    account: Account,
}

impl Cloud {
    /// Deploys the platform under the name of a stage.
    pub(crate) async fn deploy(stage: &'static str) -> Self {
        let database = Database::create(stage).await;
        let mailbox = Mailbox::new(REGION, ["example.com"], || Clock::system().now());
        let account = Account::open(stage, serve(mailbox.clone()).await);
        let (template, binaries) = (checkout().join("template.yaml"), binaries());
        let secret = database.secret().to_string();
        let arguments = [path(&template), path(&binaries), stage, &secret];
        let id = account.run("deploy", &arguments);
        Self {
            api: Api::new(&account.ministack.url(), id.as_str().unwrap()),
            database,
            mailbox,
            account,
        }
    }

    /// Invokes a function and waits for what it returns.
    pub(crate) fn invoke(&self, function: &str) -> Value {
        let name = format!("office-hours-{}-{function}", self.account.stage);
        self.account.run("invoke", &[&name])
    }

    /// What each function may do.
    pub(crate) fn permissions(&self) -> Value {
        self.account.run("permissions", &[self.account.stage])
    }

    /// Waits for a mail.
    pub(crate) async fn mail(&self, wanted: &str, to: &str) -> Mail {
        let begun = Instant::now();
        loop {
            let mails = self.mailbox.mails();
            let mut mails = mails.iter();
            if let Some(mail) = mails.find(|mail| kind(mail) == wanted && mail.to == [to]) {
                return Mail::read(mail);
            }
            let arrived = self.mails();
            assert!(
                begun.elapsed() < PATIENCE,
                "no {wanted} to {to}; there are {arrived:?}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The kinds and readers of all mails, in the order of the alphabet.
    pub(crate) fn mails(&self) -> Vec<String> {
        let mails = self.mailbox.mails();
        let mut mails: Vec<String> = mails
            .iter()
            .map(|mail| format!("{} to {}", kind(mail), mail.to.join(", ")))
            .collect();
        mails.sort();
        mails
    }

    /// Every line of JSON that the functions logged.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let lines = self.account.logs().into_iter();
        lines
            .filter_map(|line| serde_json::from_str(&line).ok())
            .collect()
    }

    /// What the functions logged as errors.
    pub(crate) fn errors(&self) -> Vec<String> {
        let mut lines = self.account.logs();
        lines.retain(|line| line.contains("\"level\":\"ERROR\"") || line.contains("panicked"));
        lines
    }
}

/// An account in a cloud; both end when this is dropped.
struct Account {
    stage: &'static str,
    ministack: Ministack,
    folder: PathBuf,
}

impl Account {
    fn open(stage: &'static str, ses: String) -> Self {
        let folder = format!("office-hours-{stage}-{}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        let setup = MinistackSetup {
            folder: folder.clone(),
            checks_permissions: true,
            variables: vec![("AWS_ENDPOINT_URL_SESV2".to_owned(), ses)],
        };
        Self {
            stage,
            ministack: Ministack::start(setup).unwrap(),
            folder,
        }
    }

    fn run(&self, command: &str, arguments: &[&str]) -> Value {
        let output = self.command(command, arguments).output().unwrap();
        let problem = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cloud.py {command}: {problem}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn command(&self, command: &str, arguments: &[&str]) -> Command {
        let mut python = Command::new(settings::cache().join("venvs/ministack/bin/python"));
        python.arg(checkout().join("tests/e2e/cloud.py"));
        python.arg(command).args(arguments);
        python
            .env_clear()
            .envs(aws_variables(&self.ministack.url()));
        python
    }

    fn logs(&self) -> Vec<String> {
        serde_json::from_value(self.run("logs", &[self.stage])).unwrap()
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        if thread::panicking() {
            let logs = self.command("logs", &[self.stage]).output();
            let logs = logs.map(|output| output.stdout).unwrap_or_default();
            let lines: Vec<String> = serde_json::from_slice(&logs).unwrap_or_default();
            eprintln!(
                "the functions of {} logged:\n{}",
                self.stage,
                lines.join("\n")
            );
        }
        self.ministack.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Serves the stand-in for SES; returns its address.
async fn serve(mailbox: Mailbox) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, ses::router(mailbox)).into_future());
    format!("http://{address}")
}

fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Where `make lambda-e2e` puts the functions: beside the builds of this test, whatever they are called.
fn binaries() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folders = test.ancestors().map(|folder| folder.join("lambda-e2e"));
    let mut folders = folders.filter(|folder| folder.is_dir());
    folders
        .next()
        .expect("the functions are not built: run `make lambda-e2e`")
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}
