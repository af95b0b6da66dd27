//! From an event and what is true now to the letter.

use jiff::Timestamp;
use shared::domain::event::{Event, EventRecord};
use shared::domain::id::UserId;
use shared::domain::letter::{CalledOffBy, Letter, SessionFacts, Side, Suggestion};
use shared::domain::payment::money;
use shared::domain::reminder::Offset;
use shared::domain::session::{PaymentStatus, RescheduleStatus, SessionStatus};

use crate::look::{Meeting, Present, is_still_true};

impl Present {
    /// Writes the letter about a session that an event asks for, if that is still true.
    pub(crate) fn session_letter(&self, record: &EventRecord, now: Timestamp) -> Option<Letter> {
        let meeting = self.meeting.as_ref()?;
        if !is_still_true(&record.event, &meeting.session, now) {
            return None;
        }
        let to = meeting.side_of(self.reader.id)?;
        match record.event {
            Event::SessionRequested { .. } => Some(meeting.requested()),
            Event::SessionConfirmed { .. } => Some(meeting.confirmed(to, record.at)),
            Event::SessionDeclined { .. } => Some(meeting.declined()),
            Event::SessionCancelled {
                by, was_confirmed, ..
            } => Some(meeting.cancelled(to, by, was_confirmed)),
            Event::AnswerDue { .. } => Some(meeting.answer_due()),
            Event::RescheduleProposed { .. } => meeting.reschedule_proposed(to),
            Event::RescheduleClosed { .. } => meeting.reschedule_closed(to),
            Event::SessionRescheduled { .. } => Some(meeting.rescheduled(to, record.at)),
            Event::SessionRelocated { .. } => Some(Letter::SessionRelocated {
                session: meeting.facts(),
                to,
            }),
            Event::PaymentStalled { .. } => meeting.payment_stalled(),
            Event::ReminderDue { offset_minutes, .. } => meeting.reminder(to, offset_minutes),
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
            | Event::SessionExpired { .. }
            | Event::PaymentDue { .. }
            | Event::MessagesWaiting { .. }
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
            | Event::DigestDue { .. } => None,
        }
    }

    /// Writes the letter about messages of a session, if there are any.
    pub(crate) fn messages_letter(&self, unread: i64) -> Option<Letter> {
        let meeting = self.meeting.as_ref()?;
        let to = meeting.side_of(self.reader.id)?;
        (unread > 0).then(|| Letter::UnreadMessages {
            session: meeting.facts(),
            to,
            unread,
        })
    }
}

impl Present {
    /// Writes to the mentee that nobody answered in time, and who might instead; if that is still true.
    pub(crate) fn expired_letter(&self, suggestions: Vec<Suggestion>) -> Option<Letter> {
        let meeting = self.meeting.as_ref()?;
        (meeting.session.status == SessionStatus::Expired).then(|| Letter::SessionExpired {
            session: meeting.facts(),
            suggestions,
        })
    }
}

impl Meeting {
    fn answer_due(&self) -> Letter {
        Letter::AnswerDue {
            session: self.facts(),
            respond_by: self.session.respond_by,
        }
    }

    fn reschedule_proposed(&self, to: Side) -> Option<Letter> {
        let request = self.request.as_ref()?;
        let ends_at = |starts_at: &Timestamp| *starts_at + self.session.duration;
        let spans = request.times.iter().map(|time| (*time, ends_at(time)));
        Some(Letter::RescheduleProposed {
            session: self.facts(),
            to,
            times: spans.collect(),
            reason: request.reason.clone(),
        })
    }

    fn reschedule_closed(&self, to: Side) -> Option<Letter> {
        let request = self.request.as_ref()?;
        let is_withdrawn = match request.status {
            RescheduleStatus::Rejected => false,
            RescheduleStatus::Withdrawn => true,
            RescheduleStatus::Open | RescheduleStatus::Accepted | RescheduleStatus::Lapsed => {
                return None;
            }
        };
        let answer = request.answer.as_ref();
        Some(Letter::RescheduleClosed {
            session: self.facts(),
            to,
            is_withdrawn,
            reason: answer.and_then(|answer| answer.reason.clone()),
        })
    }

    /// `at` is when it moved, and its reminders were planned anew.
    fn rescheduled(&self, to: Side, at: Timestamp) -> Letter {
        let is_confirmed = self.session.status == SessionStatus::Confirmed;
        Letter::SessionRescheduled {
            session: self.facts(),
            to,
            respond_by: (!is_confirmed).then_some(self.session.respond_by),
            is_soon: is_confirmed && Offset::Hour.due_at(self.session.scheduled_at, at).is_none(),
        }
    }

    fn requested(&self) -> Letter {
        Letter::SessionRequested {
            session: self.facts(),
            notes: self.session.mentee_notes.clone(),
            respond_by: self.session.respond_by,
        }
    }

    /// `at` is when it was confirmed, and its reminders were planned.
    fn confirmed(&self, to: Side, at: Timestamp) -> Letter {
        Letter::SessionConfirmed {
            session: self.facts(),
            to,
            is_soon: Offset::Hour.due_at(self.session.scheduled_at, at).is_none(),
        }
    }

    fn declined(&self) -> Letter {
        Letter::SessionDeclined {
            session: self.facts(),
            reason: self.reason(),
        }
    }

    fn cancelled(&self, to: Side, by: UserId, was_confirmed: bool) -> Letter {
        let by = match self.side_of(by) {
            None => CalledOffBy::Team,
            Some(side) if side == to => CalledOffBy::Reader,
            Some(_) => CalledOffBy::Other,
        };
        Letter::SessionCancelled {
            session: self.facts(),
            to,
            by,
            reason: self.reason(),
            was_confirmed,
        }
    }

    fn payment_stalled(&self) -> Option<Letter> {
        let payment = &self.session.payment;
        let is_asked_for = self.session.status == SessionStatus::Pending;
        Some(Letter::PaymentStalled {
            session: self.facts(),
            amount: money(payment.price?, payment.currency.as_deref()?),
            is_refused: payment.status == PaymentStatus::Failed,
            respond_by: is_asked_for.then_some(self.session.respond_by),
        })
    }

    fn reminder(&self, to: Side, offset_minutes: i32) -> Option<Letter> {
        let offset = Offset::from_minutes(offset_minutes)?;
        Some(Letter::Reminder {
            session: self.facts(),
            to,
            offset,
        })
    }

    pub(crate) fn side_of(&self, person: UserId) -> Option<Side> {
        if person == self.session.mentor_id {
            Some(Side::Mentor)
        } else if person == self.session.mentee_id {
            Some(Side::Mentee)
        } else {
            None
        }
    }

    fn reason(&self) -> Option<String> {
        self.session.ending.as_ref()?.reason.clone()
    }

    fn facts(&self) -> SessionFacts {
        let session = &self.session;
        SessionFacts {
            id: session.id,
            sequence: u32::try_from(session.sequence).unwrap_or_default(),
            starts_at: session.scheduled_at,
            ends_at: session.ends_at(),
            topic: session.topic.clone(),
            meeting_link: session.meeting_link.clone(),
            mentor: self.mentor.person(),
            mentee: self.mentee.person(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{self, MENTEE_ID, MENTOR_ID, booked};
    use shared::domain::letter::Kind;
    use shared::domain::session::{Ending, Payment, Session};
    use uuid::Uuid;

    const NOW: &str = "2026-03-02T14:00:00Z";

    fn write(event: Event, session: Session, reader: Uuid) -> Option<Letter> {
        let present = sample::present(session, reader.into());
        present.session_letter(&sample::record(event), NOW.parse().unwrap())
    }

    #[test]
    fn every_letter_is_of_the_kind_its_event_asks_for() {
        let session_id = booked(SessionStatus::Pending).id;
        for (event, status) in [
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
            (
                sample::cancelled(MENTOR_ID.into()),
                SessionStatus::Cancelled,
            ),
            (
                sample::reminder(MENTOR_ID.into(), 1440),
                SessionStatus::Confirmed,
            ),
            (
                sample::reminder(MENTOR_ID.into(), 60),
                SessionStatus::Confirmed,
            ),
        ] {
            let kind = Kind::of(&event);
            let letter = write(event, booked(status), MENTOR_ID);
            assert_eq!(letter.map(|letter| letter.kind()), kind);
        }
    }

    fn about(event: Event, session: Session, request: RescheduleStatus) -> Option<Letter> {
        let reader = match event {
            Event::RescheduleProposed { recipient_id, .. }
            | Event::RescheduleClosed { recipient_id, .. } => recipient_id,
            _ => MENTEE_ID.into(),
        };
        let mut present = sample::present(session, reader);
        if let Some(meeting) = &mut present.meeting {
            meeting.request = Some(sample::request(request));
        }
        present.session_letter(&sample::record(event), NOW.parse().unwrap())
    }

    #[test]
    fn a_proposal_is_told_with_its_times_and_words() {
        let session = sample::to_be_moved(SessionStatus::Confirmed);

        let letter = about(sample::proposed(), session, RescheduleStatus::Open);

        let Some(Letter::RescheduleProposed {
            to, times, reason, ..
        }) = letter
        else {
            panic!("{letter:?}");
        };
        assert_eq!((to, times.len()), (Side::Mentor, 2));
        assert_eq!(times[0].1.to_string(), "2026-03-04T16:00:00Z");
        assert_eq!(reason.as_deref(), Some("a clash"));
    }

    #[test]
    fn a_closed_proposal_says_whether_it_was_rejected_or_taken_back() {
        let is_withdrawn = |status| {
            let session = booked(SessionStatus::Confirmed);
            match about(sample::closed(), session, status) {
                Some(Letter::RescheduleClosed { is_withdrawn, .. }) => Some(is_withdrawn),
                None => None,
                other => panic!("{other:?}"),
            }
        };

        assert_eq!(is_withdrawn(RescheduleStatus::Rejected), Some(false));
        assert_eq!(is_withdrawn(RescheduleStatus::Withdrawn), Some(true));
        assert_eq!(is_withdrawn(RescheduleStatus::Accepted), None);
    }

    #[test]
    fn a_move_asks_for_an_answer_until_there_is_one() {
        let answer_by = |status| match about(
            sample::rescheduled(),
            booked(status),
            RescheduleStatus::Accepted,
        ) {
            Some(Letter::SessionRescheduled { respond_by, .. }) => respond_by,
            other => panic!("{other:?}"),
        };

        assert_eq!(answer_by(SessionStatus::Confirmed), None);
        let pending = booked(SessionStatus::Pending);
        assert_eq!(answer_by(SessionStatus::Pending), Some(pending.respond_by));
    }

    #[test]
    fn a_letter_tells_of_the_session_as_it_is() {
        let event = sample::reminder(MENTEE_ID.into(), 60);

        let letter = write(event, booked(SessionStatus::Confirmed), MENTEE_ID).unwrap();

        let Letter::Reminder { session, to, .. } = letter else {
            panic!("{letter:?}");
        };
        let expected = sample::session();
        assert_eq!(to, Side::Mentee);
        assert_eq!(
            (session.mentor, session.mentee),
            (expected.mentor, expected.mentee)
        );
        assert_eq!(
            (session.starts_at, session.ends_at),
            (expected.starts_at, expected.ends_at)
        );
    }

    #[test]
    fn a_cancellation_says_who_it_was_and_why() {
        let session = Session {
            ending: Some(Ending {
                by: MENTEE_ID.into(),
                reason: Some("ill".to_owned()),
            }),
            ..booked(SessionStatus::Cancelled)
        };
        let by = |by: Uuid| match write(sample::cancelled(by.into()), session.clone(), MENTOR_ID) {
            Some(Letter::SessionCancelled { by, reason, .. }) => (by, reason.unwrap()),
            other => panic!("{other:?}"),
        };

        assert_eq!(by(MENTEE_ID), (CalledOffBy::Other, "ill".to_owned()));
        assert_eq!(by(MENTOR_ID).0, CalledOffBy::Reader);
        assert_eq!(by(Uuid::from_u128(9)).0, CalledOffBy::Team);
    }

    #[test]
    fn a_payment_that_went_on_by_itself_is_no_news() {
        let paying = |status, payment| Session {
            payment: Payment {
                status: payment,
                price: Some(4500),
                currency: Some("EUR".to_owned()),
            },
            ..booked(status)
        };
        let session_id = booked(SessionStatus::Pending).id;
        let tell = |session| write(Event::PaymentStalled { session_id }, session, MENTEE_ID);

        let refused = tell(paying(SessionStatus::Pending, PaymentStatus::Failed));
        let Some(Letter::PaymentStalled {
            amount,
            is_refused: true,
            respond_by: Some(_),
            ..
        }) = refused
        else {
            panic!("{refused:?}");
        };
        assert_eq!(amount, "45.00 EUR");
        let waits = tell(paying(SessionStatus::Pending, PaymentStatus::Pending));
        assert!(matches!(
            waits,
            Some(Letter::PaymentStalled {
                is_refused: false,
                ..
            })
        ));
        for (status, payment) in [
            (SessionStatus::Pending, PaymentStatus::Authorized),
            (SessionStatus::Completed, PaymentStatus::Captured),
            (SessionStatus::Declined, PaymentStatus::Failed),
        ] {
            assert!(tell(paying(status, payment)).is_none(), "{status:?}");
        }
    }

    #[test]
    fn a_confirmation_says_when_no_reminder_will_follow() {
        let session = booked(SessionStatus::Confirmed);
        let is_soon = |confirmed_at: &str| {
            let mut record = sample::record(Event::SessionConfirmed {
                session_id: session.id,
            });
            record.at = confirmed_at.parse().unwrap();
            let present = sample::present(session.clone(), MENTEE_ID.into());
            match present.session_letter(&record, record.at) {
                Some(Letter::SessionConfirmed { is_soon, .. }) => is_soon,
                other => panic!("{other:?}"),
            }
        };

        assert!(!is_soon("2026-03-03T13:45:00Z"));
        assert!(is_soon("2026-03-03T13:45:01Z"));
    }

    #[test]
    fn a_stranger_reads_nothing() {
        let present = Present {
            reader: shared::store::notification::Reader {
                id: Uuid::from_u128(9).into(),
                ..sample::account(&sample::mentor(), MENTOR_ID)
            },
            ..sample::present(booked(SessionStatus::Confirmed), MENTOR_ID.into())
        };
        let record = sample::record(Event::SessionConfirmed {
            session_id: booked(SessionStatus::Confirmed).id,
        });

        assert!(
            present
                .session_letter(&record, NOW.parse().unwrap())
                .is_none()
        );
    }
}
