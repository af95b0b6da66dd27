//! The highest floor of one level: a search over the scores, each step a matching that starts from the one before.

use super::LEVELS;
use super::columns::Columns;
use super::cover::{Cover, Reach};
use super::floors::Terms;
use super::sides::{Proof, Sides};

/// Raises the floors one level after the other.
pub(super) struct Raise<'a, 'b> {
    sides: &'a Sides,
    cover: Cover<'a, 'b>,
    /// How many can have nobody at best.
    uncovered: usize,
}

impl<'a, 'b> Raise<'a, 'b> {
    pub(super) fn new(sides: &'a Sides, columns: &'b mut Columns<'a>) -> Self {
        Self {
            sides,
            cover: Cover::new(sides, columns),
            uncovered: 0,
        }
    }

    /// Raises all floors, and says why none can be higher.
    pub(super) fn all(mut self, terms: &mut Terms) -> Vec<Proof> {
        let mut proofs = Vec::new();
        for level in 0..LEVELS {
            let found = self.level(terms, level);
            let is_over = !found.is_empty() && terms.floors().0[level].is_none();
            proofs.extend(found);
            if is_over {
                break;
            }
        }
        self.cover.fill(terms, 0, Reach::All);
        self.cover.keep();
        proofs
    }

    /// Sets the highest floor of one level over those that are set already, and says why there is no higher one.
    fn level(&mut self, terms: &mut Terms, level: usize) -> Vec<Proof> {
        let mut best = self.best_of_each(terms, level);
        if best.is_empty() {
            return Vec::new();
        }
        terms.set(level, Some(i32::MIN));
        let all = self.cover.asked(terms);
        let wanted = if level == 0 { 0 } else { all - self.uncovered };
        let need = self.cover.fill(terms, wanted, Reach::All);
        let mut proofs = Vec::new();
        // As many first matches as can be; of later ones all or none.
        if need < all && (level == 0 || need < wanted) {
            proofs.push(self.proof(level, None));
        }
        if level == 0 {
            self.uncovered = all - need;
        } else if need < wanted {
            terms.set(level, None);
            return proofs;
        }
        best.sort_unstable();
        let weakest = if level == 0 { best.len() - need } else { 0 };
        proofs.push(self.search(terms, level, (need, best[weakest])));
        proofs
    }

    /// What each mentee whom a level concerns would have there, were they alone.
    fn best_of_each(&self, terms: &Terms, level: usize) -> Vec<i32> {
        let concerned = (0..self.sides.mentees.len())
            .filter(|mentee| terms.concerns(self.sides, *mentee, level));
        let best = concerned.map(|mentee| {
            let kept = self.sides.mentees[mentee].kept as usize;
            self.cover.columns.row(mentee)[level - kept].1
        });
        best.collect()
    }

    /// Finds the highest floor from which `need` seats can be filled: among the candidates downwards from where one alone
    /// would fail, then among all pairs upwards from there.
    fn search(&mut self, terms: &mut Terms, level: usize, (need, top): (usize, i32)) -> Proof {
        // Where some go without, one more short is no proof by itself: that is tried, too.
        let is_plain = level == 0 || self.uncovered == 0;
        let top = i64::from(top) + if is_plain { 1 } else { 2 };
        let (mut low, mut high) = (i64::from(self.cover.lowest()), top);
        let (mut step, mut reach) = (-1, Reach::Candidates);
        let mut proof = self.proof(level, None);
        while high - low > 1 || reach == Reach::Candidates {
            if high - low <= 1 {
                (high, step, reach) = (top, 1, Reach::All);
                // What the candidates alone cannot is no proof.
                proof.mentors.clear();
                continue;
            }
            let floor = between(low, high, step);
            terms.set(level, Some(narrow(floor)));
            if self.cover.fill(terms, need, reach) >= need {
                low = self.cover.lowest_with(level).map_or(floor, i64::from);
                step = if step < 0 { 0 } else { step * 4 };
            } else {
                high = floor.min(i64::from(self.cover.below()) + 1);
                proof = self.proof(level, None);
                step = if step > 0 { 0 } else { step * 4 };
            }
        }
        terms.set(level, Some(narrow(low)));
        proof.floor = Some(narrow(high));
        proof
    }

    fn proof(&self, level: usize, floor: Option<i32>) -> Proof {
        Proof {
            level,
            floor,
            mentors: self.cover.too_few(),
        }
    }
}

/// The next floor to try: a growing step from one end, or the middle.
fn between(low: i64, high: i64, step: i64) -> i64 {
    let middle = low + (high - low) / 2;
    match step {
        0 => middle,
        1.. => middle.min(low + step),
        _ => middle.max(high + step),
    }
}

/// Floors lie between scores, which have 32 bits.
fn narrow(floor: i64) -> i32 {
    i32::try_from(floor).unwrap_or(i32::MAX)
}
