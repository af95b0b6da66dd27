//! Runs a command with a PostgreSQL and a ministack of its own: `with-services cargo test`.
//!
//! The command finds them by `TEST_DATABASE_URL` (an administrator's connection) and `TEST_MINISTACK_URL`; an AWS client
//! finds the second by itself. They end with the command, or with this program, however that ends.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::time::Duration;

use standalone::services::{
    FOREIGN_AWS_VARIABLES, Ministack, MinistackSetup, Postgres, PostgresSetup, aws_variables,
    bound, send_signal,
};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;

type Failure = Box<dyn std::error::Error>;

/// One thread: services end with the thread that started them, which must be the main thread.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((program, arguments)) = arguments.split_first() else {
        eprintln!("usage: with-services COMMAND [ARGUMENT...]");
        return ExitCode::from(2);
    };
    match run(program, arguments).await {
        Ok(status) => exit_code(status),
        Err(failure) => {
            eprintln!("with-services: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(program: &str, arguments: &[String]) -> Result<ExitStatus, Failure> {
    let folder = Folder(std::env::temp_dir().join(format!("office-hours-{}", std::process::id())));
    let postgres = Postgres::start(PostgresSetup {
        folder: folder.0.join("postgres"),
        is_kept: false,
    })?;
    let ministack = Ministack::start(MinistackSetup {
        folder: folder.0.join("ministack"),
        ..MinistackSetup::default()
    })?;
    let mut command = command(program, arguments, &postgres, &ministack);
    wait(command.spawn()?).await
}

fn command(
    program: &str,
    arguments: &[String],
    postgres: &Postgres,
    ministack: &Ministack,
) -> Command {
    let mut command = bound(Path::new(program), "TERM");
    command.args(arguments);
    for name in FOREIGN_AWS_VARIABLES {
        command.env_remove(name);
    }
    command.envs(aws_variables(&ministack.url()));
    // Tests run in the folder of their crate, where a relative path leads elsewhere.
    command.env("OFFICE_HOURS_CACHE", standalone::settings::cache());
    command.env("TEST_DATABASE_URL", postgres.url("postgres"));
    command.env("TEST_MINISTACK_URL", ministack.url());
    command
}

/// Waits for the command. Ctrl-C reaches it without our help; a second one, and anything else, is passed on.
async fn wait(mut child: Child) -> Result<ExitStatus, Failure> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interruptions = 0;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        tokio::select! {
            () = sleep(Duration::from_millis(20)) => {}
            _ = terminated.recv() => send_signal(child.id(), "TERM"),
            _ = interrupted.recv() => {
                interruptions += 1;
                if interruptions > 1 {
                    send_signal(child.id(), "TERM");
                }
            }
        }
    }
}

/// As a shell says it: 128 and the signal, when a signal ended the command.
fn exit_code(status: ExitStatus) -> ExitCode {
    use std::os::unix::process::ExitStatusExt;

    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

/// A folder that is thrown away at the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
