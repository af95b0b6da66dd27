//! PostgreSQL: a cluster of our own, reached by a unix socket only.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::home::Home;
use super::process::{run, stop, wait_until};
use super::programs::Programs;
use super::{ServiceError, end_of};

const WHAT: &str = "PostgreSQL";

/// The first start after a crash reads the log again.
const PATIENCE: Duration = Duration::from_mins(1);

/// The administrator of the cluster, and the owner of every database.
const USER: &str = "app";

/// What kind of cluster is wanted.
#[derive(Clone, Debug)]
pub struct PostgresSetup {
    /// Where it lives.
    pub folder: PathBuf,
    /// Whether it stays, and survives a crash of the machine; else it is thrown away at the end, and is faster.
    pub is_kept: bool,
}

/// A running PostgreSQL; ends when it is dropped.
#[derive(Debug)]
pub struct Postgres {
    setup: PostgresSetup,
    programs: Programs,
    home: Home,
    child: Option<Child>,
}

impl Postgres {
    /// Starts a cluster and waits until it answers; makes it first when it is not there, with a database `app`.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or does not start.
    pub fn start(setup: PostgresSetup) -> Result<Self, ServiceError> {
        let programs = Programs::find()?;
        let home = Home::open(&setup.folder, &programs).map_err(failed)?;
        let mut postgres = Self {
            setup,
            programs,
            home,
            child: None,
        };
        postgres.start_again()?;
        Ok(postgres)
    }

    /// Starts it after it was stopped or has ended.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again(&mut self) -> Result<(), ServiceError> {
        self.stop();
        if !self.cluster().is_dir() {
            self.make_cluster()?;
        }
        let mut child = self.server()?.spawn().map_err(failed)?;
        let (pid, state) = (child.id(), self.cluster().join("postmaster.pid"));
        let ready = wait_until(&mut child, PATIENCE, || is_ready(&state, pid));
        self.child = Some(child);
        ready.map_err(|why| failed(format!("{why}\n{}", self.explanation())))
    }

    /// The connection string of one of its databases.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!(
            "host={} user={USER} dbname={database}",
            self.home.socket.display()
        )
    }

    /// Where it is, when it could not be where it was asked for: its user may not go there.
    #[must_use]
    pub fn elsewhere(&self) -> Option<&Path> {
        self.home
            .is_elsewhere()
            .then_some(self.home.folder.as_path())
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        let status = self.child.as_mut().map(Child::try_wait);
        matches!(status, Some(Ok(None)))
    }

    /// Ends it, cleanly; connections are cut.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            stop(&mut child, "INT", Duration::from_secs(20));
        }
    }

    fn cluster(&self) -> PathBuf {
        self.home.folder.join("cluster")
    }

    fn log(&self) -> PathBuf {
        self.home.folder.join("log")
    }

    /// Under another name until it is whole: a start may be interrupted.
    fn make_cluster(&self) -> Result<(), ServiceError> {
        let unfinished = self.home.folder.join("unfinished");
        let _ = fs::remove_dir_all(&unfinished);
        let mut initdb = self.command("initdb");
        initdb.args(["--no-sync", "--auth=trust", "--username", USER]);
        initdb.args(["--encoding=UTF8", "--locale=C.UTF-8", "--pgdata"]);
        run(initdb.arg(&unfinished)).map_err(failed)?;
        let mut single = self.command("postgres");
        single.arg("--single").arg("-D").arg(&unfinished);
        single.args(["-c", "fsync=off", "postgres"]);
        let statement = self.home.folder.join("first-statement");
        fs::write(&statement, format!("CREATE DATABASE {USER};\n")).map_err(failed)?;
        let input = fs::File::open(&statement).map_err(failed)?;
        run(single.stdin(input)).map_err(failed)?;
        let _ = fs::remove_file(&statement);
        fs::rename(&unfinished, self.cluster()).map_err(failed)
    }

    fn server(&self) -> Result<Command, ServiceError> {
        let log = fs::File::create(self.log()).map_err(failed)?;
        let mut server = self.command("postgres");
        server.arg("-D").arg(self.cluster());
        let sockets = format!("unix_socket_directories={}", self.home.socket.display());
        for setting in [
            "listen_addresses=",
            &sockets,
            "unix_socket_permissions=0700",
            "max_connections=200",
        ] {
            server.args(["-c", setting]);
        }
        if !self.setup.is_kept {
            for setting in [
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
            ] {
                server.args(["-c", setting]);
            }
        }
        server.stdin(Stdio::null());
        server.stdout(log.try_clone().map_err(failed)?).stderr(log);
        Ok(server)
    }

    /// Of a group of its own: Ctrl-C at the terminal is for us, who end it when nobody needs it any more.
    fn command(&self, name: &str) -> Command {
        let mut command = self.programs.command(name);
        command.current_dir(&self.home.folder).process_group(0);
        command
    }

    fn explanation(&self) -> String {
        let end = end_of(&self.log());
        let hint = if end.contains("lock file") {
            "(is it running already, by another start from this folder?)\n"
        } else if end.contains("incompatible with server") {
            "(another version of PostgreSQL made this cluster: `make clean-local` throws it away)\n"
        } else {
            ""
        };
        format!("{hint}{end}")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
        if !self.setup.is_kept {
            self.home.remove();
        }
    }
}

fn failed(why: impl ToString) -> ServiceError {
    ServiceError::failed(WHAT, why)
}

/// The server writes its process id in the first line of this file and, last, its state in the eighth.
fn is_ready(state: &Path, pid: u32) -> bool {
    let text = fs::read_to_string(state).unwrap_or_default();
    let mut lines = text.lines().map(str::trim);
    lines.next() == Some(pid.to_string().as_str()) && lines.nth(6) == Some("ready")
}
