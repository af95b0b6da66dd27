//! Letters about people who do not exist: for previews, and for trying templates out.

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    Asking, CalledOffBy, DigestItem, FeedbackNote, Kind, Letter, Note, Office, QuestionNote,
    Reader, SessionFacts, Side, Suggestion, Topic,
};
use crate::domain::calendar::Person;
use crate::domain::mentorship::MentorshipStatus;
use crate::domain::question::QuestionTurn;
use crate::domain::time::Zone;

/// Who writes.
#[must_use]
pub fn office() -> Office {
    Office {
        sender: person("Office Hours", "hello@office-hours.example"),
        app_url: "https://app.office-hours.example".to_owned(),
    }
}

/// A mentor who reads.
#[must_use]
pub fn mentor() -> Reader {
    reader("Grace", "grace@example.com", "Europe/Berlin")
}

/// A mentee who reads.
#[must_use]
pub fn mentee() -> Reader {
    reader("Zoë", "zoe@example.com", "America/New_York")
}

fn reader(first_name: &str, email: &str, zone: &str) -> Reader {
    Reader {
        first_name: first_name.to_owned(),
        email: email.to_owned(),
        zone: zone.parse().unwrap_or(Zone::UTC),
        unsubscribe_url: None,
    }
}

/// Who of the two reads a letter.
#[must_use]
pub fn reader_of(letter: &Letter) -> Reader {
    let is_to_mentor = match letter {
        Letter::SessionRequested { .. }
        | Letter::AnswerDue { .. }
        | Letter::MentorApproved
        | Letter::MentorRejected { .. } => true,
        Letter::SessionConfirmed { to, .. }
        | Letter::SessionCancelled { to, .. }
        | Letter::RescheduleProposed { to, .. }
        | Letter::RescheduleClosed { to, .. }
        | Letter::SessionRescheduled { to, .. }
        | Letter::SessionRelocated { to, .. }
        | Letter::UnreadMessages { to, .. }
        | Letter::Reminder { to, .. } => *to == Side::Mentor,
        Letter::Mentoring(note) => note.is_mentor,
        Letter::Feedback(note) => note.to == Side::Mentor,
        Letter::Question(note) => note.is_to_mentor(),
        _ => false,
    };
    if is_to_mentor { mentor() } else { mentee() }
}

/// A session of the two.
#[must_use]
pub fn session() -> SessionFacts {
    SessionFacts {
        id: Uuid::from_u128(0x0195_f3a0_0000_7000_8000_0000_0000_0001).into(),
        sequence: 0,
        starts_at: at("2026-03-03T15:00:00Z"),
        ends_at: at("2026-03-03T16:00:00Z"),
        topic: Some("Pricing & packaging".to_owned()),
        meeting_link: Some("https://meet.example/abc?x=1&y=2".to_owned()),
        mentor: person("Grace Hopper", "grace@example.com"),
        mentee: person("Zoë Lovelace", "zoe@example.com"),
    }
}

/// Somebody with a name and an address.
#[must_use]
pub fn person(name: &str, email: &str) -> Person {
    Person {
        name: name.to_owned(),
        email: email.to_owned(),
    }
}

/// Letters of a kind: the first tells all that such a letter can tell, the others leave out what may be missing.
#[must_use]
pub fn letters(kind: Kind) -> Vec<Letter> {
    letters_with(kind, "")
}

/// The same, with `mark` in everything that people have typed.
#[must_use]
pub(super) fn letters_with(kind: Kind, mark: &str) -> Vec<Letter> {
    let full = Facts {
        session: marked(mark),
        words: Some(format!("Ten customers\nby June{mark}")),
        mark,
    };
    let bare = Facts {
        session: SessionFacts {
            topic: None,
            meeting_link: None,
            ..marked(mark)
        },
        words: None,
        mark,
    };
    [full.letters(kind), bare.letters(kind)].concat()
}

fn marked(mark: &str) -> SessionFacts {
    let session = session();
    let mark_name = |person: Person| Person {
        name: format!("{}{mark}", person.name),
        ..person
    };
    SessionFacts {
        topic: session.topic.map(|topic| topic + mark),
        meeting_link: session.meeting_link.map(|link| link + mark),
        mentor: mark_name(session.mentor),
        mentee: mark_name(session.mentee),
        ..session
    }
}

/// What the letters of one sample tell.
struct Facts<'a> {
    session: SessionFacts,
    words: Option<String>,
    mark: &'a str,
}

impl Facts<'_> {
    #[expect(
        clippy::too_many_lines,
        reason = "one arm per kind, each no more than its letters"
    )]
    fn letters(&self, kind: Kind) -> Vec<Letter> {
        let session = self.session.clone();
        let (token, expires_at) = ("sample-token".to_owned(), at("2026-03-04T15:00:00Z"));
        let (moment, respond_by) = (at("2026-03-02T15:00:00Z"), at("2026-03-03T14:00:00Z"));
        let reason = self.words.clone();
        let each_side = |letter: fn(SessionFacts, Side) -> Letter| {
            [Side::Mentor, Side::Mentee].map(|side| letter(session.clone(), side))
        };
        match kind {
            Kind::VerifyEmail => vec![Letter::VerifyEmail { token, expires_at }],
            Kind::ResetPassword => vec![Letter::ResetPassword { token, expires_at }],
            Kind::Invitation => vec![Letter::Invitation { token, expires_at }],
            Kind::ConfirmEmailChange => vec![Letter::ConfirmEmailChange { token, expires_at }],
            Kind::EmailChangeNotice => vec![Letter::EmailChangeNotice { token, expires_at }],
            Kind::AccountExists => vec![Letter::AccountExists],
            Kind::IdentityLinked => vec![Letter::IdentityLinked { service: "GitHub" }],
            Kind::AccountSuspended => vec![Letter::AccountSuspended],
            Kind::AccountReinstated => vec![Letter::AccountReinstated],
            Kind::MentorApproved => vec![Letter::MentorApproved],
            Kind::MentorRejected => vec![Letter::MentorRejected { reason }],
            Kind::PasswordChanged => vec![Letter::PasswordChanged { at: moment }],
            Kind::SignInsFailed => vec![Letter::SignInsFailed { at: moment }],
            Kind::TotpEnabled => vec![Letter::TotpEnabled { at: moment }],
            Kind::TotpDisabled => vec![Letter::TotpDisabled { at: moment }],
            Kind::DeletionRequested => vec![Letter::DeletionRequested {
                erase_after: expires_at,
            }],
            Kind::DeletionCancelled => vec![Letter::DeletionCancelled],
            Kind::ExportReady => vec![Letter::ExportReady {
                job: Uuid::from_u128(9).into(),
                expires_at,
            }],
            Kind::SessionRequested => vec![Letter::SessionRequested {
                session,
                notes: reason,
                respond_by,
            }],
            Kind::SessionConfirmed => each_side(|session, to| Letter::SessionConfirmed {
                session,
                to,
                is_soon: to == Side::Mentee,
            })
            .into(),
            Kind::SessionDeclined => vec![Letter::SessionDeclined { session, reason }],
            Kind::SessionCancelled => [CalledOffBy::Other, CalledOffBy::Reader, CalledOffBy::Team]
                .map(|by| Letter::SessionCancelled {
                    session: session.clone(),
                    to: Side::Mentee,
                    by,
                    reason: reason.clone(),
                    was_confirmed: by == CalledOffBy::Other,
                })
                .into(),
            Kind::SessionExpired => vec![Letter::SessionExpired {
                session,
                suggestions: self.suggestions(),
            }],
            Kind::AnswerDue => vec![Letter::AnswerDue {
                session,
                respond_by,
            }],
            Kind::RescheduleProposed => vec![Letter::RescheduleProposed {
                times: vec![(expires_at, at("2026-03-04T16:00:00Z"))],
                session,
                to: Side::Mentor,
                reason,
            }],
            Kind::RescheduleClosed => [false, true]
                .map(|is_withdrawn| Letter::RescheduleClosed {
                    session: session.clone(),
                    to: Side::Mentee,
                    is_withdrawn,
                    reason: reason.clone(),
                })
                .into(),
            Kind::SessionRescheduled => [Some(respond_by), None]
                .map(|respond_by| Letter::SessionRescheduled {
                    session: session.clone(),
                    to: Side::Mentor,
                    is_soon: respond_by.is_none(),
                    respond_by,
                })
                .into(),
            Kind::SessionRelocated => {
                each_side(|session, to| Letter::SessionRelocated { session, to }).into()
            }
            Kind::PaymentStalled => [true, false]
                .map(|is_refused| Letter::PaymentStalled {
                    session: session.clone(),
                    amount: "45.00 EUR".to_owned(),
                    is_refused,
                    respond_by: is_refused.then_some(respond_by),
                })
                .into(),
            Kind::UnreadMessages => [1, 3]
                .map(|unread| Letter::UnreadMessages {
                    session: session.clone(),
                    to: Side::Mentee,
                    unread,
                })
                .into(),
            Kind::Mentoring(topic) => self.notes(topic),
            Kind::Feedback(asking) => self.feedback_notes(asking),
            Kind::Question(turn) => vec![self.question(turn)],
            Kind::Reminder(offset) => vec![Letter::Reminder {
                session,
                to: Side::Mentee,
                offset,
            }],
            Kind::Digest => vec![Letter::Digest {
                items: vec![self.item(), self.item()],
            }],
        }
    }

    fn notes(&self, topic: Topic) -> Vec<Letter> {
        let note = |is_mentor| Note {
            other: format!("Ada Lovelace{}", self.mark),
            goals: self.words.clone(),
            respond_by: Some(at("2026-03-04T15:00:00Z")),
            status: Some(MentorshipStatus::Dissolved),
            is_mentor,
            is_first: is_mentor,
            reason: self.words.clone(),
            ..Note::new(topic, "/matching/matches/7".to_owned())
        };
        [true, false]
            .map(|is_mentor| Letter::Mentoring(note(is_mentor)))
            .into()
    }

    fn feedback_notes(&self, asking: Asking) -> Vec<Letter> {
        let has_name = self.words.is_some() || asking != Asking::Published;
        let note = |to, is_anonymous| FeedbackNote {
            asking,
            other: has_name.then(|| format!("Ada Lovelace{}", self.mark)),
            about: None,
            to,
            is_anonymous,
            until: self.words.is_some().then(|| at("2026-03-04T15:00:00Z")),
            path: "/sessions/7/feedback".to_owned(),
        };
        let readers = match asking {
            Asking::Wanted | Asking::Given => [(Side::Mentee, true), (Side::Mentor, false)],
            Asking::Published => [(Side::Mentor, false), (Side::Mentor, true)],
        };
        let letters = readers.map(|(to, is_anonymous)| Letter::Feedback(note(to, is_anonymous)));
        letters.into()
    }

    fn question(&self, turn: QuestionTurn) -> Letter {
        Letter::Question(QuestionNote {
            turn,
            question_id: Uuid::from_u128(7).into(),
            title: format!("How do I price a pilot for a bank?{}", self.mark),
            other: Some(format!("Ada Lovelace{}", self.mark)),
            about: None,
            rating: Some(5),
            reason: self.words.clone(),
        })
    }

    fn suggestions(&self) -> Vec<Suggestion> {
        let suggestion = Suggestion {
            name: format!("Grace Hopper{}", self.mark),
            title: Some(format!("Head of Pricing{}", self.mark)),
            times: vec![(at("2026-03-04T15:00:00Z"), at("2026-03-04T16:00:00Z"))],
        };
        self.words.iter().map(|_| suggestion.clone()).collect()
    }

    fn item(&self) -> DigestItem {
        DigestItem {
            title: format!("New message: Pricing with Grace Hopper{}", self.mark),
            path: format!("/sessions/{}", self.session.id),
        }
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_default()
}
