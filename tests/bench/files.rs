//! A thousand connections are a thousand open files, of which most shells allow fewer.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

use standalone::development::Failure;

const NEEDED: u64 = 4_096;

/// Said to the program that follows, so that it does not try once more.
const RAISED: &str = "--raised";

/// Starts this program anew with as many open files as one may have, when there are too few.
pub(crate) fn allow_many(arguments: &[String]) -> Result<(), Failure> {
    if allowed() >= NEEDED {
        return Ok(());
    }
    if arguments.iter().any(|argument| argument == RAISED) {
        return Err(
            format!("{NEEDED} open files are needed: raise the limit (ulimit -H -n)").into(),
        );
    }
    let mut command = with_many_files();
    command
        .arg(std::env::current_exe()?)
        .args(arguments)
        .arg(RAISED);
    Err(command.exec().into())
}

/// A command that raises the limit and becomes the program named by its arguments.
pub(crate) fn with_many_files() -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", SCRIPT, "sh"]);
    command
}

/// What [`with_many_files`] does, for a shell.
pub(crate) const SCRIPT: &str = r#"ulimit -S -n "$(ulimit -H -n)" 2>/dev/null; exec "$@""#;

fn allowed() -> u64 {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next());
    match soft {
        Some("unlimited") => u64::MAX,
        soft => soft.and_then(|soft| soft.parse().ok()).unwrap_or(0),
    }
}
