//! What a message is about, for those who read it in the app.

use jiff::Timestamp;

use super::{Letter, Office, Reader, SessionFacts, when};
use crate::domain::id::UserId;
use crate::domain::text::shorten;

/// How many characters a text message has at most: two parts of 153 in GSM 03.38.
const LONGEST_TEXT: usize = 306;

impl Letter {
    /// Where in the frontend it goes on, from the first slash on. Links with secrets in them travel by mail only.
    #[must_use]
    pub fn path(&self) -> String {
        if let Some(session) = self.session() {
            return format!("/sessions/{}", session.id);
        }
        match self {
            Self::Mentoring(note) => note.path.clone(),
            Self::Feedback(note) => note.path.clone(),
            Self::Question(note) => note.path(),
            Self::ExportReady { job, .. } => format!("/export?job={job}"),
            Self::MentorApproved | Self::MentorRejected { .. } => "/profile".to_owned(),
            Self::Digest { .. } => "/notifications".to_owned(),
            _ => "/settings/account".to_owned(),
        }
    }

    /// What it says on a phone: at most two parts of a text message.
    #[must_use]
    pub fn text_message(&self, reader: &Reader, office: &Office) -> String {
        let subject = self.subject(reader);
        let says = match self.session() {
            Some(session) => {
                let when = when::span(session.starts_at, session.ends_at, &reader.zone);
                format!("{subject}. {when}")
            }
            None => subject,
        };
        let link = format!("{}{}", office.app_url, self.path());
        let room = LONGEST_TEXT.saturating_sub(link.chars().count() + 1);
        format!("{} {link}", shorten(&says, room))
    }

    /// When the session starts that it is about.
    #[must_use]
    pub fn starts_at(&self) -> Option<Timestamp> {
        self.session().map(|session| session.starts_at)
    }

    /// Whom it tells of, if it is about long-term mentoring, feedback or a question.
    #[must_use]
    pub fn about(&self) -> Option<UserId> {
        match self {
            Self::Mentoring(note) => note.about,
            Self::Feedback(note) => note.about,
            Self::Question(note) => note.about,
            _ => None,
        }
    }

    const fn session(&self) -> Option<&SessionFacts> {
        match self {
            Self::SessionRequested { session, .. }
            | Self::SessionConfirmed { session, .. }
            | Self::SessionDeclined { session, .. }
            | Self::SessionCancelled { session, .. }
            | Self::SessionExpired { session, .. }
            | Self::AnswerDue { session, .. }
            | Self::RescheduleProposed { session, .. }
            | Self::RescheduleClosed { session, .. }
            | Self::SessionRescheduled { session, .. }
            | Self::SessionRelocated { session, .. }
            | Self::PaymentStalled { session, .. }
            | Self::UnreadMessages { session, .. }
            | Self::Reminder { session, .. } => Some(session),
            Self::Mentoring(_)
            | Self::Feedback(_)
            | Self::Question(_)
            | Self::ExportReady { .. }
            | Self::MentorApproved
            | Self::MentorRejected { .. }
            | Self::Digest { .. }
            | Self::VerifyEmail { .. }
            | Self::AccountExists
            | Self::ResetPassword { .. }
            | Self::IdentityLinked { .. }
            | Self::Invitation { .. }
            | Self::AccountSuspended
            | Self::AccountReinstated
            | Self::PasswordChanged { .. }
            | Self::ConfirmEmailChange { .. }
            | Self::EmailChangeNotice { .. }
            | Self::SignInsFailed { .. }
            | Self::TotpEnabled { .. }
            | Self::TotpDisabled { .. }
            | Self::DeletionRequested { .. }
            | Self::DeletionCancelled => None,
        }
    }
}
