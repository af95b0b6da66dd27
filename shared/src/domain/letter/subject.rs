//! What stands in the subject of each letter.

use super::{Letter, Reader, Side, when};
use crate::domain::reminder::Offset;

impl Letter {
    /// Writes the subject: one line of at most about 150 characters.
    #[must_use]
    pub fn subject(&self, reader: &Reader) -> String {
        match self {
            Self::VerifyEmail { .. } => "Confirm your email address".to_owned(),
            Self::AccountExists => "You already have an account at Office Hours".to_owned(),
            Self::ExportReady { .. } => "Your export is ready".to_owned(),
            Self::Mentoring(note) => note.subject(),
            Self::Feedback(note) => note.subject(),
            Self::Question(note) => note.subject(),
            Self::DeletionRequested { .. } => "Your account will be deleted".to_owned(),
            Self::DeletionCancelled => "Your account stays".to_owned(),
            Self::Digest { items } => digest(items.len()),
            Self::IdentityLinked { service } => {
                format!("{service} was linked to your account at Office Hours")
            }
            Self::Invitation { .. } => "Your account at Office Hours".to_owned(),
            Self::AccountSuspended => "Your account is suspended".to_owned(),
            Self::AccountReinstated => "Your account is open again".to_owned(),
            Self::MentorApproved => "You are a mentor at Office Hours now".to_owned(),
            Self::MentorRejected { .. } => "Your profile needs another look".to_owned(),
            Self::ResetPassword { .. } => "Set a new password".to_owned(),
            Self::PasswordChanged { .. } => "Your password was changed".to_owned(),
            Self::ConfirmEmailChange { .. } => "Confirm your new email address".to_owned(),
            Self::EmailChangeNotice { .. } => "Your email address is being changed".to_owned(),
            Self::SignInsFailed { .. } => "Somebody tries to sign in as you".to_owned(),
            Self::TotpEnabled { .. } => "Two-factor sign-in is on".to_owned(),
            Self::TotpDisabled { .. } => "Two-factor sign-in is off".to_owned(),
            Self::SessionRequested { session, .. } => {
                format!("New request: {}", session.title(Side::Mentor))
            }
            Self::SessionConfirmed { session, to, .. } => {
                format!("Confirmed: {}", session.title(*to))
            }
            Self::SessionDeclined { session, .. } => {
                format!("Declined: {}", session.title(Side::Mentee))
            }
            Self::SessionCancelled { session, to, .. } => {
                format!("Cancelled: {}", session.title(*to))
            }
            Self::SessionExpired { session, .. } => {
                format!("Not answered: {}", session.title(Side::Mentee))
            }
            Self::AnswerDue { session, .. } => {
                format!("Waiting for your answer: {}", session.title(Side::Mentor))
            }
            Self::RescheduleProposed { session, to, .. } => {
                format!("Another time? {}", session.title(*to))
            }
            Self::RescheduleClosed {
                session,
                to,
                is_withdrawn,
                ..
            } => {
                let word = if *is_withdrawn {
                    "Proposal taken back"
                } else {
                    "Stays as it is"
                };
                format!("{word}: {}", session.title(*to))
            }
            Self::SessionRescheduled { session, to, .. } => {
                let at = when::brief(session.starts_at, &reader.zone);
                format!("Moved: {}, {at}", session.title(*to))
            }
            Self::SessionRelocated { session, to } => {
                format!("Another place to meet: {}", session.title(*to))
            }
            Self::PaymentStalled {
                session,
                is_refused,
                ..
            } => {
                let word = if *is_refused {
                    "Payment refused"
                } else {
                    "Confirm your payment"
                };
                format!("{word}: {}", session.title(Side::Mentee))
            }
            Self::UnreadMessages {
                session,
                to,
                unread,
            } => format!("{}: {}", messages(*unread), session.title(*to)),
            Self::Reminder {
                session,
                to,
                offset,
            } => {
                let word = match offset {
                    Offset::Day => "Reminder",
                    Offset::Hour => "Starts soon",
                };
                let at = when::brief(session.starts_at, &reader.zone);
                format!("{word}: {}, {at}", session.title(*to))
            }
        }
    }
}

fn digest(items: usize) -> String {
    match items {
        1 => "One thing is new at Office Hours".to_owned(),
        count => format!("{count} things are new at Office Hours"),
    }
}

fn messages(unread: i64) -> String {
    match unread {
        1 => "New message".to_owned(),
        _ => format!("{unread} new messages"),
    }
}
