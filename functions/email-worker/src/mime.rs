//! From words to the bytes that are sent: RFC 5322, with an invitation as RFC 6047 wants it.

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::address::AddressError;
use lettre::message::header::{ContentType, ContentTypeErr, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use shared::domain::calendar::{Invitation, Person};
use shared::domain::id::NotificationId;
use shared::domain::letter::Written;
use shared::domain::text::one_line;

/// The outside of a mail.
#[derive(Clone, Debug)]
pub struct Cover {
    /// Names the mail, also in `Message-ID`, across all attempts to send it.
    pub id: NotificationId,
    /// Who writes.
    pub from: Person,
    /// Who reads; the name may be empty.
    pub to: Person,
    /// When it was written.
    pub date: Timestamp,
    /// Where a POST ends this kind of mail, if it may be ended so.
    pub unsubscribe_url: Option<String>,
}

/// Why a mail could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum MimeError {
    /// An address is not one.
    #[error("a mail address is malformed")]
    Address(#[from] AddressError),
    /// A content type is not one.
    #[error("a content type is malformed")]
    ContentType(#[from] ContentTypeErr),
    /// The parts do not make a message.
    #[error("the message is incomplete")]
    Message(#[from] lettre::error::Error),
}

/// Puts a mail together: text and HTML, and with an invitation also `text/calendar`, for programs that offer to accept
/// it, and `invite.ics`, for those that do not.
///
/// # Errors
/// When an address is malformed.
pub fn mail(
    cover: &Cover,
    written: &Written,
    invitation: Option<&Invitation>,
) -> Result<Vec<u8>, MimeError> {
    let from = mailbox(&cover.from)?;
    let domain = from.email.domain().to_owned();
    let mut message = Message::builder()
        .message_id(Some(format!("<{}@{domain}>", cover.id)))
        .date(SystemTime::from(cover.date))
        .from(from)
        .to(mailbox(&cover.to)?)
        .subject(one_line(&written.subject))
        .header(AutoSubmitted);
    if let Some(url) = &cover.unsubscribe_url {
        message = message
            .header(ListUnsubscribe(url.clone()))
            .header(OneClick);
    }
    let body = match invitation {
        None => readable(written),
        Some(invitation) => with_calendar(written, invitation)?,
    };
    Ok(message.multipart(body)?.formatted())
}

fn readable(written: &Written) -> MultiPart {
    MultiPart::alternative_plain_html(written.text.clone(), written.html.clone())
}

fn with_calendar(written: &Written, invitation: &Invitation) -> Result<MultiPart, MimeError> {
    let ics = invitation.to_ics();
    let method = invitation.method.as_str();
    let calendar = ContentType::parse(&format!("text/calendar; method={method}; charset=UTF-8"))?;
    // Not text/calendar once more: some programs would enter the session twice.
    let file = ContentType::parse("application/ics; name=\"invite.ics\"")?;
    Ok(MultiPart::mixed()
        .multipart(
            readable(written).singlepart(SinglePart::builder().header(calendar).body(ics.clone())),
        )
        .singlepart(Attachment::new("invite.ics".to_owned()).body(ics, file)))
}

fn mailbox(person: &Person) -> Result<Mailbox, MimeError> {
    let name = Some(one_line(&person.name)).filter(|name| !name.is_empty());
    Ok(Mailbox::new(name, person.email.trim().parse()?))
}

/// Asks for no out-of-office answers (RFC 3834).
#[derive(Clone, Debug)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Says where this kind of mail can be ended (RFC 2369).
#[derive(Clone, Debug)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.trim_matches(['<', '>']).to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), format!("<{}>", self.0))
    }
}

/// Says that one POST there is enough (RFC 8058).
#[derive(Clone, Debug)]
struct OneClick;

impl Header for OneClick {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{office, person, session};
    use mail_parser::{MessageParser, MimeHeaders, PartType};
    use shared::domain::letter::Letter;
    use shared::domain::letter::{CalledOffBy, SessionFacts, Side};

    fn cover(to: Person) -> Cover {
        Cover {
            id: "0195f3a0-0000-7000-8000-0000000000aa".parse().unwrap(),
            from: person("Office Hours – Zürich", "hello@office-hours.example"),
            to,
            date: "2026-03-01T09:30:00Z".parse().unwrap(),
            unsubscribe_url: None,
        }
    }

    fn written(subject: &str) -> Written {
        Written {
            subject: subject.to_owned(),
            text: format!("Grüße 🦀\n.\nFrom here\n{}\n", "long ".repeat(400)),
            html: format!("<p>Grüße 🦀</p>{}", "<b>x</b>".repeat(400)),
        }
    }

    fn confirmed() -> Invitation {
        Letter::SessionConfirmed {
            session: session(),
            to: Side::Mentee,
            is_soon: false,
        }
        .invitation(&office(), "2026-03-01T09:30:00Z".parse().unwrap())
        .unwrap()
    }

    /// The media type and the parameters of every part, outermost first.
    fn types(message: &mail_parser::Message) -> Vec<String> {
        message
            .parts
            .iter()
            .map(|part| {
                let kind = part.content_type().unwrap();
                let method = kind.attribute("method").unwrap_or_default();
                format!("{}/{} {method}", kind.ctype(), kind.subtype().unwrap())
                    .trim()
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn a_plain_letter_has_text_and_html() {
        let words = written("Grüße an 🦀");

        let raw = mail(
            &cover(person("Zoë \"Z\" Lovelace", "zoe@example.com")),
            &words,
            None,
        )
        .unwrap();

        let message = MessageParser::default().parse(&raw).unwrap();
        assert_eq!(
            types(&message),
            ["multipart/alternative", "text/plain", "text/html"]
        );
        assert_eq!(message.subject(), Some("Grüße an 🦀"));
        assert_eq!(
            message.body_text(0).unwrap().replace("\r\n", "\n"),
            words.text
        );
        assert_eq!(message.body_html(0).unwrap(), words.html);
        let from = message.from().unwrap().first().unwrap();
        assert_eq!(from.name(), Some("Office Hours – Zürich"));
        let to = message.to().unwrap().first().unwrap();
        assert_eq!(
            (to.name(), to.address()),
            (Some("Zoë \"Z\" Lovelace"), Some("zoe@example.com"))
        );
        assert_eq!(
            message.message_id(),
            Some("0195f3a0-0000-7000-8000-0000000000aa@office-hours.example")
        );
        assert_eq!(message.date().unwrap().to_rfc3339(), "2026-03-01T09:30:00Z");
        assert_eq!(
            message.header_raw("Auto-Submitted").unwrap().trim(),
            "auto-generated"
        );
    }

    #[test]
    fn an_invitation_is_offered_and_attached() {
        let invitation = confirmed();

        let raw = mail(
            &cover(person("Zoë", "zoe@example.com")),
            &written("Confirmed"),
            Some(&invitation),
        )
        .unwrap();

        let message = MessageParser::default().parse(&raw).unwrap();
        assert_eq!(
            types(&message),
            [
                "multipart/mixed",
                "multipart/alternative",
                "text/plain",
                "text/html",
                "text/calendar REQUEST",
                "application/ics",
            ]
        );
        let offered = message.parts[4].text_contents().unwrap();
        assert_eq!(offered, invitation.to_ics());
        assert_eq!(message.parts[5].contents(), offered.as_bytes());
        assert_eq!(message.parts[5].attachment_name(), Some("invite.ics"));
        assert!(matches!(message.parts[0].body, PartType::Multipart(_)));
    }

    #[test]
    fn a_cancellation_takes_the_same_event_back() {
        let letter = |was_confirmed| Letter::SessionCancelled {
            session: SessionFacts {
                sequence: 1,
                ..session()
            },
            to: Side::Mentor,
            by: CalledOffBy::Other,
            reason: None,
            was_confirmed,
        };
        let stamp = "2026-03-02T09:30:00Z".parse().unwrap();
        let invitation = letter(true).invitation(&office(), stamp).unwrap();

        let raw = mail(
            &cover(person("Zoë", "zoe@example.com")),
            &written("Cancelled"),
            Some(&invitation),
        )
        .unwrap();

        let message = MessageParser::default().parse(&raw).unwrap();
        assert_eq!(types(&message)[4], "text/calendar CANCEL");
        let ics = message.parts[4].text_contents().unwrap();
        assert!(ics.contains("METHOD:CANCEL\r\n") && ics.contains("SEQUENCE:1\r\n"));
        assert!(
            ics.contains("STATUS:CANCELLED\r\n")
                && ics.contains("SUMMARY:Pricing & packaging: Grace Hopper and Zoë")
        );
        assert_eq!(invitation.uid(), confirmed().uid());
        assert!(letter(false).invitation(&office(), stamp).is_none());
    }

    #[test]
    fn no_header_comes_from_a_name_or_a_subject() {
        let evil = "Eve\r\nBcc: x@evil.example\r\n\r\n<b>body</b>";

        let raw = mail(
            &cover(person(evil, "zoe@example.com")),
            &written(evil),
            None,
        )
        .unwrap();

        let message = MessageParser::default().parse(&raw).unwrap();
        assert!(message.bcc().is_none());
        assert_eq!(
            message.subject(),
            Some("Eve Bcc: x@evil.example <b>body</b>")
        );
        let headers = String::from_utf8(raw).unwrap();
        let headers = headers.split("\r\n\r\n").next().unwrap();
        assert!(
            headers.lines().all(|line| !line.starts_with("Bcc")),
            "{headers}"
        );
        assert!(headers.contains("MIME-Version: 1.0"));
    }

    #[test]
    fn a_malformed_address_is_refused() {
        for bad in [
            "",
            "zoe",
            "zoe@example.com\r\nBcc: x@evil.example",
            "a@b, c@d",
            "<zoe@example.com>",
        ] {
            let refused = mail(&cover(person("Zoë", bad)), &written("x"), None);
            assert!(matches!(refused, Err(MimeError::Address(_))), "{bad}");
        }
    }

    #[test]
    fn no_line_is_longer_than_mail_allows() {
        let raw = mail(
            &cover(person(&"Zoë ".repeat(60), "zoe@example.com")),
            &written(&"Grüße ".repeat(80)),
            Some(&confirmed()),
        );

        let raw = raw.unwrap();
        assert!(
            raw.split(|byte| *byte == b'\n')
                .all(|line| line.len() <= 998)
        );
        assert!(raw.is_ascii());
        assert!(
            !String::from_utf8(raw)
                .unwrap()
                .replace("\r\n", "")
                .contains(['\r', '\n'])
        );
    }
}
