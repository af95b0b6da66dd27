//! One session as iCalendar (RFC 5545), to be invited to or called off by mail (RFC 5546).
//!
//! A calendar finds the event again by its `UID` and believes the highest `SEQUENCE`, so both belong to the session and
//! not to the mail. Nothing here asks for the time or rolls dice: the same invitation is the same text.

mod appointment;
mod person;

use std::fmt::Write;

use icalendar::{
    Attendee, Calendar, Component, Event, EventLike, EventStatus, PartStat, Property, Role,
};
use jiff::Timestamp;

use super::id::SessionId;
use super::text::{lines, one_line};

pub use appointment::{Appointment, Standing};
pub use person::Person;

/// What the receiving calendar is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Enter the session, or move it.
    Request,
    /// Take the session out.
    Cancel,
    /// Show the session as it stands, and answer nobody.
    Publish(Standing),
}

impl Method {
    /// The name of the method, as in `METHOD:` and in the parameter of the MIME part.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
            Self::Publish(_) => "PUBLISH",
        }
    }

    const fn standing(self) -> Standing {
        match self {
            Self::Request => Standing::Confirmed,
            Self::Cancel => Standing::Cancelled,
            Self::Publish(standing) => standing,
        }
    }

    /// Whether the time is free again; what a mail takes out need not say so.
    const fn is_free(self) -> bool {
        matches!(self, Self::Publish(Standing::Cancelled))
    }
}

/// Everything a calendar needs to know of one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The session: half of the `UID`.
    pub session_id: SessionId,
    /// The host name of this platform: the other half of the `UID`, never to change.
    pub domain: String,
    /// Rises by one with each change of time, place or state.
    pub sequence: u32,
    /// What to do with it.
    pub method: Method,
    /// When this version came about; calendars compare it when the sequence is equal.
    pub stamp: Timestamp,
    /// When the session starts.
    pub starts_at: Timestamp,
    /// When the session ends.
    pub ends_at: Timestamp,
    /// The title; one line.
    pub summary: String,
    /// The text below the title; may have several lines.
    pub description: String,
    /// Where to meet.
    pub meeting_link: Option<String>,
    /// Who sends the invitation, and receives the answers.
    pub organizer: Person,
    /// Who takes part.
    pub attendees: Vec<Person>,
}

impl Invitation {
    /// Writes the invitation as a `VCALENDAR` with lines of at most 75 octets that end in CRLF.
    #[must_use]
    pub fn to_ics(&self) -> String {
        let mut calendar = Calendar::empty();
        calendar
            .append_property(("VERSION", "2.0"))
            .append_property(("PRODID", "-//Office Hours//Sessions//EN"))
            .append_property(("CALSCALE", "GREGORIAN"))
            .append_property(("METHOD", self.method.as_str()))
            .push(self.event());
        fold(&calendar.to_string())
    }

    /// The name under which calendars know this session for ever.
    #[must_use]
    pub fn uid(&self) -> String {
        format!("{}@{}", self.session_id, one_line(&self.domain))
    }

    fn event(&self) -> Event {
        let mut event = Event::new();
        event
            .uid(&self.uid())
            .sequence(self.sequence)
            .status(match self.method.standing() {
                Standing::Tentative => EventStatus::Tentative,
                Standing::Confirmed => EventStatus::Confirmed,
                Standing::Cancelled => EventStatus::Cancelled,
            })
            .add_property("DTSTAMP", utc(self.stamp))
            .add_property("DTSTART", utc(self.starts_at))
            .add_property("DTEND", utc(self.ends_at))
            .add_property(
                "TRANSP",
                if self.method.is_free() {
                    "TRANSPARENT"
                } else {
                    "OPAQUE"
                },
            )
            .summary(&one_line(&self.summary))
            .description(&lines(&self.description))
            .append_property(organizer(&self.organizer));
        if let Some(link) = &self.meeting_link {
            let link = one_line(link);
            if is_web_address(&link) {
                event.url(&link);
            }
            event.location(&link);
        }
        for person in &self.attendees {
            event.attendee(attendee(person, self.method));
        }
        event.done()
    }
}

fn organizer(person: &Person) -> Property {
    let mut property = Property::new("ORGANIZER", mailto(&person.email));
    if let Some(name) = common_name(person) {
        property.add_parameter("CN", &name);
    }
    property
}

fn attendee(person: &Person, method: Method) -> Attendee {
    let attendee = Attendee::new(mailto(&person.email))
        .role(Role::ReqParticipant)
        .partstat(PartStat::NeedsAction)
        .rsvp(method == Method::Request);
    match common_name(person) {
        Some(name) => attendee.cn(name),
        None => attendee,
    }
}

/// A parameter knows no escapes: a double quote would end it, and some calendars read `^n` (RFC 6868) or `\n` in it as
/// a line break. In quotes, all else is harmless.
fn common_name(person: &Person) -> Option<String> {
    let name = one_line(&person.name)
        .replace('"', "'")
        .replace(['\\', '^'], "/");
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '.' | '\'');
    if name.chars().all(is_plain) {
        (!name.is_empty()).then_some(name)
    } else {
        Some(format!("\"{name}\""))
    }
}

/// The address as a URI (RFC 6068), with everything percent-encoded that could end it or the line.
fn mailto(email: &str) -> String {
    let mut uri = String::from("mailto:");
    for byte in email.trim().bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~+@!$'*=".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// Whether it may stand in a property that knows no escapes: a URI of these characters alone (RFC 3986 §2). Of others
/// some calendars make something else: `\n` in an address becomes a line break.
fn is_web_address(text: &str) -> bool {
    let is_uri = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&b);
    (text.starts_with("https://") || text.starts_with("http://")) && text.bytes().all(is_uri)
}

fn utc(moment: Timestamp) -> String {
    moment.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Folds every line anew: the crate lets a line's last piece grow to 76 octets.
fn fold(calendar: &str) -> String {
    let mut folded = String::with_capacity(calendar.len() + calendar.len() / 20);
    for line in calendar.replace("\r\n ", "").lines() {
        let mut octets = 0;
        for c in line.chars() {
            if octets + c.len_utf8() > 75 {
                folded.push_str("\r\n ");
                octets = 1;
            }
            folded.push(c);
            octets += c.len_utf8();
        }
        folded.push_str("\r\n");
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use icalendar::CalendarComponent;

    fn invitation() -> Invitation {
        Invitation {
            session_id: "0195f3a0-0000-7000-8000-000000000001".parse().unwrap(),
            domain: "office-hours.example".to_owned(),
            sequence: 0,
            method: Method::Request,
            stamp: "2026-03-01T09:30:00.123Z".parse().unwrap(),
            starts_at: "2026-03-03T15:00:00Z".parse().unwrap(),
            ends_at: "2026-03-03T16:00:00Z".parse().unwrap(),
            summary: "Pricing, and packaging; part 1".to_owned(),
            description: "With Grace Hopper.\nBring: the deck\\numbers".to_owned(),
            meeting_link: Some("https://meet.example/abc?x=1,2;3".to_owned()),
            organizer: person("Office Hours", "hello@office-hours.example"),
            attendees: vec![
                person("Grace Hopper", "grace@example.com"),
                person("Ada Lovelace", "ada@example.com"),
            ],
        }
    }

    fn person(name: &str, email: &str) -> Person {
        Person {
            name: name.to_owned(),
            email: email.to_owned(),
        }
    }

    fn read_back(ics: &str) -> Event {
        let calendar: Calendar = ics.parse().unwrap();
        match calendar.components.as_slice() {
            [CalendarComponent::Event(event)] => event.clone(),
            other => panic!("not one event: {other:?}"),
        }
    }

    fn assert_lines(ics: &str) {
        assert!(ics.ends_with("END:VCALENDAR\r\n"));
        for line in ics.trim_end_matches("\r\n").split("\r\n") {
            assert!(line.len() <= 75, "{} octets: {line}", line.len());
            assert!(!line.is_empty() && !line.contains(['\r', '\n']), "{line:?}");
        }
    }

    #[test]
    fn an_invitation_reads_as_written() {
        assert_eq!(
            invitation().to_ics().split("\r\n").collect::<Vec<_>>(),
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//Office Hours//Sessions//EN",
                "CALSCALE:GREGORIAN",
                "METHOD:REQUEST",
                "BEGIN:VEVENT",
                "DESCRIPTION:With Grace Hopper.\\nBring: the deck\\\\numbers",
                "DTEND:20260303T160000Z",
                "DTSTAMP:20260301T093000Z",
                "DTSTART:20260303T150000Z",
                "LOCATION:https://meet.example/abc?x=1\\,2\\;3",
                "ORGANIZER;CN=Office Hours:mailto:hello@office-hours.example",
                "SEQUENCE:0",
                "STATUS:CONFIRMED",
                "SUMMARY:Pricing\\, and packaging\\; part 1",
                "TRANSP:OPAQUE",
                "UID:0195f3a0-0000-7000-8000-000000000001@office-hours.example",
                "URL:https://meet.example/abc?x=1,2;3",
                "ATTENDEE;CN=Grace Hopper;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TR",
                " UE:mailto:grace@example.com",
                "ATTENDEE;CN=Ada Lovelace;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TR",
                " UE:mailto:ada@example.com",
                "END:VEVENT",
                "END:VCALENDAR",
                "",
            ]
        );
    }

    #[test]
    fn a_cancellation_names_the_same_event_with_a_higher_sequence() {
        let request = invitation();
        let cancel = Invitation {
            method: Method::Cancel,
            sequence: 1,
            ..invitation()
        };

        let event = read_back(&cancel.to_ics());

        assert_eq!(event.get_uid(), Some(request.uid().as_str()));
        assert_eq!(event.get_sequence(), Some(1));
        assert_eq!(event.get_status(), Some(EventStatus::Cancelled));
        assert!(cancel.to_ics().contains("\r\nMETHOD:CANCEL\r\n"));
        assert!(
            event
                .get_attendees()
                .iter()
                .all(|attendee| attendee.rsvp == Some(false))
        );
    }

    #[test]
    fn the_same_invitation_is_the_same_text() {
        assert_eq!(invitation().to_ics(), invitation().to_ics());
        assert_eq!(invitation().to_ics().matches("DTSTAMP").count(), 1);
        assert_eq!(invitation().to_ics().matches("UID:").count(), 1);
    }

    #[test]
    fn texts_survive_folding_and_escaping() {
        let texts = [
            "🦀".repeat(60),
            format!("{}🧑‍🚀, Zoë; C:\\new\\notes — ü", "x".repeat(68)),
            "a, b; c: \"d\" \\n \\ e".to_owned(),
            " word".repeat(200).trim().to_owned(),
            "老虎".repeat(100),
        ];
        for text in texts {
            let sent = Invitation {
                summary: text.clone(),
                description: format!("{text}\n\n{text}"),
                ..invitation()
            };

            let ics = sent.to_ics();

            assert_lines(&ics);
            let event = read_back(&ics);
            assert_eq!(event.get_summary(), Some(text.as_str()));
            assert_eq!(event.get_description(), Some(sent.description.as_str()));
        }
    }

    #[test]
    fn every_length_folds_within_75_octets() {
        for length in 40..160 {
            for letter in ["a", "é", "虎", "🦀"] {
                let text = format!("x{}", letter.repeat(length));
                let ics = Invitation {
                    summary: text.clone(),
                    ..invitation()
                }
                .to_ics();

                assert_lines(&ics);
                assert_eq!(read_back(&ics).get_summary(), Some(text.as_str()));
            }
        }
    }

    #[test]
    fn hostile_names_stay_names() {
        let evil = "Eve\r\nATTENDEE:mailto:x@evil.example\r\nEND:VEVENT ^n\\n\"; RSVP=FALSE: , \u{2028}\u{0}\u{202e}x";
        let sent = Invitation {
            summary: evil.to_owned(),
            meeting_link: Some(evil.to_owned()),
            organizer: person(evil, "a@b.example"),
            attendees: vec![
                person(evil, "c@d.example\r\nX-EVIL:1"),
                person("", "e+f@example.com"),
            ],
            domain: "office-hours.example\r\nX-EVIL:1".to_owned(),
            ..invitation()
        };

        let ics = sent.to_ics();

        assert_lines(&ics);
        assert_eq!(ics.matches("\r\nATTENDEE").count(), 2);
        assert_eq!(ics.matches("\r\nEND:VEVENT").count(), 1);
        assert!(!ics.contains("\r\nX-EVIL") && !ics.contains("\r\nRSVP"));
        let event = read_back(&ics);
        let [eve, nameless] = event.get_attendees().try_into().unwrap();
        assert_eq!(
            eve.cn.as_deref(),
            Some("Eve ATTENDEE:mailto:x@evil.example END:VEVENT /n/n'; RSVP=FALSE: , x")
        );
        assert_eq!(eve.rsvp, Some(true));
        assert_eq!(eve.cal_address, "mailto:c@d.example%0D%0AX-EVIL%3A1");
        assert_eq!(
            (nameless.cn, nameless.cal_address.as_str()),
            (None, "mailto:e+f@example.com")
        );
        assert_eq!(event.get_url(), None);
    }
}
