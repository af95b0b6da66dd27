//! One mail at a time: claim it, look whether it is still true, write it, commit, hand it over, note how that went.
//!
//! Whatever fails before the commit leaves the mail as it was; only a crash between commit and note leaves a mail of
//! which nobody knows whether it left.

use jiff::Timestamp;
use shared::domain::event::{Event, EventRecord};
use shared::domain::export::ExportFile;
use shared::domain::id::{EmailId, UserId};
use shared::domain::user::Email;
use shared::domain::vetting::Vetting;
use shared::outside::ses::{RawMail, SesError};
use shared::state::AppState;
use shared::store::email::{Outcome, Reader as Account};
use shared::store::user::Vetted;
use shared::store::{self, Transaction};
use shared::worker::WorkError;
use tracing::{info, warn};

use crate::desk::{Desk, Moments};
use crate::kind::Kind;
use crate::letter::Letter;
use crate::links::Links;
use crate::look::{Present, look};
use crate::mentoring;
use crate::suggest::suggest;

/// What the mails of one event are made with.
pub(crate) struct Sender<'a> {
    pub(crate) state: &'a AppState,
    pub(crate) record: &'a EventRecord,
    pub(crate) desk: &'a Desk,
    pub(crate) kind: Kind,
}

/// A mail whose turn has come.
struct Turn {
    id: EmailId,
    /// The mail, or how it has ended without being handed over.
    mail: Result<Sealed, Outcome>,
}

/// A mail that is ready to leave.
struct Sealed {
    to: Email,
    mime: Vec<u8>,
}

impl Sender<'_> {
    /// Gives every mail of the event that waits one try, while the mail service answers.
    pub(crate) async fn send_all(&self) -> Result<(), WorkError> {
        let mut tried = Vec::new();
        while let Some(turn) = self.take_next(&tried).await? {
            tried.push(turn.id);
            let outcome = match turn.mail {
                Ok(sealed) => self.hand_over(turn.id, &sealed).await,
                Err(outcome) => outcome,
            };
            let client = self.state.db.client().await?;
            store::email::settle(&client, turn.id, &outcome).await?;
            self.log(turn.id, &outcome);
            // The next one would be lost in the same silence: it waits, and comes again with the event.
            if matches!(outcome, Outcome::Unknown(_)) {
                break;
            }
        }
        Ok(())
    }

    async fn take_next(&self, tried: &[EmailId]) -> Result<Option<Turn>, WorkError> {
        let mut client = self.state.db.client().await?;
        let tx = client.transaction();
        let Some(email) = store::email::claim_next(&tx, self.record.id, tried).await? else {
            return Ok(None);
        };
        let mail = self.prepare(&tx, email.id, email.recipient).await?;
        tx.commit().await?;
        Ok(Some(Turn { id: email.id, mail }))
    }

    async fn prepare(
        &self,
        tx: &Transaction<'_>,
        id: EmailId,
        recipient: UserId,
    ) -> Result<Result<Sealed, Outcome>, WorkError> {
        let now = self.state.clock.now();
        let Some(present) = look(tx, &self.record.event, recipient).await? else {
            return Ok(Err(Outcome::Dropped));
        };
        let Some((letter, reader)) = self.letter(tx, &present, now).await? else {
            return Ok(Err(Outcome::Dropped));
        };
        let moments = Moments {
            now,
            fact: self.record.at,
        };
        let written = self.desk.write(id, &letter, &reader, moments);
        Ok(match written {
            Ok(mime) => Ok(Sealed {
                to: reader.email,
                mime,
            }),
            // It waits in the dead-letter queue until the bug is gone.
            Err(bug) => Err(Outcome::Refused(bug.to_string())),
        })
    }

    /// The letter and who reads it: mostly whom the event concerns, but a change of address has two ends.
    async fn letter(
        &self,
        tx: &Transaction<'_>,
        present: &Present,
        now: Timestamp,
    ) -> Result<Option<(Letter, Account)>, WorkError> {
        let links = Links { tx, now };
        let (reader, at) = (present.reader.clone(), self.record.at);
        let letter = match self.record.event {
            Event::UserRegistered { .. } | Event::VerificationRequested { .. } => {
                links.verification(&reader).await?
            }
            Event::PasswordResetRequested { .. } => Some(links.reset(&reader).await?),
            Event::EmailChangeRequested { change_id, .. } => {
                return links.confirmation(reader, change_id).await;
            }
            Event::EmailChangeAnnounced { change_id, .. } => {
                return links.notice(reader, change_id).await;
            }
            Event::RegistrationRepeated { .. } => Some(Letter::AccountExists),
            Event::PasswordChanged { .. } => Some(Letter::PasswordChanged { at }),
            Event::SignInsFailed { .. } => Some(Letter::SignInsFailed { at }),
            Event::TotpEnabled { .. } => Some(Letter::TotpEnabled { at }),
            Event::TotpDisabled { .. } => Some(Letter::TotpDisabled { at }),
            Event::ExportReady { user_id, job_id } => {
                let job = store::job::find_for(tx, job_id, user_id).await?;
                let file = job.and_then(|job| ExportFile::of(&job, now).ok());
                file.map(|file| Letter::ExportReady {
                    job: job_id,
                    expires_at: file.expires_at,
                })
            }
            Event::DeletionRequested { user_id } => {
                let erase_after = store::deletion::find_erase_after(tx, user_id).await?;
                erase_after.map(|erase_after| Letter::DeletionRequested { erase_after })
            }
            Event::DeletionCancelled { user_id } => {
                let erase_after = store::deletion::find_erase_after(tx, user_id).await?;
                erase_after.is_none().then_some(Letter::DeletionCancelled)
            }
            Event::IdentityLinked { provider, .. } => Some(Letter::IdentityLinked {
                service: provider.name(),
            }),
            Event::UserInvited { .. } => Some(links.invitation(&reader).await?),
            Event::UserSuspended { .. } => Some(Letter::AccountSuspended),
            Event::UserReinstated { .. } => Some(Letter::AccountReinstated),
            Event::MentorApproved { user_id } | Event::MentorRejected { user_id } => {
                let vetted = store::user::find_vetting(tx, user_id).await?;
                vetted.and_then(|vetted| vetting_letter(&self.record.event, vetted))
            }
            Event::SessionExpired { .. } => {
                let suggestions = suggest(tx, present, now).await?;
                present.expired_letter(suggestions)
            }
            Event::MessagesWaiting {
                session_id,
                receiver_id,
            } => {
                let unread = store::message::count_waiting(tx, session_id, receiver_id, at).await?;
                present.messages_letter(unread)
            }
            Event::Mentoring(ref news) => {
                let note = mentoring::letter(tx, news, now).await?;
                note.map(Letter::Mentoring)
            }
            Event::SessionRequested { .. }
            | Event::SessionConfirmed { .. }
            | Event::SessionDeclined { .. }
            | Event::SessionCancelled { .. }
            | Event::SessionCompleted { .. }
            | Event::SessionNoShow { .. }
            | Event::AnswerDue { .. }
            | Event::RescheduleProposed { .. }
            | Event::RescheduleClosed { .. }
            | Event::SessionRescheduled { .. }
            | Event::SessionRelocated { .. }
            | Event::PaymentDue { .. }
            | Event::PaymentStalled { .. }
            | Event::ProfileChanged { .. }
            | Event::JobQueued { .. }
            | Event::SyncDue { .. }
            | Event::ReminderDue { .. } => present.session_letter(self.record, now),
        };
        Ok(letter.map(|letter| (letter, reader)))
    }

    async fn hand_over(&self, id: EmailId, sealed: &Sealed) -> Outcome {
        let sent = self
            .state
            .ses
            .send(RawMail {
                email_id: &id.to_string(),
                kind: self.kind.as_str(),
                to: &sealed.to,
                mime: &sealed.mime,
            })
            .await;
        match sent {
            Ok(message_id) => Outcome::Sent(message_id),
            Err(SesError::Later(why)) => Outcome::Refused(why),
            Err(SesError::Never(why)) => Outcome::Failed(why),
            Err(SesError::Unknown(why)) => Outcome::Unknown(why),
        }
    }

    /// The reasons stay in the table of mails: the mail service writes addresses into them.
    fn log(&self, id: EmailId, outcome: &Outcome) {
        let kind = self.kind.as_str();
        match outcome {
            Outcome::Sent(_) => info!(email.id = %id, kind, "handed a mail over"),
            Outcome::Dropped => info!(email.id = %id, kind, "a mail was no longer true"),
            Outcome::Refused(_) => warn!(email.id = %id, kind, "a mail must wait"),
            Outcome::Failed(_) => warn!(email.id = %id, kind, "a mail was refused for good"),
            Outcome::Unknown(_) => warn!(email.id = %id, kind, "nobody knows whether a mail left"),
        }
    }
}

/// Writes to a mentor what was decided, if it still stands.
fn vetting_letter(event: &Event, vetted: Vetted) -> Option<Letter> {
    match (event, vetted.vetting) {
        (Event::MentorApproved { .. }, Vetting::Approved) => Some(Letter::MentorApproved),
        (Event::MentorRejected { .. }, Vetting::Rejected) => Some(Letter::MentorRejected {
            reason: vetted.reason,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_mentor_hears_of_the_decision_that_stands_only() {
        let user_id = UserId::from(Uuid::nil());
        let vetted = |vetting| Vetted {
            vetting,
            reason: Some("too short".to_owned()),
            at: None,
            version: 1,
        };
        let is_sent = |event: &Event, vetting| vetting_letter(event, vetted(vetting)).is_some();
        let (approved, rejected) = (
            Event::MentorApproved { user_id },
            Event::MentorRejected { user_id },
        );

        assert!(is_sent(&approved, Vetting::Approved) && is_sent(&rejected, Vetting::Rejected));
        assert!(!is_sent(&approved, Vetting::Rejected) && !is_sent(&rejected, Vetting::Approved));
        assert!(!is_sent(&approved, Vetting::Pending) && !is_sent(&rejected, Vetting::Pending));
    }
}
