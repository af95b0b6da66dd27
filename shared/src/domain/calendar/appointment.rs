//! A session as its two people find it in their calendars: the same title and text, by mail and by download.

use jiff::Timestamp;

use super::{Invitation, Method, Person};
use crate::domain::id::SessionId;
use crate::domain::session::SessionStatus;
use crate::domain::text::{one_line, shorten};

/// Where a session stands, in the words of calendars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Asked for.
    Tentative,
    /// Will take place, or has.
    Confirmed,
    /// Does not take place.
    Cancelled,
}

impl From<SessionStatus> for Standing {
    fn from(status: SessionStatus) -> Self {
        match status {
            SessionStatus::Pending => Self::Tentative,
            // Who did not come had the time in their calendar all the same.
            SessionStatus::Confirmed | SessionStatus::Completed | SessionStatus::NoShow => {
                Self::Confirmed
            }
            SessionStatus::Declined | SessionStatus::Cancelled | SessionStatus::Expired => {
                Self::Cancelled
            }
        }
    }
}

/// A session with its two people.
#[derive(Clone, Copy, Debug)]
pub struct Appointment<'a> {
    /// The session.
    pub session_id: SessionId,
    /// How often it was announced anew.
    pub sequence: u32,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// What it is about.
    pub topic: Option<&'a str>,
    /// Where they meet.
    pub meeting_link: Option<&'a str>,
    /// Who gives it.
    pub mentor: &'a Person,
    /// Who asked for it.
    pub mentee: &'a Person,
}

impl Appointment<'_> {
    /// Writes the calendar entry; it comes from the platform, whose frontend is at `app_url`.
    #[must_use]
    pub fn invitation(
        &self,
        method: Method,
        organizer: &Person,
        app_url: &str,
        stamp: Timestamp,
    ) -> Invitation {
        let domain = organizer.email.rsplit('@').next().unwrap_or_default();
        let place = self.meeting_link.map(one_line).filter(|it| !it.is_empty());
        let description = [
            Some(format!("Mentor: {}", self.mentor.shown_name())),
            Some(format!("Mentee: {}", self.mentee.shown_name())),
            place.as_ref().map(|place| format!("Where: {place}")),
            Some(format!("\nOffice Hours: {app_url}")),
        ];
        let description: Vec<String> = description.into_iter().flatten().collect();
        Invitation {
            session_id: self.session_id,
            domain: domain.to_owned(),
            sequence: self.sequence,
            method,
            stamp,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            summary: self.summary(),
            description: description.join("\n"),
            meeting_link: place,
            organizer: organizer.clone(),
            // Who publishes invites nobody (RFC 5546 §3.2.1); who downloads need not learn an address either.
            attendees: match method {
                Method::Request | Method::Cancel => vec![self.mentor.clone(), self.mentee.clone()],
                Method::Publish(_) => Vec::new(),
            },
        }
    }

    /// The title that both see in their calendars.
    fn summary(&self) -> String {
        let topic = self.topic.map(one_line).filter(|topic| !topic.is_empty());
        let topic = topic.unwrap_or_else(|| "Office hours".to_owned());
        format!(
            "{}: {} and {}",
            shorten(&topic, 120),
            shorten(&self.mentor.shown_name(), 60),
            shorten(&self.mentee.shown_name(), 60)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> Person {
        Person {
            name: name.to_owned(),
            email: "someone@example.com".to_owned(),
        }
    }

    fn published(status: SessionStatus, topic: Option<&str>) -> String {
        let (mentor, mentee) = (person("Grace Hopper"), person(" "));
        let appointment = Appointment {
            session_id: "0195f3a0-0000-7000-8000-000000000001".parse().unwrap(),
            sequence: 2,
            starts_at: "2026-03-03T15:00:00Z".parse().unwrap(),
            ends_at: "2026-03-03T16:00:00Z".parse().unwrap(),
            topic,
            meeting_link: None,
            mentor: &mentor,
            mentee: &mentee,
        };
        let organizer = Person::parse("Office Hours <hello@office-hours.example>").unwrap();
        let stamp = "2026-03-01T09:30:00Z".parse().unwrap();
        appointment
            .invitation(
                Method::Publish(status.into()),
                &organizer,
                "https://app.example.com",
                stamp,
            )
            .to_ics()
    }

    #[test]
    fn what_is_published_invites_nobody_and_says_where_the_session_stands() {
        for status in SessionStatus::ALL {
            let ics = published(status, Some("Pricing"));
            assert!(!ics.contains("ATTENDEE") && !ics.contains("someone@example.com"));
            assert!(ics.contains("METHOD:PUBLISH\r\n") && ics.contains("SEQUENCE:2\r\n"));
            assert!(
                ics.contains("UID:0195f3a0-0000-7000-8000-000000000001@office-hours.example\r\n")
            );
        }
        assert!(published(SessionStatus::Pending, None).contains("STATUS:TENTATIVE\r\n"));
        assert!(published(SessionStatus::NoShow, None).contains("STATUS:CONFIRMED\r\n"));
        let declined = published(SessionStatus::Declined, None);
        assert!(declined.contains("STATUS:CANCELLED\r\n"));
        assert!(declined.contains("TRANSP:TRANSPARENT\r\n"));
    }

    #[test]
    fn a_title_has_no_holes() {
        let ics = published(SessionStatus::Confirmed, Some(" \n"));
        assert!(ics.contains("SUMMARY:Office hours: Grace Hopper and somebody\r\n"));
    }
}
