//! The facts of a letter about long-term mentoring, and its subject.

use crate::domain::id::UserId;
use crate::domain::mentorship::{MentorshipStatus, Occasion};
use crate::domain::news::News;
use crate::domain::text::{lines, one_line, shorten};
use jiff::Timestamp;
use minijinja::context;
use minijinja::value::Value;

use super::facts::{Office, Reader};
use super::when;

/// A kind of letter about long-term mentoring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// To a mentor: a mentee is proposed to you.
    Proposed,
    /// To a mentor: this mentee needs no answer any more.
    ProposalClosed,
    /// To the mentee: others are asked.
    MovedOn,
    /// To the mentee: nobody is left to ask.
    NobodyLeft,
    /// To both: you are matched.
    MatchMade,
    /// To the other one: it was paused, resumed, completed or dissolved.
    MatchChanged,
    /// To both: how does it go?
    CheckIn,
    /// To both: how was it?
    Survey,
}

impl Topic {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Proposed,
        Self::ProposalClosed,
        Self::MovedOn,
        Self::NobodyLeft,
        Self::MatchMade,
        Self::MatchChanged,
        Self::CheckIn,
        Self::Survey,
    ];

    /// Says which letter a piece of news asks for.
    #[must_use]
    pub const fn of(news: &News) -> Self {
        match news {
            News::Proposed { .. } => Self::Proposed,
            News::ProposalClosed { .. } => Self::ProposalClosed,
            News::MovedOn { .. } => Self::MovedOn,
            News::NobodyLeft { .. } => Self::NobodyLeft,
            News::MatchMade { .. } => Self::MatchMade,
            News::MatchChanged { .. } => Self::MatchChanged,
            News::CheckIn { occasion, .. } => match occasion {
                Occasion::Survey => Self::Survey,
                Occasion::FirstMeeting | Occasion::Month1 | Occasion::Month3 | Occasion::Month6 => {
                    Self::CheckIn
                }
            },
        }
    }

    /// The name in the table of mails and in the tags at the mail service.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "mentoring_proposed",
            Self::ProposalClosed => "mentoring_proposal_closed",
            Self::MovedOn => "mentoring_moved_on",
            Self::NobodyLeft => "mentoring_nobody_left",
            Self::MatchMade => "mentoring_match_made",
            Self::MatchChanged => "mentoring_match_changed",
            Self::CheckIn => "mentoring_check_in",
            Self::Survey => "mentoring_survey",
        }
    }
}

/// A letter about long-term mentoring.
#[derive(Clone, Debug)]
pub struct Note {
    /// What it tells of.
    pub topic: Topic,
    /// The full name of the other one, if it is about somebody.
    pub other: String,
    /// Who that is.
    pub about: Option<UserId>,
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
    /// A letter that tells nothing yet but what it is about and where it leads.
    #[must_use]
    pub fn new(topic: Topic, path: String) -> Self {
        Self {
            topic,
            other: String::new(),
            about: None,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::letter::sample::{mentee, office};
    use crate::domain::letter::{Letter, Templates};

    fn note(topic: Topic) -> Note {
        Note {
            other: "Ada <b>\nLovelace".to_owned(),
            goals: Some("Ten customers\nby June".to_owned()),
            respond_by: Some("2026-03-05T15:00:00Z".parse().unwrap()),
            status: Some(MentorshipStatus::Dissolved),
            reason: Some("no time".to_owned()),
            ..Note::new(topic, "/matching/matches/7".to_owned())
        }
    }

    #[test]
    fn every_letter_has_its_words_and_leads_to_its_page() {
        let templates = Templates::shared().unwrap();
        for topic in Topic::ALL {
            let letter = Letter::Mentoring(note(topic));

            let written = templates
                .write(&letter, &mentee(), &office(), None)
                .unwrap();

            let link = "https://app.office-hours.example/matching/matches/7";
            assert!(written.text.contains(link) && written.html.contains(link));
            assert!(!written.html.contains("Ada <b>"), "names are not markup");
            assert!(!written.subject.contains('\n'));
            assert!(
                written.text.split("\n--\n").next().unwrap().len() > 120,
                "{topic:?} says too little: {}",
                written.text
            );
        }
    }

    #[test]
    fn a_proposal_says_what_the_mentee_wants_and_until_when() {
        let templates = Templates::shared().unwrap();
        let letter = Letter::Mentoring(note(Topic::Proposed));

        let written = templates
            .write(&letter, &mentee(), &office(), None)
            .unwrap();

        for text in [&written.text, &written.html] {
            assert!(text.contains("Ten customers"));
            assert!(text.contains("Thursday 5 March 2026, 10:00 (America/New_York)"));
        }
    }

    #[test]
    fn a_match_that_ended_says_why() {
        let templates = Templates::shared().unwrap();
        let ended = Letter::Mentoring(note(Topic::MatchChanged));

        let written = templates.write(&ended, &mentee(), &office(), None).unwrap();

        assert_eq!(
            written.subject,
            "Your match with Ada <b> Lovelace has ended"
        );
        assert!(written.text.contains("> no time"), "{}", written.text);
    }
}
