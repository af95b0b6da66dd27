//! Reports of SES, read: whatever they say besides is skipped, what we act on must be there.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::ReportKind;
use crate::domain::id::NotificationId;
use crate::domain::notification::Suppression;
use crate::domain::user::Email;

/// The longest id of a message; those of SES have 60 characters.
const LONGEST_ID: usize = 200;

/// What was reported about a mail. Every mail of ours goes to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The mail's own id, which travels as its tag `email_id`.
    pub notification: Option<NotificationId>,
    /// The mail service's id of the mail.
    pub message_id: String,
    /// What is said of it.
    pub kind: ReportKind,
    /// When it happened.
    pub at: Timestamp,
    /// To whom the mail went.
    pub recipient: Email,
    /// Whether it is the address of the recipient that is spoken of; a mail that was forwarded bounces from another one.
    is_about_recipient: bool,
}

/// Why a report cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// It is not written as reports are, or it is none that was asked for.
    #[error("it is no report: {0}")]
    Shape(#[from] serde_json::Error),
    /// The message has no id that could be one.
    #[error("the message has no id")]
    MessageId,
    /// The mail did not go to one address: it is none of ours.
    #[error("the mail did not go to one address")]
    Recipient,
}

impl Report {
    /// Reads a report as SES publishes it.
    ///
    /// # Errors
    /// When something is missing that we would act on.
    pub fn read(text: &str) -> Result<Self, ReportError> {
        let event: Event = serde_json::from_str(text)?;
        let mail = event.mail;
        let is_id = !mail.message_id.is_empty()
            && mail.message_id.len() <= LONGEST_ID
            && mail.message_id.bytes().all(|b| b.is_ascii_graphic());
        if !is_id {
            return Err(ReportError::MessageId);
        }
        let [recipient] = mail.destination.as_slice() else {
            return Err(ReportError::Recipient);
        };
        let recipient = Email::parse(recipient).map_err(|_| ReportError::Recipient)?;
        let (kind, at, named) = event.told.facts(mail.timestamp);
        let is_recipient = |named: &Named| Email::parse(&named.address).as_ref() == Ok(&recipient);
        let tag = mail.tags.get("email_id").and_then(|values| values.first());
        Ok(Self {
            notification: tag.and_then(|id| id.parse().ok()),
            message_id: mail.message_id,
            kind,
            at,
            is_about_recipient: named.iter().any(is_recipient),
            recipient,
        })
    }

    /// Why no more mail goes to the recipient, if that follows.
    #[must_use]
    pub fn suppression(&self) -> Option<Suppression> {
        self.kind.suppression().filter(|_| self.is_about_recipient)
    }

    /// What makes it the same as another report: two with one key are one.
    #[must_use]
    pub fn key(&self) -> String {
        let (kind, recipient) = (self.kind.as_str(), self.recipient.as_str());
        format!("{} {kind} {recipient} {}", self.message_id, self.at)
    }
}

#[derive(Deserialize)]
struct Event {
    mail: Mail,
    #[serde(flatten)]
    told: Told,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    timestamp: Timestamp,
    message_id: String,
    destination: Vec<String>,
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

/// The kinds of events that the template asks for.
#[derive(Deserialize)]
#[serde(tag = "eventType")]
enum Told {
    Send {},
    Delivery {
        delivery: Moment,
    },
    DeliveryDelay {
        #[serde(rename = "deliveryDelay")]
        delay: Moment,
    },
    Bounce {
        bounce: Bounce,
    },
    Complaint {
        complaint: Complaint,
    },
    Reject {},
    #[serde(rename = "Rendering Failure", alias = "RenderingFailure")]
    RenderingFailure {},
}

#[derive(Deserialize)]
struct Moment {
    timestamp: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    #[serde(rename = "bounceType")]
    kind: BounceType,
    bounced_recipients: Vec<Named>,
    timestamp: Timestamp,
}

#[derive(Clone, Copy, Deserialize)]
enum BounceType {
    Permanent,
    Transient,
    Undetermined,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    complained_recipients: Vec<Named>,
    #[serde(rename = "complaintFeedbackType")]
    feedback: Option<String>,
    timestamp: Timestamp,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "emailAddress")]
    address: String,
}

impl Told {
    /// What is said, when that happened, and of which addresses.
    fn facts(self, sent_at: Timestamp) -> (ReportKind, Timestamp, Vec<Named>) {
        match self {
            Self::Send {} => (ReportKind::Sent, sent_at, Vec::new()),
            Self::Delivery { delivery } => (ReportKind::Delivered, delivery.timestamp, Vec::new()),
            Self::DeliveryDelay { delay } => (ReportKind::Delayed, delay.timestamp, Vec::new()),
            Self::Bounce { bounce } => {
                let kind = match bounce.kind {
                    BounceType::Permanent => ReportKind::Bounced,
                    BounceType::Transient => ReportKind::BouncedForNow,
                    BounceType::Undetermined => ReportKind::BouncedUnclear,
                };
                (kind, bounce.timestamp, bounce.bounced_recipients)
            }
            Self::Complaint { complaint } => {
                let kind = match complaint.feedback.as_deref() {
                    Some("not-spam") => ReportKind::Praised,
                    _ => ReportKind::Complained,
                };
                (kind, complaint.timestamp, complaint.complained_recipients)
            }
            Self::Reject {} => (ReportKind::Rejected, sent_at, Vec::new()),
            Self::RenderingFailure {} => (ReportKind::Unwritten, sent_at, Vec::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    fn event(kind: &str, about: &str, facts: &Value) -> Value {
        json!({
            "eventType": kind,
            about: facts,
            "mail": {
                "timestamp": "2026-03-02T08:00:00.120Z",
                "messageId": "0107-standin",
                "destination": ["Ada@Example.com"],
                "headersTruncated": false,
                "tags": { "email_id": [ID], "ses:from-domain": ["example.com"] },
            },
        })
    }

    fn bounce(kind: &str) -> Value {
        let facts = json!({
            "bounceType": kind, "bounceSubType": "General", "timestamp": "2026-03-02T08:00:09Z",
            "bouncedRecipients": [{ "emailAddress": "ada@example.com", "status": "5.1.1" }],
        });
        event("Bounce", "bounce", &facts)
    }

    fn complaint(feedback: Option<&str>) -> Value {
        let facts = json!({
            "complainedRecipients": [{ "emailAddress": "ada@example.com" }],
            "complaintFeedbackType": feedback, "timestamp": "2026-03-02T09:00:00Z",
        });
        event("Complaint", "complaint", &facts)
    }

    fn read(event: &Value) -> Result<Report, ReportError> {
        Report::read(&event.to_string())
    }

    fn kind(event: &Value) -> ReportKind {
        read(event).unwrap().kind
    }

    #[test]
    fn a_report_names_the_mail_by_its_tag_and_its_recipient_in_lower_case() {
        let report = read(&bounce("Permanent")).unwrap();

        assert_eq!(report.notification.unwrap().to_string(), ID);
        assert_eq!(report.message_id, "0107-standin");
        assert_eq!(report.recipient.as_str(), "ada@example.com");
        assert_eq!(report.at.to_string(), "2026-03-02T08:00:09Z");
        assert_eq!(report.suppression(), Some(Suppression::Bounced));
    }

    #[test]
    fn every_kind_is_known() {
        let moment = json!({ "timestamp": "2026-03-02T08:00:01Z" });
        for (told, expected) in [
            (event("Send", "send", &json!({})), ReportKind::Sent),
            (
                event("Delivery", "delivery", &moment),
                ReportKind::Delivered,
            ),
            (
                event("DeliveryDelay", "deliveryDelay", &moment),
                ReportKind::Delayed,
            ),
            (bounce("Permanent"), ReportKind::Bounced),
            (bounce("Transient"), ReportKind::BouncedForNow),
            (bounce("Undetermined"), ReportKind::BouncedUnclear),
            (complaint(Some("abuse")), ReportKind::Complained),
            (complaint(None), ReportKind::Complained),
            (complaint(Some("not-spam")), ReportKind::Praised),
            (
                event("Reject", "reject", &json!({ "reason": "Bad content" })),
                ReportKind::Rejected,
            ),
            (
                event("Rendering Failure", "failure", &json!({})),
                ReportKind::Unwritten,
            ),
        ] {
            assert_eq!(kind(&told), expected);
        }
    }

    #[test]
    fn what_we_would_act_on_must_be_there() {
        let mut whom = bounce("Permanent");
        whom["bounce"]["bouncedRecipients"] = Value::Null;
        let mut how = bounce("Permanent");
        how["bounce"]["bounceType"] = json!("Forever");
        let mut several = bounce("Permanent");
        several["mail"]["destination"] = json!(["a@example.com", "b@example.com"]);
        let mut nameless = bounce("Permanent");
        nameless["mail"]["messageId"] = json!("two words");
        let opened = event("Open", "open", &json!({}));

        for wrong in [whom, how, several, nameless, opened, json!([])] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_forwarded_mail_that_bounces_says_nothing_of_its_first_address() {
        let mut elsewhere = bounce("Permanent");
        elsewhere["bounce"]["bouncedRecipients"] = json!([{ "emailAddress": "old@example.org" }]);

        let report = read(&elsewhere).unwrap();

        assert_eq!(report.kind, ReportKind::Bounced);
        assert_eq!(report.suppression(), None);
    }

    #[test]
    fn a_mail_without_a_tag_of_ours_is_known_by_its_message() {
        for tags in [
            json!({}),
            json!({ "email_id": [] }),
            json!({ "email_id": ["x"] }),
        ] {
            let mut untagged = bounce("Permanent");
            untagged["mail"]["tags"] = tags;
            assert_eq!(read(&untagged).unwrap().notification, None);
        }
    }
}
