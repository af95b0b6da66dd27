//! ministack: one process that answers as SQS, Secrets Manager and the rest of AWS do.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::process::{bound, kill_group, wait_until};
use super::{REGION, ServiceError, end_of, free_port};
use crate::settings;

const WHAT: &str = "ministack";
const PATIENCE: Duration = Duration::from_mins(1);

/// The account everything is in.
pub const ACCOUNT: &str = "123456789012";

/// How ministack is wanted.
#[derive(Clone, Debug, Default)]
pub struct MinistackSetup {
    /// Where it keeps its files.
    pub folder: PathBuf,
    /// Whether it checks signatures and policies, as AWS does.
    pub checks_permissions: bool,
    /// More of its settings.
    pub variables: Vec<(String, String)>,
}

/// A running ministack; ends when it is dropped, and forgets everything.
#[derive(Debug)]
pub struct Ministack {
    setup: MinistackSetup,
    port: u16,
    child: Option<Child>,
}

impl Ministack {
    /// Starts it on a free port and waits until it answers.
    ///
    /// # Errors
    /// When it is not installed, or does not start.
    pub fn start(setup: MinistackSetup) -> Result<Self, ServiceError> {
        let mut ministack = Self {
            setup,
            port: free_port().map_err(failed)?,
            child: None,
        };
        ministack.start_again()?;
        Ok(ministack)
    }

    /// Starts it on the same port after it was stopped or has ended.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again(&mut self) -> Result<(), ServiceError> {
        self.stop();
        let mut child = self.server()?.spawn().map_err(failed)?;
        let ready = wait_until(&mut child, PATIENCE, || is_ready(self.port));
        self.child = Some(child);
        let log = self.setup.folder.join("log");
        ready.map_err(|why| failed(format!("{why}\n{}", end_of(&log))))
    }

    /// Its address, for `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The address of a queue, whether it is there or not.
    #[must_use]
    pub fn queue_url(&self, name: &str) -> String {
        format!("{}/{ACCOUNT}/{name}", self.url())
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        let status = self.child.as_mut().map(Child::try_wait);
        matches!(status, Some(Ok(None)))
    }

    /// Ends it.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // When asked it takes seconds, to save what nobody reads again; its Lambda functions are of its group.
            kill_group(&mut child);
        }
    }

    fn server(&self) -> Result<Command, ServiceError> {
        let program = settings::cache().join("venvs/ministack/bin/ministack");
        if !program.is_file() {
            return Err(ServiceError::Missing {
                what: WHAT,
                remedy: "type infra/setup.sh ministack".to_owned(),
            });
        }
        let folder = std::path::absolute(&self.setup.folder).map_err(failed)?;
        fs::create_dir_all(&folder).map_err(failed)?;
        let log = fs::File::create(folder.join("log")).map_err(failed)?;
        let mut server = bound(&program, "TERM");
        server.current_dir(&folder).process_group(0);
        server.stdin(Stdio::null());
        server.stdout(log.try_clone().map_err(failed)?).stderr(log);
        self.set_environment(&mut server, &folder);
        Ok(server)
    }

    /// What it has in its environment, its Lambda functions would have in theirs: nothing of ours.
    fn set_environment(&self, server: &mut Command, folder: &Path) {
        server.env_clear().env("PATH", settings::path());
        server.env("AWS_ENDPOINT_URL", self.url());
        server.env("LANG", "C.UTF-8").env("BIND_HOST", "127.0.0.1");
        server.env("GATEWAY_PORT", self.port.to_string());
        server.env("MINISTACK_REGION", REGION);
        server.env("MINISTACK_ACCOUNT_ID", ACCOUNT);
        for name in ["HOME", "TMPDIR", "STATE_DIR"] {
            server.env(name, folder);
        }
        server.env("S3_DATA_DIR", folder.join("s3"));
        server.env("AUTH", self.setup.checks_permissions.to_string());
        server.envs(self.setup.variables.iter().cloned());
    }
}

impl Drop for Ministack {
    fn drop(&mut self) {
        self.stop();
    }
}

fn failed(why: impl ToString) -> ServiceError {
    ServiceError::failed(WHAT, why)
}

fn is_ready(port: u16) -> bool {
    ask_health(port).is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

fn ask_health(port: u16) -> std::io::Result<String> {
    let limit = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&SocketAddr::from(([127, 0, 0, 1], port)), limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.write_all(
        b"GET /_ministack/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    )?;
    let mut start = [0; 12];
    stream.read_exact(&mut start)?;
    Ok(String::from_utf8_lossy(&start).into_owned())
}
