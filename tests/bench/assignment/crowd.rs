//! A made-up crowd: expertise in clusters, some mentors whom everybody wants, few places, the same on every machine.

use shared::domain::assignment::{Mentee, Pair, Scores, Sides};

const CLUSTERS: u16 = 40;
const DIMENSIONS: usize = 16;
const INDUSTRIES: u16 = 12;

/// One of either side.
#[derive(Clone, Copy, Default)]
struct Person {
    expertise: [i16; DIMENSIONS],
    industry: u16,
    stage: u16,
    /// Free time and fame of a mentor, in thousandths.
    free: i32,
    fame: i32,
    places: u32,
}

/// As many mentees as mentors.
pub(crate) struct Crowd {
    mentees: Vec<Person>,
    mentors: Vec<Person>,
}

/// A sequence of numbers that look like chance (splitmix64).
struct Dice(u64);

impl Dice {
    /// From 0 to below `sides`.
    fn roll(&mut self, sides: u16) -> u16 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let rolled = (bits ^ (bits >> 31)) % u64::from(sides);
        u16::try_from(rolled).unwrap_or(0)
    }

    /// About a bell, from -span to span.
    fn bell(&mut self, span: i16) -> i16 {
        let sum: u16 = (0..4).map(|_| self.roll(span.unsigned_abs())).sum();
        i16::try_from(sum / 2).unwrap_or(span) - span
    }

    fn thousandths(&mut self) -> i32 {
        i32::from(self.roll(1000))
    }
}

impl Crowd {
    pub(crate) fn new(people: u32) -> Self {
        let mut dice = Dice(20_260_302);
        let centres: Vec<_> = (0..CLUSTERS)
            .map(|_| [0; DIMENSIONS].map(|_: i16| dice.bell(100)))
            .collect();
        let mut person = || {
            let cluster = dice.roll(CLUSTERS).min(dice.roll(CLUSTERS));
            let centre = centres[usize::from(cluster)];
            Person {
                expertise: centre.map(|coordinate| coordinate + dice.bell(60)),
                industry: (cluster + dice.roll(3)) % INDUSTRIES,
                stage: dice.roll(5),
                free: dice.thousandths(),
                // Few are famous.
                fame: dice.thousandths() * dice.thousandths() / 1000 * dice.thousandths() / 1000,
                places: 1 + u32::from(dice.roll(5)),
            }
        };
        Self {
            mentees: (0..people).map(|_| person()).collect(),
            mentors: (0..people).map(|_| person()).collect(),
        }
    }

    /// Everybody wants three; there are about three places for each, and so many more with each mentor.
    pub(crate) fn sides(&self, spare: u32) -> Sides {
        let places = self.mentors.iter().map(|mentor| mentor.places + spare);
        Sides {
            mentees: vec![Mentee { wants: 3, kept: 0 }; self.mentees.len()],
            capacities: places.collect(),
        }
    }

    /// The best pairs of each mentee and of each mentor.
    pub(crate) fn best(&self, depth: usize) -> Vec<Pair> {
        let mut best: Vec<Vec<(i32, u32)>> = vec![Vec::new(); self.mentors.len()];
        let (mut pairs, mut row) = (Vec::new(), Vec::new());
        for mentee in (0..).take(self.mentees.len()) {
            row.clear();
            self.row(mentee as usize, &mut row);
            for (mentor, score) in &row {
                best[*mentor as usize].push((-score, mentee));
                if best[*mentor as usize].len() == 8 * depth {
                    shorten(&mut best[*mentor as usize], depth);
                }
            }
            let mut row: Vec<_> = row
                .iter()
                .map(|(mentor, score)| (-score, *mentor))
                .collect();
            shorten(&mut row, depth);
            pairs.extend(
                row.into_iter()
                    .map(|(score, mentor)| (mentee, mentor, -score)),
            );
        }
        for (mentor, mut row) in (0..).zip(best) {
            shorten(&mut row, depth);
            pairs.extend(
                row.into_iter()
                    .map(|(score, mentee)| (mentee, mentor, -score)),
            );
        }
        pairs.sort_unstable();
        pairs.dedup();
        let pair = |(mentee, mentor, score)| Pair {
            mentee,
            mentor,
            score,
        };
        pairs.into_iter().map(pair).collect()
    }
}

fn shorten(row: &mut Vec<(i32, u32)>, depth: usize) {
    if row.len() > depth {
        row.select_nth_unstable(depth - 1);
        row.truncate(depth);
    }
}

impl Scores for Crowd {
    fn row(&self, mentee: usize, row: &mut Vec<(u32, i32)>) {
        let mentee = &self.mentees[mentee];
        let mentors = (0_u32..).zip(&self.mentors);
        row.extend(mentors.map(|(place, mentor)| (place, score(mentee, mentor))));
    }
}

/// Expertise 40, industry 30, stage 20, availability 10, in thousandths.
fn score(mentee: &Person, mentor: &Person) -> i32 {
    let distance: i32 = mentee
        .expertise
        .iter()
        .zip(&mentor.expertise)
        .map(|(one, other)| i32::from(one - other) * i32::from(one - other))
        .sum();
    let near = (950 - distance / 200 + mentor.fame / 4).clamp(0, 1000);
    let industry = match mentee.industry.abs_diff(mentor.industry) {
        0 => 1000,
        1 => 400,
        _ => 0,
    };
    let stage = match mentee.stage.abs_diff(mentor.stage) {
        0 => 1000,
        1 => 500,
        _ => 0,
    };
    40 * near + 30 * industry + 20 * stage + 10 * mentor.free
}
