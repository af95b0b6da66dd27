//! `make demo`: walks one booking through the platform that `make run` started, and tells every step.
//!
//! It stops at the first thing that is not as it should be, says what, and brings the clock back in any case.

mod answer;
mod api;
mod booking;
mod brief;
mod mail;
mod moments;
mod people;
mod reminders;
mod slots;
mod tell;

use std::process::ExitCode;

use standalone::settings::variable;

use answer::Step;
use api::Api;
use tell::Teller;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let api = Api::new(address(), Teller::new());
    let walked = walk(&api).await;
    // Also after a failure: a server whose clock runs ahead puzzles whoever uses it next.
    let restored = api.reset_clock().await;
    match walked.and(restored) {
        Ok(()) => {
            api.teller
                .end("That was the whole journey, and everything was as it should be.");
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            api.teller.wrong(&wrong.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Where the platform is: `API_URL`, or the port that `make run` was told.
fn address() -> String {
    let port = variable("PORT").unwrap_or_else(|| "8080".to_owned());
    let url = variable("API_URL").unwrap_or_else(|| format!("http://127.0.0.1:{port}"));
    url.trim_end_matches('/').to_owned()
}

async fn walk(api: &Api) -> Step<()> {
    api.teller.title(&format!(
        "One booking, from registration to the end: {}",
        api.base()
    ));
    api.find_platform().await?;
    let mut cast = people::arrive(api).await?;
    let slots = slots::find(api, &cast).await?;
    let matched = booking::find_match(api, &cast).await?;
    let booked = booking::book(api, &cast, &slots, matched).await?;
    booking::accept(api, &cast, &booked).await?;
    reminders::cancel(api, &cast, &booked).await?;
    reminders::remind(api, &mut cast, &booked).await?;
    reminders::complete(api, &mut cast, &booked).await?;
    reminders::look_back(api, &cast, &booked).await?;
    people::leave(api, &mut cast).await
}
