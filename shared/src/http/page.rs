//! `limit` and `cursor` of a list.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use jiff::Timestamp;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use uuid::Uuid;

use super::input::Problems;
use crate::domain::page::{Cursor, PageRequest};
use crate::domain::value::ValueError;

/// A whole number of a query, within limits, with what it is when left out.
#[derive(Clone, Copy, Debug)]
pub struct QueryNumber<const MIN: u32, const MAX: u32, const DEFAULT: u32>(u32);

/// How many entries of a list.
pub type Limit = QueryNumber<1, 100, 20>;

/// How long a session takes, in minutes.
pub type SessionMinutes = QueryNumber<30, 180, 60>;

impl<const MIN: u32, const MAX: u32, const DEFAULT: u32> QueryNumber<MIN, MAX, DEFAULT> {
    /// The number itself.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Limit {
    /// The part of a list with so many entries behind a cursor, or from the beginning.
    #[must_use]
    pub fn after(self, cursor: Option<PageCursor>) -> PageRequest {
        PageRequest {
            limit: self.get().into(),
            after: cursor.map(|cursor| cursor.0),
        }
    }
}

impl<const MIN: u32, const MAX: u32, const DEFAULT: u32> Default
    for QueryNumber<MIN, MAX, DEFAULT>
{
    fn default() -> Self {
        Self(DEFAULT)
    }
}

impl<const MIN: u32, const MAX: u32, const DEFAULT: u32> Deserr<Problems>
    for QueryNumber<MIN, MAX, DEFAULT>
{
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        at: ValuePointerRef<'_>,
    ) -> Result<Self, Problems> {
        let text = <String as Deserr<Problems>>::deserialize_from_value(value, at)?;
        let number = text.parse().ok().filter(|n| (MIN..=MAX).contains(n));
        let refused = ValueError::OutOfRange(MIN.into(), MAX.into());
        number
            .map(Self)
            .ok_or_else(|| Problems::refused(&refused, at))
    }
}

impl<const MIN: u32, const MAX: u32, const DEFAULT: u32> PartialSchema
    for QueryNumber<MIN, MAX, DEFAULT>
{
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::Integer))
            .minimum(Some(MIN))
            .maximum(Some(MAX))
            .default(Some(DEFAULT.into()))
            .into()
    }
}

impl<const MIN: u32, const MAX: u32, const DEFAULT: u32> ToSchema
    for QueryNumber<MIN, MAX, DEFAULT>
{
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Integer{MIN}To{MAX}"))
    }
}

/// Where a list goes on: `meta.next_cursor` of the page before.
#[derive(Clone, Copy, Debug)]
pub struct PageCursor(pub Cursor);

impl Deserr<Problems> for PageCursor {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        at: ValuePointerRef<'_>,
    ) -> Result<Self, Problems> {
        let text = <String as Deserr<Problems>>::deserialize_from_value(value, at)?;
        decode(&text).map(Self).ok_or_else(|| {
            Problems::of(
                "cursor",
                "invalid_cursor",
                "is not a cursor of this list: start again without it",
            )
        })
    }
}

impl PartialSchema for PageCursor {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .pattern(Some("^[A-Za-z0-9_-]{32}$"))
            .into()
    }
}

impl ToSchema for PageCursor {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Cursor")
    }
}

/// Which part of a list, where nothing else is chosen.
#[derive(Clone, Copy, Debug, Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    cursor: Option<PageCursor>,
}

impl From<PageQuery> for PageRequest {
    fn from(query: PageQuery) -> Self {
        query.limit.after(query.cursor)
    }
}

/// Writes a cursor: opaque to clients, checked when it comes back.
pub(super) fn encode(cursor: Cursor) -> String {
    let mut bytes = cursor.at.as_microsecond().to_be_bytes().to_vec();
    bytes.extend_from_slice(cursor.id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The end of the year 2199, as for every moment that clients send.
const LAST_MICROSECOND: i64 = 7_258_118_400_000_000;

fn decode(text: &str) -> Option<Cursor> {
    let bytes: [u8; 24] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
    let (at, id) = bytes.split_at(8);
    let at = i64::from_be_bytes(at.try_into().ok()?);
    // A cursor of ours never points before 1970, and the database knows fewer years than a cursor can say.
    if !(0..LAST_MICROSECOND).contains(&at) {
        return None;
    }
    Some(Cursor {
        at: Timestamp::from_microsecond(at).ok()?,
        id: Uuid::from_slice(id).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let cursor = Cursor {
            at: "2026-03-02T15:00:00.123456Z".parse().unwrap(),
            id: Uuid::from_u128(7),
        };
        assert_eq!(encode(cursor).len(), 32);
        assert_eq!(decode(&encode(cursor)), Some(cursor));
        assert_eq!(decode("nonsense"), None);
    }

    #[test]
    fn a_cursor_outside_of_time_is_none() {
        for micros in [i64::MIN, -1, LAST_MICROSECOND, i64::MAX] {
            let mut bytes = micros.to_be_bytes().to_vec();
            bytes.extend_from_slice(&[7; 16]);
            assert_eq!(decode(&URL_SAFE_NO_PAD.encode(bytes)), None, "{micros}");
        }
    }
}
