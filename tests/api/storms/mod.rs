//! Many people at once, on a real database: nobody is booked twice, nobody is promised what is not so, nothing deadlocks.

mod answers;
mod broken;
mod crowds;
mod repeated;

use http::StatusCode;
use tests::{Reply, Setup, TestApp, api};

/// An app with as many connections as a busy server.
async fn busy_app() -> TestApp {
    let setup = Setup {
        connections: 24,
        ..Setup::default()
    };
    TestApp::with(api(), setup).await
}

fn count(replies: &[Reply], status: StatusCode) -> usize {
    let same = replies.iter().filter(|reply| reply.status == status);
    same.count()
}

/// The address of a session that was just made.
fn path_of(made: &Reply) -> String {
    format!("/api/sessions/{}", made.data()["id"].as_str().unwrap())
}
