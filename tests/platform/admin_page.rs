//! The page of admins, in a real browser.

use std::process::Command;

use crate::house::House;
use crate::schemathesis::cache;

/// Lets the browser look at a platform; gives what it has seen.
fn look(url: &str, email: &str, password: &str) -> String {
    let screenshots =
        std::env::temp_dir().join(format!("office-hours-page-{}", std::process::id()));
    std::fs::create_dir_all(&screenshots).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/browser/admin.mjs");
    let output = Command::new("node")
        .arg(script)
        .arg(url)
        .arg(&screenshots)
        .env("ADMIN_EMAIL", email)
        .env("ADMIN_PASSWORD", password)
        .env("CHROMIUM", cache().join("chromium"))
        .env("PLAYWRIGHT", cache().join("node"))
        .output()
        .expect("Node.js is installed: run `infra/setup.sh browser`");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{said}{complaints}\nscreenshots: {}",
        screenshots.display()
    );
    std::fs::remove_dir_all(screenshots).unwrap();
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn admins_use_their_page_by_keyboard_and_on_a_phone() {
    let house = House::start().await;
    // Somebody of whom there is a mail, and work.
    house.newcomer("mona", "mentor", "Europe/Berlin").await;
    let email = "admin@example.com";
    let password = standalone::admin::create(&house.state, email)
        .await
        .unwrap();
    let url = house.url().to_owned();

    let seen = tokio::task::spawn_blocking(move || look(&url, email, &password)).await;

    assert_eq!(seen.unwrap().lines().count(), 4);
    house.stop().await;
}
