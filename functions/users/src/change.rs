//! Applies a change to a profile.

use std::mem::take;

use jiff::Timestamp;
use shared::auth::sealed::DataKeys;
use shared::domain::profile::{MenteeProfile, MentorProfile, Profile, RoleProfile, Vetting};
use shared::domain::user::{Role, User};
use shared::domain::value::{Bounded, Currency, HttpsUrl, List, Patch, Text};
use shared::http::{ApiError, Problems, reseal_phone, seal_phone};

use crate::body::{ProfileChange, Word};

/// Applies a change; fields that belong to another role are refused, all at once.
pub(crate) fn apply(
    mut change: ProfileChange,
    mut user: User,
    keys: &DataKeys,
    now: Timestamp,
) -> Result<User, ApiError> {
    let problems = foreign_fields(&change, user.role());
    if !problems.is_empty() {
        return Err(problems.into());
    }
    take(&mut change.username).apply(&mut user.username, |name| name);
    // Whatever is written is sealed with the key of today.
    user.phone = match take(&mut change.phone) {
        Patch::Keep => reseal_phone(keys, &user)?,
        Patch::Clear => None,
        Patch::Set(phone) => Some(seal_phone(keys, user.id, &phone)?),
    };
    apply_common(&mut change, &mut user.profile);
    match &mut user.profile.role {
        RoleProfile::Mentor(mentor) => {
            apply_expertise(&mut change, mentor);
            apply_rules(&mut change, mentor);
        }
        RoleProfile::Mentee(mentee) => apply_mentee(&mut change, mentee),
        RoleProfile::Admin => {}
    }
    user.version += 1;
    user.updated_at = now;
    Ok(user)
}

fn apply_common(change: &mut ProfileChange, profile: &mut Profile) {
    if let Some(name) = take(&mut change.first_name) {
        profile.first_name = name.into_string();
    }
    if let Some(name) = take(&mut change.last_name) {
        profile.last_name = name.into_string();
    }
    if let Some(zone) = take(&mut change.timezone) {
        profile.timezone = zone;
    }
    take(&mut change.bio).apply(&mut profile.bio, Text::into_string);
    take(&mut change.profile_picture_url)
        .apply(&mut profile.profile_picture_url, HttpsUrl::into_string);
    take(&mut change.location).apply(&mut profile.location, Text::into_string);
    take(&mut change.languages).apply_or(&mut profile.languages, Vec::new(), words);
}

fn apply_expertise(change: &mut ProfileChange, mentor: &mut MentorProfile) {
    take(&mut change.company).apply(&mut mentor.company, Text::into_string);
    take(&mut change.title).apply(&mut mentor.title, Text::into_string);
    take(&mut change.years_experience).apply(&mut mentor.years_experience, Bounded::get);
    take(&mut change.expertise_areas).apply_or(&mut mentor.expertise_areas, Vec::new(), words);
    take(&mut change.industries).apply_or(&mut mentor.industries, Vec::new(), words);
    take(&mut change.stages).apply_or(&mut mentor.stages, Vec::new(), List::into_vec);
    take(&mut change.hourly_rate).apply(&mut mentor.hourly_rate, Bounded::get);
    take(&mut change.hourly_rate_currency)
        .apply(&mut mentor.hourly_rate_currency, Currency::into_string);
}

/// A rule that is emptied falls back to the product's default.
fn apply_rules(change: &mut ProfileChange, mentor: &mut MentorProfile) {
    let new = MentorProfile::new(Vetting::Pending);
    take(&mut change.max_sessions_per_day).apply(&mut mentor.max_sessions_per_day, Bounded::get);
    take(&mut change.max_sessions_per_week).apply(&mut mentor.max_sessions_per_week, Bounded::get);
    take(&mut change.max_mentees).apply_or(&mut mentor.max_mentees, new.max_mentees, Bounded::get);
    take(&mut change.buffer_minutes).apply_or(
        &mut mentor.buffer_minutes,
        new.buffer_minutes,
        Bounded::get,
    );
    take(&mut change.min_notice_minutes).apply_or(
        &mut mentor.min_notice_minutes,
        new.min_notice_minutes,
        Bounded::get,
    );
    take(&mut change.cancellation_notice_minutes).apply_or(
        &mut mentor.cancellation_notice_minutes,
        new.cancellation_notice_minutes,
        Bounded::get,
    );
    take(&mut change.step_minutes).apply(&mut mentor.step_minutes, Bounded::get);
    take(&mut change.booking_horizon_days).apply_or(
        &mut mentor.booking_horizon_days,
        new.booking_horizon_days,
        Bounded::get,
    );
    mentor.accepting = take(&mut change.accepting).unwrap_or(mentor.accepting);
}

fn apply_mentee(change: &mut ProfileChange, mentee: &mut MenteeProfile) {
    take(&mut change.startup_name).apply(&mut mentee.startup_name, Text::into_string);
    take(&mut change.industry_focus).apply_or(&mut mentee.industry_focus, Vec::new(), words);
    take(&mut change.startup_stage).apply(&mut mentee.startup_stage, |stage| stage);
    take(&mut change.goals).apply(&mut mentee.goals, Text::into_string);
    take(&mut change.current_role).apply(&mut mentee.current_role, Text::into_string);
    take(&mut change.interests).apply_or(&mut mentee.interests, Vec::new(), words);
    take(&mut change.experience_level).apply(&mut mentee.experience_level, |level| level);
    take(&mut change.career_goals).apply(&mut mentee.career_goals, Text::into_string);
    take(&mut change.research_interests).apply_or(
        &mut mentee.research_interests,
        Vec::new(),
        words,
    );
    take(&mut change.technical_skills).apply_or(&mut mentee.technical_skills, Vec::new(), words);
    take(&mut change.communication_preferences).apply_or(
        &mut mentee.communication_preferences,
        Vec::new(),
        words,
    );
}

fn words<const MAX: usize>(list: List<Word, MAX>) -> Vec<String> {
    list.into_vec().into_iter().map(Text::into_string).collect()
}

/// Names every field that was sent and belongs to another role.
fn foreign_fields(change: &ProfileChange, role: Role) -> Problems {
    let mentor_fields = [
        ("company", change.company.is_sent()),
        ("title", change.title.is_sent()),
        ("years_experience", change.years_experience.is_sent()),
        ("expertise_areas", change.expertise_areas.is_sent()),
        ("industries", change.industries.is_sent()),
        ("stages", change.stages.is_sent()),
        ("hourly_rate", change.hourly_rate.is_sent()),
        (
            "hourly_rate_currency",
            change.hourly_rate_currency.is_sent(),
        ),
        (
            "max_sessions_per_day",
            change.max_sessions_per_day.is_sent(),
        ),
        (
            "max_sessions_per_week",
            change.max_sessions_per_week.is_sent(),
        ),
        ("max_mentees", change.max_mentees.is_sent()),
        ("buffer_minutes", change.buffer_minutes.is_sent()),
        ("min_notice_minutes", change.min_notice_minutes.is_sent()),
        (
            "cancellation_notice_minutes",
            change.cancellation_notice_minutes.is_sent(),
        ),
        ("step_minutes", change.step_minutes.is_sent()),
        (
            "booking_horizon_days",
            change.booking_horizon_days.is_sent(),
        ),
        ("accepting", change.accepting.is_some()),
    ];
    let mentee_fields = [
        ("startup_name", change.startup_name.is_sent()),
        ("industry_focus", change.industry_focus.is_sent()),
        ("startup_stage", change.startup_stage.is_sent()),
        ("goals", change.goals.is_sent()),
        ("current_role", change.current_role.is_sent()),
        ("interests", change.interests.is_sent()),
        ("experience_level", change.experience_level.is_sent()),
        ("career_goals", change.career_goals.is_sent()),
        ("research_interests", change.research_interests.is_sent()),
        ("technical_skills", change.technical_skills.is_sent()),
        (
            "communication_preferences",
            change.communication_preferences.is_sent(),
        ),
    ];
    let mut problems = Problems::default();
    if role != Role::Mentor {
        problems = refuse(problems, &mentor_fields, "is a field of mentors");
    }
    if role != Role::Mentee {
        problems = refuse(problems, &mentee_fields, "is a field of mentees");
    }
    problems
}

fn refuse(problems: Problems, fields: &[(&str, bool)], why: &str) -> Problems {
    let sent = fields.iter().filter(|(_, is_sent)| *is_sent);
    sent.fold(problems, |problems, (name, _)| {
        problems.and(Problems::of(*name, "field_of_another_role", why))
    })
}
