//! Which fields of a person are in Airtable, under which name, and whose word counts.

use serde::{Deserialize, Serialize};

use super::{Cells, SyncError};
use crate::domain::user::Role;
use crate::domain::value::{Text, ValueError};

/// Whose word counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// Ours: what is written there is overwritten.
    Platform,
    /// Airtable's: what is written here is overwritten.
    Airtable,
    /// Whoever changed it last.
    Shared,
}

impl Owner {
    /// The word for the database and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Airtable => "airtable",
            Self::Shared => "shared",
        }
    }

    /// Reads the word of the database or the API.
    ///
    /// # Errors
    /// When it is no owner.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        match text {
            "platform" => Ok(Self::Platform),
            "airtable" => Ok(Self::Airtable),
            "shared" => Ok(Self::Shared),
            _ => Err(ValueError::NotOneOf("platform, airtable, shared")),
        }
    }
}

macro_rules! fields {
    ($($field:ident $name:literal $there:literal $owner:ident $role:expr;)+) => {
        /// A field of a person that can be in Airtable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[expect(missing_docs, reason = "each is the field of the same name")]
        pub enum SyncField {
            $($field,)+
        }

        impl SyncField {
            /// Every field.
            pub const ALL: &'static [Self] = &[$(Self::$field,)+];

            /// The name of the field here.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$field => $name,)+
                }
            }

            /// What it is called there until an admin says otherwise, and whose word counts.
            const fn usual(self) -> (&'static str, Owner) {
                match self {
                    $(Self::$field => ($there, Owner::$owner),)+
                }
            }

            /// The one role whose people have it, if not all have.
            #[must_use]
            pub const fn role(self) -> Option<Role> {
                match self {
                    $(Self::$field => $role,)+
                }
            }
        }
    };
}

fields! {
    Email "email" "Email" Platform None;
    Role "role" "Role" Platform None;
    Status "status" "Status" Platform None;
    Vetting "vetting" "Vetting" Platform Some(Role::Mentor);
    FirstName "first_name" "First Name" Shared None;
    LastName "last_name" "Last Name" Shared None;
    Bio "bio" "Bio" Shared None;
    Location "location" "Location" Shared None;
    Timezone "timezone" "Timezone" Shared None;
    Languages "languages" "Languages" Shared None;
    Company "company" "Company" Shared Some(Role::Mentor);
    Title "title" "Title" Shared Some(Role::Mentor);
    YearsExperience "years_experience" "Years of Experience" Shared Some(Role::Mentor);
    ExpertiseAreas "expertise_areas" "Expertise" Shared Some(Role::Mentor);
    Industries "industries" "Industries" Shared Some(Role::Mentor);
    StartupName "startup_name" "Startup" Shared Some(Role::Mentee);
    IndustryFocus "industry_focus" "Industry Focus" Shared Some(Role::Mentee);
    StartupStage "startup_stage" "Stage" Shared Some(Role::Mentee);
    Goals "goals" "Goals" Shared Some(Role::Mentee);
    Interests "interests" "Interests" Shared Some(Role::Mentee);
}

impl SyncField {
    /// Reads the name of a field.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let found = Self::ALL.iter().find(|field| field.as_str() == text);
        found
            .copied()
            .ok_or(ValueError::NotOneOf("the fields of the map"))
    }

    /// Whether a program manager may change it in Airtable: accounts, roles and vetting have their own ways.
    #[must_use]
    pub const fn is_ours_alone(self) -> bool {
        matches!(
            self,
            Self::Email | Self::Role | Self::Status | Self::Vetting
        )
    }
}

/// How one field is synced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRule {
    /// The field here.
    pub field: SyncField,
    /// Its name there.
    pub name: String,
    /// Its id there, once the base was asked; a field that is not there has none, and is left alone.
    pub id: Option<String>,
    /// Whose word counts.
    pub owner: Owner,
    /// Whether it is synced at all.
    pub is_synced: bool,
}

impl FieldRule {
    /// How a field is synced until an admin says otherwise.
    #[must_use]
    pub fn usual(field: SyncField) -> Self {
        let (name, owner) = field.usual();
        Self {
            field,
            name: name.to_owned(),
            id: None,
            owner,
            is_synced: true,
        }
    }

    /// An admin says how the field is synced. Under another name its id must be asked for again.
    ///
    /// # Errors
    /// When the platform alone may change the field.
    pub fn revised(self, name: Text<1, 255>, owner: Owner, on: bool) -> Result<Self, SyncError> {
        if self.field.is_ours_alone() && owner != Owner::Platform {
            return Err(SyncError::FieldIsOurs(self.field));
        }
        let name = name.into_string();
        Ok(Self {
            id: self.id.filter(|_| name == self.name),
            name,
            owner,
            is_synced: on,
            ..self
        })
    }
}

/// How all fields are synced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMap {
    /// One rule per field.
    pub rules: Vec<FieldRule>,
}

impl FieldMap {
    /// Completes what is known of single fields with what is usual for the others.
    ///
    /// # Errors
    /// When two synced fields would have one name there.
    pub fn of(known: &[FieldRule]) -> Result<Self, SyncError> {
        let rules: Vec<FieldRule> = SyncField::ALL
            .iter()
            .map(|field| {
                let rule = known.iter().find(|rule| rule.field == *field);
                rule.cloned().unwrap_or_else(|| FieldRule::usual(*field))
            })
            .collect();
        for (at, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.is_synced) {
            let is_taken = |other: &FieldRule| other.is_synced && other.name == rule.name;
            if rules[at + 1..].iter().any(is_taken) || rule.name == PLATFORM_ID {
                return Err(SyncError::NameTaken(rule.field));
            }
        }
        Ok(Self { rules })
    }

    /// The fields that are synced and known to be there.
    pub fn active(&self) -> impl Iterator<Item = (&FieldRule, &str)> {
        let synced = self.rules.iter().filter(|rule| rule.is_synced);
        synced.filter_map(|rule| Some((rule, rule.id.as_deref()?)))
    }

    /// The field that has this id there.
    #[must_use]
    pub fn field_of(&self, id: &str) -> Option<SyncField> {
        let mut active = self.active();
        active.find_map(|(rule, known)| (known == id).then_some(rule.field))
    }

    /// Reads cells that are keyed by ids of fields; what is not there is empty.
    #[must_use]
    pub fn read(&self, cells: &serde_json::Map<String, serde_json::Value>) -> Cells {
        let read = |(rule, id): (&FieldRule, &str)| {
            let cell = cells.get(id).map(super::Cell::read).unwrap_or_default();
            (rule.field, cell)
        };
        self.active().map(read).collect()
    }
}

/// The field there that says whose record it is.
pub(super) const PLATFORM_ID: &str = "Platform ID";

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(field: SyncField, name: &str) -> FieldRule {
        FieldRule {
            name: name.to_owned(),
            ..FieldRule::usual(field)
        }
    }

    #[test]
    fn every_field_has_one_name_on_each_side() {
        let map = FieldMap::of(&[]).unwrap();
        assert_eq!(map.rules.len(), SyncField::ALL.len());
        for field in SyncField::ALL {
            assert_eq!(SyncField::parse(field.as_str()), Ok(*field));
        }
    }

    #[test]
    fn two_fields_cannot_share_a_column() {
        let shared = vec![
            rule(SyncField::Bio, "About"),
            rule(SyncField::Goals, "About"),
        ];
        assert_eq!(
            FieldMap::of(&shared),
            Err(SyncError::NameTaken(SyncField::Bio))
        );
        let id = vec![rule(SyncField::Bio, PLATFORM_ID)];
        assert!(FieldMap::of(&id).is_err());
    }

    #[test]
    fn nobody_becomes_an_admin_by_an_edit_there() {
        let name = || Text::parse("Role").unwrap();
        let role = FieldRule::usual(SyncField::Role);
        assert_eq!(
            role.clone().revised(name(), Owner::Shared, true),
            Err(SyncError::FieldIsOurs(SyncField::Role))
        );
        assert!(role.revised(name(), Owner::Platform, false).is_ok());
    }

    #[test]
    fn a_renamed_field_must_be_found_again() {
        let known = FieldRule {
            id: Some("fldBio".to_owned()),
            ..FieldRule::usual(SyncField::Bio)
        };
        let kept = known
            .clone()
            .revised(Text::parse("Bio").unwrap(), Owner::Airtable, true);
        assert_eq!(kept.unwrap().id.as_deref(), Some("fldBio"));
        let renamed = known.revised(Text::parse("About").unwrap(), Owner::Shared, true);
        assert_eq!(renamed.unwrap().id, None);
    }
}
