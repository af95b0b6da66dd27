//! The header itself: how it is read, and how the document of an operation names it.

use http::StatusCode;
use http::header::{HeaderMap, HeaderName};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};

use crate::http::ApiError;

pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Reads a structured-field string (RFC 8941 §3.3.3), or the bare text that many clients send.
pub(super) fn parse(headers: &HeaderMap) -> Result<String, ApiError> {
    let mut sent = headers.get_all(IDEMPOTENCY_KEY).iter();
    let text = match (
        sent.next().and_then(|value| value.to_str().ok()),
        sent.next(),
    ) {
        (Some(text), None) => text.trim(),
        _ => "",
    };
    let key = text
        .strip_prefix('"')
        .map_or(Some(text), |rest| rest.strip_suffix('"'));
    let is_good = |key: &&str| {
        (8..=255).contains(&key.len())
            && key
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._:-".contains(&b))
    };
    key.filter(is_good).map(str::to_owned).ok_or_else(|| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "invalid_idempotency_key",
            "an Idempotency-Key is one text of 8 to 255 letters, digits and . _ : -",
        )
    })
}

/// Says in the document of a POST that it honours `Idempotency-Key`, and makes it so.
#[derive(Clone, Copy, Debug)]
pub struct IdempotencyKey;

impl IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let key = ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .pattern(Some(
                r#"^("[A-Za-z0-9._:-]{8,255}"|[A-Za-z0-9._:-]{8,255})$"#,
            ))
            .examples(["8e03978e-40d5-43e8-bc93-6894a57f9324"]);
        let parameter = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .description(Some(
                "Names this request, so that it is done once however often it is sent: for 24 hours the same key gets the \
                 first answer again, with `Idempotency-Replayed: true`.",
            ))
            .schema(Some(key));
        vec![parameter.build()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(IDEMPOTENCY_KEY, value.parse().unwrap());
        }
        parse(&headers).ok()
    }

    #[test]
    fn a_key_is_one_text_in_quotes_or_without() {
        assert_eq!(read(&["\"8e03978e-40d5\""]).unwrap(), "8e03978e-40d5");
        assert_eq!(read(&["8e03978e-40d5"]).unwrap(), "8e03978e-40d5");
        assert_eq!(read(&[&"k".repeat(255)]).unwrap().len(), 255);
        for bad in [
            &["short"][..],
            &[""],
            &["\"8e03978e-40d5"],
            &["8e03978e-40d5\""],
            &["with space"],
            &["ümläut-ümläut"],
            &[&"k".repeat(256)],
            &["8e03978e-40d5", "8e03978e-40d5"],
        ] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }
}
