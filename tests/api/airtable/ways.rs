//! What is changed on one side appears on the other.

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;
use shared::domain::id::Id;
use tests::TestApp;

use crate::book;

#[tokio::test]
async fn somebody_new_appears_there_and_what_they_change_does_too() {
    let app = TestApp::with_airtable().await;
    let mentor = app.given_mentor().await;
    app.wake_sync().await;
    app.settle_airtable().await;
    assert_eq!(app.cell(mentor, "Role"), "mentor");

    app.edit_here(mentor, "bio", &json!("Numbers.")).await;
    app.edit_here(mentor, "expertise_areas", &json!(["Pricing", "Law"]))
        .await;
    assert_eq!(
        app.sync_status(mentor).await["airtable_sync_status"],
        "pending"
    );
    app.settle_airtable().await;

    assert_eq!(app.cell(mentor, "Bio"), "Numbers.");
    assert_eq!(app.cell(mentor, "Expertise"), json!(["Pricing", "Law"]));
    let status = app.sync_status(mentor).await;
    assert_eq!(status["airtable_sync_status"], "synced");
    assert_eq!(status["airtable_record_id"], app.there(mentor).unwrap().0);
    assert_eq!(status["problem"], json!(null));
}

#[tokio::test]
async fn what_a_program_manager_changes_there_appears_here() {
    let app = TestApp::with_airtable().await;
    let mentor = app.given_mentor().await;
    app.wake_sync().await;
    app.settle_airtable().await;
    let writes = app.airtable().writes();

    app.edit_there(mentor, "Bio", &json!("Written there"));
    app.edit_there(mentor, "Years of Experience", &json!(12));
    app.edit_there(mentor, "Languages", &json!(["English", "French"]));
    app.settle_airtable().await;

    assert_eq!(app.here(mentor, "bio").await, "Written there");
    assert_eq!(app.here(mentor, "years_experience").await, 12);
    assert_eq!(
        app.here(mentor, "languages").await,
        json!(["English", "French"])
    );
    // Nothing goes back: it came from there.
    assert_eq!(app.airtable().writes(), writes);
    assert_eq!(
        app.sync_status(mentor).await["airtable_sync_status"],
        "synced"
    );
}

#[tokio::test]
async fn what_only_the_platform_says_is_put_right_there() {
    let app = TestApp::with_airtable().await;
    let mentor = app.given_mentor().await;
    app.wake_sync().await;
    app.settle_airtable().await;
    let email = app.cell(mentor, "Email");

    app.edit_there(mentor, "Role", &json!("admin"));
    app.edit_there(mentor, "Email", &json!("eve@example.com"));
    app.settle_airtable().await;

    assert_eq!(app.here(mentor, "role").await, "mentor");
    assert_eq!(app.here(mentor, "email").await, email);
    assert_eq!(app.cell(mentor, "Role"), "mentor");
    assert_eq!(app.cell(mentor, "Email"), email);
}

#[tokio::test]
async fn whose_word_counts_an_admin_says() {
    let app = TestApp::with_airtable().await;
    let (admin, mentor) = (app.given_admin().await, app.given_mentor().await);
    app.edit_here(mentor, "title", &json!("Founder")).await;
    app.wake_sync().await;
    app.settle_airtable().await;
    let change = json!({ "fields": [
        { "field": "title", "airtable_field": "Title", "owner": "airtable", "is_synced": true },
        { "field": "bio", "airtable_field": "Bio", "owner": "shared", "is_synced": false },
        { "field": "location", "airtable_field": "Where", "owner": "shared", "is_synced": true },
    ] });
    let (status, body) = app.put_as(admin, "/api/sync/fields", &change).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    app.settle_airtable().await;

    app.edit_here(mentor, "title", &json!("Chief")).await;
    app.edit_here(mentor, "bio", &json!("Stays here")).await;
    app.edit_here(mentor, "location", &json!("Nowhere")).await;
    app.settle_airtable().await;

    assert_eq!(app.here(mentor, "title").await, "Founder");
    assert_eq!(app.cell(mentor, "Title"), "Founder");
    assert_eq!(app.cell(mentor, "Bio"), json!(null));
    let (_, fields) = app.get_as(admin, "/api/sync/fields").await;
    let all = fields["data"]["fields"].as_array().unwrap();
    let location = all
        .iter()
        .find(|field| field["field"] == "location")
        .unwrap();
    assert_eq!(location["is_found"], false);
}

#[tokio::test]
async fn people_are_written_ten_at_a_time() {
    let app = TestApp::with_airtable().await;
    let mut people = Vec::new();
    for _ in 0..25 {
        people.push(app.given_mentee().await);
    }
    app.wake_sync().await;
    let before = app.airtable().questions();
    app.settle_airtable().await;

    assert_eq!(app.airtable().records("People").len(), 25);
    // Three writes of records, and the log that tells of them.
    assert!(app.airtable().questions() - before <= 6);
    for person in people {
        assert_eq!(
            app.sync_status(person).await["airtable_sync_status"],
            "synced"
        );
    }
}

#[tokio::test]
async fn sessions_are_shown_there_and_nothing_of_them_comes_back() {
    let app = TestApp::with_airtable().await;
    let (mentor, mentee) = (app.given_open_mentor().await, app.given_mentee().await);
    let booked = book(&app, mentee, mentor, "2026-03-04T10:00:00Z").await;
    assert_eq!(booked.status, StatusCode::CREATED, "{}", booked.text);
    let id = booked.data()["id"].as_str().unwrap().to_owned();
    app.settle_airtable().await;
    let (record, cells) = app.airtable().find("Sessions", "Platform ID", &id).unwrap();
    assert_eq!(cells["Status"], "pending");
    assert_eq!(cells["Mentor"], mentor.uuid().to_string());

    app.airtable().edit(&record, "Status", &json!("cancelled"));
    let path = format!("/api/sessions/{id}");
    app.put_as(mentor, &path, &json!({ "action": "accept" }))
        .await;
    app.settle_airtable().await;

    let (_, session) = app.get_as(mentee, &path).await;
    assert_eq!(session["data"]["status"], "confirmed");
    let (_, cells) = app.airtable().find("Sessions", "Platform ID", &id).unwrap();
    assert_eq!(cells["Status"], "confirmed");
}

#[tokio::test]
async fn nobody_is_deleted_here_because_they_were_deleted_there() {
    let app = TestApp::with_airtable().await;
    let mentor = app.given_mentor().await;
    app.wake_sync().await;
    app.settle_airtable().await;
    let (record, _) = app.there(mentor).unwrap();

    app.airtable().destroy(&record);
    app.settle_airtable().await;
    let status = app.sync_status(mentor).await;
    assert_eq!(status["airtable_sync_status"], "error");
    assert_eq!(status["problem"], "deleted_there");
    app.edit_here(mentor, "bio", &json!("Still here")).await;
    app.settle_airtable().await;
    assert!(app.there(mentor).is_none());

    let path = format!("/api/sync/airtable/{mentor}");
    let (status, body) = app.post_as(mentor, &path, &json!({})).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{body}");
    app.settle_airtable().await;
    assert_eq!(app.cell(mentor, "Bio"), "Still here");
    assert_eq!(
        app.sync_status(mentor).await["airtable_sync_status"],
        "synced"
    );
}

#[tokio::test]
async fn two_records_of_one_person_are_nobodys_guess() {
    let app = TestApp::with_airtable().await;
    let mentor = app.given_mentor().await;
    for bio in ["One", "Two"] {
        let cells = json!({ "Platform ID": mentor.to_string(), "Bio": bio });
        let _ = app.airtable().create("Sessions", &json!({}));
        let _ = app.airtable().create("People", &cells);
    }
    app.wake_sync().await;
    app.settle_airtable().await;

    let status = app.sync_status(mentor).await;
    assert_eq!(status["airtable_sync_status"], "error");
    assert_eq!(status["airtable_record_id"], json!(null));
    assert!(status["log"].to_string().contains("duplicate"), "{status}");
    let bios = app.airtable().records("People");
    let bios: Vec<_> = bios.iter().map(|(_, cells)| cells["Bio"].clone()).collect();
    assert!(
        bios.contains(&json!("One")) && bios.contains(&json!("Two")),
        "{bios:?}"
    );
}

#[tokio::test]
async fn two_programs_that_answer_each_other_are_stopped() {
    let app = TestApp::with_airtable().await;
    let mentor = app.given_mentor().await;
    app.wake_sync().await;
    app.settle_airtable().await;
    for _ in 0..8 {
        app.edit_there(mentor, "Role", &json!("emperor"));
        app.settle_airtable().await;
        app.pass(SignedDuration::from_secs(10));
    }

    assert_eq!(app.cell(mentor, "Role"), "emperor");
    let status = app.sync_status(mentor).await;
    assert_eq!(status["airtable_sync_status"], "error");
    assert_eq!(status["problem"], "looping");
}

#[tokio::test]
async fn another_program_with_our_account_is_no_echo() {
    let app = TestApp::with_airtable().await;
    let mentor = app.given_mentor().await;
    app.edit_here(mentor, "bio", &json!("Ours")).await;
    app.wake_sync().await;
    app.settle_airtable().await;

    let (record, _) = app.there(mentor).unwrap();
    app.airtable()
        .edit_as_us(&record, "Bio", &json!("A script's"));
    app.settle_airtable().await;

    assert_eq!(app.here(mentor, "bio").await, "A script's");
}

#[tokio::test]
async fn whoever_is_erased_here_is_deleted_there() {
    let app = TestApp::with_airtable().await;
    let mentor = app.given_mentor().await;
    app.edit_here(mentor, "bio", &json!("Here for now")).await;
    app.wake_sync().await;
    app.settle_airtable().await;
    app.edit_there(mentor, "Bio", &json!("Both"));
    app.edit_here(mentor, "bio", &json!("changed it")).await;
    app.settle_airtable().await;

    app.erase(mentor).await;
    app.wake_sync().await;
    app.settle_airtable().await;

    assert!(app.airtable().records("People").is_empty());
    for table in [
        "airtable_values",
        "airtable_records",
        "sync_conflicts",
        "airtable_sync_log",
    ] {
        assert_eq!(app.rows_of(table).await, "", "{table}");
    }
}
