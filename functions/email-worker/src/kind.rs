//! The kinds of mail that we send: each event asks for one kind, or for none.

use shared::domain::event::Event;
use shared::domain::reminder::Offset;

/// A kind of mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Prove that this address is yours.
    VerifyEmail,
    /// Somebody registered with your address, which has an account.
    AccountExists,
    /// A sign-in of another service was linked to your account.
    IdentityLinked,
    /// To the mentor: a mentee asks for a session.
    SessionRequested,
    /// To both: the session will take place.
    SessionConfirmed,
    /// To the mentee: the mentor said no.
    SessionDeclined,
    /// To both: the session will not take place.
    SessionCancelled,
    /// To one of the two: the session is near.
    Reminder(Offset),
    /// The file with everything about you is there.
    ExportReady,
    /// Your account is going to be deleted.
    DeletionRequested,
    /// Your account stays.
    DeletionCancelled,
}

impl Kind {
    /// Says which mail an event asks for.
    pub(crate) fn of(event: &Event) -> Option<Self> {
        match event {
            Event::UserRegistered { .. } | Event::VerificationRequested { .. } => {
                Some(Self::VerifyEmail)
            }
            Event::RegistrationRepeated { .. } => Some(Self::AccountExists),
            Event::IdentityLinked { .. } => Some(Self::IdentityLinked),
            Event::SessionRequested { .. } => Some(Self::SessionRequested),
            Event::SessionConfirmed { .. } => Some(Self::SessionConfirmed),
            Event::SessionDeclined { .. } => Some(Self::SessionDeclined),
            Event::SessionCancelled { .. } => Some(Self::SessionCancelled),
            Event::ExportReady { .. } => Some(Self::ExportReady),
            Event::DeletionRequested { .. } => Some(Self::DeletionRequested),
            Event::DeletionCancelled { .. } => Some(Self::DeletionCancelled),
            Event::SessionCompleted { .. }
            | Event::SessionNoShow { .. }
            | Event::JobQueued { .. } => None,
            Event::ReminderDue { offset_minutes, .. } => {
                Offset::from_minutes(*offset_minutes).map(Self::Reminder)
            }
        }
    }

    /// The name in the table of mails and in the tags at the mail service.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::AccountExists => "account_exists",
            Self::IdentityLinked => "identity_linked",
            Self::SessionRequested => "session_requested",
            Self::SessionConfirmed => "session_confirmed",
            Self::SessionDeclined => "session_declined",
            Self::SessionCancelled => "session_cancelled",
            Self::Reminder(Offset::Day) => "reminder_24h",
            Self::Reminder(Offset::Hour) => "reminder_1h",
            Self::ExportReady => "export_ready",
            Self::DeletionRequested => "deletion_requested",
            Self::DeletionCancelled => "deletion_cancelled",
        }
    }

    /// Whether it must arrive even at the price of arriving twice.
    pub(crate) const fn is_security(self) -> bool {
        match self {
            Self::VerifyEmail
            | Self::AccountExists
            | Self::IdentityLinked
            | Self::DeletionRequested
            | Self::DeletionCancelled => true,
            Self::ExportReady
            | Self::SessionRequested
            | Self::SessionConfirmed
            | Self::SessionDeclined
            | Self::SessionCancelled
            | Self::Reminder(_) => false,
        }
    }
}
