//! The people, hours and sessions of the demo: what a fresh platform is filled with, as the API would take it.
//!
//! Sessions stand in whole weeks around the present one, so that the same file always gives a past and a future.

mod booking;
mod error;
mod load;
mod people;
mod profile;
mod question;
mod session;

pub use error::LoadError;
pub use load::{PASSWORD, load_once};
pub use people::{
    DemoAdmin, DemoMentee, DemoMenteeProfile, DemoMentor, DemoMentorProfile, DemoOffering,
    DemoWindow,
};
pub use question::{DemoAnswer, DemoQuestion};
pub use session::{DemoFeedback, DemoSession};

/// Everything that is loaded.
#[derive(Debug)]
pub struct Demo {
    /// Program managers; the first can be logged in as.
    pub admins: Vec<DemoAdmin>,
    /// Mentors with their hours; the first can be logged in as.
    pub mentors: Vec<DemoMentor>,
    /// Mentees; the first can be logged in as.
    pub mentees: Vec<DemoMentee>,
    /// Sessions between them.
    pub sessions: Vec<DemoSession>,
    /// Quick questions of the mentees.
    pub questions: Vec<DemoQuestion>,
}

/// Reads the demo.
///
/// # Errors
/// When one of the files does not have the shape above, which a test rules out.
pub fn load() -> Result<Demo, serde_json::Error> {
    Ok(Demo {
        admins: serde_json::from_str(include_str!("admins.json"))?,
        mentors: serde_json::from_str(include_str!("mentors.json"))?,
        mentees: serde_json::from_str(include_str!("mentees.json"))?,
        sessions: serde_json::from_str(include_str!("sessions.json"))?,
        questions: serde_json::from_str(include_str!("questions.json"))?,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::{Timestamp, ToSpan};
    use shared::domain::availability::{Availability, AvailabilityKind, Recurrence};
    use shared::domain::feedback::anonymity::GROUP;
    use shared::domain::id::{AvailabilityId, UserId};
    use shared::domain::session::SessionStatus;
    use uuid::Uuid;

    use super::*;

    fn demo() -> Demo {
        load().unwrap()
    }

    fn windows(mentor: &DemoMentor) -> Vec<Availability> {
        let (id, mentor_id) = (AvailabilityId::from(Uuid::nil()), UserId::from(Uuid::nil()));
        let read = |window: &DemoWindow| window.draft().validate(id, mentor_id).unwrap();
        mentor.availability.iter().map(read).collect()
    }

    fn is_unique<T: Ord>(list: impl IntoIterator<Item = T>) -> bool {
        let mut seen = BTreeSet::new();
        list.into_iter().all(|entry| seen.insert(entry))
    }

    fn is_list(list: &[String], most: usize) -> bool {
        let is_entry = |text: &String| (1..=80).contains(&text.chars().count());
        (1..=most).contains(&list.len()) && list.iter().all(is_entry) && is_unique(list)
    }

    #[test]
    fn thirty_mentors_and_twenty_mentees_live_in_six_zones() {
        let demo = demo();

        let mentors = demo
            .mentors
            .iter()
            .map(|mentor| mentor.profile.timezone.name());
        let mentees = demo
            .mentees
            .iter()
            .map(|mentee| mentee.profile.timezone.name());
        let zones: BTreeSet<&str> = mentors.chain(mentees).collect();

        assert_eq!((demo.mentors.len(), demo.mentees.len()), (30, 20));
        assert_eq!(
            zones.into_iter().collect::<Vec<_>>(),
            [
                "Africa/Nairobi",
                "America/Los_Angeles",
                "America/New_York",
                "Asia/Kolkata",
                "Australia/Sydney",
                "Europe/Berlin"
            ]
        );
    }

    #[test]
    fn the_printed_logins_exist_and_addresses_reach_nobody() {
        let demo = demo();

        let admins = demo.admins.iter().map(|admin| admin.email.as_str());
        let mentors = demo.mentors.iter().map(|mentor| mentor.email.as_str());
        let mentees = demo.mentees.iter().map(|mentee| mentee.email.as_str());
        let emails: Vec<&str> = admins.chain(mentors).chain(mentees).collect();

        assert_eq!(demo.admins[0].email, "admin@example.com");
        assert_eq!(demo.mentors[0].email, "mentor@example.com");
        assert_eq!(demo.mentees[0].email, "mentee@example.com");
        assert!(emails.iter().all(|email| email.ends_with("@example.com")));
        assert!(is_unique(emails));
    }

    #[test]
    fn mentors_stay_within_the_limits_of_a_profile() {
        for DemoMentor { email, profile, .. } in demo().mentors {
            assert!((1..=1000).contains(&profile.bio.chars().count()), "{email}");
            assert!(is_list(&profile.expertise_areas, 10), "{email}");
            assert!(is_list(&profile.industries, 10), "{email}");
            assert!(is_list(&profile.languages, 10), "{email}");
            assert!(!profile.stages.is_empty(), "{email}");
            assert!((0..=60).contains(&profile.years_experience), "{email}");
            assert_eq!(
                profile.hourly_rate.is_some(),
                profile.hourly_rate_currency.is_some(),
                "{email}"
            );
            assert!(
                profile
                    .max_sessions_per_day
                    .is_none_or(|n| (1..=24).contains(&n)),
                "{email}"
            );
            assert!(
                profile
                    .max_sessions_per_week
                    .is_none_or(|n| (1..=100).contains(&n)),
                "{email}"
            );
            assert!(
                profile
                    .buffer_minutes
                    .is_none_or(|n| (0..=240).contains(&n)),
                "{email}"
            );
            assert!(
                profile
                    .min_notice_minutes
                    .is_none_or(|n| (0..=43_200).contains(&n)),
                "{email}"
            );
            assert!(
                profile
                    .booking_horizon_days
                    .is_none_or(|n| (1..=730).contains(&n)),
                "{email}"
            );
        }
    }

    #[test]
    fn mentees_stay_within_the_limits_of_a_profile() {
        for DemoMentee { email, profile } in demo().mentees {
            assert!((1..=1000).contains(&profile.bio.chars().count()), "{email}");
            assert!(
                (1..=1000).contains(&profile.goals.chars().count()),
                "{email}"
            );
            assert!(is_list(&profile.industry_focus, 10), "{email}");
            assert!(is_list(&profile.interests, 10), "{email}");
            assert!(is_list(&profile.technical_skills, 10), "{email}");
        }
    }

    #[test]
    fn every_mentor_has_weekly_hours_and_some_block_their_lunch() {
        let demo = demo();
        let is_blocked = |window: &Availability| window.kind == AvailabilityKind::Blocked;

        for mentor in &demo.mentors {
            assert!(
                windows(mentor).iter().any(|window| !is_blocked(window)),
                "{}",
                mentor.email
            );
        }
        let lunches = demo
            .mentors
            .iter()
            .filter(|mentor| windows(mentor).iter().any(is_blocked))
            .count();
        assert!(lunches >= 5);
    }

    #[test]
    fn sessions_lie_within_the_hours_of_their_mentor() {
        let demo = demo();

        for session in &demo.sessions {
            let mentor = demo
                .mentors
                .iter()
                .find(|mentor| mentor.email == session.mentor)
                .unwrap();
            assert!(
                demo.mentees
                    .iter()
                    .any(|mentee| mentee.email == session.mentee),
                "{}",
                session.mentee
            );
            let starts = u32::from(session.start_time.minutes());
            let ends = starts + session.duration_minutes;
            let on_that_day = |window: &&Availability| {
                matches!(window.recurrence, Recurrence::Weekly { day_of_week, .. }
                    if i64::from(day_of_week) == i64::from(session.day_of_week))
            };
            let windows = windows(mentor);
            let (blocked, open): (Vec<_>, Vec<_>) = windows
                .iter()
                .filter(on_that_day)
                .partition(|window| window.kind == AvailabilityKind::Blocked);
            let hours = |window: &Availability| {
                (
                    u32::from(window.starts.minutes()),
                    u32::from(window.ends.minutes()),
                )
            };
            assert!(
                open.iter()
                    .any(|window| hours(window).0 <= starts && ends <= hours(window).1),
                "{}",
                session.topic
            );
            assert!(
                blocked
                    .iter()
                    .all(|window| ends <= hours(window).0 || hours(window).1 <= starts),
                "{}",
                session.topic
            );
        }
    }

    #[test]
    fn some_sessions_were_spoken_of_and_of_the_first_mentor_by_a_whole_group() {
        let demo = demo();
        let spoken: Vec<&DemoSession> = demo
            .sessions
            .iter()
            .filter(|session| session.feedback.is_some())
            .collect();

        assert!(
            spoken
                .iter()
                .all(|session| session.status == SessionStatus::Completed)
        );
        let is_quiet = |session: &&&DemoSession| {
            session.mentor == demo.mentors[0].email
                && session
                    .feedback
                    .as_ref()
                    .is_some_and(|said| said.is_anonymous)
        };
        let quiet = spoken
            .iter()
            .filter(is_quiet)
            .map(|session| &session.mentee);
        assert!(quiet.collect::<BTreeSet<_>>().len() >= GROUP);
    }

    #[test]
    fn questions_are_of_people_of_the_demo_and_some_wait_for_an_answer() {
        let demo = demo();

        for question in &demo.questions {
            let has_asker = |mentee: &DemoMentee| mentee.email == question.mentee;
            assert!(demo.mentees.iter().any(has_asker), "{}", question.mentee);
            // Less than the time in which an open question expires.
            assert!((0..160).contains(&question.hours_ago), "{}", question.title);
            if let Some(answer) = &question.answered {
                let has_mentor = |mentor: &DemoMentor| mentor.email == answer.mentor;
                assert!(demo.mentors.iter().any(has_mentor), "{}", answer.mentor);
            }
        }
        let is_open = |question: &&DemoQuestion| question.answered.is_none();
        assert!(demo.questions.iter().filter(is_open).count() >= 3);
    }

    #[test]
    fn nobody_is_in_two_sessions_at_once_and_what_is_done_is_past() {
        let demo = demo();
        // In the week in which clocks change in some zones and not in others.
        let now: Timestamp = "2026-10-25T12:00:00Z".parse().unwrap();
        let mut busy: Vec<(&str, Timestamp, Timestamp)> = Vec::new();

        for session in &demo.sessions {
            let mentor = demo
                .mentors
                .iter()
                .find(|mentor| mentor.email == session.mentor)
                .unwrap();
            let starts = session.starts_at(now, &mentor.profile.timezone).unwrap();
            let ends = starts + i64::from(session.duration_minutes).minutes();
            assert_eq!(
                session.status == SessionStatus::Completed,
                ends < now,
                "{}",
                session.topic
            );
            for person in [session.mentor.as_str(), session.mentee.as_str()] {
                assert!(
                    !busy
                        .iter()
                        .any(|(who, from, to)| *who == person && starts < *to && *from < ends),
                    "{person}"
                );
                busy.push((person, starts, ends));
            }
        }
    }
}
