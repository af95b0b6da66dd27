//! The three people of the story: how they arrive, and come back.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::clock::Clock;
use uuid::Uuid;

use crate::answer::{Step, check, text};
use crate::api::{Api, Call};
use crate::mail::{self, Mail};

const PASSWORD: &str = "Demo-Passw0rd!";

/// Somebody with an account.
pub(crate) struct Person {
    pub(crate) first_name: &'static str,
    last_name: &'static str,
    role: &'static str,
    pub(crate) zone: &'static str,
    pub(crate) email: String,
    /// Where they call from: limits count each address for itself.
    pub(crate) address: String,
    pub(crate) id: String,
    pub(crate) access_token: Option<String>,
    refresh_token: String,
}

/// A mentor, the mentee who books, and the mentee who is a moment late.
pub(crate) struct Cast {
    pub(crate) mentor: Person,
    pub(crate) noah: Person,
    pub(crate) priya: Person,
}

impl Cast {
    fn everybody(&mut self) -> [&mut Person; 3] {
        [&mut self.mentor, &mut self.noah, &mut self.priya]
    }
}

impl Person {
    fn new(
        first_name: &'static str,
        last_name: &'static str,
        role: &'static str,
        zone: &'static str,
    ) -> Self {
        let id: Uuid = Clock::system().id();
        let random = id.as_bytes();
        let number = format!("{:02x}{:02x}{:02x}", random[13], random[14], random[15]);
        Self {
            first_name,
            last_name,
            role,
            zone,
            email: format!("{}.{number}@example.com", first_name.to_lowercase()),
            address: format!("10.{}.{}.{}", random[13], random[14], random[15]),
            id: String::new(),
            access_token: None,
            refresh_token: String::new(),
        }
    }

    /// Shows the first of three requests that are alike, and of the others that they were made.
    fn told<'a>(&self, call: Call<'a>) -> Call<'a> {
        if self.role == "mentor" {
            call
        } else {
            call.briefly()
        }
    }
}

/// Registers everybody, up to a profile.
pub(crate) async fn arrive(api: &Api) -> Step<Cast> {
    let mut cast = Cast {
        mentor: Person::new("Mira", "Falk", "mentor", "Europe/Berlin"),
        noah: Person::new("Noah", "Reyes", "mentee", "America/New_York"),
        priya: Person::new("Priya", "Nair", "mentee", "Asia/Kolkata"),
    };
    api.teller.step(
        "A mentor and two mentees register; the answer tells nobody which addresses are known",
    );
    for person in cast.everybody() {
        register(api, person).await?;
    }
    api.teller.step("Each of them opens the link in their mail");
    for person in cast.everybody() {
        verify(api, person).await?;
    }
    api.teller.step("They log in");
    for person in cast.everybody() {
        log_in(api, person, false).await?;
    }
    api.teller.step("They fill in their profiles");
    for (person, profile) in cast.everybody().into_iter().zip(profiles()) {
        let call = Call::new(Method::PATCH, "/api/users/me")
            .body(profile)
            .by(person);
        let user = api.send(person.told(call)).await?;
        check(
            text(&user, "/data/id")? == person.id,
            "the profile should be of the person who sent it",
        )?;
    }
    Ok(cast)
}

async fn register(api: &Api, person: &Person) -> Step<()> {
    let body = json!({
        "email": person.email,
        "password": PASSWORD,
        "role": person.role,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "timezone": person.zone,
    });
    let call = Call::post("/api/auth/register", body)
        .by(person)
        .expect(StatusCode::ACCEPTED);
    api.send(person.told(call)).await.map(drop)
}

async fn verify(api: &Api, person: &Person) -> Step<()> {
    let mail = mail::wait_for(api, person, "to confirm the address", Mail::is_verification).await?;
    api.teller.mail(&person.email, mail.subject(), "");
    let token = mail.token()?;
    let call = Call::post("/api/auth/email/verify", json!({ "token": token })).by(person);
    let user = api.send(person.told(call)).await?;
    check(
        user["data"]["email_verified"] == true,
        "the address should be confirmed now",
    )
}

async fn log_in(api: &Api, person: &mut Person, is_again: bool) -> Step<()> {
    let body = json!({ "email": person.email, "password": PASSWORD });
    // Without the old token: it may have ended.
    person.access_token = None;
    let call = Call::post("/api/auth/login", body).by(person);
    let call = if is_again {
        call.quietly()
    } else {
        person.told(call)
    };
    let answer = api.send(call).await?;
    take_tokens(person, &answer)
}

/// Logs everybody in again: access tokens live for 15 minutes of the platform's time.
pub(crate) async fn come_back(api: &Api, cast: &mut Cast) -> Step<()> {
    for person in cast.everybody() {
        log_in(api, person, true).await?;
    }
    api.teller
        .say("Access tokens live for 15 minutes of this clock, so everybody logs in again.");
    Ok(())
}

/// Changes a refresh token into a new pair, as a client does all day long.
pub(crate) async fn refresh(api: &Api, person: &mut Person) -> Step<()> {
    let spent = person.refresh_token.clone();
    person.access_token = None;
    let call = Call::post("/api/auth/refresh", json!({ "refresh_token": spent }))
        .by(person)
        .briefly();
    let answer = api.send(call).await?;
    take_tokens(person, &answer)?;
    check(
        person.refresh_token != spent,
        "a refresh token is used once",
    )
}

fn take_tokens(person: &mut Person, answer: &Value) -> Step<()> {
    text(answer, "/data/user/id")?.clone_into(&mut person.id);
    person.access_token = Some(text(answer, "/data/access_token")?.to_owned());
    text(answer, "/data/refresh_token")?.clone_into(&mut person.refresh_token);
    Ok(())
}

/// The mentor pauses, so that the next walk finds its own mentor; then everybody logs out.
pub(crate) async fn leave(api: &Api, cast: &mut Cast) -> Step<()> {
    api.teller
        .step("The clock goes back; the mentor pauses, and everybody logs out");
    api.send(Call::put("/dev/clock", json!({ "now": null })))
        .await?;
    come_back(api, cast).await?;
    let pause = Call::new(Method::PATCH, "/api/users/me").body(json!({ "accepting": false }));
    let user = api.send(pause.by(&cast.mentor).quietly()).await?;
    check(
        user["data"]["accepting"] == false,
        "the mentor should be pausing now",
    )?;
    for person in cast.everybody() {
        let call = Call::new(Method::POST, "/api/auth/logout")
            .by(person)
            .expect(StatusCode::NO_CONTENT);
        api.send(call.quietly()).await?;
        let gone = Call::get("/api/users/me")
            .by(person)
            .expect(StatusCode::UNAUTHORIZED);
        api.send(gone.quietly()).await?;
    }
    api.teller
        .fine("Their access tokens stopped working at once, not at their expiry.");
    Ok(())
}

fn profiles() -> [Value; 3] {
    let mentor = json!({
        "title": "Head of Operations",
        "company": "Kaltkette",
        "years_experience": 12,
        "bio": "I ran cold chain logistics for vaccines in nine countries, and now help founders price what they \
                deliver. Bring your unit economics: we will find out what a late delivery really costs you.",
        "location": "Berlin, Germany",
        "languages": ["German", "English"],
        "expertise_areas": ["Cold chain logistics", "Unit economics", "Pricing"],
        "industries": ["Logistics", "Healthcare"],
        "stages": ["pre_seed", "seed"],
    });
    let noah = json!({
        "startup_name": "Frostline",
        "startup_stage": "seed",
        "industry_focus": ["Logistics", "Healthcare"],
        "interests": ["Cold chain logistics", "Pricing"],
        "goals": "Find a price per delivery that covers the cold chain and that clinics accept.",
        "current_role": "Founder",
        "experience_level": "beginner",
    });
    let priya = json!({
        "startup_name": "Dabba",
        "startup_stage": "pre_seed",
        "industry_focus": ["Logistics"],
        "interests": ["Unit economics"],
        "goals": "Deliver lunch with a margin.",
    });
    [mentor, noah, priya]
}
