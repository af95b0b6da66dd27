//! Handing messages over to whoever takes them to people, and what is logged of it.

use shared::domain::id::NotificationId;
use shared::domain::user::Email;
use shared::outside::ses::{RawMail, SesError};
use shared::store::notification::{Ending, Outcome};
use shared::telemetry::metrics::{self, Metric};
use tracing::{error, info, warn};

use crate::pace;
use crate::send::{Sealed, Sender};
use crate::text;

impl Sender<'_> {
    pub(crate) async fn hand_over(&self, id: NotificationId, sealed: &Sealed) -> Outcome {
        match sealed {
            Sealed::Mail { to, mime } => self.hand_over_mail(id, to, mime).await,
            Sealed::Text { phone, text } => text::hand_over(self.state, phone, text).await,
        }
    }

    /// Hands a mail over when its turn has come.
    async fn hand_over_mail(&self, id: NotificationId, to: &Email, mime: &[u8]) -> Outcome {
        if let Err(failure) = pace::wait_for_turn(self.state).await {
            return Outcome::Refused(failure.to_string());
        }
        let sent = self
            .state
            .ses
            .send(RawMail {
                email_id: &id.to_string(),
                kind: self.kind.as_str(),
                to,
                mime,
            })
            .await;
        match sent {
            Ok(message_id) => Outcome::Sent(message_id),
            Err(SesError::Later(why)) => Outcome::Refused(why),
            Err(SesError::Never(why)) => Outcome::Failed(why),
            Err(SesError::Unknown(why)) => Outcome::Unknown(why),
        }
    }

    pub(crate) fn log_end(&self, id: NotificationId, ending: &Ending) {
        let kind = self.kind.as_str();
        match ending {
            Ending::Dropped => {
                info!(notification.id = %id, kind, "a message was no longer true, or not wanted");
            }
            Ending::Resting(until) => info!(notification.id = %id, kind, %until, "a message rests"),
            Ending::Shown(_) => info!(notification.id = %id, kind, "a message is shown"),
            Ending::Gathered(_, due_at) => {
                info!(notification.id = %id, kind, %due_at, "a message waits for a digest");
            }
            Ending::Stuck(bug) => {
                error!(notification.id = %id, kind, bug, "a message cannot be written");
            }
        }
    }

    /// The reasons stay in the table of messages: the mail service writes addresses into them.
    pub(crate) fn log(&self, id: NotificationId, outcome: &Outcome) {
        let kind = self.kind.as_str();
        match outcome {
            Outcome::Sent(_) => metrics::count(Metric::MessagesSent, 1),
            Outcome::Failed(_) => metrics::count(Metric::MessagesRefused, 1),
            Outcome::Unknown(_) => metrics::count(Metric::MessagesUnknown, 1),
            Outcome::Refused(_) => {}
        }
        match outcome {
            Outcome::Sent(_) => info!(notification.id = %id, kind, "handed a message over"),
            Outcome::Refused(_) => warn!(notification.id = %id, kind, "a message must wait"),
            Outcome::Failed(_) => {
                warn!(notification.id = %id, kind, "a message was refused for good");
            }
            Outcome::Unknown(_) => {
                warn!(notification.id = %id, kind, "nobody knows whether a message left");
            }
        }
    }
}
