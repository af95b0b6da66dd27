//! Who hears of an event, and by which way. Planned once per event, whatever is delivered twice.

use std::collections::HashMap;

use shared::domain::event::{Event, EventRecord};
use shared::domain::id::{NotificationId, SessionId, UserId};
use shared::domain::letter::Kind;
use shared::domain::news::News;
use shared::domain::notification::Channel;
use shared::domain::session::Session;
use shared::queue::Queue;
use shared::state::AppState;
use shared::store::notification::{NewNotification, Wishes};
use shared::store::{self, Transaction};
use shared::worker::WorkError;

/// Plans the messages of an event; of one that was planned before, resolves those whose sending was cut off.
pub(crate) async fn plan(state: &AppState, record: &EventRecord) -> Result<(), WorkError> {
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    if store::inbox::claim(&tx, Queue::of_mails(&record.event), record.id).await? {
        insert(&tx, state, record).await?;
    } else {
        store::notification::resolve_cut_off(&tx, record.id).await?;
    }
    Ok(tx.commit().await?)
}

async fn insert(
    tx: &Transaction<'_>,
    state: &AppState,
    record: &EventRecord,
) -> Result<(), WorkError> {
    let Some(kind) = Kind::of(&record.event) else {
        return Ok(());
    };
    let session = match session_of(&record.event) {
        Some(id) => store::notification::find_session(tx, id).await?,
        None => None,
    };
    let people = recipients(&record.event, session.as_ref());
    let wishes = store::notification::find_wishes(tx, &people, kind).await?;
    let about = session.map(|session| session.id);
    for new in planned((record, kind), about, (&people, &wishes), || {
        state.clock.id()
    }) {
        store::notification::insert(tx, record.id, &new).await?;
    }
    Ok(())
}

/// One message per person and way that they want; who is gone gets none.
fn planned(
    (record, kind): (&EventRecord, Kind),
    session: Option<SessionId>,
    (people, wishes): (&[UserId], &HashMap<UserId, Wishes>),
    mut new_id: impl FnMut() -> NotificationId,
) -> Vec<NewNotification> {
    let ways = people.iter().flat_map(|person| {
        let wishes = wishes.get(person);
        let channels = wishes.map(|wishes| wishes.choice.channels(kind));
        channels.into_iter().flatten().map(|way| (*person, way))
    });
    ways.map(|(recipient, channel)| NewNotification {
        id: new_id(),
        recipient,
        kind: kind.as_str(),
        channel,
        session,
        dedupe_key: dedupe_key(record, kind, recipient, channel),
        is_security: kind.is_security(),
    })
    .collect()
}

/// The session that an event is about.
pub(crate) const fn session_of(event: &Event) -> Option<SessionId> {
    match event {
        Event::UserRegistered { .. }
        | Event::VerificationRequested { .. }
        | Event::RegistrationRepeated { .. }
        | Event::ProfileChanged { .. }
        | Event::FeedbackPublished {
            session_id: None, ..
        }
        | Event::JobQueued { .. }
        | Event::SyncDue { .. }
        | Event::ExportReady { .. }
        | Event::Mentoring(_)
        | Event::Question(_)
        | Event::DeletionRequested { .. }
        | Event::DeletionCancelled { .. }
        | Event::DigestDue { .. }
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
        | Event::TotpDisabled { .. } => None,
        Event::SessionRequested { session_id }
        | Event::SessionConfirmed { session_id }
        | Event::SessionDeclined { session_id }
        | Event::SessionCancelled { session_id, .. }
        | Event::SessionExpired { session_id }
        | Event::AnswerDue { session_id, .. }
        | Event::RescheduleProposed { session_id, .. }
        | Event::RescheduleClosed { session_id, .. }
        | Event::SessionRescheduled { session_id, .. }
        | Event::SessionRelocated { session_id }
        | Event::SessionCompleted { session_id }
        | Event::FeedbackGiven { session_id, .. }
        | Event::FeedbackPublished {
            session_id: Some(session_id),
            ..
        }
        | Event::SessionNoShow { session_id }
        | Event::PaymentDue { session_id }
        | Event::PaymentStalled { session_id }
        | Event::MessagesWaiting { session_id, .. }
        | Event::ReminderDue { session_id, .. } => Some(*session_id),
    }
}

/// Of a session that is gone nobody hears.
fn recipients(event: &Event, session: Option<&Session>) -> Vec<UserId> {
    match (event, session) {
        (
            Event::UserRegistered { user_id }
            | Event::VerificationRequested { user_id }
            | Event::ExportReady { user_id, .. }
            | Event::DeletionRequested { user_id }
            | Event::DeletionCancelled { user_id }
            | Event::DigestDue { user_id, .. }
            | Event::IdentityLinked { user_id, .. }
            | Event::UserInvited { user_id }
            | Event::UserSuspended { user_id }
            | Event::UserReinstated { user_id }
            | Event::MentorApproved { user_id }
            | Event::MentorRejected { user_id }
            | Event::PasswordChanged { user_id }
            | Event::EmailChangeRequested { user_id, .. }
            | Event::EmailChangeAnnounced { user_id, .. }
            | Event::TotpEnabled { user_id }
            | Event::TotpDisabled { user_id },
            _,
        ) => vec![*user_id],
        (Event::Mentoring(news), _) => vec![news.recipient_id()],
        (Event::FeedbackPublished { mentor_id, .. }, _) => vec![*mentor_id],
        (Event::Question(news), _) => vec![news.recipient_id],
        // An address without an account has left the same event, and nobody hears of it.
        (
            Event::RegistrationRepeated { user_id }
            | Event::PasswordResetRequested { user_id }
            | Event::SignInsFailed { user_id },
            _,
        ) => user_id.iter().copied().collect(),
        (Event::SessionRequested { .. } | Event::AnswerDue { .. }, Some(session)) => {
            vec![session.mentor_id]
        }
        (Event::MessagesWaiting { receiver_id, .. }, Some(session))
            if session.has_participant(*receiver_id) =>
        {
            vec![*receiver_id]
        }
        (
            Event::SessionDeclined { .. }
            | Event::SessionExpired { .. }
            | Event::PaymentStalled { .. },
            Some(session),
        ) => vec![session.mentee_id],
        (
            Event::SessionConfirmed { .. }
            | Event::SessionCancelled { .. }
            | Event::SessionCompleted { .. }
            | Event::SessionRescheduled { .. }
            | Event::SessionRelocated { .. },
            Some(session),
        ) => vec![session.mentor_id, session.mentee_id],
        (Event::FeedbackGiven { author_id, .. }, Some(session))
            if session.has_participant(*author_id) =>
        {
            vec![*author_id]
        }
        (
            Event::ReminderDue { recipient_id, .. }
            | Event::RescheduleProposed { recipient_id, .. }
            | Event::RescheduleClosed { recipient_id, .. },
            Some(session),
        ) if session.has_participant(*recipient_id) => vec![*recipient_id],
        (
            Event::SessionRequested { .. }
            | Event::MessagesWaiting { .. }
            | Event::SessionDeclined { .. }
            | Event::SessionConfirmed { .. }
            | Event::SessionCancelled { .. }
            | Event::SessionExpired { .. }
            | Event::AnswerDue { .. }
            | Event::RescheduleProposed { .. }
            | Event::RescheduleClosed { .. }
            | Event::SessionRescheduled { .. }
            | Event::SessionRelocated { .. }
            | Event::SessionCompleted { .. }
            | Event::SessionNoShow { .. }
            | Event::PaymentDue { .. }
            | Event::PaymentStalled { .. }
            | Event::ReminderDue { .. }
            | Event::FeedbackGiven { .. }
            | Event::ProfileChanged { .. }
            | Event::JobQueued { .. }
            | Event::SyncDue { .. },
            _,
        ) => Vec::new(),
    }
}

/// A reminder is one per start, offset and person, even if two events should ask for it; and a mentor is asked for an
/// answer once more only.
fn dedupe_key(record: &EventRecord, kind: Kind, recipient: UserId, channel: Channel) -> String {
    let key = match &record.event {
        Event::ReminderDue {
            session_id,
            starts_at,
            offset_minutes,
            ..
        } => format!("reminder:{session_id}:{starts_at}:{offset_minutes}:{recipient}"),
        Event::AnswerDue {
            session_id,
            respond_by,
        } => format!("answer_due:{session_id}:{respond_by}:{recipient}"),
        Event::Mentoring(News::CheckIn {
            mentorship_id,
            occasion,
            ..
        }) => format!("check_in:{mentorship_id}:{}:{recipient}", occasion.as_str()),
        // A session is completed once; whoever hears of it twice is asked once.
        Event::SessionCompleted { session_id } => {
            format!("{}:{session_id}:{recipient}", kind.as_str())
        }
        Event::DigestDue { due_at, .. } => format!("digest:{due_at}:{recipient}"),
        _ => format!("{}:{}:{recipient}", record.id, kind.as_str()),
    };
    match channel {
        Channel::Email => key,
        Channel::InApp | Channel::Sms | Channel::Digest => format!("{key}:{}", channel.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{self, MENTEE_ID, MENTOR_ID, booked};
    use shared::domain::id::Id;
    use shared::domain::notification::{Choice, Settings};
    use shared::domain::session::SessionStatus;
    use std::collections::HashSet;
    use uuid::Uuid;

    fn readers(event: &Event) -> Vec<UserId> {
        let session = booked(SessionStatus::Confirmed);
        let is_about_session = session_of(event).is_some();
        recipients(event, is_about_session.then_some(&session))
    }

    fn ways(event: Event, choice: Choice) -> Vec<NewNotification> {
        let wishes = Wishes {
            choice,
            settings: Settings::USUAL,
            is_suppressed: false,
        };
        let people = readers(&event);
        let wishes = people.iter().map(|person| (*person, wishes)).collect();
        let kind = Kind::of(&event).unwrap();
        planned(
            (&sample::record(event), kind),
            None,
            (&people, &wishes),
            || Uuid::nil().into(),
        )
    }

    #[test]
    fn everybody_is_told_by_every_way_they_want() {
        let session_id = booked(SessionStatus::Confirmed).id;
        let all = Choice {
            sms: true,
            ..Choice::USUAL
        };

        let planned = ways(Event::SessionConfirmed { session_id }, all);

        let ways: Vec<_> = planned
            .iter()
            .map(|new| (new.recipient, new.channel))
            .collect();
        let of = |person: Uuid| {
            [Channel::InApp, Channel::Email, Channel::Sms].map(|way| (person.into(), way))
        };
        assert_eq!(ways, [of(MENTOR_ID), of(MENTEE_ID)].concat());
        let keys: HashSet<_> = planned.iter().map(|new| &new.dedupe_key).collect();
        assert_eq!(keys.len(), 6, "one message per person and way");
    }

    #[test]
    fn who_is_gone_gets_nothing() {
        let event = Event::UserReinstated {
            user_id: MENTEE_ID.into(),
        };
        let people = readers(&event);

        let planned = planned(
            (&sample::record(event), Kind::AccountReinstated),
            None,
            (&people, &HashMap::new()),
            || Uuid::nil().into(),
        );

        assert!(planned.is_empty());
    }

    #[test]
    fn each_event_reaches_the_people_it_concerns() {
        let session_id = booked(SessionStatus::Confirmed).id;
        let (mentor, mentee) = (UserId::from(MENTOR_ID), UserId::from(MENTEE_ID));

        assert_eq!(
            readers(&Event::UserRegistered { user_id: mentee }),
            [mentee]
        );
        assert_eq!(readers(&Event::UserInvited { user_id: mentee }), [mentee]);
        assert_eq!(
            readers(&Event::MentorRejected { user_id: mentor }),
            [mentor]
        );
        assert_eq!(readers(&Event::SessionRequested { session_id }), [mentor]);
        assert_eq!(readers(&Event::SessionDeclined { session_id }), [mentee]);
        assert_eq!(readers(&Event::PaymentStalled { session_id }), [mentee]);
        assert_eq!(readers(&Event::PaymentDue { session_id }), []);
        assert_eq!(
            readers(&Event::SessionConfirmed { session_id }),
            [mentor, mentee]
        );
        assert_eq!(readers(&sample::cancelled(mentee)), [mentor, mentee]);
        assert_eq!(readers(&sample::reminder(mentee, 60)), [mentee]);
        assert_eq!(readers(&Event::SessionExpired { session_id }), [mentee]);
        assert_eq!(readers(&sample::answer_due()), [mentor]);
        assert_eq!(readers(&sample::proposed()), [mentor]);
        assert_eq!(readers(&sample::closed()), [mentee]);
        assert_eq!(readers(&sample::rescheduled()), [mentor, mentee]);
        assert_eq!(
            readers(&Event::SessionRelocated { session_id }),
            [mentor, mentee]
        );
        assert_eq!(readers(&sample::waiting(mentor)), [mentor]);
        assert_eq!(
            readers(&Event::SessionCompleted { session_id }),
            [mentor, mentee]
        );
        let given = Event::FeedbackGiven {
            session_id,
            author_id: mentee,
        };
        assert_eq!(readers(&given), [mentee]);
        for session_id in [Some(session_id), None] {
            let mentor_id = mentor;
            let published = Event::FeedbackPublished {
                mentor_id,
                session_id,
            };
            assert_eq!(readers(&published), [mentor]);
        }
    }

    #[test]
    fn an_address_without_an_account_leaves_an_event_and_no_mail() {
        let user_id = Some(UserId::from(MENTEE_ID));
        for (known, unknown) in [
            (
                Event::PasswordResetRequested { user_id },
                Event::PasswordResetRequested { user_id: None },
            ),
            (
                Event::SignInsFailed { user_id },
                Event::SignInsFailed { user_id: None },
            ),
        ] {
            assert_eq!(readers(&known), [MENTEE_ID.into()]);
            assert_eq!(readers(&unknown), []);
        }
    }

    #[test]
    fn a_reminder_of_a_stranger_or_of_no_known_offset_is_not_planned() {
        let stranger = UserId::from(Uuid::from_u128(9));

        assert_eq!(readers(&sample::waiting(stranger)), []);
        assert_eq!(readers(&sample::reminder(stranger, 60)), []);
        assert_eq!(Kind::of(&sample::reminder(MENTEE_ID.into(), 61)), None);
    }

    #[test]
    fn nobody_hears_of_a_session_that_is_gone() {
        let event = Event::SessionConfirmed {
            session_id: Uuid::nil().into(),
        };

        assert!(recipients(&event, None).is_empty());
    }

    #[test]
    fn a_reminder_is_the_same_mail_in_every_event() {
        let mut again = sample::record(sample::reminder(MENTEE_ID.into(), 60));
        let first = again.clone();
        again.id = Uuid::from_u128(77).into();
        let key = |record| dedupe_key(record, Kind::VerifyEmail, MENTEE_ID.into(), Channel::Email);

        assert_eq!(key(&first), key(&again));
        assert_eq!(
            key(&first),
            format!(
                "reminder:{}:2026-03-03T15:00:00Z:60:{MENTEE_ID}",
                sample::session().id.uuid()
            )
        );
    }

    #[test]
    fn a_mentor_is_asked_for_an_answer_once_more_only() {
        let mut again = sample::record(sample::answer_due());
        let first = again.clone();
        again.id = Uuid::from_u128(77).into();
        let key = |record| dedupe_key(record, Kind::AnswerDue, MENTOR_ID.into(), Channel::Email);

        assert_eq!(key(&first), key(&again));
        assert!(key(&first).starts_with("answer_due:"));
    }

    #[test]
    fn any_other_mail_is_one_per_event_and_person() {
        let user_id = UserId::from(MENTEE_ID);
        let mut again = sample::record(Event::VerificationRequested { user_id });
        let first = again.clone();
        again.id = Uuid::from_u128(77).into();
        let key = |record| dedupe_key(record, Kind::VerifyEmail, user_id, Channel::Email);

        assert_ne!(key(&first), key(&again));
        assert_eq!(
            key(&first),
            format!("{}:verify_email:{MENTEE_ID}", first.id)
        );
    }

    #[test]
    fn only_mails_about_the_account_may_arrive_twice() {
        let user_id = UserId::from(MENTEE_ID);
        let is_security = |event| ways(event, Choice::USUAL)[0].is_security;

        assert!(is_security(Event::UserRegistered { user_id }));
        assert!(is_security(Event::RegistrationRepeated {
            user_id: Some(user_id)
        }));
        assert!(!is_security(sample::reminder(user_id, 60)));
    }
}
