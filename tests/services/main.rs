//! What a program of ours starts ends with it, also when it is killed.

#![allow(
    clippy::unwrap_used,
    reason = "tests say what they expect by unwrapping it"
)]

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Services that run for a command which never ends.
struct Running {
    child: Child,
    socket: String,
    ministack: String,
}

fn given_services() -> Running {
    let script = "echo $TEST_DATABASE_URL; echo $TEST_MINISTACK_URL; exec sleep 600";
    let mut command = Command::new(env!("CARGO_BIN_EXE_with-services"));
    command.args(["sh", "-c", script]).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let database = lines.next().unwrap().unwrap();
    let folder = database.split(['=', ' ']).nth(1).unwrap();
    let ministack = lines.next().unwrap().unwrap();
    Running {
        child,
        socket: format!("{folder}/.s.PGSQL.5432"),
        ministack: ministack.trim_start_matches("http://").to_owned(),
    }
}

impl Running {
    /// How many of the two answer.
    fn answering(&self) -> usize {
        usize::from(UnixStream::connect(&self.socket).is_ok())
            + usize::from(TcpStream::connect(&self.ministack).is_ok())
    }

    fn wait_until_nothing_answers(&self) {
        let begun = Instant::now();
        while self.answering() > 0 {
            assert!(begun.elapsed() < Duration::from_secs(20), "orphans");
            sleep(Duration::from_millis(20));
        }
    }

    /// What a kill leaves behind, on disk only.
    fn remove_folder(&self) {
        let folder = std::env::temp_dir().join(format!("office-hours-{}", self.child.id()));
        let _ = std::fs::remove_dir_all(folder);
    }
}

#[test]
fn services_end_with_whoever_started_them() {
    let mut running = given_services();
    assert_eq!(running.answering(), 2);

    running.child.kill().unwrap();
    running.child.wait().unwrap();

    running.wait_until_nothing_answers();
    running.remove_folder();
}

#[test]
fn services_end_when_asked_to() {
    let mut running = given_services();
    assert_eq!(running.answering(), 2);

    standalone::services::send_signal(running.child.id(), "TERM");

    let status = running.child.wait().unwrap();
    assert_eq!(status.code(), Some(128 + 15));
    assert_eq!(running.answering(), 0);
}
