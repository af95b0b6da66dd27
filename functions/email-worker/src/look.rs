//! What is true now: an event only names things, and its mail tells the present state, or is not sent at all.

use jiff::Timestamp;
use shared::domain::event::Event;
use shared::domain::id::{RescheduleId, SessionId, UserId};
use shared::domain::letter::Side;
use shared::domain::reminder::Offset;
use shared::domain::session::{PaymentStatus, RescheduleRequest, Session, SessionStatus};
use shared::store::notification::Reader as Account;
use shared::store::{self, Read, StoreError};

use crate::plan::session_of;

/// What a mail is about, as it stands.
#[derive(Clone, Debug)]
pub(crate) struct Present {
    /// Who gets it.
    pub(crate) reader: Account,
    /// The session, if it is about one.
    pub(crate) meeting: Option<Meeting>,
}

impl Present {
    /// Which of the two somebody is, if it is about a session.
    pub(crate) fn side_of(&self, person: UserId) -> Option<Side> {
        self.meeting.as_ref()?.side_of(person)
    }

    /// The other one of the two, if it is about a session.
    pub(crate) fn other_than(&self, person: UserId) -> Option<UserId> {
        let meeting = self.meeting.as_ref()?;
        let people = [meeting.mentor.id, meeting.mentee.id];
        people.into_iter().find(|other| *other != person)
    }
}

/// A session with its two people.
#[derive(Clone, Debug)]
pub(crate) struct Meeting {
    pub(crate) session: Session,
    pub(crate) mentor: Account,
    pub(crate) mentee: Account,
    /// The proposal to move it, if the event is about one.
    pub(crate) request: Option<RescheduleRequest>,
}

/// Reads what a mail is about; `None` when its reader is gone or shut out. Only of being shut out they hear all the same.
pub(crate) async fn look(
    db: &impl Read,
    event: &Event,
    recipient: UserId,
) -> Result<Option<Present>, StoreError> {
    let session = match session_of(event) {
        Some(id) => store::notification::find_session(db, id).await?,
        None => None,
    };
    let request = match request_of(event) {
        Some((session, id)) => store::reschedule::find(db, session, id).await?,
        None => None,
    };
    let people = match &session {
        Some(session) => vec![session.mentor_id, session.mentee_id],
        None => vec![recipient],
    };
    let accounts = store::notification::list_readers(db, &people).await?;
    let find = |id| accounts.iter().find(|account| account.id == id).cloned();
    let meeting = session.and_then(|session| {
        Some(Meeting {
            mentor: find(session.mentor_id)?,
            mentee: find(session.mentee_id)?,
            session,
            request,
        })
    });
    let may_be_suspended = matches!(event, Event::UserSuspended { .. });
    let reader = find(recipient).filter(|reader| reader.is_suspended == may_be_suspended);
    Ok(reader.map(|reader| Present { reader, meeting }))
}

/// The proposal that an event is about.
const fn request_of(event: &Event) -> Option<(SessionId, RescheduleId)> {
    if let Event::RescheduleProposed {
        session_id,
        request_id,
        ..
    }
    | Event::RescheduleClosed {
        session_id,
        request_id,
        ..
    } = event
    {
        return Some((*session_id, *request_id));
    }
    None
}

/// Whether the session is still as an event says, and its mail still of use.
pub(crate) fn is_still_true(event: &Event, session: &Session, now: Timestamp) -> bool {
    match event {
        Event::SessionRequested { .. } => {
            session.status == SessionStatus::Pending && now < session.respond_by
        }
        Event::SessionConfirmed { .. } => session.status == SessionStatus::Confirmed,
        Event::SessionDeclined { .. } => session.status == SessionStatus::Declined,
        Event::SessionCancelled { .. } => session.status == SessionStatus::Cancelled,
        Event::SessionExpired { .. } => session.status == SessionStatus::Expired,
        // Whoever proposed other times has answered, in a way.
        Event::AnswerDue { respond_by, .. } => {
            let open = session.rescheduling.open_at(now);
            session.status == SessionStatus::Pending
                && now < session.respond_by
                && session.respond_by == *respond_by
                && open.is_none_or(|open| open.by != session.mentor_id)
        }
        Event::RescheduleProposed { request_id, .. } => {
            let open = session.rescheduling.open_at(now);
            open.is_some_and(|open| open.id == *request_id) && !session.is_overdue(now)
        }
        Event::RescheduleClosed { .. } => session.status.is_holding(),
        Event::SessionRelocated { .. } => {
            session.status == SessionStatus::Confirmed && now < session.ends_at()
        }
        Event::SessionRescheduled { starts_at, .. } => {
            session.status.is_holding() && session.scheduled_at == *starts_at
        }
        Event::PaymentStalled { .. } => {
            let is_wanted = session.status.is_holding()
                || matches!(
                    session.status,
                    SessionStatus::Completed | SessionStatus::NoShow
                );
            let is_open = matches!(
                session.payment.status,
                PaymentStatus::Pending | PaymentStatus::Failed
            );
            is_wanted && is_open
        }
        // An edit raises the version too, so the start alone tells whether the session has moved.
        Event::ReminderDue {
            starts_at,
            offset_minutes,
            ..
        } => {
            session.status == SessionStatus::Confirmed
                && session.scheduled_at == *starts_at
                && Offset::from_minutes(*offset_minutes)
                    .is_some_and(|offset| offset.is_in_time(*starts_at, now))
        }
        // Whether there still are any is counted beside it.
        Event::MessagesWaiting { .. } => true,
        Event::UserRegistered { .. }
        | Event::VerificationRequested { .. }
        | Event::RegistrationRepeated { .. }
        | Event::IdentityLinked { .. }
        | Event::UserInvited { .. }
        | Event::UserSuspended { .. }
        | Event::UserReinstated { .. }
        | Event::MentorApproved { .. }
        | Event::MentorRejected { .. }
        | Event::PasswordResetRequested { .. }
        | Event::PasswordChanged { .. }
        | Event::EmailChangeRequested { .. }
        | Event::EmailChangeAnnounced { .. }
        | Event::SignInsFailed { .. }
        | Event::TotpEnabled { .. }
        | Event::TotpDisabled { .. }
        | Event::SessionCompleted { .. }
        | Event::SessionNoShow { .. }
        | Event::PaymentDue { .. }
        | Event::ProfileChanged { .. }
        | Event::FeedbackGiven { .. }
        | Event::FeedbackPublished { .. }
        | Event::JobQueued { .. }
        | Event::SyncDue { .. }
        | Event::ExportReady { .. }
        | Event::Mentoring(_)
        | Event::Question(_)
        | Event::DeletionRequested { .. }
        | Event::DeletionCancelled { .. }
        | Event::DigestDue { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{
        MENTEE_ID, MENTOR_ID, answer_due, booked, cancelled, proposed, reminder, rescheduled,
        to_be_moved,
    };

    /// 25 hours before the session starts, and 13 minutes before the mentor's time to answer is over.
    const EARLY: &str = "2026-03-02T14:00:00Z";

    fn holds(event: &Event, status: SessionStatus, now: &str) -> bool {
        is_still_true(event, &booked(status), now.parse().unwrap())
    }

    #[test]
    fn a_mail_goes_out_only_in_the_state_it_tells_of() {
        let session_id = booked(SessionStatus::Pending).id;
        for (event, state) in [
            (
                Event::SessionRequested { session_id },
                SessionStatus::Pending,
            ),
            (
                Event::SessionConfirmed { session_id },
                SessionStatus::Confirmed,
            ),
            (
                Event::SessionDeclined { session_id },
                SessionStatus::Declined,
            ),
            (cancelled(MENTEE_ID.into()), SessionStatus::Cancelled),
            (Event::SessionExpired { session_id }, SessionStatus::Expired),
            (answer_due(), SessionStatus::Pending),
            (
                Event::SessionRelocated { session_id },
                SessionStatus::Confirmed,
            ),
            (reminder(MENTEE_ID.into(), 1440), SessionStatus::Confirmed),
        ] {
            for status in SessionStatus::ALL {
                assert_eq!(
                    holds(&event, status, EARLY),
                    status == state,
                    "{event:?} {status:?}"
                );
            }
        }
    }

    #[test]
    fn nobody_is_asked_for_an_answer_that_comes_too_late() {
        let session = booked(SessionStatus::Pending);
        let event = Event::SessionRequested {
            session_id: session.id,
        };

        assert!(!is_still_true(&event, &session, session.respond_by));
    }

    #[test]
    fn a_mentor_who_answered_in_another_way_is_not_asked_once_more() {
        let now = EARLY.parse().unwrap();
        let of_mentee = to_be_moved(SessionStatus::Pending);
        let mut of_mentor = of_mentee.clone();
        of_mentor.rescheduling.open = of_mentor.rescheduling.open.map(|mut open| {
            open.by = MENTOR_ID.into();
            open
        });
        let moved = Session {
            respond_by: "2026-03-03T09:00:00Z".parse().unwrap(),
            ..booked(SessionStatus::Pending)
        };

        assert!(is_still_true(&answer_due(), &of_mentee, now));
        assert!(!is_still_true(&answer_due(), &of_mentor, now));
        assert!(!is_still_true(&answer_due(), &moved, now));
        let late = booked(SessionStatus::Pending).respond_by;
        let pending = booked(SessionStatus::Pending);
        assert!(!is_still_true(&answer_due(), &pending, late));
    }

    #[test]
    fn a_proposal_is_told_of_while_it_can_be_answered() {
        let now = EARLY.parse().unwrap();
        let session = to_be_moved(SessionStatus::Confirmed);

        assert!(is_still_true(&proposed(), &session, now));
        assert!(!is_still_true(&proposed(), &session, session.ends_at()));
        let answered = booked(SessionStatus::Confirmed);
        assert!(!is_still_true(&proposed(), &answered, now));
        let pending = to_be_moved(SessionStatus::Pending);
        assert!(!is_still_true(&proposed(), &pending, pending.respond_by));
    }

    #[test]
    fn a_move_is_told_of_unless_the_session_moved_on_or_ended() {
        let now = EARLY.parse().unwrap();
        let moved_on = Session {
            scheduled_at: "2026-03-04T15:00:00Z".parse().unwrap(),
            ..booked(SessionStatus::Confirmed)
        };

        assert!(holds(&rescheduled(), SessionStatus::Confirmed, EARLY));
        assert!(holds(&rescheduled(), SessionStatus::Pending, EARLY));
        assert!(!holds(&rescheduled(), SessionStatus::Cancelled, EARLY));
        assert!(!is_still_true(&rescheduled(), &moved_on, now));
    }

    #[test]
    fn an_edit_does_not_void_a_reminder_but_a_move_does() {
        let event = reminder(MENTEE_ID.into(), 1440);
        let now = EARLY.parse().unwrap();
        let edited = Session {
            version: 9,
            sequence: 4,
            ..booked(SessionStatus::Confirmed)
        };
        let moved = Session {
            scheduled_at: "2026-03-04T15:00:00Z".parse().unwrap(),
            ..edited.clone()
        };

        assert!(is_still_true(&event, &edited, now));
        assert!(!is_still_true(&event, &moved, now));
    }

    #[test]
    fn a_reminder_that_is_too_late_is_not_sent() {
        let remind = |offset, now| {
            holds(
                &reminder(MENTEE_ID.into(), offset),
                SessionStatus::Confirmed,
                now,
            )
        };

        assert!(remind(1440, "2026-03-03T13:00:00Z"));
        assert!(!remind(1440, "2026-03-03T13:00:01Z"));
        assert!(remind(60, "2026-03-03T14:50:00Z"));
        assert!(!remind(60, "2026-03-03T14:50:01Z"));
    }
}
