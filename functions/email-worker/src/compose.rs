//! From an event and what is true now to the letter.

use jiff::Timestamp;
use shared::domain::event::{Event, EventRecord};
use shared::domain::id::UserId;
use shared::domain::reminder::Offset;
use shared::store::email::Reader as Account;

use crate::facts::{CalledOffBy, Reader, SessionFacts, Side};
use crate::letter::Letter;
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
            | Event::MessagesWaiting { .. }
            | Event::JobQueued { .. }
            | Event::ExportReady { .. }
            | Event::DeletionRequested { .. }
            | Event::DeletionCancelled { .. } => None,
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

impl Meeting {
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

    fn reminder(&self, to: Side, offset_minutes: i32) -> Option<Letter> {
        let offset = Offset::from_minutes(offset_minutes)?;
        Some(Letter::Reminder {
            session: self.facts(),
            to,
            offset,
        })
    }

    fn side_of(&self, person: UserId) -> Option<Side> {
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

impl From<&Account> for Reader {
    fn from(account: &Account) -> Self {
        Self {
            first_name: account.first_name.clone(),
            email: account.email.as_str().to_owned(),
            zone: account.timezone.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;
    use crate::sample::{self, MENTEE_ID, MENTOR_ID, booked};
    use shared::domain::session::{Ending, Session, SessionStatus};
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
            reader: Account {
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
