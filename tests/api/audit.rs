//! The audit log is only ever added to, and whoever changes it all the same is found out.

use shared::auth::audit::{AuditReport, verify};
use shared::domain::audit::{AuditAction, AuditEntry, Origin};
use shared::domain::id::UserId;
use shared::state::AppState;
use shared::store;
use tests::{Database, TestApp, api, secrets};

async fn verified(state: &AppState) -> AuditReport {
    let client = state.db.client().await.unwrap();
    verify(&client, None, state.clock.now()).await.unwrap()
}

#[tokio::test]
async fn a_hundred_changes_behind_everybodys_back_are_found() {
    let app = TestApp::new(api()).await;
    for _ in 0..12 {
        app.given_audit_line().await;
    }
    let before = verified(&app.state).await;
    assert!(before.is_whole, "{before:?}");
    assert_eq!(before.lines, 12);
    app.given_unguarded_audit_log().await;

    for number in 0..100 {
        let what = app.tampered(number).await;
        let report = verified(&app.state).await;
        assert!(!report.is_whole, "nobody noticed: {what}");
        assert!(!report.problems.is_empty());
    }
}

#[tokio::test]
async fn sixty_four_at_once_leave_no_gap() {
    let app = TestApp::new(api()).await;

    futures_util::future::join_all((0..64).map(|_| app.given_audit_line())).await;

    let report = verified(&app.state).await;
    assert!(report.is_whole, "{report:?}");
    assert_eq!(report.lines, 64);
    assert_eq!(report.head.unwrap().seq, 64);
}

#[tokio::test]
async fn days_are_chained_and_old_ones_can_be_forgotten() {
    let app = TestApp::new(api()).await;
    app.clock.reset();
    app.given_audit_line().await;
    app.given_aged_audit_log(1).await;
    app.given_audit_line().await;
    let report = verified(&app.state).await;
    assert!(report.is_whole, "{report:?}");
    // The day before the first, yesterday and today.
    assert_eq!((report.days, report.lines), (3, 2));

    let mut client = app.state.db.client().await.unwrap();
    let tx = client.transaction();
    assert_eq!(store::audit::purge(&tx, 0).await.unwrap(), 0);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn lines_of_three_years_ago_go_and_the_chain_stays_whole() {
    let app = TestApp::new(api()).await;
    app.clock.reset();
    app.given_audit_line().await;
    app.given_aged_audit_log(1096).await;
    app.given_audit_line().await;

    let mut client = app.state.db.client().await.unwrap();
    let tx = client.transaction();
    assert_eq!(store::audit::purge(&tx, 730).await.unwrap(), 1);
    tx.commit().await.unwrap();

    let report = verified(&app.state).await;
    assert!(report.is_whole, "{report:?}");
    assert_eq!(report.lines, 1);
}

#[tokio::test]
async fn even_an_administrator_is_refused_by_the_trigger() {
    let app = TestApp::new(api()).await;
    app.given_audit_line().await;
    for statement in [
        "UPDATE audit_log SET reason = 'another'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "TRUNCATE audit_log, audit_heads",
        "DELETE FROM audit_heads",
    ] {
        let refusal = app.refusal_of(statement).await.expect(statement);
        assert!(refusal.starts_with("42501"), "{statement}: {refusal}");
    }
    assert_eq!(app.audit_lines().await, 1);
}

/// As on RDS, where the platform's role may make roles, and where a database administrator has given it less.
#[tokio::test]
async fn the_platforms_own_role_may_add_and_read_and_nothing_else() {
    for rights in ["CREATEROLE", ""] {
        let database = Database::of_plain_role(rights).await;
        let state = AppState::preset(
            shared::config::Config::from_env().unwrap(),
            database.pool(2),
            secrets(),
        );
        let mut client = state.db.client().await.unwrap();
        let tx = client.transaction();
        let person: UserId = state.clock.id();
        let entry = AuditEntry::own(AuditAction::LoginSucceeded, person);
        let origin = Origin::default();
        store::audit::append(&tx, state.clock.id(), state.clock.now(), &origin, &entry)
            .await
            .unwrap();
        tx.commit().await.unwrap();

        for statement in [
            "UPDATE audit_log SET reason = 'another'",
            "DELETE FROM audit_log",
            "TRUNCATE audit_log",
            "DELETE FROM audit_heads",
        ] {
            let refusal = database.refusal_of(statement).await.expect(statement);
            assert!(
                refusal.starts_with("42501"),
                "{rights}: {statement}: {refusal}"
            );
        }
        let report = verified(&state).await;
        assert!(report.is_whole, "{report:?}");
        assert_eq!(report.lines, 1);
    }
}
