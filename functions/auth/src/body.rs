//! What `/api/auth` takes and gives.

use deserr::Deserr;
use serde::Serialize;
use shared::domain::time::Zone;
use shared::domain::user::{Email, NewPassword, Role};
use shared::domain::value::Text;
use shared::http::{Problems, UserBody};
use utoipa::ToSchema;

type Name = Text<1, 80>;
type Token = Text<20, 200>;

/// A new account.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterBody {
    #[schema(example = "ada@example.com")]
    pub(crate) email: Email,
    #[schema(example = "Demo-Passw0rd!")]
    pub(crate) password: NewPassword,
    pub(crate) role: NewRole,
    #[schema(example = "Ada")]
    pub(crate) first_name: Name,
    #[schema(example = "Lovelace")]
    pub(crate) last_name: Name,
    pub(crate) timezone: Zone,
}

/// A role that anybody can take.
#[derive(Clone, Copy, Deserr, ToSchema)]
#[deserr(error = Problems)]
pub(crate) enum NewRole {
    /// Gives sessions.
    #[deserr(rename = "mentor")]
    #[schema(rename = "mentor")]
    Mentor,
    /// Asks for sessions.
    #[deserr(rename = "mentee")]
    #[schema(rename = "mentee")]
    Mentee,
}

impl From<NewRole> for Role {
    fn from(role: NewRole) -> Self {
        match role {
            NewRole::Mentor => Self::Mentor,
            NewRole::Mentee => Self::Mentee,
        }
    }
}

/// Who signs in.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginBody {
    #[schema(example = "mentee@example.com")]
    pub(crate) email: Email,
    /// Exactly as it was chosen, spaces included.
    #[schema(example = "Demo-Passw0rd!")]
    pub(crate) password: String,
}

/// A refresh token that is changed into a new one.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshBody {
    pub(crate) refresh_token: Token,
}

/// The token of a link in a mail.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenBody {
    pub(crate) token: Token,
}

/// What a signed-in person gets.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokensBody {
    /// Lives 15 minutes.
    pub(crate) access_token: String,
    /// Lives 7 days and is used once.
    pub(crate) refresh_token: String,
    /// Always `Bearer`.
    pub(crate) token_type: &'static str,
    /// Seconds until the access token ends.
    pub(crate) expires_in: i64,
    pub(crate) user: UserBody,
}

/// Nothing to tell.
#[derive(Serialize, ToSchema)]
pub(crate) struct Nothing {}
