//! Work behind the API in a test: mails and jobs as workers may have left them.

use shared::domain::event::{Event, Queue};
use shared::domain::id::{EventId, Id, NotificationId, UserId};
use shared::domain::letter::Kind;
use shared::domain::notification::Channel;
use shared::domain::notification::MessageStatus;
use shared::store;
use shared::store::notification::NewNotification;

use crate::TestApp;

impl TestApp {
    /// A mail to a person that a worker has planned and left so.
    pub async fn given_mail(&self, to: UserId, status: MessageStatus) -> NotificationId {
        let (event_id, id): (EventId, NotificationId) = (self.clock.id(), self.clock.id());
        let event = Event::PasswordChanged { user_id: to };
        let new = NewNotification {
            id,
            recipient: to,
            kind: Kind::PasswordChanged.as_str(),
            channel: Channel::Email,
            session: None,
            dedupe_key: id.to_string(),
            is_security: true,
        };
        let mut client = self.state.db.client().await.unwrap();
        let tx = client.transaction();
        let now = self.clock.now();
        store::outbox::append(&tx, event_id, now, event)
            .await
            .unwrap();
        store::inbox::claim(&tx, Queue::Email, event_id)
            .await
            .unwrap();
        store::notification::insert(&tx, event_id, &new)
            .await
            .unwrap();
        store::notification::update_status(&tx, id, status)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// A job that was tried as often as it may be; what it was to solve failed with it.
    pub async fn given_failed_job(&self, job: &str) {
        for statement in [
            "UPDATE jobs SET status = 'failed', attempts = max_attempts, error = 'no luck', finished_at = created_at",
            "UPDATE assignment_runs SET status = 'failed', closed_at = created_at",
        ] {
            let statement = format!("{statement} WHERE id = '{job}'");
            self.database.sql(&statement).await;
        }
    }

    /// A database in which nobody can note that schedules run.
    pub async fn given_no_list_of_runs(&self) {
        self.database.sql("DROP TABLE schedule_runs").await;
    }

    /// The event of a mail is not known any more.
    pub async fn given_forgotten_event(&self, mail: NotificationId) {
        let statement = format!(
            "DELETE FROM outbox WHERE event_id = (SELECT event_id FROM notifications WHERE id = '{}')",
            mail.uuid()
        );
        self.database.sql(&statement).await;
    }
}
