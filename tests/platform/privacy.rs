//! An export, from the request to the file, and a person who leaves, through the real queues.

use reqwest::Method;
use serde_json::json;
use tests::unzipped;

use crate::house::House;

#[tokio::test]
async fn an_export_goes_through_the_queue_into_a_file() {
    let house = House::start().await;
    let person = house.newcomer("ada", "mentee", "Europe/Berlin").await;
    let token = Some(person.token.as_str());

    let asked = house
        .ask(Method::POST, "/api/users/me/export", token, None)
        .await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    let job = asked.headers["location"].to_str().unwrap().to_owned();
    let mail = house.mail_to(&person.email, "Your export is ready").await;

    let done = house.ask(Method::GET, &job, token, None).await;
    assert_eq!(done.body["data"]["status"], "done");
    let id = done.body["data"]["id"].as_str().unwrap();
    assert!(mail.contains(&format!("/export?job={id}")), "{mail}");
    assert!(!mail.contains("X-Amz-"), "{mail}");
    let path = done.body["data"]["result_path"].as_str().unwrap();
    let download = house.ask(Method::GET, path, token, None).await;
    let http = tests::http_client().build().unwrap();
    let url = download.body["data"]["url"].as_str().unwrap();
    let file = http.get(url).send().await;
    let files = unzipped(&file.unwrap().bytes().await.unwrap());
    assert_eq!(files["users.json"][0]["email"], person.email);
    assert_eq!(files["notifications.json"][0]["kind"], "verify_email");
    house.stop().await;
}

#[tokio::test]
async fn who_leaves_hears_of_it_and_is_gone_after_two_weeks() {
    let house = House::start().await;
    house
        .state
        .clock
        .set("2027-02-01T08:00:00Z".parse().unwrap());
    let person = house.newcomer("ada", "mentee", "Europe/Berlin").await;
    let password = json!({ "password": "Demo-Passw0rd!" });
    let leave = |token: String| {
        let (house, password) = (&house, password.clone());
        async move {
            let left = house.ask(
                Method::DELETE,
                "/api/users/me",
                Some(&token),
                Some(password),
            );
            assert_eq!(left.await.status, 202);
        }
    };

    leave(person.token.clone()).await;
    let mail = house.mail_to(&person.email, "will be deleted").await;
    assert!(
        mail.contains("Monday 15 February 2027, 09:00 (Europe/Berlin)"),
        "{mail}"
    );
    let back = house.log_in(&person.email).await;
    let restored = house.ask(
        Method::POST,
        "/api/users/me/restore",
        Some(&back.token),
        None,
    );
    assert_eq!(restored.await.status, 200);
    house.mail_to(&person.email, "Your account stays").await;

    leave(back.token).await;
    house.tick_at("2027-02-15T09:00:00Z", "upkeep-cron").await;
    let login = json!({ "email": person.email, "password": "Demo-Passw0rd!" });
    assert_eq!(house.post("/api/auth/login", login).await.status, 401);
    house.stop().await;
}
