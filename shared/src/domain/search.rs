//! What somebody looks for among the mentors, and in which order they want to see them.
//!
//! Within one list any entry will do; between fields all must hold. Texts are compared without regard to capitals and
//! accents.

mod place;

use super::profile::StartupStage;
use super::score::Thousandths;
use super::time::{Minutes, Span};

pub use place::{Key, Place};

/// Which mentors are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Search {
    /// Words of which all are wanted; the last may be a beginning.
    pub words: Option<String>,
    /// Topics they talk about.
    pub topics: Vec<String>,
    /// What they know.
    pub expertise: Vec<String>,
    /// Which industries they know.
    pub industries: Vec<String>,
    /// Which stages they help.
    pub stages: Vec<StartupStage>,
    /// Where they work.
    pub companies: Vec<String>,
    /// What they speak.
    pub languages: Vec<String>,
    /// The lowest mean of their ratings.
    pub min_rating: Option<Thousandths>,
    /// The lowest price of an hour, in minor units.
    pub price_min: Option<i32>,
    /// The highest price of an hour, in minor units.
    pub price_max: Option<i32>,
    /// The currency of that price.
    pub currency: Option<String>,
    /// Whether they take new sessions.
    pub accepting: Option<bool>,
    /// When they must have time.
    pub free: Option<Free>,
    /// The order of the list.
    pub sort: Sort,
}

/// Time that a mentor must have: at least one slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Free {
    /// Between these moments.
    pub within: Span,
    /// Of this length.
    pub duration: Minutes,
}

/// The order of a list of mentors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Those whose profile says most about the words first.
    Relevance,
    /// Those who came last first.
    #[default]
    Newest,
    /// The best rated first, those without a public rating last.
    Rating,
    /// The cheapest first, those who name no price last.
    Price,
    /// The dearest first, those who name no price last.
    PriceReversed,
    /// By family name, then by given name.
    Name,
}

impl Sort {
    /// The order when none is asked for: words are about relevance.
    #[must_use]
    pub const fn usual(has_words: bool) -> Self {
        if has_words {
            Self::Relevance
        } else {
            Self::Newest
        }
    }
}

/// How mentees have rated a mentor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rating {
    /// From 1 to 5.
    pub mean: Thousandths,
    /// How many ratings.
    pub count: i32,
}
