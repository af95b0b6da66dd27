//! The kinds of mail that we send: each event asks for one kind, or for none.

use shared::domain::event::Event;
use shared::domain::reminder::Offset;

use crate::mentoring::Topic;

/// A kind of mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Prove that this address is yours.
    VerifyEmail,
    /// Somebody wanted your address for an account, and it has one.
    AccountExists,
    /// A sign-in of another service was linked to your account.
    IdentityLinked,
    /// Somebody opened an account for you: choose a password.
    Invitation,
    /// Your account is shut.
    AccountSuspended,
    /// Your account is open again.
    AccountReinstated,
    /// To a mentor: you may appear.
    MentorApproved,
    /// To a mentor: you may not appear.
    MentorRejected,
    /// Set a new password.
    ResetPassword,
    /// Your password was changed.
    PasswordChanged,
    /// To the new address: prove that it is yours.
    ConfirmEmailChange,
    /// To the old address: it is about to be replaced.
    EmailChangeNotice,
    /// Somebody tries to sign in as you.
    SignInsFailed,
    /// Two-factor sign-in was switched on.
    TotpEnabled,
    /// Two-factor sign-in was switched off.
    TotpDisabled,
    /// To the mentor: a mentee asks for a session.
    SessionRequested,
    /// To both: the session will take place.
    SessionConfirmed,
    /// To the mentee: the mentor said no.
    SessionDeclined,
    /// To both: the session will not take place.
    SessionCancelled,
    /// To the mentee: nobody answered in time.
    SessionExpired,
    /// To the mentor: half of the time to answer is over.
    AnswerDue,
    /// To the other one: somebody proposed other times.
    RescheduleProposed,
    /// To the other one: the proposed times were rejected or taken back.
    RescheduleClosed,
    /// To both: the session has another time.
    SessionRescheduled,
    /// To both: the session has another place.
    SessionRelocated,
    /// To the mentee: the payment goes on only when they do something.
    PaymentStalled,
    /// To one of the two: the session is near.
    Reminder(Offset),
    /// Somebody has written to you about a session.
    UnreadMessages,
    /// The file with everything about you is there.
    ExportReady,
    /// About long-term mentoring.
    Mentoring(Topic),
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
            Event::UserInvited { .. } => Some(Self::Invitation),
            Event::UserSuspended { .. } => Some(Self::AccountSuspended),
            Event::UserReinstated { .. } => Some(Self::AccountReinstated),
            Event::MentorApproved { .. } => Some(Self::MentorApproved),
            Event::MentorRejected { .. } => Some(Self::MentorRejected),
            Event::PasswordResetRequested { .. } => Some(Self::ResetPassword),
            Event::PasswordChanged { .. } => Some(Self::PasswordChanged),
            Event::EmailChangeRequested { .. } => Some(Self::ConfirmEmailChange),
            Event::EmailChangeAnnounced { .. } => Some(Self::EmailChangeNotice),
            Event::SignInsFailed { .. } => Some(Self::SignInsFailed),
            Event::TotpEnabled { .. } => Some(Self::TotpEnabled),
            Event::TotpDisabled { .. } => Some(Self::TotpDisabled),
            Event::SessionRequested { .. } => Some(Self::SessionRequested),
            Event::SessionConfirmed { .. } => Some(Self::SessionConfirmed),
            Event::SessionDeclined { .. } => Some(Self::SessionDeclined),
            Event::SessionCancelled { .. } => Some(Self::SessionCancelled),
            Event::SessionExpired { .. } => Some(Self::SessionExpired),
            Event::AnswerDue { .. } => Some(Self::AnswerDue),
            Event::RescheduleProposed { .. } => Some(Self::RescheduleProposed),
            Event::RescheduleClosed { .. } => Some(Self::RescheduleClosed),
            Event::SessionRescheduled { .. } => Some(Self::SessionRescheduled),
            Event::SessionRelocated { .. } => Some(Self::SessionRelocated),
            Event::PaymentStalled { .. } => Some(Self::PaymentStalled),
            Event::MessagesWaiting { .. } => Some(Self::UnreadMessages),
            Event::ExportReady { .. } => Some(Self::ExportReady),
            Event::Mentoring(news) => Some(Self::Mentoring(Topic::of(news))),
            Event::DeletionRequested { .. } => Some(Self::DeletionRequested),
            Event::DeletionCancelled { .. } => Some(Self::DeletionCancelled),
            Event::SessionCompleted { .. }
            | Event::SessionNoShow { .. }
            | Event::PaymentDue { .. }
            | Event::ProfileChanged { .. }
            | Event::JobQueued { .. }
            | Event::SyncDue { .. } => None,
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
            Self::Invitation => "invitation",
            Self::AccountSuspended => "account_suspended",
            Self::AccountReinstated => "account_reinstated",
            Self::MentorApproved => "mentor_approved",
            Self::MentorRejected => "mentor_rejected",
            Self::ResetPassword => "reset_password",
            Self::PasswordChanged => "password_changed",
            Self::ConfirmEmailChange => "confirm_email_change",
            Self::EmailChangeNotice => "email_change_notice",
            Self::SignInsFailed => "sign_ins_failed",
            Self::TotpEnabled => "totp_enabled",
            Self::TotpDisabled => "totp_disabled",
            Self::SessionRequested => "session_requested",
            Self::SessionConfirmed => "session_confirmed",
            Self::SessionDeclined => "session_declined",
            Self::SessionCancelled => "session_cancelled",
            Self::SessionExpired => "session_expired",
            Self::AnswerDue => "answer_due",
            Self::RescheduleProposed => "reschedule_proposed",
            Self::RescheduleClosed => "reschedule_closed",
            Self::SessionRescheduled => "session_rescheduled",
            Self::SessionRelocated => "session_relocated",
            Self::PaymentStalled => "payment_stalled",
            Self::Reminder(Offset::Day) => "reminder_24h",
            Self::Reminder(Offset::Hour) => "reminder_1h",
            Self::UnreadMessages => "unread_messages",
            Self::ExportReady => "export_ready",
            Self::Mentoring(topic) => topic.as_str(),
            Self::DeletionRequested => "deletion_requested",
            Self::DeletionCancelled => "deletion_cancelled",
        }
    }

    /// Whether it must arrive even at the price of arriving twice.
    pub(crate) const fn is_security(self) -> bool {
        match self {
            Self::VerifyEmail
            | Self::AccountExists
            | Self::ResetPassword
            | Self::PasswordChanged
            | Self::ConfirmEmailChange
            | Self::EmailChangeNotice
            | Self::SignInsFailed
            | Self::TotpEnabled
            | Self::TotpDisabled
            | Self::IdentityLinked
            | Self::DeletionRequested
            | Self::DeletionCancelled
            | Self::Invitation
            | Self::AccountSuspended
            | Self::AccountReinstated => true,
            Self::ExportReady
            | Self::Mentoring(_)
            | Self::UnreadMessages
            | Self::MentorApproved
            | Self::MentorRejected
            | Self::SessionRequested
            | Self::SessionConfirmed
            | Self::SessionDeclined
            | Self::SessionCancelled
            | Self::SessionExpired
            | Self::AnswerDue
            | Self::RescheduleProposed
            | Self::RescheduleClosed
            | Self::SessionRescheduled
            | Self::SessionRelocated
            | Self::PaymentStalled
            | Self::Reminder(_) => false,
        }
    }
}
