//! The OpenAPI 3.1 document: the areas' own parts, merged, with what they have in common.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, Info, OpenApi};

/// Every code of a refusal, with what it means.
pub const CODES: &[(&str, &str)] = &[
    ("account_inactive", "the account is paused by its owner"),
    ("answer_too_late", "the time to answer a request is over"),
    (
        "bad_credentials",
        "address or password are wrong, or the account is shut out",
    ),
    ("body_too_large", "the body is larger than 1 MiB"),
    (
        "cancel_too_late",
        "the mentor's notice for cancelling has begun",
    ),
    ("control_character", "a text contains control characters"),
    (
        "email_not_verified",
        "the address of mail is not proven yet",
    ),
    ("forbidden", "the role may not do this"),
    ("internal", "a bug of ours; name the request id"),
    ("login_ended", "the signed-in device was signed out"),
    ("malformed_json", "the body is not good JSON"),
    (
        "method_not_allowed",
        "the address does not know this method",
    ),
    ("missing_field", "a field is required"),
    (
        "not_found",
        "there is no such thing, or the asker may not know that there is",
    ),
    (
        "not_your_action",
        "only somebody else may do this to this session",
    ),
    (
        "rate_limited",
        "too many requests; Retry-After says when to try again",
    ),
    (
        "refresh_reused",
        "a refresh token was used twice, so the device was signed out",
    ),
    (
        "refresh_superseded",
        "a refresh token was replaced a moment ago",
    ),
    (
        "invalid_transition",
        "the session cannot do that in its present state",
    ),
    ("session_not_started", "the session has not started yet"),
    ("slot_taken", "the time is taken; details name alternatives"),
    ("unauthenticated", "no valid access token was sent"),
    (
        "unavailable",
        "a part of the platform is down; Retry-After says when to try again",
    ),
    ("unknown_field", "a field is not known"),
    ("unknown_route", "there is nothing at this address"),
    ("unknown_value", "a value is none of those allowed"),
    (
        "unsupported_media_type",
        "the body is not sent as application/json",
    ),
    ("wrong_type", "a value has the wrong type"),
];

/// Merges the documents of the areas.
#[must_use]
pub fn document(areas: impl IntoIterator<Item = OpenApi>) -> OpenApi {
    let mut info = Info::new("Office Hours", env!("CARGO_PKG_VERSION"));
    info.description = Some(description());
    let mut merged = OpenApi::new(info, utoipa::openapi::Paths::new());
    for area in areas {
        merged.merge(area);
    }
    let components = merged.components.get_or_insert_with(Components::new);
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    merged
}

fn description() -> String {
    let mut text = String::from(
        "Mentees find mentors, book them and meet them.\n\n\
         Every answer has one shape: `{\"success\", \"data\", \"message\"?, \"errors\", \"meta\"?}`. \
         Times are RFC 3339 in UTC, zones are IANA names, ids are UUIDs.\n\n\
         ## Codes of refusals\n\n",
    );
    for (code, meaning) in CODES {
        text.push_str("- `");
        text.push_str(code);
        text.push_str("`: ");
        text.push_str(meaning);
        text.push('\n');
    }
    text
}
