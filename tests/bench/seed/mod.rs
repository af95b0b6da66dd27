//! Fills the database with believable people, hours and sessions; written as SQL takes it fastest.

mod people;
mod rows;
mod sessions;
pub(crate) mod words;

use std::ops::Range;
use std::time::Instant;

use shared::clock::Clock;
use shared::domain::user::PasswordHash;
use shared::state::AppState;
use standalone::development::Failure;
use tokio_postgres::Client;

use crate::size::Size;
use tests::Dice;

/// The password of everybody.
pub(crate) const PASSWORD: &str = "Bench-Passw0rd!";

/// The address of a mentee.
pub(crate) fn mentee_email(number: usize) -> String {
    format!("mentee-{number}@example.com")
}

/// The address of a mentor.
pub(crate) fn mentor_email(number: usize) -> String {
    format!("mentor-{number}@example.com")
}

/// Fills an empty database.
pub(crate) async fn fill(client: &Client, state: &AppState, size: Size) -> Result<(), Failure> {
    let begun = Instant::now();
    // The role's limit is meant for requests.
    client.batch_execute("SET statement_timeout = 0").await?;
    // Hashing is slow on purpose; one hash opens all accounts.
    let password = state.passwords().await?.hash(PASSWORD.to_owned()).await?;
    let (mut dice, clock) = (Dice::new(2026), Clock::system());
    let mentors = people::mentors(0..size.mentors, &password, &clock, &mut dice);
    let mentees = people::mentees(size.mentees, &password, &clock, &mut dice);
    let sessions = sessions::between(&mentors, &mentees, size, &clock, &mut dice)?;
    rows::insert(
        client,
        "users",
        mentors.iter().chain(&mentees).map(|person| &person.user),
    )
    .await?;
    rows::insert(client, "mentors", mentors.iter().map(|mentor| &mentor.part)).await?;
    rows::insert(client, "mentees", mentees.iter().map(|mentee| &mentee.part)).await?;
    rows::insert(
        client,
        "availability",
        mentors.iter().flat_map(|mentor| &mentor.windows),
    )
    .await?;
    rows::insert(client, "sessions", &sessions.sessions).await?;
    rows::insert(client, "busy", &sessions.busy).await?;
    client.batch_execute("VACUUM ANALYZE").await?;
    println!(
        "seeded {} mentors, {} mentees, {} sessions in {:.1} s",
        mentors.len(),
        mentees.len(),
        sessions.sessions.len(),
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Adds mentors, numbered on, who have no sessions.
pub(crate) async fn add_mentors(client: &Client, numbers: Range<usize>) -> Result<(), Failure> {
    client.batch_execute("SET statement_timeout = 0").await?;
    let nobodys = PasswordHash {
        phc: "none".to_owned(),
        pepper: None,
    };
    let mentors = people::mentors(numbers, &nobodys, &Clock::system(), &mut Dice::new(2027));
    rows::insert(client, "users", mentors.iter().map(|mentor| &mentor.user)).await?;
    rows::insert(client, "mentors", mentors.iter().map(|mentor| &mentor.part)).await?;
    let windows = mentors.iter().flat_map(|mentor| &mentor.windows);
    rows::insert(client, "availability", windows).await?;
    // What servers have packed of mentors is old now.
    let raise = "UPDATE mentor_catalog SET revision = revision + 1";
    client.batch_execute(raise).await?;
    client.batch_execute("VACUUM ANALYZE").await?;
    Ok(())
}
