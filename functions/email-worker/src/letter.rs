//! Which letter an event asks for, as things stand now.

use jiff::Timestamp;
use shared::domain::event::Event;
use shared::domain::export::ExportFile;
use shared::domain::id::NotificationId;
use shared::domain::letter::Letter;
use shared::domain::vetting::Vetting;
use shared::store::notification::Reader as Account;
use shared::store::user::Vetted;
use shared::store::{self, Transaction};
use shared::worker::WorkError;

use crate::feedback;
use crate::links::Links;
use crate::look::Present;
use crate::mentoring;
use crate::question;
use crate::send::Sender;
use crate::suggest::suggest;

impl Sender<'_> {
    /// The letter and who reads it: mostly whom the event concerns, but a change of address has two ends.
    pub(crate) async fn letter(
        &self,
        tx: &Transaction<'_>,
        (present, id): (&Present, NotificationId),
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
            Event::SessionCompleted { .. }
            | Event::FeedbackGiven { .. }
            | Event::FeedbackPublished { .. } => {
                let note = feedback::letter(tx, &self.record.event, present).await?;
                note.map(Letter::Feedback)
            }
            Event::Question(news) => {
                let note = question::letter(tx, news, now).await?;
                note.map(Letter::Question)
            }
            Event::DigestDue { user_id, .. } => {
                let items = store::notification::list_gathered(tx, user_id, id).await?;
                (!items.is_empty()).then_some(Letter::Digest { items })
            }
            Event::SessionRequested { .. }
            | Event::SessionConfirmed { .. }
            | Event::SessionDeclined { .. }
            | Event::SessionCancelled { .. }
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
    use shared::domain::id::UserId;
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
