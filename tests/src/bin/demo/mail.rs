//! The mailbox of the development mode.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::answer::{Step, Wrong, text};
use crate::api::{Api, Call};
use crate::people::Person;

/// A mail takes a moment: handler, outbox, queue, worker, mail service.
const PATIENCE: Duration = Duration::from_secs(30);
const GLANCE: Duration = Duration::from_millis(200);

/// A mail that was sent.
pub(crate) struct Mail(Value);

impl Mail {
    pub(crate) fn subject(&self) -> &str {
        self.0["subject"].as_str().unwrap_or_default()
    }

    pub(crate) fn is_verification(&self) -> bool {
        self.subject().starts_with("Confirm your")
    }

    pub(crate) fn is_request(&self) -> bool {
        self.subject().starts_with("New request")
    }

    pub(crate) fn is_confirmation(&self) -> bool {
        self.subject().starts_with("Confirmed")
    }

    pub(crate) fn is_cancellation(&self) -> bool {
        self.subject().starts_with("Cancelled")
    }

    pub(crate) fn is_day_reminder(&self) -> bool {
        self.subject().starts_with("Reminder")
    }

    pub(crate) fn is_hour_reminder(&self) -> bool {
        self.subject().starts_with("Starts soon")
    }

    pub(crate) fn is_reminder(&self) -> bool {
        self.is_day_reminder() || self.is_hour_reminder()
    }

    /// The token in the link of the mail.
    pub(crate) fn token(&self) -> Step<&str> {
        let words = text(&self.0, "/text")?;
        let after = words.split_once("token=").map(|(_, after)| after);
        let token = after.and_then(|after| {
            after
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
                .next()
        });
        token
            .filter(|token| !token.is_empty())
            .ok_or_else(|| Wrong::new("the mail should hold a link with a token"))
    }

    /// What the invitation in the mail asks calendars to do, such as `REQUEST`.
    pub(crate) fn calendar_method(&self) -> Step<&str> {
        let attachments = self.0["attachments"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let invitation = attachments.iter().find(|file| file["name"] == "invite.ics");
        let invitation = invitation.ok_or_else(|| {
            Wrong::new(format!(
                "invite.ics should be attached to “{}”",
                self.subject()
            ))
        })?;
        let method = text(invitation, "/content")?
            .lines()
            .find_map(|line| line.strip_prefix("METHOD:"));
        method
            .map(str::trim)
            .ok_or_else(|| Wrong::new("invite.ics should name its METHOD"))
    }
}

/// Reads the mails somebody got, newest first.
pub(crate) async fn mails_of(api: &Api, person: &Person) -> Step<Vec<Mail>> {
    let call = Call::get(format!("/dev/mailbox?to={}", person.email)).quietly();
    match api.send(call).await? {
        Value::Array(mails) => Ok(mails.into_iter().map(Mail).collect()),
        other => Err(Wrong::new(format!(
            "the mailbox should be a list, not {other}"
        ))),
    }
}

/// Waits for a mail to somebody.
pub(crate) async fn wait_for(
    api: &Api,
    person: &Person,
    what: &str,
    is_wanted: impl Fn(&Mail) -> bool,
) -> Step<Mail> {
    let begun = Instant::now();
    loop {
        if let Some(found) = mails_of(api, person).await?.into_iter().find(&is_wanted) {
            return Ok(found);
        }
        if begun.elapsed() > PATIENCE {
            let (name, seconds) = (person.first_name, PATIENCE.as_secs());
            return Err(Wrong::new(format!(
                "{name} should have got a mail {what} within {seconds} seconds"
            )));
        }
        tokio::time::sleep(GLANCE).await;
    }
}

/// Waits for a mail with an invitation that asks calendars for `method`, and shows it.
pub(crate) async fn wait_for_invitation(
    api: &Api,
    person: &Person,
    method: &str,
    is_wanted: impl Fn(&Mail) -> bool,
) -> Step<()> {
    let mail = wait_for(
        api,
        person,
        &format!("with an invitation ({method})"),
        is_wanted,
    )
    .await?;
    let found = mail.calendar_method()?;
    api.teller.mail(
        &person.email,
        mail.subject(),
        &format!("  [invite.ics, METHOD:{found}]"),
    );
    if found == method {
        Ok(())
    } else {
        Err(Wrong::new(format!(
            "invite.ics should say METHOD:{method}, not METHOD:{found}"
        )))
    }
}
