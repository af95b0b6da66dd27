//! Counterfactuals: what one change would add to a score. Each is scored with the very rules of its component.
//!
//! Only changes that leave everybody else's score alone are looked at. A change of free text is not: what it would add
//! depends on words that nobody has written yet.

use super::catalog::Catalog;
use super::change::{Change, Counterfactual};
use super::facts::MentorFacts;
use super::fixed::{FULL, points};
use super::free::FreeSlots;
use super::inquiry::{Best, Wish};
use super::phrases::Phrases;
use super::question::{self, Question};
use super::scored::ComponentName;
use super::stage::stage_score;
use super::words::Reader;
use crate::domain::time::Zone;

/// The most entries that a mentee's list takes.
const LONGEST_LIST: usize = 10;

/// A component, its weight, and how well it fits.
pub(super) type Part = (ComponentName, u32, u32);

/// A change, and what of each component it touches fits then.
type Possible = (Change, Vec<(ComponentName, u32)>);

/// One score and what it was made of.
pub(super) struct Case<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) question: &'a Question<'a>,
    pub(super) place: u32,
    pub(super) mentor: &'a MentorFacts,
    pub(super) free: &'a FreeSlots,
    /// The components but ratings: which, its weight, and how well it fits.
    pub(super) parts: &'a [Part],
    /// The points of ratings before they are limited, in thousandths.
    pub(super) rating: i32,
    /// How well expertise fits, where it is a part of another component.
    pub(super) expertise: u32,
}

/// A score from its points: within 0 and 100.
pub(super) fn limited(points: i32) -> u32 {
    u32::try_from(points).unwrap_or(0).min(FULL)
}

impl Case<'_> {
    /// The change to one component that adds most, if any adds something.
    pub(super) fn of(&self, name: ComponentName) -> Option<Counterfactual> {
        let changes = match name {
            ComponentName::Industry | ComponentName::IndustryAndExpertise => self.industries(),
            ComponentName::Stage => self.stage(),
            ComponentName::Location => self.location(),
            ComponentName::CommunicationPreferences => self.languages(),
            ComponentName::Availability => self.times(),
            ComponentName::Rating => return self.one_more_rating(),
            ComponentName::Expertise
            | ComponentName::CareerGoals
            | ComponentName::ResearchInterests
            | ComponentName::TechnicalSkills => Vec::new(),
        };
        let gains = changes.into_iter().map(|(change, then)| {
            let gain = self.gain(self.weighted_when(&then), self.rating);
            (change, gain)
        });
        // Of changes that add the same the first stands.
        let best = gains.rev().max_by_key(|(_, gain)| *gain)?;
        Counterfactual::said(best.0, best.1)
    }

    /// The points of all components but ratings, in thousandths.
    pub(super) fn weighted(&self) -> u32 {
        self.weighted_when(&[])
    }

    /// The same when some components fit otherwise.
    fn weighted_when(&self, then: &[(ComponentName, u32)]) -> u32 {
        let of = |(name, weight, now): &Part| {
            let changed = then.iter().find(|(changed, _)| changed == name);
            points(changed.map_or(*now, |(_, then)| *then), *weight)
        };
        self.parts.iter().map(of).sum()
    }

    fn gain(&self, weighted: u32, rating: i32) -> i32 {
        let total = |weighted: u32, rating| {
            let all = i32::try_from(weighted).unwrap_or(i32::MAX);
            i32::try_from(limited(all.saturating_add(rating))).unwrap_or(0)
        };
        total(weighted, rating) - total(self.weighted(), self.rating)
    }

    fn industries(&self) -> Vec<Possible> {
        let own = &self.question.mentee.industry_focus;
        let with = |industry: &String| {
            let then = longer(own, industry)?;
            let mut reader = Reader::new(Some(&self.catalog.vocabulary));
            let wishes = question::industry_wishes(self.catalog, &mut reader, &then);
            let fits = question::industry(self.best(&wishes, &self.catalog.industries));
            let both = question::industry_and_expertise(&wishes, self.expertise, fits);
            let change = Change::Industry {
                industry: industry.clone(),
            };
            let touched = vec![
                (ComponentName::Industry, fits),
                (ComponentName::IndustryAndExpertise, both),
            ];
            Some((change, touched))
        };
        self.mentor.industries.iter().filter_map(with).collect()
    }

    fn stage(&self) -> Vec<Possible> {
        let change = match (
            self.question.mentee.startup_stage,
            self.mentor.stages.first(),
        ) {
            (Some(stage), _) => Change::MentorStage { stage },
            (None, Some(stage)) => Change::MenteeStage { stage: *stage },
            (None, None) => return Vec::new(),
        };
        vec![(change, vec![(ComponentName::Stage, stage_score(0))])]
    }

    fn location(&self) -> Vec<Possible> {
        let Some(place) = &self.mentor.location else {
            return Vec::new();
        };
        let mut reader = Reader::new(Some(&self.catalog.vocabulary));
        let there = std::slice::from_ref(place);
        let wishes = question::place_wishes(self.catalog, &mut reader, there);
        let best = self.best(&wishes, &self.catalog.locations);
        let change = Change::Location {
            location: place.clone(),
        };
        let fits = question::location(best, self.question.mentee, self.mentor);
        vec![(change, vec![(ComponentName::Location, fits)])]
    }

    fn languages(&self) -> Vec<Possible> {
        let mentee = self.question.mentee;
        // Joined with words, whose part is not known here, a language may count less than it seems.
        if !mentee.communication_preferences.is_empty() {
            return Vec::new();
        }
        let with = |language: &String| {
            let then = longer(&mentee.languages, language)?;
            let mut reader = Reader::new(Some(&self.catalog.vocabulary));
            let wishes = question::language_wishes(self.catalog, &mut reader, &then);
            let best = self.best(&wishes, &self.catalog.languages);
            let change = Change::Language {
                language: language.clone(),
            };
            let name = ComponentName::CommunicationPreferences;
            Some((change, vec![(name, best.closest())]))
        };
        self.mentor.languages.iter().filter_map(with).collect()
    }

    fn times(&self) -> Vec<Possible> {
        let missing = super::FULL_AVAILABILITY_SLOTS.saturating_sub(self.free.count());
        let zone = self.mentor.timezone.as_deref().map(str::parse::<Zone>);
        let days = match zone {
            Some(Ok(zone)) => self.free.by_weekday(&zone),
            _ => [0; 7],
        };
        let fullest = (0..7).rev().max_by_key(|day| days[*day]).unwrap_or(0);
        let empty = (0..7).find(|day| days[*day] == 0);
        let change = match empty.filter(|_| days[fullest] > 0) {
            Some(day) => Change::FreeOn {
                day_of_week: from_sunday(day),
                like_day_of_week: from_sunday(fullest),
                more: days[fullest],
            },
            None => Change::FreeTimes { more: missing },
        };
        let then = self.free.count().saturating_add(match &change {
            Change::FreeOn { more, .. } => *more,
            _ => missing,
        });
        let fits = FreeSlots::score(then);
        vec![(change, vec![(ComponentName::Availability, fits)])]
    }

    fn one_more_rating(&self) -> Option<Counterfactual> {
        const STARS: u32 = 5;
        let then = self.mentor.ratings?.and(STARS);
        let rating = self.catalog.usual.and(STARS).points(Some(then));
        let gain = self.gain(self.weighted(), rating);
        Counterfactual::said(Change::Rating { stars: STARS }, gain)
    }

    fn best(&self, wishes: &[Wish<'_>], phrases: &Phrases) -> Best {
        Best::of_one(wishes, phrases, self.place)
    }
}

/// A list with one more entry, if it may have one and lacks it.
fn longer(list: &[String], entry: &str) -> Option<Vec<String>> {
    let has_it = list.iter().any(|known| known == entry);
    let may = list.len() < LONGEST_LIST && !has_it;
    may.then(|| {
        let mut longer = list.to_vec();
        longer.push(entry.to_owned());
        longer
    })
}

/// The number of a day that counts from Monday, counted from Sunday.
fn from_sunday(day: usize) -> u32 {
    u32::try_from((day + 1) % 7).unwrap_or(0)
}
