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
//! * **Career goals**, **research interests**, **technical skills**: each read like expertise, from its own fields.
//! * **Industry and expertise**: both in equal parts.
//! * **Location**: the same place counts in full, the same time zone half.
//! * **Communication preferences**: a language of both, and how the mentee wants to talk in the mentor's own words.
//! * **Availability**: free slots within [`AVAILABILITY_DAYS`], in full from [`FULL_AVAILABILITY_SLOTS`] on.
//! * **Rating**: −5 to +5 points beside the weights, shrunken towards what is usual, within what leaves 0 to 100.
//!
//! Which of them count, and how much, is a program's to say. Each says what one change would add, where that can be
//! computed: "free on Tuesdays as on Mondays: +5".
//!
//! Everything is whole numbers: a score is the same on every machine, and points sum to it exactly.

mod catalog;
mod change;
mod corpus;
mod counterfactual;
mod evidence;
mod facts;
mod fixed;
mod free;
mod inquiry;
mod lexicon;
mod meaning;
mod partial;
mod phrases;
mod posed;
mod preview;
mod program;
mod prose;
mod question;
mod ranking;
mod rating;
mod reasoning;
mod remembered;
mod scored;
mod shortlist;
mod sparse;
mod stage;
mod texts;
mod vector;
mod version;
mod wants;
mod weights;
mod words;

pub use catalog::{Background, Catalog};
pub use change::{Change, Counterfactual};
pub use corpus::Corpus;
pub use facts::{Ask, MenteeFacts, MenteeField, MentorFacts, MentorField};
pub use free::FreeSlots;
pub use meaning::Norms;
pub use partial::Partial;
pub use posed::Posed;
pub use preview::{Move, Preview, Sample, Today, preview};
pub use program::{Program, ProgramError, ProgramKey};
pub use prose::{Explanation, Facts, INSTRUCTIONS, ProseError};
pub use ranking::Ranking;
pub use rating::{PRIOR_RATINGS, Ratings};
pub use remembered::Remembered;
pub use scored::{
    Component, ComponentName, Evidence, ExplanationSource, MenteePassage, MentorPassage, Scored,
};
pub use shortlist::Shortlist;
pub use texts::Texts;
pub use vector::{DIMENSIONS, Vector, VectorError};
pub use version::{KeptProgram, ProgramChange, ProgramVersion};
pub use weights::Weights;

/// How far ahead free slots count towards availability, in days.
pub const AVAILABILITY_DAYS: u32 = 14;

/// The number of free slots from which on availability scores in full.
pub const FULL_AVAILABILITY_SLOTS: u32 = 8;

#[cfg(test)]
mod similarity_tests;
#[cfg(test)]
mod tests;
