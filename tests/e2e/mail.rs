//! A mail as its reader gets it.

use mail_parser::{MessageParser, MimeHeaders};
use standalone::ses::SentMail;

pub(crate) struct Mail {
    text: String,
    /// The method and the content of an invitation.
    pub(crate) calendar: Option<(String, String)>,
}

impl Mail {
    pub(crate) fn read(sent: &SentMail) -> Self {
        let message = MessageParser::default().parse(&sent.raw).unwrap();
        let calendar = message.parts.iter().find_map(|part| {
            let kind = part.content_type()?;
            let is_calendar = kind.ctype() == "text" && kind.subtype() == Some("calendar");
            let content = String::from_utf8_lossy(part.contents()).into_owned();
            is_calendar.then(|| (kind.attribute("method").unwrap().to_owned(), content))
        });
        Self {
            text: message.body_text(0).unwrap().into_owned(),
            calendar,
        }
    }

    /// The token of the link in it.
    pub(crate) fn token(&self) -> String {
        let (_, rest) = self.text.split_once("?token=").unwrap();
        rest.split_whitespace().next().unwrap().to_owned()
    }
}

/// The kind of a mail, from its tags.
pub(crate) fn kind(sent: &SentMail) -> &str {
    let tag = sent.tags.iter().find(|(name, _)| name == "kind");
    tag.map_or("untagged", |(_, value)| value)
}
