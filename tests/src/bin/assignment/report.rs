//! The result, with everything that its proof needs, in the places of the file.

use std::io::{self, Write};

use serde::Serialize;
use shared::domain::assignment::{Prices, Solution};

use crate::instance::Instance;

#[derive(Serialize)]
struct Report {
    pairs: Vec<(u32, u32, i32)>,
    total: i64,
    duals: Option<Duals>,
    floors: [Option<i32>; 3],
    coverage: usize,
    violated_pairs: u64,
    seconds: f64,
}

#[derive(Serialize)]
struct Duals {
    mentees: Vec<i64>,
    mentors: Vec<i64>,
    floors: Vec<Vec<i64>>,
    uncovered: i64,
    proofs: Vec<Bottleneck>,
}

#[derive(Serialize)]
struct Bottleneck {
    /// The first, second or third match.
    level: usize,
    /// What it cannot reach; null: it cannot be had at all.
    floor: Option<i32>,
    mentors: Vec<u32>,
}

/// Writes a result whose proof holds.
pub(crate) fn write(
    instance: &Instance,
    solution: &Solution,
    seconds: f64,
    out: &mut impl Write,
) -> io::Result<()> {
    let pairs = solution.pairs.iter().map(|pair| {
        let mentee = instance.mentees[pair.mentee as usize];
        (mentee, instance.mentors[pair.mentor as usize], pair.score)
    });
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort_unstable();
    let report = Report {
        pairs,
        total: solution.total(),
        duals: solution
            .prices
            .as_ref()
            .map(|prices| duals(instance, solution, prices)),
        floors: solution.floors.0,
        coverage: solution.coverage(&instance.sides),
        violated_pairs: 0,
        seconds,
    };
    serde_json::to_writer(&mut *out, &report)?;
    out.write_all(b"\n")
}

fn duals(instance: &Instance, solution: &Solution, prices: &Prices) -> Duals {
    let mut mentees = vec![0; instance.mentees.len()];
    let mut floors = vec![Vec::new(); instance.mentees.len()];
    for (rank, place) in instance.mentees.iter().enumerate() {
        mentees[*place as usize] = prices.mentees[rank];
        floors[*place as usize].clone_from(&prices.floors[rank]);
    }
    let mut mentors = vec![0; instance.mentors.len()];
    for (place, price) in instance.mentors.iter().zip(&prices.mentors) {
        mentors[*place as usize] = *price;
    }
    let proofs = solution.proofs.iter().map(|proof| {
        let place = |mentor: &u32| instance.mentors[*mentor as usize];
        let mut mentors: Vec<u32> = proof.mentors.iter().map(place).collect();
        mentors.sort_unstable();
        Bottleneck {
            level: proof.level + 1,
            floor: proof.floor,
            mentors,
        }
    });
    Duals {
        mentees,
        mentors,
        floors,
        uncovered: prices.uncovered,
        proofs: proofs.collect(),
    }
}
