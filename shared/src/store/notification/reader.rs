//! People, as messages address them.

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::calendar::Person;
use crate::domain::id::{Id, UserId};
use crate::domain::letter;
use crate::domain::time::Zone;
use crate::domain::user::{Email, SealedPhone};
use crate::store::{Read, StoreError};

/// A person as a mail addresses them.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The person.
    pub id: UserId,
    /// Where mail goes.
    pub email: Email,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// The zone their times are shown in.
    pub timezone: Zone,
    /// Whether their address is proven.
    pub is_verified: bool,
    /// Whether they are shut out or gone, and get no mail.
    pub is_suspended: bool,
}

impl Reader {
    /// The person in full, with their address.
    #[must_use]
    pub fn person(&self) -> Person {
        Person {
            name: format!("{} {}", self.first_name, self.last_name)
                .trim()
                .to_owned(),
            email: self.email.as_str().to_owned(),
        }
    }
}

impl From<&Reader> for letter::Reader {
    fn from(account: &Reader) -> Self {
        Self {
            first_name: account.first_name.clone(),
            email: account.email.as_str().to_owned(),
            zone: account.timezone.clone(),
            unsubscribe_url: None,
        }
    }
}

/// Reads people as mails address them.
pub async fn list_readers(db: &impl Read, people: &[UserId]) -> Result<Vec<Reader>, StoreError> {
    let ids: Vec<Uuid> = people.iter().map(|id| id.uuid()).collect();
    let rows = db
        .query(
            "SELECT id, email, first_name, last_name, timezone, email_verified_at IS NOT NULL AS is_verified,
                    status = 'suspended' OR erased_at IS NOT NULL AS is_suspended
               FROM users
              WHERE id = ANY($1)",
            &[(&ids, Type::UUID_ARRAY)],
        )
        .await?;
    rows.iter().map(reader_from_row).collect()
}

/// Reads the phone of somebody, sealed, if they have named one.
pub async fn find_phone(db: &impl Read, person: UserId) -> Result<Option<SealedPhone>, StoreError> {
    let row = db
        .query_opt(
            "SELECT phone FROM users WHERE id = $1",
            &[(&person.uuid(), Type::UUID)],
        )
        .await?;
    let phone = row
        .map(|row| row.try_get::<_, Option<Vec<u8>>>("phone"))
        .transpose()?;
    Ok(phone.flatten().map(SealedPhone))
}

/// Reads who has an address, as mails address them.
pub async fn find_reader(db: &impl Read, email: &Email) -> Result<Option<Reader>, StoreError> {
    let row = db
        .query_opt(
            "SELECT id, email, first_name, last_name, timezone, email_verified_at IS NOT NULL AS is_verified,
                    status = 'suspended' AS is_suspended
               FROM users
              WHERE email = $1",
            &[(&email.as_str(), Type::TEXT)],
        )
        .await?;
    row.map(|row| reader_from_row(&row)).transpose()
}

fn reader_from_row(row: &Row) -> Result<Reader, StoreError> {
    let bad = |error: &dyn std::error::Error| StoreError::inconsistent("users", error);
    Ok(Reader {
        id: row.try_get::<_, Uuid>("id")?.into(),
        email: Email::parse(row.try_get("email")?).map_err(|error| bad(&error))?,
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        timezone: row
            .try_get::<_, &str>("timezone")?
            .parse()
            .map_err(|error: crate::domain::time::ZoneError| bad(&error))?,
        is_verified: row.try_get("is_verified")?,
        is_suspended: row.try_get("is_suspended")?,
    })
}
