//! The profiles of the demo, as the platform has them.

use shared::domain::profile::{MenteeProfile, MentorProfile, Profile, RoleProfile, Vetting};

use super::{DemoAdmin, DemoMenteeProfile, DemoMentorProfile};

pub(super) fn of_admin(admin: &DemoAdmin) -> Profile {
    let (first_name, last_name) = (admin.first_name.clone(), admin.last_name.clone());
    Profile {
        languages: vec!["English".to_owned()],
        ..Profile::new(
            first_name,
            last_name,
            admin.timezone.clone(),
            RoleProfile::Admin,
        )
    }
}

pub(super) fn of_mentor(demo: DemoMentorProfile) -> Profile {
    let default = MentorProfile::new(Vetting::Approved);
    let mentor = MentorProfile {
        company: Some(demo.company),
        title: Some(demo.title),
        years_experience: Some(demo.years_experience),
        expertise_areas: demo.expertise_areas,
        industries: demo.industries,
        stages: demo.stages,
        hourly_rate: demo.hourly_rate,
        hourly_rate_currency: demo.hourly_rate_currency,
        max_sessions_per_day: demo.max_sessions_per_day,
        max_sessions_per_week: demo.max_sessions_per_week,
        buffer_minutes: demo.buffer_minutes.unwrap_or(default.buffer_minutes),
        min_notice_minutes: demo
            .min_notice_minutes
            .unwrap_or(default.min_notice_minutes),
        booking_horizon_days: demo
            .booking_horizon_days
            .unwrap_or(default.booking_horizon_days),
        ..default
    };
    let role = RoleProfile::Mentor(Box::new(mentor));
    Profile {
        bio: Some(demo.bio),
        location: Some(demo.location),
        languages: demo.languages,
        ..Profile::new(demo.first_name, demo.last_name, demo.timezone, role)
    }
}

pub(super) fn of_mentee(demo: DemoMenteeProfile) -> Profile {
    let mentee = MenteeProfile {
        startup_name: Some(demo.startup_name),
        industry_focus: demo.industry_focus,
        startup_stage: Some(demo.startup_stage),
        goals: Some(demo.goals),
        current_role: Some(demo.current_role),
        interests: demo.interests,
        experience_level: Some(demo.experience_level),
        career_goals: Some(demo.career_goals),
        research_interests: demo.research_interests,
        technical_skills: demo.technical_skills,
        communication_preferences: demo.communication_preferences,
    };
    let role = RoleProfile::Mentee(Box::new(mentee));
    Profile {
        bio: Some(demo.bio),
        location: Some(demo.location),
        languages: demo.languages,
        ..Profile::new(demo.first_name, demo.last_name, demo.timezone, role)
    }
}
