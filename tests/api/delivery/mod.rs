//! What the mail service reports about mails, from its recorded events to what follows from them.

mod garbage;
mod pace;
mod reports;
mod suppression;

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use shared::domain::event::{Event, EventRecord};
use shared::domain::id::UserId;
use standalone::ses::{Fault, SentMail};
use tests::{Post, TestApp};

const TEN: &str = "2026-03-04T10:00:00Z";

/// The recorded events, beside what they name.
const RECORDED: [(&str, &str); 11] = [
    ("send", include_str!("../../data/ses/send.json")),
    ("delivery", include_str!("../../data/ses/delivery.json")),
    (
        "delivery-delay",
        include_str!("../../data/ses/delivery-delay.json"),
    ),
    (
        "bounce-permanent",
        include_str!("../../data/ses/bounce-permanent.json"),
    ),
    (
        "bounce-suppressed",
        include_str!("../../data/ses/bounce-suppressed.json"),
    ),
    (
        "bounce-transient",
        include_str!("../../data/ses/bounce-transient.json"),
    ),
    (
        "bounce-undetermined",
        include_str!("../../data/ses/bounce-undetermined.json"),
    ),
    ("complaint", include_str!("../../data/ses/complaint.json")),
    (
        "complaint-not-spam",
        include_str!("../../data/ses/complaint-not-spam.json"),
    ),
    ("reject", include_str!("../../data/ses/reject.json")),
    (
        "rendering-failure",
        include_str!("../../data/ses/rendering-failure.json"),
    ),
];
const MESSAGE: &str = "0107019588e4c1d2-3f0b7c52-6d0e-4b0e-9c9c-1a52f4d7e001-000000";
const TAG: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const ADDRESS: &str = "ada@example.com";

/// A recorded event, as if it were about this mail.
fn recorded(name: &str, mail: &SentMail) -> String {
    let found = RECORDED.iter().find(|(recorded, _)| *recorded == name);
    let (_, text) = found.unwrap_or_else(|| panic!("no event {name} was recorded"));
    text.replace(MESSAGE, &mail.message_id)
        .replace(TAG, tag(mail))
        .replace(ADDRESS, &mail.to[0])
}

/// The tag that names a mail.
fn tag(mail: &SentMail) -> &str {
    let tag = mail.tags.iter().find(|(name, _)| name == "email_id");
    &tag.expect("a mail has a tag").1
}

/// Somebody's mails, one after the other.
struct Desk {
    app: TestApp,
    post: Post,
    /// How many sessions there are: each an hour after the one before.
    sessions: AtomicI64,
}

impl Desk {
    /// An hour before a session.
    async fn new() -> Self {
        Self::of(TestApp::whole().await).await
    }

    async fn of(app: TestApp) -> Self {
        let post = app.given_mail_service().await;
        app.at("2026-03-04T09:00:00Z");
        Self {
            app,
            post,
            sessions: AtomicI64::new(0),
        }
    }

    fn record(&self, event: Event) -> EventRecord {
        EventRecord {
            id: self.app.clock.id(),
            at: self.app.clock.now(),
            request_id: None,
            trace_id: None,
            event,
        }
    }

    /// A mentee and the event that reminds them of their session.
    async fn given_reminder(&self) -> (UserId, EventRecord) {
        let mentee = self.app.given_mentee().await;
        (mentee, self.reminder_of(mentee).await)
    }

    /// The event that reminds a mentee of one more session.
    async fn reminder_of(&self, mentee: UserId) -> EventRecord {
        let mentor = self.app.given_mentor().await;
        let hours = self.sessions.fetch_add(1, Ordering::Relaxed);
        let starts_at = TEN.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours);
        let at = starts_at.to_string();
        let session_id = self.app.given_confirmed_session(mentee, mentor, &at).await;
        let reminder = Event::ReminderDue {
            session_id,
            starts_at,
            recipient_id: mentee,
            offset_minutes: 60,
        };
        self.record(reminder)
    }

    /// A mentee and the reminder that was sent to them.
    async fn given_sent(&self) -> (UserId, SentMail) {
        let (mentee, reminder) = self.given_reminder().await;
        self.post.deliver(&reminder).await.unwrap();
        (mentee, self.newest())
    }

    /// A mentee and the reminder that the mail service has, although its worker never heard of that.
    async fn given_cut_off(&self, reminder: &EventRecord) -> SentMail {
        let before = self.post.mailbox.mails().len();
        self.post.mailbox.set_fault(Fault::AcceptThenHang);
        let accepted = async {
            while self.post.mailbox.mails().len() == before {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            _ = self.post.deliver(reminder) => panic!("the worker heard of it"),
            () = accepted => {}
        }
        self.post.mailbox.set_fault(Fault::None);
        self.newest()
    }

    fn newest(&self) -> SentMail {
        self.post.mailbox.mails().remove(0)
    }

    async fn hear(&self, report: &str) {
        assert_eq!(self.post.hear(&[report]).await, [0_usize; 0], "{report}");
    }

    /// How far the one mail to a person has come.
    async fn status(&self, person: UserId) -> String {
        let [(_, status)] = self.app.mails_of(person).await.try_into().unwrap();
        status
    }

    fn resets(&self, person: UserId) -> EventRecord {
        self.record(Event::PasswordResetRequested {
            user_id: Some(person),
        })
    }
}
