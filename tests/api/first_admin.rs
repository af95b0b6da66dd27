//! The first admin comes from a command.

use http::{Method, StatusCode};
use migrate::{FirstAdmin, MigrateError, Outcome};
use serde_json::{Value, json};
use shared::domain::user::Role;
use tests::{ACCOUNT_PASSWORD, TestApp};

async fn create(app: &TestApp, wish: Value) -> Result<FirstAdmin, MigrateError> {
    let task = serde_json::from_value(wish).unwrap();
    match Box::pin(migrate::invoke(&app.state, task)).await? {
        Outcome::AdminCreated(admin) => Ok(admin),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_first_admin_sets_a_password_by_a_link_that_works_once() {
    let app = TestApp::whole().await;
    let wish = json!({ "create_admin": { "email": "Root@Example.com" } });

    let admin = create(&app, wish).await.unwrap();

    let (page, token) = admin.password_link.split_once("?token=").unwrap();
    assert_eq!(page, "https://app.example.com/reset-password");
    let before = app.log_in("root@example.com", ACCOUNT_PASSWORD).await;
    assert_eq!(before.code(), "bad_credentials");
    let body = json!({ "token": token, "password": ACCOUNT_PASSWORD });
    let reset = async || {
        let call = app
            .call(Method::POST, "/api/auth/password/reset")
            .json(&body);
        call.send().await.status
    };
    assert_eq!(reset().await, StatusCode::NO_CONTENT);
    assert_eq!(reset().await, StatusCode::BAD_REQUEST);
    let login = app.log_in("root@example.com", ACCOUNT_PASSWORD).await;
    assert_eq!(login.data()["user"]["role"], "admin");
    assert_eq!(app.told().await[0], "user_created: first_admin");
}

#[tokio::test]
async fn there_is_one_first_admin() {
    let app = TestApp::whole().await;
    app.given_admin().await;
    let wish = json!({ "create_admin": { "email": "root@example.com" } });

    let refused = create(&app, wish).await.unwrap_err();

    assert!(matches!(refused, MigrateError::AdminExists));
    let login = app.log_in("root@example.com", ACCOUNT_PASSWORD).await;
    assert_eq!(login.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn somebody_elses_account_does_not_become_the_admins() {
    let app = TestApp::whole().await;
    app.given_account("ada@example.com", Role::Mentee).await;
    let wish = json!({ "create_admin": { "email": "ada@example.com" } });

    let refused = create(&app, wish).await.unwrap_err();

    assert!(matches!(refused, MigrateError::AddressTaken));
}
