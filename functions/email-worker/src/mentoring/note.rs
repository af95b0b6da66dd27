//! The facts of a letter about long-term mentoring, and its subject.

use jiff::Timestamp;
use minijinja::context;
use minijinja::value::Value;
use shared::domain::mentorship::MentorshipStatus;
use shared::domain::text::{lines, one_line, shorten};

use super::Topic;
use crate::facts::{Office, Reader};
use crate::when;

/// A letter about long-term mentoring.
#[derive(Clone, Debug)]
pub struct Note {
    /// What it tells of.
    pub topic: Topic,
    /// The full name of the other one, if it is about somebody.
    pub other: String,
    /// What the mentee wants to reach.
    pub goals: Option<String>,
    /// Until when there is time to answer.
    pub respond_by: Option<Timestamp>,
    /// Where the match stands.
    pub status: Option<MentorshipStatus>,
    /// Whether the reader is its mentor.
    pub is_mentor: bool,
    /// Whether the two have not met yet.
    pub is_first: bool,
    /// Why it ended.
    pub reason: Option<String>,
    /// Where in the frontend it goes on, from the first slash on.
    pub path: String,
}

impl Note {
    pub(super) fn new(topic: Topic, path: String) -> Self {
        Self {
            topic,
            other: String::new(),
            goals: None,
            respond_by: None,
            status: None,
            is_mentor: false,
            is_first: false,
            reason: None,
            path,
        }
    }

    /// Writes the subject: one line.
    pub(crate) fn subject(&self) -> String {
        let other = shorten(&one_line(&self.other), 60);
        match self.topic {
            Topic::Proposed => format!("{other} is looking for a mentor like you"),
            Topic::ProposalClosed => format!("{other} needs no answer any more"),
            Topic::MovedOn => "We have asked other mentors for you".to_owned(),
            Topic::NobodyLeft => "We are looking for a mentor for you".to_owned(),
            Topic::MatchMade if self.is_mentor => format!("{other} is your mentee now"),
            Topic::MatchMade => format!("{other} is your mentor now"),
            Topic::MatchChanged => format!("Your match with {other} {}", self.change()),
            Topic::CheckIn if self.is_first => format!("Have you met {other} yet?"),
            Topic::CheckIn => format!("How is it going with {other}?"),
            Topic::Survey => format!("How was it with {other}?"),
        }
    }

    /// What has become of a match, in words.
    fn change(&self) -> &'static str {
        match self.status {
            Some(MentorshipStatus::Paused) => "is paused",
            Some(MentorshipStatus::Completed) => "is completed",
            Some(MentorshipStatus::Dissolved) => "has ended",
            Some(MentorshipStatus::Pending | MentorshipStatus::Active) | None => "goes on",
        }
    }

    /// The facts in the words that the template fills in.
    pub(crate) fn facts(&self, reader: &Reader, office: &Office) -> Value {
        let paragraph = |text: &Option<String>| text.as_deref().map(lines);
        context! {
            topic => self.topic.as_str(),
            other => one_line(&self.other),
            goals => paragraph(&self.goals),
            respond_by => self.respond_by.map(|at| when::moment(at, &reader.zone)),
            change => self.change(),
            is_mentor => self.is_mentor,
            is_first => self.is_first,
            reason => paragraph(&self.reason),
            link => format!("{}{}", office.app_url, self.path),
        }
    }
}
