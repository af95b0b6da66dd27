//! The id that ties together what one request causes, wherever it happens.

use std::fmt;
use std::num::NonZeroU128;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A trace: 16 bytes that are not all zero, written as 32 hex digits (W3C Trace Context, § 3.2.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TraceId(NonZeroU128);

/// The text is no trace id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a trace id is 32 lower-case hex digits, not all of them zero")]
pub struct TraceIdError;

impl TraceId {
    /// Reads a `traceparent` header (W3C Trace Context, § 3.2): of a version that is not known yet the beginning.
    #[must_use]
    pub fn of_traceparent(header: &str) -> Option<Self> {
        let mut parts = header.trim().split('-');
        let (version, trace, parent, flags) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let is_whole = match version {
            "ff" => false,
            "00" => parts.next().is_none(),
            _ => true,
        };
        let is_parent = is_hex(parent, 16) && parent.bytes().any(|digit| digit != b'0');
        let is_good = is_whole && is_hex(version, 2) && is_parent && is_hex(flags, 2);
        trace.parse().ok().filter(|_| is_good)
    }

    /// Reads the root of an `X-Amzn-Trace-Id` header: `Root=1-` with the time and the rest of the id (AWS X-Ray).
    #[must_use]
    pub fn of_xray(header: &str) -> Option<Self> {
        let mut fields = header.split(';');
        let root = fields.find_map(|field| field.trim().strip_prefix("Root=1-"))?;
        let (time, rest) = root.split_once('-')?;
        let is_good = is_hex(time, 8) && is_hex(rest, 24);
        is_good.then(|| format!("{time}{rest}"))?.parse().ok()
    }

    /// Begins a trace with the bytes of an id.
    #[must_use]
    pub fn begin(id: Uuid) -> Self {
        Self(NonZeroU128::new(id.as_u128()).unwrap_or(NonZeroU128::MIN))
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length
        && text
            .bytes()
            .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

impl FromStr for TraceId {
    type Err = TraceIdError;

    fn from_str(text: &str) -> Result<Self, TraceIdError> {
        let number = u128::from_str_radix(text, 16)
            .ok()
            .filter(|_| is_hex(text, 32));
        number
            .and_then(NonZeroU128::new)
            .map(Self)
            .ok_or(TraceIdError)
    }
}

impl TryFrom<String> for TraceId {
    type Error = TraceIdError;

    fn try_from(text: String) -> Result<Self, TraceIdError> {
        text.parse()
    }
}

impl From<TraceId> for String {
    fn from(trace: TraceId) -> Self {
        trace.to_string()
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn of_traceparent(header: &str) -> Option<String> {
        TraceId::of_traceparent(header).map(|trace| trace.to_string())
    }

    #[test]
    fn the_trace_of_whoever_calls_goes_on() {
        let header = format!("00-{TRACE}-00f067aa0ba902b7-01");
        assert_eq!(of_traceparent(&header).as_deref(), Some(TRACE));
        let newer = format!("cc-{TRACE}-00f067aa0ba902b7-01-what-comes-later");
        assert_eq!(of_traceparent(&newer).as_deref(), Some(TRACE));
    }

    #[test]
    fn a_header_that_is_no_trace_begins_none() {
        for header in [
            String::new(),
            TRACE.to_owned(),
            format!("00-{TRACE}-00f067aa0ba902b7"),
            format!("00-{TRACE}-00f067aa0ba902b7-01-more"),
            format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase()),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            format!("00-+{}-00f067aa0ba902b7-01", &TRACE[1..]),
        ] {
            assert_eq!(of_traceparent(&header), None, "{header}");
        }
    }

    #[test]
    fn a_root_of_x_ray_is_the_same_trace() {
        let header = "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=53995c3f42cd8ad8;Sampled=1";
        let trace = TraceId::of_xray(header).map(|trace| trace.to_string());
        assert_eq!(trace.as_deref(), Some(TRACE));
        for header in [
            "",
            "Root=1-4bf92f35",
            "Root=2-4bf92f35-77b34da6a3ce929d0e0e4736",
        ] {
            assert_eq!(TraceId::of_xray(header), None, "{header}");
        }
    }

    #[test]
    fn a_trace_travels_as_its_digits() {
        let trace: TraceId = TRACE.parse().unwrap();
        let json = serde_json::to_string(&trace).unwrap();
        assert_eq!(json, format!("\"{TRACE}\""));
        assert_eq!(serde_json::from_str::<TraceId>(&json).unwrap(), trace);
        assert!(serde_json::from_str::<TraceId>("\"0\"").is_err());
    }
}
