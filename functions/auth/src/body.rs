//! What `/api/auth` takes.

use deserr::Deserr;
use shared::domain::time::Zone;
use shared::domain::user::{Email, NewPassword, Role};
use shared::domain::value::Text;
use shared::http::Problems;
use utoipa::ToSchema;

type Name = Text<1, 80>;
type Token = Text<20, 200>;
pub(crate) type FactorText = Text<6, 60>;

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
    /// The code of the authenticator app, or a recovery code; needed where two-factor sign-in is on.
    #[deserr(default)]
    #[schema(example = "123456")]
    pub(crate) totp: Option<FactorText>,
}

/// A refresh token that is changed into a new one.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshBody {
    pub(crate) refresh_token: Token,
}

/// The device that is signed out.
#[derive(Default, Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogoutBody {
    /// Names the device for who has no access token at hand.
    #[deserr(default)]
    pub(crate) refresh_token: Option<Token>,
}

/// An address whose owner has forgotten the password.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForgotBody {
    #[schema(example = "mentee@example.com")]
    pub(crate) email: Email,
}

/// A new password, and the token of the link that allows it.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetBody {
    pub(crate) token: Token,
    pub(crate) password: NewPassword,
}

/// A new password, and the one it replaces.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePasswordBody {
    pub(crate) current_password: String,
    pub(crate) password: NewPassword,
}

/// A new address, and the password that confirms it.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeEmailBody {
    #[schema(example = "ada@example.org")]
    pub(crate) email: Email,
    pub(crate) password: String,
}

/// The password that confirms a change.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordBody {
    pub(crate) password: String,
}

/// The code that an authenticator app shows.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeBody {
    #[schema(example = "123456")]
    pub(crate) code: FactorText,
}

/// What switches two-factor sign-in off.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct TotpOffBody {
    pub(crate) password: String,
    /// The code of the authenticator app, or a recovery code.
    #[schema(example = "123456")]
    pub(crate) code: FactorText,
}

/// The token of a link in a mail.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenBody {
    pub(crate) token: Token,
}
