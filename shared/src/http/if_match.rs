//! `If-Match`: a change that is meant for one version of a thing, and for no newer one (RFC 9110 §13.1.1).
//!
//! The `ETag` of an answer is the `version` of what it shows. A handler checks it against the row that it has locked, so that
//! of two changes of one version only the first can win.

use axum::extract::FromRequestParts;
use http::StatusCode;
use http::header::IF_MATCH;
use http::request::Parts;
use serde_json::json;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};

use super::error::ApiError;

/// The versions that a change is meant for; without the header, or with `*`, it is any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfMatch(Option<Vec<String>>);

impl IfMatch {
    /// Checks the version of what is about to be changed; its row must be locked.
    ///
    /// # Errors
    /// 412 `stale_version` when it is none of those that are meant.
    pub fn check(&self, version: i64) -> Result<(), ApiError> {
        let is_meant = self
            .0
            .as_ref()
            .is_none_or(|meant| meant.contains(&version.to_string()));
        if is_meant {
            return Ok(());
        }
        Err(ApiError::stale(version))
    }
}

impl ApiError {
    /// 412 `stale_version`, with the version that there is now.
    #[must_use]
    pub fn stale(version: i64) -> Self {
        let refused = Self::new(
            StatusCode::PRECONDITION_FAILED,
            "stale_version",
            "somebody has changed this since you read it: read it again",
        );
        refused.with_details(json!({ "version": version }))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let mut sent = parts.headers.get_all(IF_MATCH).iter().peekable();
        if sent.peek().is_none() {
            return Ok(Self(None));
        }
        let texts: Option<Vec<&str>> = sent.map(|value| value.to_str().ok()).collect();
        texts
            .and_then(|texts| parse(&texts.join(",")))
            .ok_or_else(|| {
                ApiError::new(
                    StatusCode::BAD_REQUEST,
                    "invalid_if_match",
                    "If-Match is the ETag of an answer, such as \"3\", or *",
                )
            })
    }
}

/// Reads `*` or a list of entity tags. A weak one is well formed and never matches.
fn parse(text: &str) -> Option<IfMatch> {
    if text.trim() == "*" {
        return Some(IfMatch(None));
    }
    let tags = text.split(',').map(str::trim).map(|tag| {
        let (is_weak, quoted) = tag
            .strip_prefix("W/")
            .map_or((false, tag), |weak| (true, weak));
        let opaque = quoted.strip_prefix('"')?.strip_suffix('"')?;
        let is_tag = opaque
            .bytes()
            .all(|b| b == 0x21 || (0x23..=0x7e).contains(&b));
        is_tag.then(|| (!is_weak).then(|| opaque.to_owned()))
    });
    let tags: Vec<Option<String>> = tags.collect::<Option<_>>()?;
    Some(IfMatch(Some(tags.into_iter().flatten().collect())))
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let tag = ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .pattern(Some(r#"^(\*|"[0-9]{1,18}")$"#))
            .examples([r#""3""#]);
        let parameter = ParameterBuilder::new()
            .name("If-Match")
            .parameter_in(ParameterIn::Header)
            .description(Some(
                "The `ETag` of the version you mean, which is its `version` in quotes; if there is a newer one, nothing is \
                 changed and the answer is 412 `stale_version`. `*`, or no header, means any version.",
            ))
            .schema(Some(tag));
        vec![parameter.build()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(text: &str, version: i64) -> Option<bool> {
        parse(text).map(|meant| meant.check(version).is_ok())
    }

    #[test]
    fn a_tag_means_the_version_that_it_names() {
        assert_eq!(matches("\"3\"", 3), Some(true));
        assert_eq!(matches("\"3\"", 4), Some(false));
        assert_eq!(matches(" \"2\" , \"3\"", 3), Some(true));
        assert_eq!(matches("*", 7), Some(true));
        assert_eq!(matches("W/\"3\"", 3), Some(false), "strong comparison");
        assert_eq!(matches("\"abc\"", 3), Some(false), "somebody else's tag");
        assert_eq!(matches("\"03\"", 3), Some(false));
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for bad in [
            "",
            "3",
            "\"3",
            "3\"",
            "\"a b\"",
            "\"3\" \"4\"",
            "\"3\",",
            "*, \"3\"",
            "w/\"3\"",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
