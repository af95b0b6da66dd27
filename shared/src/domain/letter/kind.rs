//! The kinds of message that people get: each event asks for one kind, or for none.

use super::feedback_note::Asking;
use super::note::Topic;
use crate::domain::event::Event;
use crate::domain::question::QuestionTurn;
use crate::domain::reminder::Offset;
use crate::domain::value::ValueError;

/// A kind of message.
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
    /// About feedback on a session.
    Feedback(Asking),
    /// About a quick question.
    Question(QuestionTurn),
    /// Your account is going to be deleted.
    DeletionRequested,
    /// Your account stays.
    DeletionCancelled,
    /// What has gathered for you.
    Digest,
}

/// What may be done about a kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// It concerns the account itself: it always comes at once, even at the price of coming twice.
    Security,
    /// Somebody waits for what its reader does, or has done something to what they have agreed on.
    Business,
    /// It is kindly meant: it respects the night, and one click ends it (RFC 8058).
    Courtesy,
}

impl Kind {
    /// Says which message an event asks for.
    #[must_use]
    pub fn of(event: &Event) -> Option<Self> {
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
            Event::Question(news) => Some(Self::Question(news.turn)),
            Event::DeletionRequested { .. } => Some(Self::DeletionRequested),
            Event::DeletionCancelled { .. } => Some(Self::DeletionCancelled),
            Event::DigestDue { .. } => Some(Self::Digest),
            Event::SessionCompleted { .. } => Some(Self::Feedback(Asking::Wanted)),
            Event::FeedbackGiven { .. } => Some(Self::Feedback(Asking::Given)),
            Event::FeedbackPublished { .. } => Some(Self::Feedback(Asking::Published)),
            Event::SessionNoShow { .. }
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
            Self::Feedback(asking) => asking.as_str(),
            Self::Question(turn) => turn.as_str(),
            Self::DeletionRequested => "deletion_requested",
            Self::DeletionCancelled => "deletion_cancelled",
            Self::Digest => "digest",
        }
    }

    /// Every kind.
    pub const ALL: [Self; 57] = [
        Self::VerifyEmail,
        Self::AccountExists,
        Self::IdentityLinked,
        Self::Invitation,
        Self::AccountSuspended,
        Self::AccountReinstated,
        Self::MentorApproved,
        Self::MentorRejected,
        Self::ResetPassword,
        Self::PasswordChanged,
        Self::ConfirmEmailChange,
        Self::EmailChangeNotice,
        Self::SignInsFailed,
        Self::TotpEnabled,
        Self::TotpDisabled,
        Self::SessionRequested,
        Self::SessionConfirmed,
        Self::SessionDeclined,
        Self::SessionCancelled,
        Self::SessionExpired,
        Self::AnswerDue,
        Self::RescheduleProposed,
        Self::RescheduleClosed,
        Self::SessionRescheduled,
        Self::SessionRelocated,
        Self::PaymentStalled,
        Self::Reminder(Offset::Day),
        Self::Reminder(Offset::Hour),
        Self::UnreadMessages,
        Self::ExportReady,
        Self::Mentoring(Topic::Proposed),
        Self::Mentoring(Topic::ProposalClosed),
        Self::Mentoring(Topic::MovedOn),
        Self::Mentoring(Topic::NobodyLeft),
        Self::Mentoring(Topic::MatchMade),
        Self::Mentoring(Topic::MatchChanged),
        Self::Mentoring(Topic::CheckIn),
        Self::Mentoring(Topic::Survey),
        Self::Feedback(Asking::Wanted),
        Self::Feedback(Asking::Given),
        Self::Feedback(Asking::Published),
        Self::Question(QuestionTurn::Claimed),
        Self::Question(QuestionTurn::Answered),
        Self::Question(QuestionTurn::Replied),
        Self::Question(QuestionTurn::Returned),
        Self::Question(QuestionTurn::Lapsed),
        Self::Question(QuestionTurn::PassedOn),
        Self::Question(QuestionTurn::Completed),
        Self::Question(QuestionTurn::Closed),
        Self::Question(QuestionTurn::Rated),
        Self::Question(QuestionTurn::Escalated),
        Self::Question(QuestionTurn::Expired),
        Self::Question(QuestionTurn::Offered),
        Self::Question(QuestionTurn::Removed),
        Self::DeletionRequested,
        Self::DeletionCancelled,
        Self::Digest,
    ];

    /// Reads the name back.
    ///
    /// # Errors
    /// When it is the name of no kind.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(ValueError::NotOneOf("the name of a kind of message"))
    }

    /// Whether it is shown in the app: not what is for those who cannot or need not log in, nor a digest of such lines.
    #[must_use]
    pub const fn is_shown(self) -> bool {
        !matches!(
            self,
            Self::VerifyEmail
                | Self::AccountExists
                | Self::Invitation
                | Self::AccountSuspended
                | Self::ResetPassword
                | Self::ConfirmEmailChange
                | Self::EmailChangeNotice
                | Self::Digest
        )
    }

    /// Whether it can come as a text message: what somebody on the way has to know.
    #[must_use]
    pub const fn is_texted(self) -> bool {
        matches!(
            self,
            Self::SessionRequested
                | Self::SessionConfirmed
                | Self::SessionCancelled
                | Self::SessionRescheduled
                | Self::SessionRelocated
                | Self::AnswerDue
                | Self::Reminder(_)
        )
    }

    /// Whether it must arrive even at the price of arriving twice.
    #[must_use]
    pub const fn is_security(self) -> bool {
        matches!(self.class(), Class::Security)
    }

    /// Says what may be done about it.
    #[must_use]
    pub const fn class(self) -> Class {
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
            | Self::AccountReinstated => Class::Security,
            Self::ExportReady
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
            | Self::Reminder(_)
            | Self::Mentoring(
                Topic::Proposed
                | Topic::MovedOn
                | Topic::NobodyLeft
                | Topic::MatchMade
                | Topic::MatchChanged,
            )
            | Self::Question(
                QuestionTurn::Claimed
                | QuestionTurn::Answered
                | QuestionTurn::Replied
                | QuestionTurn::Escalated
                | QuestionTurn::Expired
                | QuestionTurn::Removed,
            ) => Class::Business,
            Self::UnreadMessages
            | Self::Mentoring(Topic::ProposalClosed | Topic::CheckIn | Topic::Survey)
            | Self::Feedback(_)
            | Self::Question(
                QuestionTurn::Returned
                | QuestionTurn::Lapsed
                | QuestionTurn::PassedOn
                | QuestionTurn::Completed
                | QuestionTurn::Closed
                | QuestionTurn::Rated
                | QuestionTurn::Offered,
            )
            | Self::Digest => Class::Courtesy,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own_and_is_found_by_it() {
        let names: HashSet<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();

        assert_eq!(names.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()).unwrap(), kind);
        }
        assert!(Kind::parse("spam").is_err());
    }
}
