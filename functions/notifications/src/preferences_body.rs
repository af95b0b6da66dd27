//! What `/api/notifications/preferences` takes and gives.

use std::collections::HashMap;

use deserr::Deserr;
use serde::Serialize;
use shared::domain::availability::TimeOfDay;
use shared::domain::letter::{Class, Kind};
use shared::domain::notification::{
    ByMail, Choice, DigestRhythm, QuietHours, QuietHoursError, Settings, Suppression,
};
use shared::domain::value::{List, Patch};
use shared::http::Problems;
use utoipa::ToSchema;

/// How somebody wants to hear of things.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreferencesBody {
    /// By which ways each event comes.
    events: Vec<ChoiceBody>,
    digest: DigestRhythm,
    /// When nothing comes that can wait; `null` when everything comes at any time.
    quiet_hours: Option<QuietBody>,
    /// Why no mail is sent to your address any more, but for what concerns the account: it `bounced`, or a mail to it was
    /// `complained` about. Another address is free of that.
    email_problem: Option<Suppression>,
    /// 0 as long as nothing was changed.
    pub(crate) version: i64,
}

/// By which ways an event comes.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChoiceBody {
    #[schema(example = "session_requested")]
    event: &'static str,
    email: ByMail,
    in_app: bool,
    sms: bool,
    /// Whether this cannot be changed.
    is_fixed: bool,
}

/// When nothing comes that can wait, by the clock of your time zone; over midnight when the end is the earlier of the
/// two.
#[derive(Clone, Copy, PartialEq, Serialize, Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuietBody {
    starts_at: TimeOfDay,
    ends_at: TimeOfDay,
}

impl PreferencesBody {
    pub(crate) fn new(
        (settings, version): (Settings, i64),
        choices: &HashMap<String, Choice>,
        email_problem: Option<Suppression>,
    ) -> Self {
        let of = |kind: Kind| {
            let is_fixed = kind.class() == Class::Security;
            let chosen = choices.get(kind.as_str()).filter(|_| !is_fixed);
            let choice = chosen.copied().unwrap_or(Choice::USUAL);
            ChoiceBody {
                event: kind.as_str(),
                email: choice.email,
                in_app: choice.in_app && kind.is_shown(),
                sms: choice.sms && kind.is_texted(),
                is_fixed,
            }
        };
        Self {
            events: Kind::ALL.into_iter().map(of).collect(),
            digest: settings.digest,
            quiet_hours: settings.quiet.map(QuietBody::from),
            email_problem,
            version,
        }
    }
}

impl From<QuietHours> for QuietBody {
    fn from(quiet: QuietHours) -> Self {
        Self {
            starts_at: quiet.from(),
            ends_at: quiet.until(),
        }
    }
}

type Choices = List<ChoiceChange, 60>;

/// How somebody wants to hear of things. What is left out stays.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreferencesChange {
    #[deserr(default, from(Choices) = Some)]
    #[schema(nullable = false)]
    events: Option<Choices>,
    #[deserr(default, from(DigestRhythm) = Some)]
    #[schema(nullable = false)]
    digest: Option<DigestRhythm>,
    /// `null` ends them.
    #[deserr(default)]
    #[schema(value_type = Option<QuietBody>)]
    quiet_hours: Patch<QuietBody>,
}

/// By which ways an event shall come.
#[derive(Clone, PartialEq, Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoiceChange {
    event: Kind,
    email: ByMail,
    in_app: bool,
    sms: bool,
}

impl PreferencesChange {
    /// What is chosen for single events; each is named once, and what concerns the account cannot be chosen.
    pub(crate) fn choices(&self, has_sms: bool) -> Result<Vec<(Kind, Choice)>, Problems> {
        let changes = self.events.as_ref().map_or(&[][..], List::as_slice);
        let mut choices: Vec<(Kind, Choice)> = Vec::with_capacity(changes.len());
        for (place, change) in changes.iter().enumerate() {
            let at = format!("events[{place}].event");
            if choices.iter().any(|(kind, _)| *kind == change.event) {
                return Err(Problems::of(at, "repeated_entry", "must be named once"));
            }
            if change.event.class() == Class::Security {
                let message = "always comes by mail: it concerns your account";
                return Err(Problems::of(at, "fixed_event", message));
            }
            if change.sms && !has_sms {
                let at = format!("events[{place}].sms");
                return Err(Problems::of(
                    at,
                    "sms_off",
                    "no text messages are sent here",
                ));
            }
            let choice = Choice {
                email: change.email,
                in_app: change.in_app,
                sms: change.sms,
            };
            choices.push((change.event, choice));
        }
        Ok(choices)
    }

    /// What is set for all events.
    pub(crate) fn settings(&self, settings: Settings) -> Result<Settings, QuietHoursError> {
        let quiet = match self.quiet_hours {
            Patch::Keep => settings.quiet,
            Patch::Clear => None,
            Patch::Set(hours) => Some(QuietHours::new(hours.starts_at, hours.ends_at)?),
        };
        Ok(Settings {
            digest: self.digest.unwrap_or(settings.digest),
            quiet,
        })
    }
}
