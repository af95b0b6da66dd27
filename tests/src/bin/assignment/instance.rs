//! The instance: read as a stream, people sorted by id so that ties fall the same way in any order of the input.

use std::collections::HashSet;
use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use shared::domain::assignment::{MAX_SCORE, Mentee, Pair, Sides, Sparse, SparseError};

/// Numbers before texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(untagged)]
enum Id {
    Number(i64),
    Text(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    mentees: Vec<Wanting>,
    mentors: Vec<Offering>,
    scores: Scores,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanting {
    id: Id,
    wants: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offering {
    id: Id,
    capacity: u32,
}

/// Pairs as they are read: a list of three numbers each is never built.
struct Scores(Vec<Pair>);

/// People by id, and where each stood in the file.
pub(crate) struct Instance {
    pub(crate) sides: Sides,
    pub(crate) scores: Sparse,
    pub(crate) mentees: Vec<u32>,
    pub(crate) mentors: Vec<u32>,
}

impl Instance {
    /// Reads one, or says in one sentence what is wrong with it.
    pub(crate) fn read(from: impl Read) -> Result<Self, String> {
        let file: File = serde_json::from_reader(from).map_err(|why| why.to_string())?;
        let mentees = by_id(file.mentees.iter().map(|mentee| &mentee.id), "mentee")?;
        let mentors = by_id(file.mentors.iter().map(|mentor| &mentor.id), "mentor")?;
        let sides = Sides {
            mentees: sorted(&mentees, |place| Mentee {
                wants: file.mentees[place].wants,
                kept: 0,
            }),
            capacities: sorted(&mentors, |place| file.mentors[place].capacity),
        };
        let (rows, columns) = (places(&mentees), places(&mentors));
        let mut pairs = file.scores.0;
        for pair in &mut pairs {
            let missing = |what: &str, index: u32| format!("there is no {what} {index}");
            let (mentee, mentor) = (pair.mentee as usize, pair.mentor as usize);
            pair.mentee = *rows
                .get(mentee)
                .ok_or_else(|| missing("mentee", pair.mentee))?;
            pair.mentor = *columns
                .get(mentor)
                .ok_or_else(|| missing("mentor", pair.mentor))?;
        }
        let scores = Sparse::new(&sides, &pairs).map_err(|why| match why {
            SparseError::Twice(mentee, mentor) => {
                let mentee = mentees[mentee as usize];
                let mentor = mentors[mentor as usize];
                SparseError::Twice(mentee, mentor).to_string()
            }
            why => why.to_string(),
        })?;
        Ok(Self {
            sides,
            scores,
            mentees,
            mentors,
        })
    }
}

/// The places of people in the order of their ids.
fn by_id<'a>(ids: impl Iterator<Item = &'a Id>, what: &str) -> Result<Vec<u32>, String> {
    let ids: Vec<&Id> = ids.collect();
    let mut known = HashSet::new();
    if let Some(twice) = ids.iter().find(|id| !known.insert(**id)) {
        return Err(match twice {
            Id::Number(id) => format!("{what} {id} comes twice"),
            Id::Text(id) => format!("{what} {id:?} comes twice"),
        });
    }
    let count = u32::try_from(ids.len()).map_err(|_| format!("too many {what}s"))?;
    let mut order: Vec<u32> = (0..count).collect();
    order.sort_unstable_by_key(|place| ids[*place as usize]);
    Ok(order)
}

fn sorted<T>(order: &[u32], of: impl Fn(usize) -> T) -> Vec<T> {
    order.iter().map(|place| of(*place as usize)).collect()
}

/// Where each place stands in an order.
fn places(order: &[u32]) -> Vec<u32> {
    let mut places = vec![0; order.len()];
    for (rank, place) in (0..).zip(order) {
        places[*place as usize] = rank;
    }
    places
}

impl<'de> Deserialize<'de> for Scores {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Triples)
    }
}

struct Triples;

impl<'de> Visitor<'de> for Triples {
    type Value = Scores;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of [mentee_index, mentor_index, thousandths]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Scores, A::Error> {
        let mut pairs = Vec::new();
        while let Some((mentee, mentor, score)) = list.next_element::<(u32, u32, i32)>()? {
            if score.unsigned_abs() > MAX_SCORE.unsigned_abs() {
                let why = format!("the score {score} is out of range");
                return Err(serde::de::Error::custom(why));
            }
            pairs.push(Pair {
                mentee,
                mentor,
                score,
            });
        }
        Ok(Scores(pairs))
    }
}
