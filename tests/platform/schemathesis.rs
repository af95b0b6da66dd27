//! Invented input: schemathesis reads the OpenAPI document and tries to break what it promises.

use std::path::PathBuf;
use std::process::Command;

use crate::house::{House, Person};

/// What is held to be wrong.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_schema_conformance,negative_data_rejection";

#[expect(
    clippy::disallowed_methods,
    reason = "where tests run is no configuration of the platform"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A program of the environment that checks what we make with the eyes of others.
pub(crate) fn check_tool(name: &str) -> PathBuf {
    cache().join("venvs/checks/bin").join(name)
}

/// Where `infra/setup.sh` puts its tools.
pub(crate) fn cache() -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    variable("OFFICE_HOURS_CACHE").map_or_else(|| root.join(".local"), PathBuf::from)
}

/// Runs over every operation; logging out is tried last, since it ends the token of all others.
async fn break_as(house: House, person: Person) {
    for filter in [
        ["--exclude-path-regex", "^/api/auth/logout"],
        ["--include-path-regex", "^/api/auth/logout"],
    ] {
        let mut command = Command::new(check_tool("schemathesis"));
        command
            .args([
                "run",
                &format!("{}/api/openapi.json", house.url),
                "--checks",
                CHECKS,
            ])
            .args([
                "--max-examples",
                &variable("TEST_EXAMPLES").unwrap_or_else(|| "20".to_owned()),
            ])
            .args([
                "--seed",
                "20260302",
                "--phases",
                "examples,coverage,fuzzing",
                // Two would parse Python at once, which CPython 3.11 cannot do (SystemError: AST constructor).
                "--workers",
                "1",
                "--no-color",
            ])
            .args(["--suppress-health-check", "all", "--warnings", "off"])
            .args([
                "--header",
                &format!("Authorization: Bearer {}", person.token),
            ])
            .args(filter)
            .current_dir(std::env::temp_dir());
        let run = tokio::task::spawn_blocking(move || command.output())
            .await
            .unwrap();
        let run = run.expect("schemathesis is installed: run `infra/setup.sh checks`");
        let report = String::from_utf8_lossy(&run.stdout);
        assert!(
            run.status.success(),
            "{report}\n{}",
            String::from_utf8_lossy(&run.stderr)
        );
        assert!(report.contains("passed"), "it tested nothing:\n{report}");
    }
    house.stop().await;
}

async fn break_as_newcomer(role: &str) {
    let house = House::start().await;
    let person = house.newcomer("tester", role, "Europe/Berlin").await;
    break_as(house, person).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_breaks_nothing_as_a_mentor() {
    break_as_newcomer("mentor").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_breaks_nothing_as_a_mentee() {
    break_as_newcomer("mentee").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_breaks_nothing_as_an_admin() {
    let house = House::start().await;
    let admin = house.admin().await;
    break_as(house, admin).await;
}
