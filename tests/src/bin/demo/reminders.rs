//! What happens between the booking and the day after: days that pass in seconds.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::answer::{Step, Wrong, check, list, text};
use crate::api::{Api, Call};
use crate::booking::Booked;
use crate::mail::{self, Mail, mails_of};
use crate::moments::told;
use crate::people::{self, Cast, Person};

const DAY: SignedDuration = SignedDuration::from_hours(24);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Priya cannot come: calendars take the session back.
pub(crate) async fn cancel(api: &Api, cast: &Cast, booked: &Booked) -> Step<()> {
    api.teller.step("Priya cannot come after all, and cancels");
    let path = format!("/api/sessions/{}", booked.second.id);
    let body = json!({ "reason": "Our courier quit; I have to drive." });
    let answer = api
        .send(
            Call::new(reqwest::Method::DELETE, path)
                .body(body)
                .by(&cast.priya),
        )
        .await?;
    check(
        answer["data"]["status"] == "cancelled",
        "a session that was called off should be cancelled",
    )?;
    for person in [&cast.mentor, &cast.priya] {
        mail::wait_for_invitation(api, person, "CANCEL", Mail::is_cancellation).await?;
    }
    api.teller
        .fine("The same event in their calendars is taken back.");
    Ok(())
}

/// The clock moves to a day, then to an hour before; reminders go out for what still takes place.
pub(crate) async fn remind(api: &Api, cast: &mut Cast, booked: &Booked) -> Step<()> {
    let starts_at = booked.first.slot.starts_at;
    api.teller.step("A day before the session");
    let before = count_reminders(api, cast).await?;
    check(before == [0, 0, 0], "nobody should have been reminded yet")?;
    move_clock(api, starts_at - DAY, cast.mentor.zone).await?;
    tick(api).await?;
    expect_reminder(api, &cast.mentor, "a day before", Mail::is_day_reminder).await?;
    expect_reminder(api, &cast.noah, "a day before", Mail::is_day_reminder).await?;
    people::come_back(api, cast).await?;

    api.teller.step("An hour before");
    move_clock(api, starts_at - HOUR, cast.mentor.zone).await?;
    tick(api).await?;
    expect_reminder(api, &cast.mentor, "an hour before", Mail::is_hour_reminder).await?;
    expect_reminder(api, &cast.noah, "an hour before", Mail::is_hour_reminder).await?;
    api.teller
        .say("The mentor's access token has ended meanwhile; the refresh token gives a new pair.");
    people::refresh(api, &mut cast.mentor).await?;

    api.teller
        .step("An hour before what would have been Priya's session");
    move_clock(api, booked.second.slot.starts_at - HOUR, cast.mentor.zone).await?;
    tick(api).await?;
    let counted = count_reminders(api, cast).await?;
    check(
        counted == [2, 2, 0],
        format!(
            "two reminders each for Mira and Noah and none for Priya should be there, not {counted:?}"
        ),
    )?;
    api.teller
        .fine("Nobody is reminded of a session that was called off, and nobody twice.");
    Ok(())
}

async fn move_clock(api: &Api, to: Timestamp, zone: &str) -> Step<()> {
    api.teller.say(&format!("It is {} now.", told(to, zone)?));
    api.send(Call::put("/dev/clock", json!({ "now": to })))
        .await
        .map(drop)
}

async fn tick(api: &Api) -> Step<()> {
    let body = json!({ "job": "reminders-cron" });
    api.send(Call::post("/dev/tick", body)).await.map(drop)
}

async fn expect_reminder(
    api: &Api,
    person: &Person,
    when: &str,
    is_wanted: fn(&Mail) -> bool,
) -> Step<()> {
    let mail = mail::wait_for(
        api,
        person,
        &format!("that reminds of the session {when}"),
        is_wanted,
    )
    .await?;
    api.teller.mail(&person.email, mail.subject(), "");
    Ok(())
}

/// How many reminders the mentor, Noah and Priya have got.
async fn count_reminders(api: &Api, cast: &Cast) -> Step<[usize; 3]> {
    let mut counts = [0; 3];
    for (count, person) in counts
        .iter_mut()
        .zip([&cast.mentor, &cast.noah, &cast.priya])
    {
        *count = mails_of(api, person)
            .await?
            .iter()
            .filter(|mail| mail.is_reminder())
            .count();
    }
    Ok(counts)
}

/// After the session the mentor says that it took place.
pub(crate) async fn complete(api: &Api, cast: &mut Cast, booked: &Booked) -> Step<()> {
    api.teller.step("After the session the mentor completes it");
    move_clock(api, booked.first.slot.ends_at, cast.mentor.zone).await?;
    people::come_back(api, cast).await?;
    let path = format!("/api/sessions/{}", booked.first.id);
    let answer = api
        .send(Call::put(path, json!({ "action": "complete" })).by(&cast.mentor))
        .await?;
    check(
        answer["data"]["status"] == "completed",
        "the session should be completed now",
    )?;
    let left = list(&answer, "/data/allowed_actions")?;
    check(
        left.is_empty(),
        "nothing more should be possible with a completed session",
    )
}

/// The mentor looks at what there was: by status, and page by page.
pub(crate) async fn look_back(api: &Api, cast: &Cast, booked: &Booked) -> Step<()> {
    api.teller
        .step("The mentor looks back: what was completed, and then everything, page by page");
    let answer = api
        .send(Call::get("/api/sessions?status=completed").by(&cast.mentor))
        .await?;
    let completed = list(&answer, "/data")?;
    let is_first = completed.len() == 1 && text(&completed[0], "/id")? == booked.first.id;
    check(
        is_first,
        "exactly the first session should be listed as completed",
    )?;

    let mut path = "/api/sessions?sort=scheduled_at&limit=1".to_owned();
    let mut seen = Vec::new();
    loop {
        let answer = api.send(Call::get(&path).by(&cast.mentor)).await?;
        for session in list(&answer, "/data")? {
            seen.push(text(session, "/id")?.to_owned());
        }
        let Some(cursor) = answer["meta"]["next_cursor"].as_str() else {
            break;
        };
        check(seen.len() < 10, "the pages should come to an end")?;
        path = format!("/api/sessions?sort=scheduled_at&limit=1&cursor={cursor}");
    }
    if seen == [booked.first.id.as_str(), booked.second.id.as_str()] {
        api.teller
            .fine("Two pages, one session on each, in the order of their start.");
        Ok(())
    } else {
        Err(Wrong::new(format!(
            "the pages should show both sessions once, in order, not {seen:?}"
        )))
    }
}
