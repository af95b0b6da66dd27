//! How the database searches among ten thousand mentors: by indexes, whatever is asked.

use shared::domain::profile::StartupStage;
use shared::domain::score::Thousandths;
use shared::domain::search::{Free, Search, Sort};
use shared::domain::time::{Minutes, Span};
use tests::TestApp;

fn names(name: &str) -> Vec<String> {
    vec![name.to_owned()]
}

fn sorted(sort: Sort) -> Search {
    Search {
        sort,
        ..Search::default()
    }
}

/// One search for each filter and each order, with the index that it is to use.
fn searches() -> Vec<(Search, &'static str)> {
    let any = Search::default;
    let span = Span::new(
        "2026-03-03T15:00:00Z".parse().unwrap(),
        "2026-03-03T18:00:00Z".parse().unwrap(),
    );
    let free = Free {
        within: span,
        duration: Minutes(60),
    };
    let words = |text: &str| Search {
        words: Some(text.to_owned()),
        sort: Sort::Relevance,
        ..any()
    };
    #[rustfmt::skip]
    let searches = vec![
        (sorted(Sort::Newest), "mentor_search_newest"),
        (sorted(Sort::Rating), "mentor_search_rating"),
        (sorted(Sort::Price), "mentor_search_price_up"),
        (sorted(Sort::PriceReversed), "mentor_search_price_down"),
        (sorted(Sort::Name), "mentor_search_name"),
        (words("Given17 Family"), "mentor_search_document"),
        (words("founders given17"), "mentor_search_document"),
        (Search { topics: names("skill 7"), sort: Sort::Name, ..any() }, "mentor_search_tags"),
        (Search { expertise: names("AREA 7"), sort: Sort::Name, ..any() }, "mentor_search_tags"),
        (Search { industries: names("Industry 7"), sort: Sort::Name, ..any() }, "mentor_search_tags"),
        (Search { stages: vec![StartupStage::Idea], sort: Sort::Name, ..any() }, "mentor_search_tags"),
        (Search { companies: names("company 7"), sort: Sort::Name, ..any() }, "mentor_search_tags"),
        (Search { languages: names("language 7"), sort: Sort::Name, ..any() }, "mentor_search_tags"),
        (Search { currency: Some("EUR".to_owned()), sort: Sort::Name, ..any() }, "mentor_search_tags"),
        (Search { min_rating: Some(Thousandths::new(4500)), sort: Sort::Name, ..any() }, "mentor_search_rating"),
        (Search { price_min: Some(9_900), sort: Sort::Name, ..any() }, "mentor_search_price_up"),
        (Search { price_max: Some(100), sort: Sort::Name, ..any() }, "mentor_search_price_up"),
        (Search { price_min: Some(500), price_max: Some(600), sort: Sort::Name, ..any() }, "mentor_search_price_up"),
        (Search { accepting: Some(true), ..any() }, "mentor_search_newest"),
        (Search { free: Some(free), ..any() }, "availability_mentor_id"),
        (Search { industries: names("Industry 7"), languages: names("Language 7"), ..any() }, "mentor_search_tags"),
    ];
    searches
}

#[tokio::test]
async fn every_filter_and_every_order_has_its_index() {
    let app = TestApp::whole().await;
    app.given_crowd(10_000).await;

    for (search, index) in searches() {
        let plan = app.plan_of(&search, false).await;
        assert!(plan.contains(index), "{search:?}\n{plan}");
        assert!(
            !plan.contains("Seq Scan on mentor_search"),
            "{search:?}\n{plan}"
        );
    }

    let plan = app.plan_of_typo("famly17").await;
    assert!(plan.contains("mentor_search_names"), "{plan}");

    // To count is to read all that was found: of few, no more than these.
    let search = Search {
        industries: names("Industry 7"),
        ..Search::default()
    };
    let plan = app.plan_of(&search, true).await;
    assert!(plan.contains("mentor_search_tags"), "{plan}");
    assert!(!plan.contains("Seq Scan on mentor_search"), "{plan}");
}
