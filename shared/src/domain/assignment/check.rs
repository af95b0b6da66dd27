//! What one pass over all pairs gathers about an assignment, and what has to come out of it.

use super::sides::{Mentee, Objective, Pair, Prices, Proof, Sides, Solution};
use super::verify::Flaw;
use super::{Floors, LEVELS, index};

/// One proof and what it has counted.
struct Counted<'a> {
    proof: &'a Proof,
    floors: Floors,
    is_in: Vec<bool>,
    /// Matches that are asked for, and those of them that only the mentors of the proof can give.
    asked: u64,
    forced: u64,
}

/// What one pass has gathered.
pub(super) struct Check<'a> {
    sides: &'a Sides,
    solution: &'a Solution,
    proofs: Vec<Counted<'a>>,
    loads: Vec<u32>,
    /// How many mentees each level concerns, and how many of the first have nobody.
    concerned: [u64; LEVELS],
    uncovered: u64,
    violated: u64,
    /// What the prices add up to.
    bound: i128,
}

impl<'a> Check<'a> {
    pub(super) fn new(sides: &'a Sides, solution: &'a Solution) -> Result<Self, Flaw> {
        if solution
            .pairs
            .windows(2)
            .any(|two| (two[0].mentee, two[0].mentor) >= (two[1].mentee, two[1].mentor))
        {
            return Err(Flaw::Disorder);
        }
        let counted = |proof: &'a Proof| {
            let mut floors = Floors::default();
            for level in 0..proof.level {
                floors.0[level] = solution.floors.0[level];
            }
            floors.0[proof.level] = Some(proof.floor.unwrap_or(i32::MIN));
            let mut is_in = vec![false; sides.capacities.len()];
            for mentor in &proof.mentors {
                *is_in.get_mut(*mentor as usize)? = true;
            }
            Some(Counted {
                proof,
                floors,
                is_in,
                asked: 0,
                forced: 0,
            })
        };
        let is_complete = |prices: &Prices| {
            prices.mentors.len() == sides.capacities.len()
                && prices.mentees.len() == sides.mentees.len()
                && prices.floors.len() == sides.mentees.len()
        };
        if !solution.prices.as_ref().is_none_or(is_complete) {
            return Err(Flaw::BadPrices);
        }
        let usable = solution.proofs.iter().filter(|proof| proof.level < LEVELS);
        Ok(Self {
            sides,
            solution,
            proofs: usable.filter_map(counted).collect(),
            loads: vec![0; sides.capacities.len()],
            concerned: [0; LEVELS],
            uncovered: 0,
            violated: 0,
            bound: 0,
        })
    }

    pub(super) fn mentee(
        &mut self,
        mentee: usize,
        own: &[Pair],
        row: &[(u32, i32)],
    ) -> Result<(), Flaw> {
        let (person, id) = (self.sides.mentees[mentee], index(mentee));
        if own.len() > person.open() as usize {
            return Err(Flaw::TooManyMentors(id));
        }
        for pair in own {
            if !row.contains(&(pair.mentor, pair.score)) {
                return Err(Flaw::NoSuchPair(pair.mentee, pair.mentor));
            }
            let load = &mut self.loads[pair.mentor as usize];
            *load += 1;
            if *load > self.sides.capacities[pair.mentor as usize] {
                return Err(Flaw::TooManyMentees(pair.mentor));
            }
        }
        for level in 0..LEVELS {
            self.concerned[level] += u64::from(concerns(person, row.len(), level));
        }
        for counted in &mut self.proofs {
            let floors = asked(person, row.len(), counted.floors);
            let outside = |floor: &i32| {
                let good = row.iter().filter(|(_, score)| score >= floor);
                good.filter(|(mentor, _)| !counted.is_in[*mentor as usize])
                    .count()
            };
            let short = floors.iter().enumerate();
            let short = short.map(|(place, floor)| (place + 1).saturating_sub(outside(floor)));
            counted.forced += short.max().unwrap_or(0) as u64;
            counted.asked += floors.len() as u64;
        }
        let floors = asked(person, row.len(), self.solution.floors);
        self.hold(id, own, &floors)?;
        match &self.solution.prices {
            Some(prices) => self.price(prices, (mentee, own), (&floors, row)),
            None => Ok(()),
        }
    }

    /// The floors hold, but for those who could not be covered and have nothing.
    fn hold(&mut self, id: u32, own: &[Pair], floors: &[i32]) -> Result<(), Flaw> {
        let is_uncovered = own.is_empty() && floors.len() == 1 && self.kept(id) == 0;
        if is_uncovered {
            self.uncovered += 1;
            return Ok(());
        }
        for (place, floor) in floors.iter().enumerate() {
            if own.iter().filter(|pair| pair.score >= *floor).count() <= place {
                return Err(Flaw::BelowFloor(id));
            }
        }
        Ok(())
    }

    fn kept(&self, mentee: u32) -> u32 {
        self.sides.mentees[mentee as usize].kept
    }

    fn price(
        &mut self,
        prices: &Prices,
        (mentee, own): (usize, &[Pair]),
        (floors, row): (&[i32], &[(u32, i32)]),
    ) -> Result<(), Flaw> {
        let open = self.sides.mentees[mentee].open();
        if open == 0 {
            return Ok(());
        }
        let rest = open.saturating_sub(index(floors.len()));
        let mut values = prices.floors[mentee].clone();
        if rest > 0 {
            values.push(prices.mentees[mentee]);
        }
        let is_sound = values.len() == floors.len() + usize::from(rest > 0)
            && values.is_sorted()
            && values
                .first()
                .is_none_or(|least| *least >= -prices.uncovered)
            && (rest == 0 || prices.mentees[mentee] >= 0);
        if !is_sound {
            return Err(Flaw::BadPrices);
        }
        for (place, value) in values.iter().enumerate() {
            let places = if place < floors.len() { 1 } else { rest };
            self.bound += i128::from(places) * i128::from(*value);
        }
        for (mentor, score) in row {
            let place = floors.iter().position(|floor| score >= floor);
            // Below all floors of one who has no match without: nothing that could be used.
            let Some(value) = values.get(place.unwrap_or(floors.len())) else {
                continue;
            };
            let beyond = i64::from(*score) - prices.mentors[*mentor as usize] - value;
            if beyond > 0 && own.iter().any(|pair| pair.mentor == *mentor) {
                self.bound += i128::from(beyond);
            } else if beyond > 0 {
                self.violated += 1;
            }
        }
        Ok(())
    }

    pub(super) fn finish(self, objective: Objective) -> Result<(), Flaw> {
        let prices = self.solution.prices.as_ref().ok_or(Flaw::BadPrices)?;
        if prices.mentors.iter().any(|price| *price < 0) || prices.uncovered < 0 {
            return Err(Flaw::BadPrices);
        }
        if self.violated > 0 {
            return Err(Flaw::Violated(self.violated));
        }
        let places = self.sides.capacities.iter().zip(&prices.mentors);
        let places: i128 = places
            .map(|(places, price)| i128::from(*places) * i128::from(*price))
            .sum();
        let lost = i128::from(self.uncovered) * i128::from(prices.uncovered);
        if self.bound + places != i128::from(self.solution.total()) - lost {
            return Err(Flaw::Gap);
        }
        match objective {
            Objective::Fair => self.floors(),
            Objective::Total if self.solution.floors != Floors::default() => Err(Flaw::Unproven(1)),
            Objective::Total | Objective::Stable => Ok(()),
        }
    }

    /// Each floor is the highest, and where there is none, none can be.
    fn floors(&self) -> Result<(), Flaw> {
        let mut is_over = false;
        for level in 0..LEVELS {
            let floor = self.solution.floors.0[level];
            let flaw = Err(Flaw::Unproven(level + 1));
            if is_over || self.concerned[level] == 0 {
                if floor.is_some() {
                    return flaw;
                }
                continue;
            }
            let left = self.uncovered;
            let is_covered = level > 0 || left == 0 || self.leaves(0, None) >= left;
            let is_best = match floor {
                Some(floor) => self.leaves(level, floor.checked_add(1)) > left,
                None => self.leaves(level, None) > left,
            };
            let is_best = is_best && is_covered;
            if !is_best {
                return flaw;
            }
            is_over = floor.is_none();
        }
        Ok(())
    }

    /// How many matches a proof shows to stay open at a floor.
    fn leaves(&self, level: usize, floor: Option<i32>) -> u64 {
        let about =
            |counted: &&Counted| counted.proof.level == level && counted.proof.floor == floor;
        let left = self.proofs.iter().filter(about).map(|counted| {
            let places = (0..).zip(&self.sides.capacities);
            let places = places.filter(|(mentor, _)| counted.is_in[*mentor as usize]);
            let places: u64 = places.map(|(_, places): (u32, _)| u64::from(*places)).sum();
            counted.forced.saturating_sub(places)
        });
        left.max().unwrap_or(0)
    }
}

/// Whether a level concerns one with so many usable pairs.
fn concerns(person: Mentee, degree: usize, level: usize) -> bool {
    let (wants, kept) = (person.wants as usize, person.kept as usize);
    (kept..wants.min(kept + degree)).contains(&level)
}

/// The floors of the matches that are still to be found, best first.
fn asked(person: Mentee, degree: usize, floors: Floors) -> Vec<i32> {
    let kept = (person.kept as usize).min(LEVELS);
    let of_levels =
        (kept..LEVELS).map(|level| floors.0[level].filter(|_| concerns(person, degree, level)));
    let mut floors: Vec<i32> = of_levels.map_while(|floor| floor).collect();
    for place in (1..floors.len()).rev() {
        floors[place - 1] = floors[place - 1].max(floors[place]);
    }
    floors
}
