//! The people and the session that the tests of this crate write about.

use shared::domain::event::{Event, EventRecord};
use shared::domain::id::UserId;
use shared::domain::letter::Reader;
pub(crate) use shared::domain::letter::sample::{mentee, mentor, office, person, session};
use shared::domain::session::{
    OpenReschedule, Payment, RescheduleAnswer, RescheduleRequest, RescheduleStatus, Rescheduling,
    Session, SessionRequest, SessionStatus,
};
use shared::domain::slots::Slot;
use shared::domain::time::Minutes;
use shared::domain::user::Email;
use shared::store::notification::Reader as Account;
use uuid::Uuid;

use crate::look::{Meeting, Present};

pub(crate) const MENTOR_ID: Uuid = Uuid::from_u128(1);
pub(crate) const MENTEE_ID: Uuid = Uuid::from_u128(2);

/// The same session as the database knows it.
pub(crate) fn booked(status: SessionStatus) -> Session {
    let facts = session();
    let request = SessionRequest {
        id: facts.id,
        mentor_id: MENTOR_ID.into(),
        slot: Slot {
            starts_at: facts.starts_at,
            ends_at: facts.ends_at,
        },
        duration: Minutes(60),
        topic: facts.topic,
        mentee_notes: None,
        matched: None,
        payment: Payment::NONE,
        min_notice: Minutes(120),
        cancellation_notice: Minutes(120),
    };
    let asked_at = "2026-03-02T09:00:00Z".parse().unwrap();
    let (session, _) = Session::request(request, MENTEE_ID.into(), asked_at);
    Session { status, ..session }
}

pub(crate) fn present(session: Session, reader: UserId) -> Present {
    let meeting = Meeting {
        session,
        mentor: account(&mentor(), MENTOR_ID),
        mentee: account(&mentee(), MENTEE_ID),
        request: None,
    };
    let reader = if reader == meeting.mentor.id {
        meeting.mentor.clone()
    } else {
        meeting.mentee.clone()
    };
    Present {
        reader,
        meeting: Some(meeting),
    }
}

pub(crate) fn account(reader: &Reader, id: Uuid) -> Account {
    let last_name = if id == MENTOR_ID {
        "Hopper"
    } else {
        "Lovelace"
    };
    Account {
        id: id.into(),
        email: Email::parse(&reader.email).unwrap(),
        first_name: reader.first_name.clone(),
        last_name: last_name.to_owned(),
        timezone: reader.zone.clone(),
        is_verified: true,
        is_suspended: false,
    }
}

pub(crate) fn record(event: Event) -> EventRecord {
    EventRecord {
        id: Uuid::from_u128(42).into(),
        at: "2026-03-02T10:00:00Z".parse().unwrap(),
        request_id: None,
        trace_id: None,
        event,
    }
}

pub(crate) fn reminder(recipient_id: UserId, offset_minutes: i32) -> Event {
    Event::ReminderDue {
        session_id: session().id,
        starts_at: session().starts_at,
        recipient_id,
        offset_minutes,
    }
}

pub(crate) fn cancelled(by: UserId) -> Event {
    Event::SessionCancelled {
        session_id: session().id,
        by,
        was_confirmed: true,
    }
}

/// A proposal of the mentee to move the session by a day or two.
pub(crate) fn request(status: RescheduleStatus) -> RescheduleRequest {
    let answer = RescheduleAnswer {
        by: MENTOR_ID.into(),
        at: "2026-03-02T10:00:00Z".parse().unwrap(),
        time: None,
        reason: Some("I travel".to_owned()),
    };
    RescheduleRequest {
        id: Uuid::from_u128(70).into(),
        session_id: session().id,
        round: 1,
        proposed_by: MENTEE_ID.into(),
        times: vec![
            "2026-03-04T15:00:00Z".parse().unwrap(),
            "2026-03-05T08:00:00Z".parse().unwrap(),
        ],
        reason: Some("a clash".to_owned()),
        status,
        lapses_at: session().ends_at,
        answer: (status != RescheduleStatus::Open).then_some(answer),
        version: 1,
        created_at: "2026-03-02T09:30:00Z".parse().unwrap(),
    }
}

/// The session with that proposal open.
pub(crate) fn to_be_moved(status: SessionStatus) -> Session {
    let request = request(RescheduleStatus::Open);
    let open = OpenReschedule {
        id: request.id,
        by: request.proposed_by,
        until: request.lapses_at,
    };
    let rescheduling = Rescheduling {
        rounds: 1,
        open: Some(open),
    };
    Session {
        rescheduling,
        ..booked(status)
    }
}

pub(crate) fn proposed() -> Event {
    Event::RescheduleProposed {
        session_id: session().id,
        request_id: request(RescheduleStatus::Open).id,
        recipient_id: MENTOR_ID.into(),
    }
}

pub(crate) fn closed() -> Event {
    Event::RescheduleClosed {
        session_id: session().id,
        request_id: request(RescheduleStatus::Open).id,
        recipient_id: MENTEE_ID.into(),
    }
}

pub(crate) fn rescheduled() -> Event {
    Event::SessionRescheduled {
        session_id: session().id,
        starts_at: session().starts_at,
    }
}

pub(crate) fn answer_due() -> Event {
    Event::AnswerDue {
        session_id: session().id,
        respond_by: booked(SessionStatus::Pending).respond_by,
    }
}

pub(crate) fn waiting(receiver_id: UserId) -> Event {
    Event::MessagesWaiting {
        session_id: session().id,
        receiver_id,
    }
}
