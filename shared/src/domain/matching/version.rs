//! Versions: a program as admins keep it. A version is never changed; a draft is put to use, or another one is written.

use jiff::Timestamp;
use uuid::Uuid;

use super::program::{Program, ProgramError, ProgramKey};
use super::weights::Weights;
use crate::domain::score::Thousandths;

/// One version of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramVersion {
    /// Rises by one with each version.
    pub number: i32,
    /// What people read.
    pub name: String,
    /// The weights of the components.
    pub weights: Weights,
    /// Below this a match is weak, 0 to 100.
    pub good_score: Thousandths,
    /// When it was written.
    pub created_at: Timestamp,
}

impl ProgramVersion {
    /// Says how this version scores.
    #[must_use]
    pub fn program(&self, key: &ProgramKey) -> Program {
        Program::new(
            key.as_str().to_owned(),
            self.number,
            self.weights,
            self.good_score,
        )
    }
}

/// What of a program is to be otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramChange {
    /// What people read.
    pub name: Option<String>,
    /// The weights of the components, all of them.
    pub weights: Option<Weights>,
    /// Below this a match is weak, 0 to 100.
    pub good_score: Option<Thousandths>,
}

/// A program with its newest version, and the one that is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptProgram {
    /// Names its row.
    pub id: Uuid,
    /// The name that requests and matches use.
    pub key: ProgramKey,
    /// The version in use; without one it cannot be asked for.
    pub active: Option<ProgramVersion>,
    /// The version that was written last.
    pub newest: ProgramVersion,
    /// Counts the changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl KeptProgram {
    /// Makes a program whose first version is a draft.
    #[must_use]
    pub const fn new(id: Uuid, key: ProgramKey, first: ProgramVersion, now: Timestamp) -> Self {
        Self {
            id,
            key,
            active: None,
            newest: first,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Returns the newest version, as long as it is not in use.
    #[must_use]
    pub fn draft(&self) -> Option<&ProgramVersion> {
        let is_active = |active: &ProgramVersion| active.number == self.newest.number;
        (!self.active.as_ref().is_some_and(is_active)).then_some(&self.newest)
    }

    /// Writes a draft that differs from the newest version; one that does not differ changes nothing.
    #[must_use]
    pub fn revised(self, change: ProgramChange, now: Timestamp) -> Option<Self> {
        let newest = ProgramVersion {
            number: self.newest.number,
            name: change.name.unwrap_or_else(|| self.newest.name.clone()),
            weights: change.weights.unwrap_or(self.newest.weights),
            good_score: change.good_score.unwrap_or(self.newest.good_score),
            created_at: self.newest.created_at,
        };
        (newest != self.newest).then(|| Self {
            newest: ProgramVersion {
                number: self.newest.number + 1,
                created_at: now,
                ..newest
            },
            version: self.version + 1,
            updated_at: now,
            ..self
        })
    }

    /// Puts the draft to use.
    ///
    /// # Errors
    /// When there is none.
    pub fn activated(self, now: Timestamp) -> Result<Self, ProgramError> {
        let draft = self.draft().cloned().ok_or(ProgramError::NoDraft)?;
        Ok(Self {
            active: Some(draft),
            version: self.version + 1,
            updated_at: now,
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program() -> KeptProgram {
        let now = Timestamp::UNIX_EPOCH;
        let first = ProgramVersion {
            number: 1,
            name: "Office hours".to_owned(),
            weights: Program::office_hours().weights(),
            good_score: Program::GOOD_SCORE,
            created_at: now,
        };
        let key = ProgramKey::parse("office_hours").unwrap();
        KeptProgram::new(Uuid::from_u128(1), key, first, now)
    }

    fn renamed(name: &str) -> ProgramChange {
        ProgramChange {
            name: Some(name.to_owned()),
            ..ProgramChange::default()
        }
    }

    #[test]
    fn a_change_is_a_draft_until_it_is_put_to_use() {
        let now = Timestamp::UNIX_EPOCH;
        let active = program().activated(now).unwrap();
        assert_eq!(active.draft(), None);

        let revised = active.revised(renamed("Open hours"), now).unwrap();

        assert_eq!(revised.active.as_ref().unwrap().number, 1);
        assert_eq!(revised.draft().unwrap().number, 2);
        let revised = revised.activated(now).unwrap();
        assert_eq!(revised.active.as_ref().unwrap().name, "Open hours");
        assert_eq!(revised.version, 4);
        assert_eq!(revised.activated(now), Err(ProgramError::NoDraft));
    }

    #[test]
    fn saying_what_is_so_already_writes_no_version() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(program().revised(renamed("Office hours"), now), None);
        assert_eq!(program().revised(ProgramChange::default(), now), None);
    }
}
