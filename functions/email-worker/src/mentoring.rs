//! Letters about long-term mentoring: one template, a few facts, and a path into the frontend.

mod note;

use jiff::Timestamp;
use shared::domain::id::{ProposalBatchId, UserId};
use shared::domain::mentoring::{BatchStatus, Outcome, RequestStatus};
use shared::domain::mentorship::{Mentorship, Occasion};
use shared::domain::news::News;
use shared::store::{self, Read, StoreError};

pub use note::Note;

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
    #[cfg(test)]
    const ALL: [Self; 8] = [
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
    pub(crate) const fn of(news: &News) -> Self {
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

/// Writes the letter that a piece of news asks for, if it is still true.
pub(crate) async fn letter(
    db: &impl Read,
    news: &News,
    now: Timestamp,
) -> Result<Option<Note>, StoreError> {
    let topic = Topic::of(news);
    match *news {
        News::Proposed {
            batch_id,
            recipient_id,
        }
        | News::ProposalClosed {
            batch_id,
            recipient_id,
        } => proposal(db, topic, (batch_id, recipient_id), now).await,
        News::MovedOn { request_id, .. } | News::NobodyLeft { request_id, .. } => {
            let status = store::mentoring::find_status(db, request_id).await?;
            let wanted = if topic == Topic::NobodyLeft {
                RequestStatus::Queued
            } else {
                RequestStatus::Open
            };
            let path = format!("/matching/requests/{request_id}");
            Ok((status == Some(wanted)).then(|| Note::new(topic, path)))
        }
        News::MatchMade {
            mentorship_id,
            recipient_id,
        }
        | News::MatchChanged {
            mentorship_id,
            recipient_id,
            ..
        }
        | News::CheckIn {
            mentorship_id,
            recipient_id,
            ..
        } => {
            let known = store::mentorship::find(db, mentorship_id).await?;
            match known.filter(|known| is_still_true(news, known)) {
                Some(known) => about(db, topic, known, recipient_id).await,
                None => Ok(None),
            }
        }
    }
}

async fn proposal(
    db: &impl Read,
    topic: Topic,
    (batch_id, mentor): (ProposalBatchId, UserId),
    now: Timestamp,
) -> Result<Option<Note>, StoreError> {
    let Some(asked) = store::mentoring::find_asked(db, batch_id, mentor).await? else {
        return Ok(None);
    };
    let is_waiting = asked.status == BatchStatus::Open
        && asked.outcome == Outcome::Proposed
        && now < asked.respond_by;
    let is_true = if topic == Topic::Proposed {
        is_waiting
    } else {
        asked.outcome == Outcome::Closed
    };
    let other = name_of(db, asked.mentee_id).await?;
    let path = format!("/matching/batches/{batch_id}");
    Ok(is_true.then(|| Note {
        other,
        goals: is_waiting.then_some(asked.goals),
        respond_by: is_waiting.then_some(asked.respond_by),
        is_mentor: true,
        ..Note::new(topic, path)
    }))
}

async fn about(
    db: &impl Read,
    topic: Topic,
    known: Mentorship,
    reader: UserId,
) -> Result<Option<Note>, StoreError> {
    let is_mentor = known.pair.mentor_id == reader;
    if !known.has_participant(reader) {
        return Ok(None);
    }
    let other = if is_mentor {
        known.pair.mentee_id
    } else {
        known.pair.mentor_id
    };
    let path = format!("/matching/matches/{}", known.id);
    Ok(Some(Note {
        other: name_of(db, other).await?,
        status: Some(known.status),
        is_mentor,
        is_first: known.started_at.is_none(),
        reason: known.ending.and_then(|ending| ending.reason),
        ..Note::new(topic, path)
    }))
}

fn is_still_true(news: &News, known: &Mentorship) -> bool {
    match news {
        News::MatchMade { .. } => known.status.is_holding(),
        News::MatchChanged { status, .. } => known.status == *status,
        News::CheckIn { occasion, .. } => occasion.is_of_use(known),
        News::Proposed { .. }
        | News::ProposalClosed { .. }
        | News::MovedOn { .. }
        | News::NobodyLeft { .. } => false,
    }
}

async fn name_of(db: &impl Read, person: UserId) -> Result<String, StoreError> {
    let found = store::email::list_readers(db, &[person]).await?;
    Ok(found
        .first()
        .map_or_else(String::new, |reader| reader.person().shown_name()))
}

#[cfg(test)]
mod tests {
    use shared::domain::mentorship::MentorshipStatus;

    use super::*;
    use crate::letter::Letter;
    use crate::page::Templates;
    use crate::sample::{mentee, office};

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
        let templates = Templates::new().unwrap();
        for topic in Topic::ALL {
            let letter = Letter::Mentoring(note(topic));

            let written = templates.write(&letter, &mentee(), &office()).unwrap();

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
        let templates = Templates::new().unwrap();
        let letter = Letter::Mentoring(note(Topic::Proposed));

        let written = templates.write(&letter, &mentee(), &office()).unwrap();

        for text in [&written.text, &written.html] {
            assert!(text.contains("Ten customers"));
            assert!(text.contains("Thursday 5 March 2026, 10:00 (America/New_York)"));
        }
    }

    #[test]
    fn a_match_that_ended_says_why() {
        let templates = Templates::new().unwrap();
        let ended = Letter::Mentoring(note(Topic::MatchChanged));

        let written = templates.write(&ended, &mentee(), &office()).unwrap();

        assert_eq!(
            written.subject,
            "Your match with Ada <b> Lovelace has ended"
        );
        assert!(written.text.contains("> no time"), "{}", written.text);
    }
}
