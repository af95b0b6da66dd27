//! What the mail service reports about a mail, in the words in which SES publishes it, and the way to the queue.
//!
//! The addresses of its mailbox simulator do what they are called; so do the same names at `example.com`, with anything
//! behind a plus, so that people can register with them: `bounce+ada@example.com`.

use std::time::Duration;

use serde_json::{Value, json};
use shared::queue::{Queue, Sqs};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use tokio::time::sleep;
use tracing::warn;

use super::SentMail;

/// How long to leave a queue alone that cannot be reached.
const PAUSE: Duration = Duration::from_secs(1);

/// What becomes of a mail after it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrives.
    Delivered,
    /// There is no such address.
    Bounced,
    /// It arrives, and its reader calls it spam.
    Complained,
    /// It is not even tried: the address has bounced before.
    Suppressed,
}

impl Fate {
    /// What becomes of mails to an address.
    #[must_use]
    pub fn of(address: &str) -> Self {
        let address = address.to_lowercase();
        let Some((local, "simulator.amazonses.com" | "example.com")) = address.split_once('@')
        else {
            return Self::Delivered;
        };
        match local.split('+').next() {
            Some("bounce") => Self::Bounced,
            Some("complaint") => Self::Complained,
            Some("suppressionlist") => Self::Suppressed,
            _ => Self::Delivered,
        }
    }

    /// As the mailbox shows it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
            Self::Suppressed => "suppressed",
        }
    }
}

/// Everything that is reported about a mail, in the order in which it happens.
pub(super) fn reports_of(mail: &SentMail) -> Vec<Value> {
    let mut reports = vec![report(mail, "Send", "send", &json!({}))];
    for address in &mail.to {
        reports.extend(match Fate::of(address) {
            Fate::Delivered => vec![delivery(mail, address)],
            Fate::Bounced => vec![bounce(mail, address, "General")],
            Fate::Complained => vec![delivery(mail, address), complaint(mail, address)],
            Fate::Suppressed => vec![bounce(mail, address, "Suppressed")],
        });
    }
    reports
}

fn report(mail: &SentMail, kind: &str, about: &str, facts: &Value) -> Value {
    let set = mail.configuration_set.as_deref().unwrap_or("none");
    let mut tags = json!({ "ses:configuration-set": [set] });
    for (name, value) in &mail.tags {
        tags[name.as_str()] = json!([value]);
    }
    json!({
        "eventType": kind,
        "mail": {
            "timestamp": mail.sent_at, "source": mail.from, "sendingAccountId": "000000000000",
            "messageId": mail.message_id, "destination": mail.to, "headersTruncated": false, "headers": [],
            "commonHeaders": { "messageId": mail.message_id, "to": mail.to }, "tags": tags,
        },
        about: facts,
    })
}

fn delivery(mail: &SentMail, address: &str) -> Value {
    let facts = json!({
        "timestamp": mail.sent_at, "processingTimeMillis": 546, "recipients": [address],
        "smtpResponse": "250 ok:  Message 64111812 accepted", "reportingMTA": "standin.example",
    });
    report(mail, "Delivery", "delivery", &facts)
}

fn bounce(mail: &SentMail, address: &str, why: &str) -> Value {
    let facts = json!({
        "bounceType": "Permanent", "bounceSubType": why, "timestamp": mail.sent_at,
        "bouncedRecipients": [{
            "emailAddress": address, "action": "failed", "status": "5.1.1",
            "diagnosticCode": "smtp; 550 5.1.1 user unknown",
        }],
        "feedbackId": mail.message_id, "reportingMTA": "dns; standin.example",
    });
    report(mail, "Bounce", "bounce", &facts)
}

fn complaint(mail: &SentMail, address: &str) -> Value {
    let facts = json!({
        "complainedRecipients": [{ "emailAddress": address }], "complaintFeedbackType": "abuse",
        "userAgent": "stand-in for SES", "timestamp": mail.sent_at, "feedbackId": mail.message_id,
    });
    report(mail, "Complaint", "complaint", &facts)
}

/// Carries reports to their queue until told to stop.
pub async fn carry(
    mut reports: UnboundedReceiver<Value>,
    sqs: impl AsRef<Sqs>,
    mut stop: watch::Receiver<bool>,
) {
    let mut batch = Vec::with_capacity(10);
    loop {
        tokio::select! {
            _ = reports.recv_many(&mut batch, 10) => {}
            _ = stop.wait_for(|is_over| *is_over) => return,
        }
        if batch.is_empty() {
            return;
        }
        while let Err(failure) = sqs.as_ref().send(Queue::Delivery, &batch).await {
            warn!(%failure, "reports about mails cannot be passed on at the moment");
            if *stop.borrow() {
                return;
            }
            sleep(PAUSE).await;
        }
        batch.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::domain::delivery::{Report, ReportKind};

    fn told(to: &str) -> Vec<ReportKind> {
        let mail = SentMail {
            message_id: "1-standin".to_owned(),
            sent_at: "2026-03-02T08:00:00Z".parse().unwrap(),
            from: "hello@example.com".to_owned(),
            to: vec![to.to_owned()],
            raw: axum::body::Bytes::new(),
            configuration_set: None,
            tags: vec![("email_id".to_owned(), uuid::Uuid::nil().to_string())],
        };
        let reports = reports_of(&mail);
        let read = |report: &Value| Report::read(&report.to_string()).unwrap();
        reports
            .iter()
            .map(read)
            .inspect(|report| assert!(report.notification.is_some()))
            .map(|report| report.kind)
            .collect()
    }

    #[test]
    fn mails_to_the_simulator_do_what_their_address_says() {
        use ReportKind::{Bounced, Complained, Delivered, Sent};

        for (to, expected) in [
            ("ada@example.com", &[Sent, Delivered][..]),
            ("bounce@simulator.amazonses.com", &[Sent, Bounced]),
            ("Bounce+Ada@example.com", &[Sent, Bounced]),
            ("complaint+ada@example.com", &[Sent, Delivered, Complained]),
            ("suppressionlist@example.com", &[Sent, Bounced]),
            ("bounce@example.org", &[Sent, Delivered]),
        ] {
            assert_eq!(told(to), expected, "{to}");
        }
    }
}
