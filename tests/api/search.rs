//! Browsing and searching the mentors: words, filters, orders, counts, and free time.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::domain::user::Role;
use tests::{Hours, Reply, TestApp};

use crate::{book, starts, texts};

async fn search(app: &TestApp, query: &str) -> Reply {
    let reply = app
        .ask(None, Method::GET, &format!("/api/mentors?{query}"), None)
        .await;
    assert_eq!(reply.status, StatusCode::OK, "{query}: {}", reply.text);
    reply
}

/// The family names of those who were found, in order.
async fn found(app: &TestApp, query: &str) -> Vec<String> {
    texts(search(app, query).await.data(), "last_name")
}

/// Three mentors who differ in everything.
async fn given_three(app: &TestApp) -> [UserId; 3] {
    let ada = json!({
        "first_name": "Ada", "last_name": "Lovelace", "company": "Analytical Engines", "title": "Principal Engineer",
        "expertise_areas": ["Machine Learning", "Hiring"], "industries": ["Fintech"], "stages": ["idea", "seed"],
        "languages": ["English", "French"], "hourly_rate": 9000, "hourly_rate_currency": "EUR",
        "bio": "Taught machines to compute Bernoulli numbers.",
    });
    let jose = json!({
        "first_name": "José", "last_name": "García", "company": "Mercado", "title": "Head of Growth",
        "expertise_areas": ["B2B pricing", "machine learning"], "industries": ["Retail", "FinTech"], "stages": ["seed"],
        "languages": ["Español"], "hourly_rate": 5000, "hourly_rate_currency": "EUR",
        "bio": "Negotiated contracts on four continents.",
    });
    let wei = json!({
        "first_name": "Wei", "last_name": "Zhang", "company": "analytical engines", "title": "Advisor",
        "expertise_areas": ["Supply chain"], "industries": ["Logistics"], "stages": ["series_a"],
        "languages": ["english", "Mandarin"], "accepting": false,
    });
    [
        app.given_profile(ada).await,
        app.given_profile(jose).await,
        app.given_profile(wei).await,
    ]
}

#[tokio::test]
async fn words_are_found_wherever_a_mentor_wrote_them() {
    let app = TestApp::whole().await;
    given_three(&app).await;

    for (words, expected) in [
        ("ada lovelace", "Lovelace"),
        ("lovelace", "Lovelace"),
        ("LOVELACE", "Lovelace"),
        ("bernoulli", "Lovelace"),
        ("computing numbers", "Lovelace"),
        ("principal", "Lovelace"),
        ("garcia", "García"),
        ("garc%C3%ADa", "García"),
        ("jose", "García"),
        ("head of growth", "García"),
        ("mercado", "García"),
        ("negotiating contract", "García"),
        ("retail", "García"),
        ("pricing", "García"),
        ("supply chains", "Zhang"),
        ("logistics", "Zhang"),
    ] {
        let words = words.replace(' ', "+");
        assert_eq!(
            found(&app, &format!("q={words}")).await,
            [expected],
            "{words}"
        );
    }
    assert_eq!(found(&app, "q=machine+learning").await.len(), 2);
    assert_eq!(found(&app, "q=lovelace+retail").await, [""; 0]);
}

#[tokio::test]
async fn the_last_word_may_be_a_beginning() {
    let app = TestApp::whole().await;
    given_three(&app).await;
    for beginning in [
        "lov",
        "ada+love",
        "principal+engin",
        "marketplace",
        "merc",
        "bern",
    ] {
        let expected = match beginning {
            "merc" => vec!["García"],
            "marketplace" => vec![],
            _ => vec!["Lovelace"],
        };
        assert_eq!(
            found(&app, &format!("q={beginning}")).await,
            expected,
            "{beginning}"
        );
    }
    assert_eq!(found(&app, "q=lov+ada").await, [""; 0], "only the last");
}

#[tokio::test]
async fn a_word_that_is_misspelt_finds_who_was_meant() {
    let app = TestApp::whole().await;
    given_three(&app).await;
    for (typo, expected) in [
        ("lovelase", "Lovelace"),
        ("lovlace", "Lovelace"),
        ("garzia", "García"),
        ("mercdo", "García"),
        ("suply+chain", "Zhang"),
        ("logistiks+zhang", "Zhang"),
    ] {
        assert_eq!(
            found(&app, &format!("q={typo}"))
                .await
                .first()
                .map(String::as_str),
            Some(expected),
            "{typo}"
        );
    }
    assert_eq!(found(&app, "q=xylophone").await, [""; 0]);
    // Who is not meant by the other filters does not come back by a typo.
    assert_eq!(found(&app, "q=lovelase&industry=retail").await, [""; 0]);
}

#[tokio::test]
async fn what_looks_like_an_operator_is_only_a_character() {
    let app = TestApp::whole().await;
    given_three(&app).await;
    for words in [
        "%27",
        "%22ada",
        "ada%22+%26+%28",
        "ada+%7C+garcia",
        "%21ada",
        "ada%3A*",
        "%3A*",
        "%5C",
        "%25",
        "_",
        "a%26%26b",
        "%F0%9F%98%80",
        "ada+%F0%9F%98%80",
        "%3C-%3E",
        "ada+%3C2%3E+lovelace",
        "the",
        "of+the",
        "-",
        "..",
        "1+2",
        "%EF%BC%A1",
        "%D8%B9%D8%B1%D8%A8%D9%8A",
        "%27%3B+DROP+TABLE+users%3B--",
    ] {
        search(&app, &format!("q={words}")).await;
    }
    assert_eq!(
        found(&app, "q=%22ada%22+%26+lovelace%3A*").await,
        ["Lovelace"]
    );
    assert_eq!(found(&app, "q=%F0%9F%98%80").await, [""; 0]);
    let long = "a".repeat(200);
    assert_eq!(found(&app, &format!("q={long}")).await, [""; 0]);
}

#[tokio::test]
async fn a_profile_is_found_as_it_is_now() {
    let app = TestApp::whole().await;
    let [ada, ..] = given_three(&app).await;
    assert_eq!(found(&app, "q=bernoulli").await, ["Lovelace"]);

    let change = json!({ "last_name": "King", "bio": null, "industries": ["Space"] });
    app.patch_as(ada, "/api/users/me", &change).await;

    assert_eq!(found(&app, "q=bernoulli").await, [""; 0]);
    assert_eq!(found(&app, "q=king").await, ["King"]);
    assert_eq!(found(&app, "industry=space").await, ["King"]);
    assert_eq!(found(&app, "industry=fintech").await, ["García"]);
}

#[tokio::test]
async fn each_filter_narrows_the_list() {
    let app = TestApp::whole().await;
    let [ada, jose, _] = given_three(&app).await;
    app.given_ratings(ada, &[5, 5, 4]).await;
    app.given_ratings(jose, &[4, 3, 4, 3]).await;

    for (query, expected) in [
        ("", &["Lovelace", "García", "Zhang"][..]),
        ("expertise=MACHINE+learning", &["Lovelace", "García"]),
        ("topic=machine+learning", &["Lovelace", "García"]),
        ("topic=Supply+Chain,hiring", &["Lovelace", "Zhang"]),
        ("industry=fintech", &["Lovelace", "García"]),
        ("industry=retail,logistics", &["García", "Zhang"]),
        ("stage=idea", &["Lovelace"]),
        ("stage=seed,series_a", &["Lovelace", "García", "Zhang"]),
        ("company=Analytical%20Engines", &["Lovelace", "Zhang"]),
        ("language=english", &["Lovelace", "Zhang"]),
        ("language=espanol", &["García"]),
        ("min_rating=4.5", &["Lovelace"]),
        ("min_rating=3.5", &["Lovelace", "García"]),
        ("min_rating=3.501", &["Lovelace"]),
        ("price_min=5000", &["Lovelace", "García"]),
        ("price_min=5001", &["Lovelace"]),
        ("price_max=5000", &["García"]),
        ("price_min=5000&price_max=9000", &["Lovelace", "García"]),
        ("currency=EUR", &["Lovelace", "García"]),
        ("currency=USD", &[]),
        ("accepting=true", &["Lovelace", "García"]),
        ("accepting=false", &["Zhang"]),
        // All of them together.
        ("industry=fintech&language=english", &["Lovelace"]),
        ("industry=fintech&language=english&stage=series_a", &[]),
        ("q=machine&price_max=6000", &["García"]),
        (
            "expertise=machine+learning&min_rating=4&price_min=1&currency=EUR&accepting=true&stage=idea",
            &["Lovelace"],
        ),
    ] {
        let mut names = found(&app, query).await;
        names.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(names, expected, "{query}");
    }
}

#[tokio::test]
async fn a_list_comes_in_the_order_that_was_asked_for() {
    let app = TestApp::whole().await;
    let [ada, jose, wei] = given_three(&app).await;
    app.given_ratings(jose, &[5, 5, 5]).await;
    app.given_ratings(ada, &[5, 4, 4]).await;
    // Too few to be public.
    app.given_ratings(wei, &[5, 5]).await;

    for (sort, expected) in [
        ("", ["Zhang", "García", "Lovelace"]),
        ("sort=newest", ["Zhang", "García", "Lovelace"]),
        ("sort=rating", ["García", "Lovelace", "Zhang"]),
        ("sort=price", ["García", "Lovelace", "Zhang"]),
        ("sort=-price", ["Lovelace", "García", "Zhang"]),
        ("sort=name", ["García", "Lovelace", "Zhang"]),
    ] {
        assert_eq!(found(&app, sort).await, expected, "{sort}");
    }

    // A name says more than a bio.
    let pricing = json!({ "last_name": "Pricing" });
    app.given_profile(pricing).await;
    let mention = json!({ "last_name": "Brown", "bio": "I once thought about pricing." });
    app.given_profile(mention).await;
    assert_eq!(
        found(&app, "q=pricing").await,
        ["Pricing", "García", "Brown"]
    );
    assert_eq!(
        found(&app, "q=pricing&sort=newest").await,
        ["Brown", "Pricing", "García"]
    );
    assert_eq!(
        found(&app, "q=pricing&sort=name").await,
        ["Brown", "García", "Pricing"]
    );
}

#[tokio::test]
async fn pages_follow_each_other_in_every_order() {
    let app = TestApp::whole().await;
    for number in 0..7 {
        let name = ["Brown", "brown", "Árni"][number % 3];
        let price = [None, Some(10), Some(20)][number % 3];
        let profile = json!({ "last_name": name, "hourly_rate": price, "bio": "Knows pricing." });
        let mentor = app.given_profile(profile).await;
        if number % 2 == 0 {
            app.given_ratings(mentor, &[4, 4, 4]).await;
        }
    }

    for query in [
        "sort=newest",
        "sort=rating",
        "sort=price",
        "sort=-price",
        "sort=name",
        "q=pricing",
        "q=pricing&sort=name",
        "q=prizing&sort=relevance",
        "accepting=true&facets=true&sort=price",
    ] {
        let whole = texts(search(&app, query).await.data(), "id");
        let (mut met, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = search(&app, &format!("{query}&limit=2{cursor}")).await;
            assert_eq!(page.body["meta"]["limit"], 2);
            met.extend(texts(page.data(), "id"));
            match page.body["meta"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(met, whole, "{query}");
    }
}

#[tokio::test]
async fn a_cursor_leads_on_in_its_own_search_only() {
    let app = TestApp::whole().await;
    given_three(&app).await;
    let page = search(&app, "sort=name&limit=1&language=english").await;
    let cursor = page.body["meta"]["next_cursor"].as_str().unwrap();

    assert_eq!(
        found(
            &app,
            &format!("sort=name&language=english&limit=5&cursor={cursor}")
        )
        .await,
        ["Zhang"]
    );
    for other in [
        format!("sort=newest&language=english&cursor={cursor}"),
        format!("sort=name&language=french&cursor={cursor}"),
        format!("sort=name&language=english&accepting=true&cursor={cursor}"),
        format!("cursor={cursor}"),
        format!("sort=name&language=english&cursor={}", &cursor[1..]),
        "cursor=nonsense".to_owned(),
        "cursor=%2B%2F".to_owned(),
    ] {
        let reply = app
            .ask(None, Method::GET, &format!("/api/mentors?{other}"), None)
            .await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{other}");
        assert_eq!(reply.problems(), [("cursor", "invalid_cursor")], "{other}");
    }
}

#[tokio::test]
async fn everything_wrong_with_a_search_is_named_at_once() {
    let app = TestApp::whole().await;
    let many = vec!["x"; 21].join(",");
    let long = "x".repeat(201);
    for (query, expected) in [
        (
            "limit=0&sort=best&facets=maybe",
            &[
                ("facets", "unknown_value"),
                ("limit", "out_of_range"),
                ("sort", "unknown_value"),
            ][..],
        ),
        (
            "min_rating=0.9&price_min=-1&price_max=1.5",
            &[
                ("min_rating", "out_of_range"),
                ("price_max", "out_of_range"),
                ("price_min", "out_of_range"),
            ],
        ),
        ("min_rating=4.0001", &[("min_rating", "out_of_range")]),
        (
            "stage=idea,teen&currency=eur",
            &[("currency", "invalid_currency"), ("stage", "unknown_value")],
        ),
        (
            &format!("topic={many}&q={long}"),
            &[("q", "too_long"), ("topic", "too_many")],
        ),
        (
            "language=,&q=",
            &[("language", "too_short"), ("q", "too_short")],
        ),
        ("expertise=a%07b", &[("expertise", "control_character")]),
        (
            "sort=relevance&price_min=2&price_max=1",
            &[("price_max", "out_of_range"), ("q", "missing_field")],
        ),
        (
            "available_from=2026-03-03T10:00:00Z",
            &[("available_to", "missing_field")],
        ),
        (
            "available_to=2026-03-03T10:00:00Z&price_min=2&price_max=1",
            &[
                ("available_from", "missing_field"),
                ("price_max", "out_of_range"),
            ],
        ),
        (
            "available_from=2026-03-03T10:00:00Z&available_to=2026-03-03T10:00:00Z",
            &[("available_to", "ends_before_it_begins")],
        ),
        (
            "available_from=2026-03-03T10:00:00Z&available_to=2026-04-03T10:00:01Z",
            &[("available_to", "range_too_long")],
        ),
        (
            "available_from=soon&duration_minutes=29",
            &[
                ("available_from", "invalid_time"),
                ("duration_minutes", "out_of_range"),
            ],
        ),
        ("page=2", &[("page", "unknown_field")]),
        ("q=a&q=b", &[("q", "repeated_field")]),
    ] {
        let reply = app
            .ask(None, Method::GET, &format!("/api/mentors?{query}"), None)
            .await;
        assert_eq!(
            reply.status,
            StatusCode::BAD_REQUEST,
            "{query}: {}",
            reply.text
        );
        assert_eq!(reply.problems(), expected, "{query}");
    }
}

/// The entries of a facet, each as `value: count`.
fn counted(facet: &Value) -> Vec<String> {
    let entries = facet.as_array().unwrap().iter();
    let shown = entries.map(|entry| match &entry["value"] {
        Value::String(text) => format!("{text}: {}", entry["count"]),
        number => format!("{number}: {}", entry["count"]),
    });
    shown.collect()
}

#[tokio::test]
async fn facets_count_all_that_was_found() {
    let app = TestApp::whole().await;
    let [ada, jose, _] = given_three(&app).await;
    app.given_ratings(ada, &[5, 5, 4]).await;
    app.given_ratings(jose, &[4, 3, 4, 3]).await;

    let all = search(&app, "facets=true&limit=1").await;

    assert_eq!(all.data().as_array().unwrap().len(), 1);
    let facets = &all.body["meta"]["facets"];
    assert_eq!(facets["total"], 3);
    for (kind, expected) in [
        (
            "expertise",
            &[
                "machine learning: 2",
                "b2b pricing: 1",
                "hiring: 1",
                "supply chain: 1",
            ][..],
        ),
        ("industry", &["fintech: 2", "logistics: 1", "retail: 1"]),
        ("stage", &["seed: 2", "idea: 1", "series_a: 1"]),
        (
            "language",
            &["english: 2", "espanol: 1", "french: 1", "mandarin: 1"],
        ),
        ("min_rating", &["4.5: 1", "4: 1", "3.5: 2", "3: 2"]),
    ] {
        assert_eq!(counted(&facets[kind]), expected, "{kind}");
    }
    let euros = json!([{ "currency": "EUR", "min": 5000, "max": 9000, "count": 2 }]);
    assert_eq!(facets["price"], euros);

    let none = search(&app, "facets=true&currency=CHF").await;
    assert_eq!(none.data(), &json!([]));
    assert_eq!(none.body["meta"]["facets"]["total"], 0);
    assert_eq!(none.body["meta"]["facets"]["stage"], json!([]));
    assert!(search(&app, "").await.body["meta"].get("facets").is_none());
}

/// What a facet counts is what its filter then finds.
#[tokio::test]
async fn facets_promise_what_filters_hold() {
    let app = TestApp::whole().await;
    let [ada, jose, _] = given_three(&app).await;
    app.given_ratings(ada, &[5, 5, 4]).await;
    app.given_ratings(jose, &[4, 3, 4, 3]).await;

    for base in [
        "",
        "language=english&",
        "q=machine&",
        "q=machine+lerning&",
        "price_max=9000&",
    ] {
        let reply = search(&app, &format!("{base}facets=true")).await;
        let facets = &reply.body["meta"]["facets"];
        assert_eq!(facets["total"], reply.data().as_array().unwrap().len());
        for kind in ["expertise", "industry", "stage", "language", "min_rating"] {
            for entry in facets[kind].as_array().unwrap() {
                let value = match &entry["value"] {
                    Value::String(text) => text.replace(' ', "+"),
                    number => number.to_string(),
                };
                // One filter of a kind at a time: a second one would say something else.
                if base.starts_with(kind) {
                    continue;
                }
                let names = found(&app, &format!("{base}{kind}={value}")).await;
                assert_eq!(entry["count"], names.len(), "{base}{kind}={value}");
            }
        }
    }
}

#[tokio::test]
async fn hidden_mentors_are_nowhere() {
    let app = TestApp::whole().await;
    let [ada, jose, wei] = given_three(&app).await;
    app.given_suspension(ada).await;
    app.given_unapproved_mentor().await;
    app.given_unverified(Role::Mentor).await;
    app.given_mentee().await;
    app.given_hours(ada, Hours::OFFICE).await;

    for sort in ["newest", "rating", "price", "-price", "name"] {
        let mut ids = texts(search(&app, &format!("sort={sort}")).await.data(), "id");
        ids.sort_unstable();
        assert_eq!(ids, [jose.to_string(), wei.to_string()], "{sort}");
    }
    for query in [
        "q=lovelace",
        "q=lovelase",
        "stage=idea",
        "company=analytical+engines&language=french",
        "language=french",
        "available_from=2026-03-03T00:00:00Z&available_to=2026-03-05T00:00:00Z",
    ] {
        assert_eq!(found(&app, query).await, [""; 0], "{query}");
    }
    assert_eq!(
        search(&app, "facets=true").await.body["meta"]["facets"]["total"],
        2
    );
    assert_eq!(
        app.get(&format!("/api/mentors/{ada}")).await.0,
        StatusCode::NOT_FOUND
    );
}

/// Found are those of whom the list of slots shows one: no more, and no less.
#[tokio::test]
async fn whoever_is_found_for_a_time_can_be_booked_then() {
    let app = TestApp::whole().await;
    let mut mentors = Vec::new();
    for hours in [
        Hours(&[2], "09:00", "10:00", "UTC"),
        Hours(&[2], "09:00", "10:00", "Pacific/Kiritimati"),
        Hours(&[2], "21:00", "24:00", "Pacific/Honolulu"),
        Hours(&[2, 3], "08:30", "17:00", "Asia/Kolkata"),
        Hours(&[0, 1, 2, 3, 4, 5, 6], "00:00", "24:00", "America/New_York"),
    ] {
        let mentor = app.given_mentor().await;
        app.given_hours(mentor, hours).await;
        mentors.push(mentor);
    }
    // Open, but taken; open, but blocked; open, but not for anybody new; open, but only long before it is asked for.
    let [taken, blocked, closed, slow] = [
        app.given_open_mentor().await,
        app.given_open_mentor().await,
        app.given_open_mentor().await,
        app.given_open_mentor().await,
    ];
    let mentee = app.given_mentee().await;
    for hour in 9..17 {
        book(&app, mentee, taken, &format!("2026-03-03T{hour:02}:00:00Z")).await;
    }
    let block = json!({ "kind": "blocked", "timezone": "UTC", "is_recurring": false, "valid_from": "2026-03-03" });
    app.post_as(
        blocked,
        &format!("/api/mentors/{blocked}/availability"),
        &block,
    )
    .await;
    app.patch_as(closed, "/api/users/me", &json!({ "accepting": false }))
        .await;
    app.patch_as(
        slow,
        "/api/users/me",
        &json!({ "min_notice_minutes": 43_200 }),
    )
    .await;
    mentors.extend([taken, blocked, closed, slow, app.given_mentor().await]);

    let mut sizes = Vec::new();
    for (from, to, minutes) in [
        ("2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z", 60),
        ("2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z", 61),
        ("2026-03-03T09:15:00Z", "2026-03-03T10:45:00Z", 30),
        ("2026-03-02T18:00:00Z", "2026-03-02T21:00:00Z", 60),
        ("2026-03-04T06:00:00Z", "2026-03-04T11:00:00Z", 90),
        ("2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z", 180),
        ("2026-03-07T00:00:00Z", "2026-03-09T00:00:00Z", 60),
        ("2026-03-05T00:00:00Z", "2026-04-05T00:00:00Z", 60),
        ("2026-02-01T00:00:00Z", "2026-02-20T00:00:00Z", 60),
    ] {
        let mut expected = Vec::new();
        for mentor in &mentors {
            let query = format!("from={from}&to={to}&duration_minutes={minutes}");
            if !starts(&app, None, *mentor, &query).await.is_empty() {
                expected.push(mentor.to_string());
            }
        }
        expected.sort_unstable_by(|a, b| b.cmp(a));
        let query = format!("available_from={from}&available_to={to}&duration_minutes={minutes}");
        assert_eq!(
            texts(search(&app, &query).await.data(), "id"),
            expected,
            "{query}"
        );
        sizes.push(expected.len());
    }
    assert!(
        sizes.contains(&0) && sizes.iter().any(|size| *size > 3),
        "{sizes:?}"
    );
}

#[tokio::test]
async fn pages_of_the_free_follow_each_other_however_few_they_are() {
    let app = TestApp::whole().await;
    let mut free = Vec::new();
    for number in 0..70 {
        let mentor = app.given_mentor().await;
        let (start, end) = if number % 9 == 0 {
            ("09:00", "10:00")
        } else {
            ("12:00", "13:00")
        };
        app.given_hours(mentor, Hours(&[2], start, end, "UTC"))
            .await;
        if number % 9 == 0 {
            free.push(mentor.to_string());
        }
    }
    free.reverse();

    let window = "available_from=2026-03-03T09:00:00Z&available_to=2026-03-03T10:00:00Z";
    for limit in [1, 3, 100] {
        let (mut met, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = search(&app, &format!("{window}&limit={limit}{cursor}")).await;
            // Four rounds, each of one list and the schedules of those on it.
            assert!(
                page.cost.statements <= 16 && page.cost.round_trips <= 8,
                "{:?}",
                page.cost
            );
            met.extend(texts(page.data(), "id"));
            match page.body["meta"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(met, free, "{limit}");
    }
}

#[tokio::test]
async fn a_card_shows_what_a_mentor_is_worth() {
    let app = TestApp::whole().await;
    let mentor = app.given_open_mentor().await;
    let mentee = app.given_mentee().await;
    let path = format!("/api/mentors/{mentor}");

    let (_, new) = app.get(&path).await;
    assert_eq!(new["data"]["rating"], Value::Null);
    assert_eq!(new["data"]["answer_rate"], Value::Null);
    assert_eq!(new["data"]["sessions_completed"], 0);
    assert_eq!(
        new["data"]["next_slot"],
        json!({ "starts_at": "2026-03-02T11:00:00Z", "ends_at": "2026-03-02T12:00:00Z" })
    );

    app.given_session(mentee, mentor, "2026-03-02T11:00:00Z")
        .await;
    app.given_ratings(mentor, &[5, 4, 4]).await;
    let (_, known) = app.get(&path).await;
    assert_eq!(
        known["data"]["rating"],
        json!({ "mean": 4.333, "count": 3 })
    );
    assert_eq!(
        known["data"]["next_slot"]["starts_at"],
        "2026-03-02T12:00:00Z"
    );
    assert_eq!(
        known["data"]["next_slot"]["starts_at"],
        starts(&app, None, mentor, "").await[0]
    );

    app.patch_as(
        mentor,
        "/api/users/me",
        &json!({ "min_notice_minutes": 43_200 }),
    )
    .await;
    let (_, slow) = app.get(&path).await;
    assert_eq!(
        slow["data"]["next_slot"]["starts_at"],
        "2026-04-01T09:00:00Z"
    );
    app.patch_as(mentor, "/api/users/me", &json!({ "accepting": false }))
        .await;
    let (_, closed) = app.get(&path).await;
    assert_eq!(closed["data"]["next_slot"], Value::Null);
}

/// Says yes or no to a request, or that it took place.
async fn act(app: &TestApp, mentor: UserId, session: impl std::fmt::Display, action: &str) {
    let path = format!("/api/sessions/{session}");
    let (status, body) = app
        .put_as(mentor, &path, &json!({ "action": action }))
        .await;
    assert_eq!(status, StatusCode::OK, "{action}: {body}");
}

#[tokio::test]
async fn sessions_held_and_requests_answered_are_counted_as_they_happen() {
    let app = TestApp::whole().await;
    let (mentor, other) = (app.given_open_mentor().await, app.given_open_mentor().await);
    let mentee = app.given_mentee().await;
    let figures = async || {
        let (_, body) = app.get(&format!("/api/mentors/{mentor}")).await;
        (
            body["data"]["sessions_completed"].clone(),
            body["data"]["answer_rate"].clone(),
        )
    };
    let mut asked = Vec::new();
    for day in 3..8 {
        asked.push(
            app.given_session(mentee, mentor, &format!("2026-03-{day:02}T10:00:00Z"))
                .await,
        );
    }

    act(&app, mentor, asked[0], "accept").await;
    act(&app, mentor, asked[1], "accept").await;
    act(&app, mentor, asked[2], "decline").await;
    // Called off by the mentee: nobody's merit, nobody's fault.
    app.delete_as(mentee, &format!("/api/sessions/{}", asked[3]))
        .await;
    app.given_expired_session(mentee, mentor, "2026-03-09T10:00:00Z")
        .await;
    assert_eq!(
        figures().await,
        (json!(0), Value::Null),
        "of four requests nothing is said"
    );

    app.given_expired_session(mentee, mentor, "2026-03-10T10:00:00Z")
        .await;
    assert_eq!(figures().await, (json!(0), json!(0.6)));

    app.at("2026-03-03T12:00:00Z");
    act(&app, mentor, asked[0], "complete").await;
    app.delete_as(mentee, &format!("/api/sessions/{}", asked[1]))
        .await;
    assert_eq!(
        figures().await,
        (json!(1), json!(0.6)),
        "what was answered stays answered"
    );
    app.at("2026-03-03T12:00:00Z");
    act(&app, mentor, asked[4], "accept").await;
    assert_eq!(figures().await, (json!(1), json!(0.666)));

    let (_, body) = app.get(&format!("/api/mentors/{other}")).await;
    assert_eq!(body["data"]["sessions_completed"], 0);
    let listed = search(&app, "").await;
    let entry = listed
        .data()
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["id"] == mentor.to_string());
    assert_eq!(entry.unwrap()["sessions_completed"], 1);
}
