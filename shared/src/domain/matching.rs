//! Matching: which mentors fit a mentee and an ask, in points that add up, with evidence from both sides.
//!
//! ```text
//! MentorFacts* ──build──▶ Catalog ──rank──▶ Ranking ──shortlist──▶ Shortlist ◀─offer─ free slots
//!   (once, cached)                 (no strings)                        └──finish──▶ Scored*
//! ```
//!
//! * **Expertise**: the topic, the need, the interests and the goals against the expertise areas, phrase by phrase, joined
//!   with a sparse TF-IDF similarity of all that either side wrote. The stronger of the two counts 70 %, the weaker 30 %.
//! * **Industry**: the industries of both, phrase by phrase, partial matches included.
//! * **Stage**: the same stage counts in full, a neighbouring one half.
//! * **Availability**: free slots within [`AVAILABILITY_DAYS`], in full from [`FULL_AVAILABILITY_SLOTS`] on.
//!
//! Everything is whole numbers: a score is the same on every machine, and points sum to it exactly.

mod catalog;
mod corpus;
mod evidence;
mod facts;
mod fixed;
mod lexicon;
mod meaning;
mod phrases;
mod program;
mod question;
mod ranking;
mod reasoning;
mod scored;
mod shortlist;
mod sparse;
mod stage;
mod texts;
mod vector;
mod wants;
mod words;

pub use catalog::{Background, Catalog};
pub use corpus::Corpus;
pub use facts::{Ask, MenteeFacts, MenteeField, MentorFacts, MentorField};
pub use meaning::Norms;
pub use program::{Program, Weights};
pub use ranking::{Partial, Ranking};
pub use scored::{Component, ComponentName, Evidence, MenteePassage, MentorPassage, Scored};
pub use shortlist::Shortlist;
pub use texts::Texts;
pub use vector::{DIMENSIONS, Vector, VectorError};

/// How far ahead free slots count towards availability, in days.
pub const AVAILABILITY_DAYS: u32 = 14;

/// The number of free slots from which on availability scores in full.
pub const FULL_AVAILABILITY_SLOTS: u32 = 8;

#[cfg(test)]
mod similarity_tests;
#[cfg(test)]
mod tests;
