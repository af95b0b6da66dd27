//! What `/api/auth` gives.

use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::LoginId;
use shared::domain::login::Device;
use shared::http::UserBody;
use utoipa::ToSchema;

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

/// The secret that an authenticator app needs.
#[derive(Serialize, ToSchema)]
pub(crate) struct TotpBody {
    /// In base32, to be typed.
    pub(crate) secret: String,
    /// The same as an address, to be shown as a QR code.
    pub(crate) otpauth_uri: String,
}

/// The codes for the day on which the app is lost.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryCodesBody {
    /// Each works once; they are shown this once.
    #[schema(min_items = 10, max_items = 10)]
    pub(crate) recovery_codes: Vec<String>,
}

/// A signed-in device.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceBody {
    id: LoginId,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was signed in or last refreshed its tokens.
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Timestamp,
    /// The network it was signed in from, not the whole address.
    #[schema(example = "203.0.113.0/24")]
    network: Option<String>,
    /// The program it was signed in with.
    user_agent: Option<String>,
    /// Whether it is the one that asks.
    current: bool,
}

impl DeviceBody {
    pub(crate) fn new(device: Device, asking: Option<LoginId>) -> Self {
        Self {
            id: device.id,
            created_at: device.created_at,
            last_seen_at: device.last_seen_at,
            network: device.network,
            user_agent: device.user_agent,
            current: Some(device.id) == asking,
        }
    }
}
