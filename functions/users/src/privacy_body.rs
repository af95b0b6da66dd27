//! What `/api/users/me/privacy` takes and gives.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::privacy::{Consent, ConsentKind, Decision, Visibility};
use shared::domain::profile::RoleProfile;
use shared::domain::user::User;
use shared::domain::value::{List, Text};
use shared::http::Problems;
use utoipa::ToSchema;

type TextVersion = Text<1, 40>;
pub(crate) type Consents = List<ConsentInput, 3>;

/// What is shown to whom, and what was agreed to. What is left out stays.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct PrivacyChange {
    #[deserr(default, from(VisibilityBody) = Some)]
    #[schema(nullable = false)]
    visibility: Option<VisibilityBody>,
    /// Whether a mentor wants to be found.
    #[deserr(default, from(bool) = Some)]
    #[schema(nullable = false)]
    listed: Option<bool>,
    /// Whether a mentor wants to stand on the leaderboard of quick questions.
    #[deserr(default, from(bool) = Some)]
    #[schema(nullable = false)]
    in_leaderboard: Option<bool>,
    #[deserr(default, from(Consents) = Some)]
    #[schema(nullable = false)]
    pub(crate) consents: Option<Consents>,
}

/// Which parts of a profile others see.
#[derive(Clone, Copy, Serialize, Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own in the settings"
)]
pub(crate) struct VisibilityBody {
    location: bool,
    company: bool,
    languages: bool,
    profile_picture: bool,
    /// To whom you have a confirmed session with; to nobody else.
    phone: bool,
}

/// Whether you agree to something.
#[derive(Clone, PartialEq, Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsentInput {
    kind: ConsentKind,
    granted: bool,
    /// Which words you agree to; needed when you do.
    #[deserr(default, from(TextVersion) = Some)]
    #[schema(nullable = false, example = "2026-01")]
    text_version: Option<TextVersion>,
}

/// What is shown to whom, and what was agreed to.
#[derive(Serialize, ToSchema)]
pub(crate) struct PrivacyBody {
    visibility: VisibilityBody,
    /// Whether a mentor wants to be found; `null` for everybody else.
    listed: Option<bool>,
    /// Whether a mentor wants to stand on the leaderboard of quick questions; `null` for everybody else.
    in_leaderboard: Option<bool>,
    /// Everything you ever agreed to, the newest first.
    consents: Vec<ConsentBody>,
    /// The version of your account.
    version: i64,
}

/// That you agreed to a text.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConsentBody {
    kind: ConsentKind,
    text_version: String,
    #[schema(value_type = String, format = DateTime)]
    granted_at: Timestamp,
    /// Until when, if you changed your mind.
    #[schema(value_type = Option<String>, format = DateTime)]
    withdrawn_at: Option<Timestamp>,
}

impl PrivacyChange {
    /// Applies everything but the consents.
    pub(crate) fn apply(self, mut user: User, now: Timestamp) -> Result<User, Problems> {
        match &mut user.profile.role {
            RoleProfile::Mentor(mentor) => {
                mentor.listed = self.listed.unwrap_or(mentor.listed);
                mentor.in_leaderboard = self.in_leaderboard.unwrap_or(mentor.in_leaderboard);
            }
            RoleProfile::Mentee(_) | RoleProfile::Admin => self.refuse_fields_of_mentors()?,
        }
        user.visibility = self
            .visibility
            .map_or(user.visibility, VisibilityBody::into);
        user.version += 1;
        user.updated_at = now;
        Ok(user)
    }
}

impl PrivacyChange {
    fn refuse_fields_of_mentors(&self) -> Result<(), Problems> {
        let fields = [
            ("listed", self.listed),
            ("in_leaderboard", self.in_leaderboard),
        ];
        match fields.into_iter().find(|(_, sent)| sent.is_some()) {
            Some((field, _)) => Err(Problems::of(
                field,
                "field_of_another_role",
                "is a field of mentors",
            )),
            None => Ok(()),
        }
    }
}

/// Reads what is said about consents; each kind at most once.
pub(crate) fn decisions(consents: Option<Consents>) -> Result<Vec<Decision>, Problems> {
    let consents = consents.map(List::into_vec).unwrap_or_default();
    let mut decisions = Vec::with_capacity(consents.len());
    for (place, consent) in consents.iter().enumerate() {
        let at = |field: &str| format!("consents[{place}].{field}");
        if consents[..place]
            .iter()
            .any(|other| other.kind == consent.kind)
        {
            let message = "must be named once";
            return Err(Problems::of(at("kind"), "repeated_entry", message));
        }
        decisions.push(match (consent.granted, &consent.text_version) {
            (true, Some(version)) => Decision::Grant(consent.kind, version.as_str().to_owned()),
            (true, None) => {
                let message = "is required";
                return Err(Problems::of(at("text_version"), "missing_field", message));
            }
            (false, _) => Decision::Withdraw(consent.kind),
        });
    }
    Ok(decisions)
}

impl PrivacyBody {
    pub(crate) fn new(user: &User, consents: Vec<Consent>) -> Self {
        let mentor = match &user.profile.role {
            RoleProfile::Mentor(mentor) => Some(mentor),
            RoleProfile::Mentee(_) | RoleProfile::Admin => None,
        };
        Self {
            visibility: user.visibility.into(),
            listed: mentor.map(|mentor| mentor.listed),
            in_leaderboard: mentor.map(|mentor| mentor.in_leaderboard),
            consents: consents.into_iter().map(ConsentBody::from).collect(),
            version: user.version,
        }
    }
}

impl From<Visibility> for VisibilityBody {
    fn from(shows: Visibility) -> Self {
        Self {
            location: shows.location,
            company: shows.company,
            languages: shows.languages,
            profile_picture: shows.profile_picture,
            phone: shows.phone,
        }
    }
}

impl From<VisibilityBody> for Visibility {
    fn from(shows: VisibilityBody) -> Self {
        Self {
            location: shows.location,
            company: shows.company,
            languages: shows.languages,
            profile_picture: shows.profile_picture,
            phone: shows.phone,
        }
    }
}

impl From<Consent> for ConsentBody {
    fn from(consent: Consent) -> Self {
        Self {
            kind: consent.kind,
            text_version: consent.text_version,
            granted_at: consent.granted_at,
            withdrawn_at: consent.withdrawn_at,
        }
    }
}
