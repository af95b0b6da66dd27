//! Facts that others act on. A transition returns its fact; the outbox carries it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::{EmailChangeId, EventId, JobId, RescheduleId, SessionId, UserId};
use super::identity::Provider;
use super::job::JobKind;
use super::news::News;
use super::question::{QuestionNews, QuestionTurn};
use super::trace::TraceId;
use super::value::ValueError;

/// Something that has happened. It names things and carries no personal data: readers look the present state up.
#[must_use = "a fact that nobody hears of: append it to the outbox"]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Event {
    /// A person opened an account.
    #[serde(rename = "user.registered")]
    UserRegistered {
        /// The new account.
        user_id: UserId,
    },
    /// A person asked for another link to prove their address.
    #[serde(rename = "user.verification_requested")]
    VerificationRequested {
        /// The account.
        user_id: UserId,
    },
    /// Somebody registered with an address that has an account already.
    #[serde(rename = "user.registration_repeated")]
    RegistrationRepeated {
        /// The account that was there before; none when the address is only held for somebody.
        user_id: Option<UserId>,
    },
    /// Somebody asked for a link to set a new password, for an address that may have no account: both leave a trace of
    /// the same size.
    #[serde(rename = "user.password_reset_requested")]
    PasswordResetRequested {
        /// The account, if the address has one.
        user_id: Option<UserId>,
    },
    /// A person has a new password.
    #[serde(rename = "user.password_changed")]
    PasswordChanged {
        /// The account.
        user_id: UserId,
    },
    /// A person wants another address; whether it is free, the reader of this fact finds out.
    #[serde(rename = "user.email_change_requested")]
    EmailChangeRequested {
        /// The account.
        user_id: UserId,
        /// The change.
        change_id: EmailChangeId,
    },
    /// The old address is to hear of a change.
    #[serde(rename = "user.email_change_announced")]
    EmailChangeAnnounced {
        /// The account.
        user_id: UserId,
        /// The change.
        change_id: EmailChangeId,
    },
    /// Somebody tried many passwords, on an address that may have no account.
    #[serde(rename = "user.sign_ins_failed")]
    SignInsFailed {
        /// The account, if the address has one.
        user_id: Option<UserId>,
    },
    /// A second factor was switched on.
    #[serde(rename = "user.totp_enabled")]
    TotpEnabled {
        /// The account.
        user_id: UserId,
    },
    /// A second factor was switched off.
    #[serde(rename = "user.totp_disabled")]
    TotpDisabled {
        /// The account.
        user_id: UserId,
    },
    /// A sign-in of another service was linked to an account that was there before.
    #[serde(rename = "user.identity_linked")]
    IdentityLinked {
        /// The account.
        user_id: UserId,
        /// The service.
        provider: Provider,
    },
    /// An admin opened an account for somebody, who shall choose a password.
    #[serde(rename = "user.invited")]
    UserInvited {
        /// The new account.
        user_id: UserId,
    },
    /// An admin shut somebody out.
    #[serde(rename = "user.suspended")]
    UserSuspended {
        /// The account.
        user_id: UserId,
    },
    /// An admin let somebody in again.
    #[serde(rename = "user.reinstated")]
    UserReinstated {
        /// The account.
        user_id: UserId,
    },
    /// A mentor or a mentee says something else than before.
    #[serde(rename = "user.profile_changed")]
    ProfileChanged {
        /// Whose profile it is.
        user_id: UserId,
    },
    /// An admin let a mentor appear.
    #[serde(rename = "mentor.approved")]
    MentorApproved {
        /// The mentor.
        user_id: UserId,
    },
    /// An admin decided that a mentor may not appear.
    #[serde(rename = "mentor.rejected")]
    MentorRejected {
        /// The mentor.
        user_id: UserId,
    },
    /// A mentee asked for a session.
    #[serde(rename = "session.requested")]
    SessionRequested {
        /// The session.
        session_id: SessionId,
    },
    /// The mentor accepted.
    #[serde(rename = "session.confirmed")]
    SessionConfirmed {
        /// The session.
        session_id: SessionId,
    },
    /// The mentor declined.
    #[serde(rename = "session.declined")]
    SessionDeclined {
        /// The session.
        session_id: SessionId,
    },
    /// One of the two called it off.
    #[serde(rename = "session.cancelled")]
    SessionCancelled {
        /// The session.
        session_id: SessionId,
        /// Who called it off.
        by: UserId,
        /// Whether it had been confirmed before: calendars may know of it.
        was_confirmed: bool,
    },
    /// It took place.
    #[serde(rename = "session.completed")]
    SessionCompleted {
        /// The session.
        session_id: SessionId,
    },
    /// One of the two did not come.
    #[serde(rename = "session.no_show")]
    SessionNoShow {
        /// The session.
        session_id: SessionId,
    },
    /// The mentor did not answer in time, so the time is free again.
    #[serde(rename = "session.expired")]
    SessionExpired {
        /// The session.
        session_id: SessionId,
    },
    /// Half of the mentor's time to answer is over.
    #[serde(rename = "session.answer_due")]
    AnswerDue {
        /// The session.
        session_id: SessionId,
        /// Until when the mentor can answer; a session that moved has another time.
        respond_by: Timestamp,
    },
    /// One of the two proposed other times.
    #[serde(rename = "session.reschedule_proposed")]
    RescheduleProposed {
        /// The session.
        session_id: SessionId,
        /// The proposal.
        request_id: RescheduleId,
        /// Who is to answer.
        recipient_id: UserId,
    },
    /// A proposal was rejected or taken back.
    #[serde(rename = "session.reschedule_closed")]
    RescheduleClosed {
        /// The session.
        session_id: SessionId,
        /// The proposal.
        request_id: RescheduleId,
        /// Who is to hear of it.
        recipient_id: UserId,
    },
    /// The session moved to another time.
    #[serde(rename = "session.rescheduled")]
    SessionRescheduled {
        /// The session.
        session_id: SessionId,
        /// Its new start; a session that moved once more has another one.
        starts_at: Timestamp,
    },
    /// The two meet at another place than their calendars know.
    #[serde(rename = "session.relocated")]
    SessionRelocated {
        /// The session.
        session_id: SessionId,
    },
    /// A session is to be paid, or its payer goes on with that.
    #[serde(rename = "payment.due")]
    PaymentDue {
        /// The session.
        session_id: SessionId,
    },
    /// The payment of a session goes on only when its payer does something.
    #[serde(rename = "payment.stalled")]
    PaymentStalled {
        /// The session.
        session_id: SessionId,
    },
    /// A planned reminder has come due.
    #[serde(rename = "reminder.due")]
    ReminderDue {
        /// The session.
        session_id: SessionId,
        /// The start that the reminder was planned for; a session that moved has another one.
        starts_at: Timestamp,
        /// Who is reminded.
        recipient_id: UserId,
        /// How long before the start, in minutes.
        offset_minutes: i32,
    },
    /// Somebody has messages about a session that they may not have seen.
    #[serde(rename = "messages.waiting")]
    MessagesWaiting {
        /// The session.
        session_id: SessionId,
        /// Whom they are for.
        receiver_id: UserId,
    },
    /// One of the two people of a session said how it was.
    #[serde(rename = "feedback.given")]
    FeedbackGiven {
        /// The session.
        session_id: SessionId,
        /// Who said so.
        author_id: UserId,
    },
    /// Feedback on a mentor can be read by everybody.
    #[serde(rename = "feedback.published")]
    FeedbackPublished {
        /// The mentor.
        mentor_id: UserId,
        /// The session of one that carries its author's name; none of several that are anonymous.
        session_id: Option<SessionId>,
    },
    /// Somebody asked for a job.
    #[serde(rename = "job.queued")]
    JobQueued {
        /// The job.
        job_id: JobId,
        /// What is to be done.
        kind: JobKind,
    },
    /// Something is to be brought to Airtable, or from there. What that is follows from how both sides stand.
    #[serde(rename = "sync.due")]
    SyncDue {
        /// Whether the other side has said that it has changed.
        is_news: bool,
    },
    /// A file that somebody asked for is there.
    #[serde(rename = "export.ready")]
    ExportReady {
        /// Who asked for it.
        user_id: UserId,
        /// The job that made it.
        job_id: JobId,
    },
    /// Somebody is to hear of long-term mentoring.
    #[serde(rename = "mentoring")]
    Mentoring(News),
    /// Somebody is to hear of a quick question.
    #[serde(rename = "question")]
    Question(QuestionNews),
    /// An account is going to be deleted.
    #[serde(rename = "user.deletion_requested")]
    DeletionRequested {
        /// The account.
        user_id: UserId,
    },
    /// What has gathered for a person is to be told.
    #[serde(rename = "digest.due")]
    DigestDue {
        /// Whom it is for.
        user_id: UserId,
        /// When it came due: there is one digest per person and time.
        due_at: Timestamp,
    },
    /// The deletion of an account was called off.
    #[serde(rename = "user.deletion_cancelled")]
    DeletionCancelled {
        /// The account.
        user_id: UserId,
    },
}

impl Event {
    /// The word that tells it from others as it travels.
    #[must_use]
    pub fn type_name(&self) -> Option<String> {
        let json = serde_json::to_value(self).ok()?;
        json["type"].as_str().map(str::to_owned)
    }
}

/// A queue, and the one consumer behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Queue {
    /// Mails to people: `email-worker`.
    Email,
    /// Mails that can wait, however many there are: `email-worker` too, which nothing urgent waits behind.
    Bulk,
    /// Files that people and admins ask for: `export-worker`.
    Export,
    /// Money for sessions: `payment-worker`.
    Payment,
    /// What profiles mean: `matching-worker`.
    Matching,
    /// Matching all who wait at once, which takes minutes: `assignment-worker`.
    Assignment,
    /// What goes to Airtable and comes from there: `airtable-worker`. Open only while a base is followed.
    Airtable,
    /// What the mail service reports about mails: `delivery-worker`. It is the one queue that we do not write into, so no
    /// event has its place here; everything else about it (address, worker, dead letters) is as with the others.
    Delivery,
}

impl Queue {
    /// Every queue.
    pub const ALL: [Self; 8] = [
        Self::Email,
        Self::Bulk,
        Self::Export,
        Self::Payment,
        Self::Matching,
        Self::Assignment,
        Self::Airtable,
        Self::Delivery,
    ];

    /// The name in tables and logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Bulk => "email-bulk",
            Self::Export => "export",
            Self::Payment => "payment",
            Self::Matching => "matching",
            Self::Assignment => "assignment",
            Self::Airtable => "airtable",
            Self::Delivery => "delivery",
        }
    }

    /// Reads the name of tables and paths.
    ///
    /// # Errors
    /// When it is no queue.
    pub fn parse(name: &str) -> Result<Self, ValueError> {
        let named = Self::ALL.into_iter().find(|queue| queue.name() == name);
        named.ok_or(ValueError::NotOneOf(
            "email, email-bulk, export, payment, matching, assignment, airtable, delivery",
        ))
    }

    /// The one that the mails of an event come through.
    #[must_use]
    pub fn of_mails(event: &Event) -> Self {
        if queues_for(event).contains(&Self::Bulk) {
            Self::Bulk
        } else {
            Self::Email
        }
    }
}

/// Where an event goes. A new event must be given a place here, or nobody hears of it on purpose.
#[must_use]
pub const fn queues_for(event: &Event) -> &'static [Queue] {
    match event {
        Event::VerificationRequested { .. }
        | Event::RegistrationRepeated { .. }
        | Event::IdentityLinked { .. }
        | Event::PasswordResetRequested { .. }
        | Event::PasswordChanged { .. }
        | Event::EmailChangeRequested { .. }
        | Event::EmailChangeAnnounced { .. }
        | Event::SignInsFailed { .. }
        | Event::TotpEnabled { .. }
        | Event::TotpDisabled { .. }
        | Event::AnswerDue { .. }
        | Event::RescheduleProposed { .. }
        | Event::RescheduleClosed { .. }
        | Event::SessionRelocated { .. }
        | Event::PaymentStalled { .. }
        | Event::ReminderDue { .. }
        | Event::MessagesWaiting { .. }
        | Event::ExportReady { .. }
        | Event::DeletionRequested { .. }
        | Event::DeletionCancelled { .. } => &[Queue::Email],
        // They come due for many at once, or can wait.
        Event::DigestDue { .. } | Event::FeedbackGiven { .. } | Event::FeedbackPublished { .. } => {
            &[Queue::Bulk]
        }
        Event::Mentoring(news) => match news {
            News::CheckIn { .. } => &[Queue::Bulk],
            News::Proposed { .. }
            | News::ProposalClosed { .. }
            | News::MovedOn { .. }
            | News::NobodyLeft { .. }
            | News::MatchMade { .. }
            | News::MatchChanged { .. } => &[Queue::Email],
        },
        Event::Question(news) => match news.turn {
            // They come due for many at once.
            QuestionTurn::Offered => &[Queue::Bulk],
            QuestionTurn::Claimed
            | QuestionTurn::Answered
            | QuestionTurn::Replied
            | QuestionTurn::Returned
            | QuestionTurn::Lapsed
            | QuestionTurn::PassedOn
            | QuestionTurn::Completed
            | QuestionTurn::Closed
            | QuestionTurn::Rated
            | QuestionTurn::Escalated
            | QuestionTurn::Expired
            | QuestionTurn::Removed => &[Queue::Email],
        },
        // What Airtable shows of people and sessions.
        Event::UserRegistered { .. }
        | Event::UserInvited { .. }
        | Event::UserSuspended { .. }
        | Event::UserReinstated { .. }
        | Event::MentorApproved { .. }
        | Event::MentorRejected { .. }
        | Event::SessionRequested { .. }
        | Event::SessionConfirmed { .. }
        | Event::SessionRescheduled { .. } => &[Queue::Email, Queue::Airtable],
        Event::ProfileChanged { .. } => &[Queue::Matching, Queue::Airtable],
        Event::SyncDue { .. } => &[Queue::Airtable],
        Event::JobQueued { kind, .. } => match kind {
            JobKind::Export | JobKind::Report => &[Queue::Export],
            JobKind::Assignment => &[Queue::Assignment],
            JobKind::Sync => &[Queue::Airtable],
        },
        Event::SessionDeclined { .. }
        | Event::SessionCancelled { .. }
        | Event::SessionExpired { .. } => &[Queue::Email, Queue::Payment, Queue::Airtable],
        // Both are asked how it was, which can wait.
        Event::SessionCompleted { .. } => &[Queue::Bulk, Queue::Payment, Queue::Airtable],
        Event::SessionNoShow { .. } => &[Queue::Payment, Queue::Airtable],
        Event::PaymentDue { .. } => &[Queue::Payment],
    }
}

/// An event as it travels: with its id, its moment and the request it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRecord {
    /// Names the event across retries; consumers claim it.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// The request that caused it, for the logs.
    pub request_id: Option<String>,
    /// The trace that it belongs to; records of older versions have none.
    #[serde(default)]
    pub trace_id: Option<TraceId>,
    /// What happened.
    pub event: Event,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_event_travels_with_its_type_as_a_tag() {
        let event = Event::SessionConfirmed {
            session_id: Uuid::nil().into(),
        };
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["type"], "session.confirmed");
        assert_eq!(event.type_name().as_deref(), Some("session.confirmed"));
        assert_eq!(serde_json::from_value::<Event>(json).unwrap(), event);
    }

    #[test]
    fn what_can_wait_has_a_queue_of_its_own() {
        let user_id = Uuid::nil().into();
        let digest = Event::DigestDue {
            user_id,
            due_at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(queues_for(&digest), [Queue::Bulk]);
        assert_eq!(Queue::of_mails(&digest), Queue::Bulk);
        let check_in = Event::Mentoring(News::CheckIn {
            mentorship_id: Uuid::nil().into(),
            occasion: super::super::mentorship::Occasion::Survey,
            recipient_id: user_id,
        });
        assert_eq!(Queue::of_mails(&check_in), Queue::Bulk);
        let urgent = Event::PasswordChanged { user_id };
        assert_eq!(Queue::of_mails(&urgent), Queue::Email);
    }

    #[test]
    fn a_queue_is_found_by_its_name() {
        for queue in Queue::ALL {
            assert_eq!(Queue::parse(queue.name()), Ok(queue));
        }
        assert!(Queue::parse("spam").is_err());
    }
}
