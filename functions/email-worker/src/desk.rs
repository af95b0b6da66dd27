//! The desk at which mails are written: who signs them, and the templates.

use jiff::Timestamp;
use shared::config::Config;
use shared::domain::calendar::Person;
use shared::domain::id::NotificationId;
use shared::domain::letter::{Letter, Office, Reader, Source, TemplateError, Templates};
use shared::store::notification::Reader as Account;
use shared::worker::WorkError;

use crate::mime::{self, Cover, MimeError};

/// What every mail of this process needs.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) office: Office,
    templates: &'static Templates,
}

/// Why a letter cannot be written: our bug.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeskError {
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error(transparent)]
    Mime(#[from] MimeError),
}

/// The moments of a mail.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moments {
    /// When it is written.
    pub(crate) now: Timestamp,
    /// When that of which it tells came about.
    pub(crate) fact: Timestamp,
}

/// To whom a mail goes, and what that means for how it is written.
#[derive(Clone, Debug)]
pub(crate) struct Addressee<'a> {
    /// The person.
    pub(crate) account: &'a Account,
    /// Where one click ends this kind of mail, if it may be ended so.
    pub(crate) unsubscribe_url: Option<String>,
    /// An admin's words, if there are any.
    pub(crate) source: Option<&'a Source>,
}

impl Desk {
    /// Sets the desk up.
    pub(crate) fn new(config: &Config) -> Result<Self, WorkError> {
        Self::of(Office {
            sender: sender(&config.mail_from)?,
            app_url: config.app_url.clone(),
        })
    }

    /// Sets up the desk of an office.
    pub(crate) fn of(office: Office) -> Result<Self, WorkError> {
        let templates = Templates::shared().map_err(|error| WorkError::Later(error.to_string()))?;
        Ok(Self { office, templates })
    }

    /// Writes a letter as the bytes that are sent.
    pub(crate) fn write(
        &self,
        id: NotificationId,
        letter: &Letter,
        to: &Addressee<'_>,
        moments: Moments,
    ) -> Result<Vec<u8>, DeskError> {
        let reader = Reader {
            unsubscribe_url: to.unsubscribe_url.clone(),
            ..Reader::from(to.account)
        };
        let written = self
            .templates
            .write(letter, &reader, &self.office, to.source)?;
        let invitation = letter.invitation(&self.office, moments.fact);
        let cover = Cover {
            id,
            from: self.office.sender.clone(),
            to: addressee(to.account),
            date: moments.now,
            unsubscribe_url: to.unsubscribe_url.clone(),
        };
        Ok(mime::mail(&cover, &written, invitation.as_ref())?)
    }
}

/// Anybody can register somebody else's address: what they typed as its name travels only once the address is proven.
fn addressee(account: &Account) -> Person {
    let person = account.person();
    if account.is_verified {
        return person;
    }
    Person {
        name: String::new(),
        ..person
    }
}

fn sender(mail_from: &str) -> Result<Person, WorkError> {
    Person::parse(mail_from)
        .ok_or_else(|| WorkError::Later("MAIL_FROM is no address of mail".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{MENTEE_ID, account, mentee};

    #[test]
    fn an_unproven_address_carries_no_name() {
        let proven = account(&mentee(), MENTEE_ID);
        let unproven = Account {
            is_verified: false,
            ..proven.clone()
        };

        assert_eq!(addressee(&proven).name, "Zoë Lovelace");
        assert_eq!(addressee(&unproven).name, "");
    }

    #[test]
    fn the_sender_has_a_name_and_an_address() {
        let sender = |text| sender(text).map(|person| (person.name, person.email));

        assert_eq!(
            sender("Office Hours <hello@office-hours.example>").unwrap(),
            (
                "Office Hours".to_owned(),
                "hello@office-hours.example".to_owned()
            )
        );
        assert_eq!(
            sender("hello@example.com").unwrap(),
            (String::new(), "hello@example.com".to_owned())
        );
        assert!(sender("nobody").is_err());
    }
}
