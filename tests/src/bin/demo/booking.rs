//! From the question who fits to a session that both have in their calendars.

use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::domain::score::Thousandths;

use crate::answer::{Step, Wrong, check, list, text};
use crate::api::{Api, Call};
use crate::mail::{self, Mail};
use crate::moments::{moment, told};
use crate::people::{Cast, Person};
use crate::slots::Slot;

/// A session that somebody asked for.
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) slot: Slot,
}

/// Noah's session, and Priya's right after it.
pub(crate) struct Booked {
    pub(crate) first: Session,
    pub(crate) second: Session,
}

/// Noah asks who fits; returns the match with our mentor.
pub(crate) async fn find_match(api: &Api, cast: &Cast) -> Step<String> {
    api.teller.step("Noah asks who can help him");
    let ask = json!({
        "topic": "Cold chain pricing",
        "need": "We deliver vaccines to clinics and lose money on each delivery. What should we charge?",
        "limit": 20,
    });
    let answer = api
        .send(Call::post("/api/matching/match", ask).by(&cast.noah))
        .await?;
    let matches = list(&answer, "/data")?;
    for matched in matches {
        check_points(matched)?;
    }
    api.teller.fine(&format!(
        "{} mentors, best first; the points of each add up to the score.",
        matches.len()
    ));
    let ours = matches
        .iter()
        .position(|matched| matched["mentor"]["id"] == cast.mentor.id.as_str());
    let ours = ours
        .ok_or_else(|| Wrong::new("our mentor, who fits so well, should be among the matches"))?;
    check(
        !list(&matches[ours], "/next_slots")?.is_empty(),
        "the match should show the next free slots",
    )?;
    api.teller.fine(&format!(
        "Place {}: {}",
        ours + 1,
        text(&matches[ours], "/reasoning")?
    ));

    let match_id = text(&matches[ours], "/match_id")?.to_owned();
    api.teller.step("He wants to know why");
    let explained = api
        .send(
            Call::get(format!("/api/matching/explain/{match_id}"))
                .by(&cast.noah)
                .in_depth(),
        )
        .await?;
    check_points(&explained["data"])?;
    let is_same = explained["data"]["score"] == matches[ours]["score"];
    check(
        is_same,
        "the explanation should give the same score as the match",
    )?;
    Ok(match_id)
}

fn check_points(matched: &Value) -> Step<()> {
    let read = |value: &Value| {
        serde_json::from_value::<Thousandths>(value.clone())
            .map_err(|_| Wrong::new(format!("{value} should be points")))
    };
    let points = list(matched, "/components")?
        .iter()
        .map(|component| read(&component["points"]));
    let sum: Thousandths = points.collect::<Step<Vec<_>>>()?.into_iter().sum();
    let score = read(&matched["score"])?;
    let is_score = sum == score && (Thousandths::ZERO..=Thousandths::HUNDRED).contains(&score);
    check(
        is_score,
        format!("the points of a match add up to {sum}, its score is {score}"),
    )
}

/// Noah books; Priya, a moment later, is offered other times and takes the next one.
pub(crate) async fn book(api: &Api, cast: &Cast, slots: &[Slot], match_id: String) -> Step<Booked> {
    let pair = slots
        .windows(2)
        .find(|pair| pair[0].ends_at == pair[1].starts_at);
    let pair = pair.ok_or_else(|| Wrong::new("there should be two slots in a row"))?;
    let (wanted, next) = (pair[0], pair[1]);
    api.teller.step("Noah books");
    let mut body = request(cast, wanted, "Pricing a cold chain");
    body["match_id"] = match_id.into();
    body["mentee_notes"] = "I bring our numbers of the last three months.".into();
    let first = ask(api, &cast.noah, body, wanted).await?;
    api.teller.fine(&format!(
        "He waits for an answer about {}.",
        told(wanted.starts_at, cast.mentor.zone)?
    ));

    api.teller.step("Priya wants the same hour, a moment later");
    let call = Call::post(
        "/api/sessions",
        request(cast, wanted, "Margins of a lunch box"),
    )
    .by(&cast.priya);
    let refused = api
        .send(call.expect(StatusCode::CONFLICT).in_depth())
        .await?;
    check(
        refused["errors"][0]["code"] == "slot_taken",
        "the refusal should say slot_taken",
    )?;
    let free = list(&refused, "/errors/0/details/alternatives")?
        .iter()
        .map(Slot::read)
        .collect::<Step<Vec<_>>>()?;
    check(
        free.contains(&next),
        "the hour right after it should be among the alternatives",
    )?;
    check(
        !free.contains(&wanted),
        "the hour that is taken should not be among the alternatives",
    )?;

    api.teller
        .step("She takes the next of the hours that she was offered");
    let second = ask(
        api,
        &cast.priya,
        request(cast, next, "Margins of a lunch box"),
        next,
    )
    .await?;
    Ok(Booked { first, second })
}

fn request(cast: &Cast, slot: Slot, topic: &str) -> Value {
    json!({ "mentor_id": cast.mentor.id, "scheduled_at": slot.starts_at, "topic": topic })
}

async fn ask(api: &Api, mentee: &Person, body: Value, slot: Slot) -> Step<Session> {
    let call = Call::post("/api/sessions", body)
        .by(mentee)
        .expect(StatusCode::CREATED);
    let answer = api.send(call).await?;
    check(
        answer["data"]["status"] == "pending",
        "a session that was asked for should be pending",
    )?;
    check(
        moment(&answer, "/data/scheduled_at")? == slot.starts_at,
        "the session should be when it was asked for",
    )?;
    Ok(Session {
        id: text(&answer, "/data/id")?.to_owned(),
        slot,
    })
}

/// The mentor accepts both; everybody gets an invitation.
pub(crate) async fn accept(api: &Api, cast: &Cast, booked: &Booked) -> Step<()> {
    api.teller
        .step("The mentor, who got a mail about each request, accepts both");
    for (session, mentee) in [(&booked.first, &cast.noah), (&booked.second, &cast.priya)] {
        let is_about =
            |mail: &Mail| mail.is_request() && mail.subject().contains(mentee.first_name);
        let mail = mail::wait_for(api, &cast.mentor, "about the request", is_about).await?;
        api.teller.mail(&cast.mentor.email, mail.subject(), "");
        let call = Call::put(
            format!("/api/sessions/{}", session.id),
            json!({ "action": "accept" }),
        );
        let answer = api.send(call.by(&cast.mentor)).await?;
        check(
            answer["data"]["status"] == "confirmed",
            "a session that was accepted should be confirmed",
        )?;
    }
    api.teller
        .step("All of them find an invitation in their mail");
    for mentee in [&cast.noah, &cast.priya] {
        let is_theirs =
            |mail: &Mail| mail.is_confirmation() && mail.subject().contains(mentee.first_name);
        mail::wait_for_invitation(api, mentee, "REQUEST", Mail::is_confirmation).await?;
        mail::wait_for_invitation(api, &cast.mentor, "REQUEST", is_theirs).await?;
    }
    Ok(())
}
