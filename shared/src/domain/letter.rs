//! What we write to people: one variant per kind of letter, with the facts it tells.

mod check;
mod facts;
mod feedback_note;
mod kind;
mod note;
mod page;
mod path;
mod question;
pub mod sample;
mod subject;
mod when;
mod words;

use jiff::Timestamp;

use super::calendar::{Invitation, Method};
use super::id::JobId;
use super::reminder::Offset;

pub use check::SourceError;
pub use facts::{CalledOffBy, DigestItem, Office, Reader, SessionFacts, Side, Suggestion};
pub use feedback_note::{Asking, FeedbackNote};
pub use kind::{Class, Kind};
pub use note::{Note, Topic};
pub use page::{Source, TemplateError, Templates, Written};
pub use question::QuestionNote;

/// A letter: its kind, and the facts of that kind.
#[derive(Clone, Debug)]
pub enum Letter {
    /// Prove that this address is yours.
    VerifyEmail {
        /// The secret in the link.
        token: String,
        /// Until when the link works.
        expires_at: Timestamp,
    },
    /// Somebody wanted your address for an account, and it has one.
    AccountExists,
    /// Set a new password.
    ResetPassword {
        /// The secret in the link.
        token: String,
        /// Until when the link works.
        expires_at: Timestamp,
    },
    /// A sign-in of another service was linked to your account.
    IdentityLinked {
        /// The name of the service.
        service: &'static str,
    },
    /// Somebody opened an account for you: choose a password.
    Invitation {
        /// The secret in the link.
        token: String,
        /// Until when the link works.
        expires_at: Timestamp,
    },
    /// Your account is shut.
    AccountSuspended,
    /// Your account is open again.
    AccountReinstated,
    /// To a mentor: you may appear.
    MentorApproved,
    /// To a mentor: you may not appear.
    MentorRejected {
        /// The admin's words.
        reason: Option<String>,
    },
    /// Your password was changed.
    PasswordChanged {
        /// When.
        at: Timestamp,
    },
    /// To the new address: prove that it is yours.
    ConfirmEmailChange {
        /// The secret in the link.
        token: String,
        /// Until when the link works.
        expires_at: Timestamp,
    },
    /// To the old address: it is about to be replaced.
    EmailChangeNotice {
        /// The secret in the link that takes the change back.
        token: String,
        /// Until when the link works.
        expires_at: Timestamp,
    },
    /// Somebody tries to sign in as you.
    SignInsFailed {
        /// When the last of the tries was.
        at: Timestamp,
    },
    /// Two-factor sign-in was switched on.
    TotpEnabled {
        /// When.
        at: Timestamp,
    },
    /// Two-factor sign-in was switched off.
    TotpDisabled {
        /// When.
        at: Timestamp,
    },
    /// To the mentor: a mentee asks for a session.
    SessionRequested {
        /// The session.
        session: SessionFacts,
        /// What the mentee wrote.
        notes: Option<String>,
        /// Until when the mentor can answer.
        respond_by: Timestamp,
    },
    /// The session will take place.
    SessionConfirmed {
        /// The session.
        session: SessionFacts,
        /// Which of the two reads.
        to: Side,
        /// Whether it is so near that no reminder will follow.
        is_soon: bool,
    },
    /// To the mentee: the mentor said no.
    SessionDeclined {
        /// The session.
        session: SessionFacts,
        /// The mentor's words.
        reason: Option<String>,
    },
    /// The session will not take place.
    SessionCancelled {
        /// The session.
        session: SessionFacts,
        /// Which of the two reads.
        to: Side,
        /// Who called it off.
        by: CalledOffBy,
        /// Their words.
        reason: Option<String>,
        /// Whether invitations went out before, which calendars must now take back.
        was_confirmed: bool,
    },
    /// To the mentee: nobody answered in time.
    SessionExpired {
        /// The session.
        session: SessionFacts,
        /// Who might take it instead, the best first.
        suggestions: Vec<Suggestion>,
    },
    /// To the mentor: half of the time to answer is over.
    AnswerDue {
        /// The session.
        session: SessionFacts,
        /// Until when the mentor can answer.
        respond_by: Timestamp,
    },
    /// The other one proposes other times.
    RescheduleProposed {
        /// The session, as it stands.
        session: SessionFacts,
        /// Which of the two reads.
        to: Side,
        /// The proposed times, from and to.
        times: Vec<(Timestamp, Timestamp)>,
        /// The words of whoever proposes.
        reason: Option<String>,
    },
    /// The other one wants none of the proposed times, or takes them back.
    RescheduleClosed {
        /// The session, which stays as it is.
        session: SessionFacts,
        /// Which of the two reads.
        to: Side,
        /// Whether the times were taken back.
        is_withdrawn: bool,
        /// The words of the other one.
        reason: Option<String>,
    },
    /// The session has another time.
    SessionRescheduled {
        /// The session, as it is now.
        session: SessionFacts,
        /// Which of the two reads.
        to: Side,
        /// Until when the mentor can answer, if it is not confirmed yet.
        respond_by: Option<Timestamp>,
        /// Whether it is so near that no reminder will follow.
        is_soon: bool,
    },
    /// The session has another place.
    SessionRelocated {
        /// The session, as it is now.
        session: SessionFacts,
        /// Which of the two reads.
        to: Side,
    },
    /// To the mentee: the payment goes on only when they do something.
    PaymentStalled {
        /// The session.
        session: SessionFacts,
        /// What is to be paid, in words.
        amount: String,
        /// Whether the card was refused; else the bank wants something.
        is_refused: bool,
        /// Until when the mentor can answer, if they have not.
        respond_by: Option<Timestamp>,
    },
    /// Somebody has written to you about a session.
    UnreadMessages {
        /// The session.
        session: SessionFacts,
        /// Which of the two reads.
        to: Side,
        /// How many messages they have not read.
        unread: i64,
    },
    /// The file with everything about you is there.
    ExportReady {
        /// The job that made it.
        job: JobId,
        /// Until when it can be had.
        expires_at: Timestamp,
    },
    /// About long-term mentoring.
    Mentoring(Note),
    /// About feedback on a session.
    Feedback(FeedbackNote),
    /// About a quick question.
    Question(QuestionNote),
    /// Your account is going to be deleted.
    DeletionRequested {
        /// When that cannot be undone any more.
        erase_after: Timestamp,
    },
    /// Your account stays.
    DeletionCancelled,
    /// What has gathered for you.
    Digest {
        /// The oldest first.
        items: Vec<DigestItem>,
    },
    /// The session is near.
    Reminder {
        /// The session.
        session: SessionFacts,
        /// Which of the two reads.
        to: Side,
        /// Which of the two reminders it is.
        offset: Offset,
    },
}

impl Letter {
    /// Names its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::VerifyEmail { .. } => Kind::VerifyEmail,
            Self::AccountExists => Kind::AccountExists,
            Self::IdentityLinked { .. } => Kind::IdentityLinked,
            Self::Invitation { .. } => Kind::Invitation,
            Self::AccountSuspended => Kind::AccountSuspended,
            Self::AccountReinstated => Kind::AccountReinstated,
            Self::MentorApproved => Kind::MentorApproved,
            Self::MentorRejected { .. } => Kind::MentorRejected,
            Self::ResetPassword { .. } => Kind::ResetPassword,
            Self::PasswordChanged { .. } => Kind::PasswordChanged,
            Self::ConfirmEmailChange { .. } => Kind::ConfirmEmailChange,
            Self::EmailChangeNotice { .. } => Kind::EmailChangeNotice,
            Self::SignInsFailed { .. } => Kind::SignInsFailed,
            Self::TotpEnabled { .. } => Kind::TotpEnabled,
            Self::TotpDisabled { .. } => Kind::TotpDisabled,
            Self::SessionRequested { .. } => Kind::SessionRequested,
            Self::SessionConfirmed { .. } => Kind::SessionConfirmed,
            Self::SessionDeclined { .. } => Kind::SessionDeclined,
            Self::SessionCancelled { .. } => Kind::SessionCancelled,
            Self::SessionExpired { .. } => Kind::SessionExpired,
            Self::AnswerDue { .. } => Kind::AnswerDue,
            Self::RescheduleProposed { .. } => Kind::RescheduleProposed,
            Self::RescheduleClosed { .. } => Kind::RescheduleClosed,
            Self::SessionRescheduled { .. } => Kind::SessionRescheduled,
            Self::SessionRelocated { .. } => Kind::SessionRelocated,
            Self::PaymentStalled { .. } => Kind::PaymentStalled,
            Self::UnreadMessages { .. } => Kind::UnreadMessages,
            Self::ExportReady { .. } => Kind::ExportReady,
            Self::Mentoring(note) => Kind::Mentoring(note.topic),
            Self::Feedback(note) => Kind::Feedback(note.asking),
            Self::Question(note) => Kind::Question(note.turn),
            Self::DeletionRequested { .. } => Kind::DeletionRequested,
            Self::DeletionCancelled => Kind::DeletionCancelled,
            Self::Digest { .. } => Kind::Digest,
            Self::Reminder { offset, .. } => Kind::Reminder(*offset),
        }
    }

    /// Writes what the reader's calendar shall do, if the letter concerns it. `stamp` is when the fact came about.
    #[must_use]
    pub fn invitation(&self, office: &Office, stamp: Timestamp) -> Option<Invitation> {
        match self {
            Self::SessionConfirmed { session, .. }
            | Self::SessionRelocated { session, .. }
            | Self::SessionRescheduled {
                session,
                respond_by: None,
                ..
            } => Some(invitation(session, Method::Request, office, stamp)),
            Self::SessionCancelled {
                session,
                was_confirmed: true,
                ..
            } => Some(invitation(session, Method::Cancel, office, stamp)),
            Self::SessionCancelled {
                was_confirmed: false,
                ..
            }
            | Self::VerifyEmail { .. }
            | Self::AccountExists
            | Self::ExportReady { .. }
            | Self::Mentoring(_)
            | Self::Feedback(_)
            | Self::Question(_)
            | Self::DeletionRequested { .. }
            | Self::DeletionCancelled
            | Self::Digest { .. }
            | Self::IdentityLinked { .. }
            | Self::Invitation { .. }
            | Self::AccountSuspended
            | Self::AccountReinstated
            | Self::MentorApproved
            | Self::MentorRejected { .. }
            | Self::ResetPassword { .. }
            | Self::PasswordChanged { .. }
            | Self::ConfirmEmailChange { .. }
            | Self::EmailChangeNotice { .. }
            | Self::SignInsFailed { .. }
            | Self::TotpEnabled { .. }
            | Self::TotpDisabled { .. }
            | Self::SessionRequested { .. }
            | Self::SessionDeclined { .. }
            | Self::SessionExpired { .. }
            | Self::AnswerDue { .. }
            | Self::RescheduleProposed { .. }
            | Self::RescheduleClosed { .. }
            | Self::SessionRescheduled { .. }
            | Self::PaymentStalled { .. }
            | Self::UnreadMessages { .. }
            | Self::Reminder { .. } => None,
        }
    }
}

fn invitation(
    session: &SessionFacts,
    method: Method,
    office: &Office,
    stamp: Timestamp,
) -> Invitation {
    let (sender, app_url) = (&office.sender, &office.app_url);
    session
        .appointment()
        .invitation(method, sender, app_url, stamp)
}
