//! What `POST /api/matching/batch` takes.

use deserr::Deserr;
use shared::domain::assignment_run::{MAX_PAIRS, Mode, Order, Scope};
use shared::domain::id::UserId;
use shared::domain::matching::{Program, ProgramKey};
use shared::domain::mentorship::Pair;
use shared::domain::value::{Bounded, List};
use shared::http::Problems;
use utoipa::ToSchema;

/// The program that scores the pairs when none is named.
const MENTORSHIP: &str = "mentorship";

type MatchesEach = Bounded<1, 3>;
type Pairs = List<PairBody, MAX_PAIRS>;

/// Who is to be matched, and how.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartBody {
    /// `optimal` when left out: as many mentees as possible get somebody, then the worst first, second and third match is
    /// as good as can be, then the sum of the scores. `stable`: no mentor and mentee would rather have each other.
    #[deserr(default)]
    #[schema(nullable = false)]
    mode: Option<Mode>,
    /// `waiting` when left out: mentees with an open request. `all`: also those with fewer mentors than each shall have.
    #[deserr(default)]
    #[schema(nullable = false)]
    scope: Option<Scope>,
    /// One that is in use; `mentorship` when left out.
    #[deserr(default)]
    #[schema(value_type = Option<ProgramKey>, nullable = false, example = "mentorship")]
    program: Option<String>,
    /// How many mentors each mentee shall have, those they have included; whoever asked gets one more at least. 1 when
    /// left out.
    #[deserr(default, from(MatchesEach) = Some)]
    #[schema(nullable = false)]
    matches_each: Option<MatchesEach>,
    /// Pairs that shall be, whatever they score.
    #[deserr(default)]
    #[schema(required = false)]
    pinned: Pairs,
    /// Pairs that shall not be.
    #[deserr(default)]
    #[schema(required = false)]
    excluded: Pairs,
}

/// A mentor and a mentee.
#[derive(Clone, Copy, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct PairBody {
    mentor_id: UserId,
    mentee_id: UserId,
}

impl From<PairBody> for Pair {
    fn from(pair: PairBody) -> Self {
        Self {
            mentor_id: pair.mentor_id,
            mentee_id: pair.mentee_id,
        }
    }
}

impl StartBody {
    /// The program that scores the pairs.
    pub(crate) fn program(&self) -> &str {
        self.program.as_deref().unwrap_or(MENTORSHIP)
    }

    /// What is asked for, once the program is known.
    pub(crate) fn order(self, program: &Program) -> Result<Order, Problems> {
        let pairs =
            |pairs: Pairs| -> Vec<Pair> { pairs.into_vec().into_iter().map(Pair::from).collect() };
        let (pinned, excluded) = (pairs(self.pinned), pairs(self.excluded));
        if excluded.iter().any(|pair| pinned.contains(pair)) {
            let problem = "must not name a pair that is pinned";
            return Err(Problems::of("excluded", "repeated_entry", problem));
        }
        Ok(Order {
            mode: self.mode.unwrap_or(Mode::Optimal),
            scope: self.scope.unwrap_or(Scope::Waiting),
            program: program.key().to_owned(),
            program_version: program.version(),
            matches_each: self.matches_each.map_or(1, MatchesEach::get).unsigned_abs(),
            pinned,
            excluded,
        })
    }
}
