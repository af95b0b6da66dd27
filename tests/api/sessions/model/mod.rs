//! The state machine of sessions against an independent model of it: random sequences on the pure domain, and over HTTP
//! on PostgreSQL. The number of a sequence is its seed, so a failure comes back with it.

mod dice;
mod domain;
mod http;
mod machine;

use std::ops::Range;

/// Runs one sequence after the other; a failure names its seed.
fn named<T>(seed: u64, outcome: Result<T, String>) -> T {
    outcome.unwrap_or_else(|what| panic!("sequence {seed}: {what}"))
}

#[test]
fn the_pure_session_does_what_the_model_says_in_6_000_sequences() {
    let mut met = domain::Met::default();
    for seed in 0..6_000 {
        named(seed, domain::run(seed, &mut met));
    }
    // A model test that never gets anywhere proves nothing.
    met.assert_everything_happened();
}

/// Sequences over HTTP share a database with each other, so that they also get in each other's way.
async fn over_http(seeds: Range<u64>) {
    let mut world = http::World::new().await;
    for seed in seeds {
        let outcome = Box::pin(world.run(seed)).await;
        named(seed, outcome);
    }
    named(0, world.finish().await);
}

#[tokio::test]
async fn the_api_does_what_the_model_says_in_the_first_100_sequences() {
    over_http(0..100).await;
}

#[tokio::test]
async fn the_api_does_what_the_model_says_in_the_second_100_sequences() {
    over_http(100..200).await;
}

#[tokio::test]
async fn the_api_does_what_the_model_says_in_the_third_100_sequences() {
    over_http(200..300).await;
}
