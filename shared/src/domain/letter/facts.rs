//! The people and the session that letters tell of.

use crate::domain::calendar::{Appointment, Person};
use crate::domain::id::SessionId;
use crate::domain::text::{one_line, shorten};
use crate::domain::time::Zone;
use jiff::Timestamp;

/// Who reads the letter.
#[derive(Clone, Debug)]
pub struct Reader {
    /// As they typed it.
    pub first_name: String,
    /// Where the letter goes.
    pub email: String,
    /// The zone in which they read times.
    pub zone: Zone,
    /// Where one click ends this kind of message; none for kinds that it cannot end.
    pub unsubscribe_url: Option<String>,
}

/// Who writes the letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    /// The name and address in `From`, also the organizer of invitations.
    pub sender: Person,
    /// Where the frontend is, without a slash at the end.
    pub app_url: String,
}

/// One of the two people of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Who gives it.
    Mentor,
    /// Who asked for it.
    Mentee,
}

/// Who called a session off, as the reader sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalledOffBy {
    /// The reader.
    Reader,
    /// The other one of the two.
    Other,
    /// Somebody who runs the program.
    Team,
}

/// What a letter tells about a session.
#[derive(Clone, Debug)]
pub struct SessionFacts {
    /// The session.
    pub id: SessionId,
    /// How often it was announced anew.
    pub sequence: u32,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// What it is about.
    pub topic: Option<String>,
    /// Where they meet.
    pub meeting_link: Option<String>,
    /// Who gives it, with the full name.
    pub mentor: Person,
    /// Who asked for it, with the full name.
    pub mentee: Person,
}

/// A mentor who might take a session that another one did not.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// Their full name.
    pub name: String,
    /// What they are, if they say it.
    pub title: Option<String>,
    /// Their next free times, from and to.
    pub times: Vec<(Timestamp, Timestamp)>,
}

impl SessionFacts {
    /// Reads the name of the one whom the reader meets.
    pub(crate) fn other(&self, reader: Side) -> String {
        match reader {
            Side::Mentor => self.mentee.shown_name(),
            Side::Mentee => self.mentor.shown_name(),
        }
    }

    /// Reads the topic on one line, if there is one.
    pub(crate) fn topic(&self) -> Option<String> {
        self.topic
            .as_deref()
            .map(one_line)
            .filter(|topic| !topic.is_empty())
    }

    /// Reads the place on one line, if there is one.
    pub(crate) fn place(&self) -> Option<String> {
        self.meeting_link
            .as_deref()
            .map(one_line)
            .filter(|place| !place.is_empty())
    }

    /// Names the session in a subject: its topic and the other one.
    pub(crate) fn title(&self, reader: Side) -> String {
        let other = shorten(&self.other(reader), 40);
        match self.topic() {
            Some(topic) => format!("{} with {other}", shorten(&topic, 60)),
            None => format!("session with {other}"),
        }
    }

    /// The session as both find it in their calendars.
    pub(crate) fn appointment(&self) -> Appointment<'_> {
        Appointment {
            session_id: self.id,
            sequence: self.sequence,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            topic: self.topic.as_deref(),
            meeting_link: self.meeting_link.as_deref(),
            mentor: &self.mentor,
            mentee: &self.mentee,
        }
    }
}

/// One thing that a digest tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestItem {
    /// What it says.
    pub title: String,
    /// Where in the frontend it leads, from the first slash on.
    pub path: String,
}
