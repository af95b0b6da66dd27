//! Programs that end when we end, and how to end them before.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How often a child is looked at.
const GLANCE: Duration = Duration::from_millis(5);

/// Makes a command that gets `signal` (such as `TERM`) when the thread that starts it ends, however that happens.
///
/// Where the system has no `setpriv` it is the plain command.
#[must_use]
pub fn bound(program: &Path, signal: &str) -> Command {
    bound_as(program, signal, None)
}

/// The same as another user, which needs `setpriv`.
pub(super) fn bound_as(program: &Path, signal: &str, user: Option<&str>) -> Command {
    if !has_setpriv() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    if let Some(user) = user {
        command.args(["--reuid", user, "--regid", user, "--init-groups"]);
    }
    command.args(["--pdeathsig", signal]).arg(program);
    command
}

fn has_setpriv() -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    *FOUND.get_or_init(|| {
        quiet(Command::new("setpriv").arg("--version")).is_ok_and(|status| status.success())
    })
}

/// Runs a command to its end and shows nothing of it.
pub(super) fn quiet(command: &mut Command) -> std::io::Result<ExitStatus> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
}

/// Runs a command to its end; its output is the error when it fails.
pub(super) fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

/// Sends a signal (such as `TERM`) to a child that has not been waited for.
pub fn send_signal(child: u32, signal: &str) {
    // `std` only knows SIGKILL, and small systems have `kill` in their shell only.
    let mut command = Command::new("sh");
    command.args(["-c", "kill -s \"$1\" \"$2\"", "sh", signal]);
    let _ = quiet(command.arg(child.to_string()));
}

/// Ends a child that leads a group at once, with everything it has started.
pub(super) fn kill_group(child: &mut Child) {
    if matches!(child.try_wait(), Ok(None)) {
        let mut command = Command::new("sh");
        command.args(["-c", "kill -s KILL -- \"-$1\"", "sh"]);
        let _ = quiet(command.arg(child.id().to_string()));
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// Ends a child: asks by `signal`, and insists when it has not ended after `patience`.
pub fn stop(child: &mut Child, signal: &str, patience: Duration) {
    if matches!(child.try_wait(), Ok(Some(_))) {
        return;
    }
    send_signal(child.id(), signal);
    let begun = Instant::now();
    while begun.elapsed() < patience {
        if matches!(child.try_wait(), Ok(Some(_))) {
            return;
        }
        sleep(GLANCE);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Waits until a child is ready; says how it ended when it ends before.
pub(super) fn wait_until(
    child: &mut Child,
    patience: Duration,
    mut is_ready: impl FnMut() -> bool,
) -> Result<(), String> {
    let begun = Instant::now();
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Err(format!("it ended ({status})"));
        }
        if is_ready() {
            return Ok(());
        }
        if begun.elapsed() > patience {
            return Err(format!("it is not ready after {} s", patience.as_secs()));
        }
        sleep(GLANCE);
    }
}
