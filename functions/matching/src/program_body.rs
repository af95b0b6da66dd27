//! What `/api/matching/programs` takes and gives.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::matching::{
    ComponentName, KeptProgram, Program, ProgramChange, ProgramError, ProgramKey, ProgramVersion,
    Weights,
};
use shared::domain::score::Thousandths;
use shared::domain::value::{Bounded, Text};
use shared::http::{ApiError, Problems};
use utoipa::ToSchema;

type Name = Text<1, 80>;
type Weight = Bounded<0, 100>;
type GoodScore = Bounded<0, 100>;

macro_rules! weights {
    ($($field:ident: $name:ident,)+) => {
        /// How many points each component gives at most. They sum to 100; one that is left out gives none.
        #[derive(Deserr, ToSchema)]
        #[deserr(error = Problems, deny_unknown_fields)]
        #[serde(deny_unknown_fields)]
        #[schema(example = json!({ "expertise": 40, "industry": 30, "stage": 20, "availability": 10 }))]
        pub(crate) struct WeightsBody {
            $(
                #[deserr(default, from(Weight) = Some)]
                #[schema(nullable = false)]
                $field: Option<Weight>,
            )+
        }

        impl WeightsBody {
            /// Reads the weights.
            pub(crate) fn weights(self) -> Result<Weights, ProgramError> {
                let points = |weight: Option<Weight>| weight.map_or(0, |weight| weight.get().unsigned_abs());
                Weights::new([$((ComponentName::$name, points(self.$field)),)+])
            }
        }
    };
}

weights! {
    expertise: Expertise,
    industry: Industry,
    stage: Stage,
    career_goals: CareerGoals,
    industry_and_expertise: IndustryAndExpertise,
    research_interests: ResearchInterests,
    technical_skills: TechnicalSkills,
    location: Location,
    communication_preferences: CommunicationPreferences,
    availability: Availability,
}

/// A way to score matches.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewProgramBody {
    #[schema(example = "research_year")]
    pub(crate) key: ProgramKey,
    #[schema(example = "Research year")]
    name: Name,
    weights: WeightsBody,
    /// Matches below it are weak; 70 when left out.
    #[deserr(default, from(GoodScore) = Some)]
    #[schema(nullable = false)]
    good_score: Option<GoodScore>,
}

impl NewProgramBody {
    /// Reads the first version.
    pub(crate) fn version(self, now: Timestamp) -> Result<ProgramVersion, ApiError> {
        Ok(ProgramVersion {
            number: 1,
            name: self.name.into_string(),
            weights: self.weights.weights()?,
            good_score: self.good_score.map_or(Program::GOOD_SCORE, decimal),
            created_at: now,
        })
    }
}

/// A change to a program. Every field is optional; weights come all together.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProgramChangeBody {
    #[deserr(default, from(Name) = Some)]
    #[schema(nullable = false)]
    name: Option<Name>,
    #[deserr(default, from(WeightsBody) = Some)]
    #[schema(nullable = false)]
    weights: Option<WeightsBody>,
    #[deserr(default, from(GoodScore) = Some)]
    #[schema(nullable = false)]
    good_score: Option<GoodScore>,
}

impl ProgramChangeBody {
    /// Reads the change.
    pub(crate) fn change(self) -> Result<ProgramChange, ApiError> {
        Ok(ProgramChange {
            name: self.name.map(Text::into_string),
            weights: self.weights.map(WeightsBody::weights).transpose()?,
            good_score: self.good_score.map(decimal),
        })
    }
}

fn decimal(points: GoodScore) -> Thousandths {
    Thousandths::new(points.get() * 1000)
}

/// One version of a program; none is ever changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProgramVersionBody {
    /// What matches name as `program_version`.
    number: i32,
    name: String,
    #[schema(value_type = WeightsBody)]
    weights: Weights,
    /// Matches below it are weak.
    good_score: Thousandths,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<ProgramVersion> for ProgramVersionBody {
    fn from(version: ProgramVersion) -> Self {
        Self {
            number: version.number,
            name: version.name,
            weights: version.weights,
            good_score: version.good_score,
            created_at: version.created_at,
        }
    }
}

/// A program.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProgramBody {
    key: ProgramKey,
    /// The version that matches are made with; without one the program cannot be asked for.
    active: Option<ProgramVersionBody>,
    /// The version that was written last, while it is not in use; only admins see it.
    draft: Option<ProgramVersionBody>,
    /// Every version, the newest first; only admins see them, and not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    versions: Option<Vec<ProgramVersionBody>>,
    /// Counts the changes.
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl ProgramBody {
    /// Shows an admin all of it, and anybody else what is in use.
    pub(crate) fn new(program: KeptProgram, is_admin: bool) -> Self {
        let draft = program.draft().filter(|_| is_admin).cloned();
        Self {
            draft: draft.map(Into::into),
            key: program.key,
            active: program.active.map(Into::into),
            versions: None,
            version: program.version,
            created_at: program.created_at,
            updated_at: program.updated_at,
        }
    }

    /// The same with every version.
    pub(crate) fn with(self, versions: Vec<ProgramVersion>) -> Self {
        let versions = versions.into_iter().map(Into::into).collect();
        Self {
            versions: Some(versions),
            ..self
        }
    }
}
