//! What people change of themselves: their profile, and whether they are there at all.

use deserr::{Deserr, IntoValue, Map, Value, ValuePointerRef};
use shared::domain::user::UserStatus;
use shared::http::Problems;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use crate::body::ProfileChange;

/// A change to one's own account: the fields of a profile, and `status`.
pub(crate) struct OwnChange {
    pub(crate) profile: ProfileChange,
    pub(crate) status: Option<OwnStatus>,
}

/// What people may set their own status to.
#[derive(Clone, Copy, Deserr, ToSchema)]
#[deserr(error = Problems)]
pub(crate) enum OwnStatus {
    /// There again.
    #[deserr(rename = "active")]
    #[schema(rename = "active")]
    Active,
    /// Hidden and paused.
    #[deserr(rename = "inactive")]
    #[schema(rename = "inactive")]
    Inactive,
}

impl From<OwnStatus> for UserStatus {
    fn from(status: OwnStatus) -> Self {
        match status {
            OwnStatus::Active => Self::Active,
            OwnStatus::Inactive => Self::Inactive,
        }
    }
}

impl Deserr<Problems> for OwnChange {
    /// Takes `status` out and reads the rest as a profile; what is wrong with either is named together.
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        at: ValuePointerRef<'_>,
    ) -> Result<Self, Problems> {
        let Value::Map(mut fields) = value else {
            let profile = ProfileChange::deserialize_from_value(value, at)?;
            return Ok(Self {
                profile,
                status: None,
            });
        };
        let status = fields.remove("status").map(|status| {
            OwnStatus::deserialize_from_value(status.into_value(), at.push_key("status"))
        });
        let profile = ProfileChange::deserialize_from_value(Value::<V>::Map(fields), at);
        match (profile, status.transpose()) {
            (Ok(profile), Ok(status)) => Ok(Self { profile, status }),
            (Err(wrong), Ok(_)) | (Ok(_), Err(wrong)) => Err(wrong),
            (Err(profile), Err(status)) => Err(profile.and(status)),
        }
    }
}

impl PartialSchema for OwnChange {
    fn schema() -> RefOr<Schema> {
        let mut schema = ProfileChange::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object
                .properties
                .insert("status".to_owned(), OwnStatus::schema());
            object.description =
                Some("A change to one's own account. Every field is optional.".to_owned());
        }
        schema
    }
}

impl ToSchema for OwnChange {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ProfileChange::schemas(schemas);
    }
}
