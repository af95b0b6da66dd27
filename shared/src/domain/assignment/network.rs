//! The network of an assignment.
//!
//! A mentee is a chain of nodes: one for each match with a floor, best first, and one for the rest. A node has the pairs from
//! its own floor to that of the node before; what it cannot place by itself it hands to the better one before it. So at most
//! two matches are below `t1`, one below `t2` and none below `t3`, with flow alone.

use super::candidates::Candidates;
use super::floors::Terms;
use super::index;
use super::sides::{Pair, Prices, Sides};

/// One match with a floor, or all without, of one mentee.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// Its pairs.
    pub(super) start: u32,
    pub(super) end: u32,
    /// How many matches begin here, and how many of them stay empty.
    pub(super) supply: u32,
    pub(super) idle: u32,
    /// How many it has handed to the node before.
    pub(super) handed: u32,
    /// What an empty match earns: nothing, or a loss that no score makes up for.
    pub(super) unmatched: i64,
    pub(super) value: i64,
    pub(super) is_first: bool,
}

/// The network, its flow and its prices.
pub(super) struct Flow<'a> {
    pub(super) graph: &'a Candidates,
    capacities: &'a [u32],
    pub(super) nodes: Vec<Node>,
    /// The first node of each mentee.
    pub(super) firsts: Vec<u32>,
    /// The node of each pair.
    pub(super) owners: Vec<u32>,
    /// Whether a pair is of any node: it may be below all floors.
    pub(super) is_open: Vec<bool>,
    pub(super) is_used: Vec<bool>,
    /// The used pairs of each mentor.
    pub(super) used: Vec<Vec<u32>>,
    pub(super) prices: Vec<i64>,
    uncovered: i64,
}

impl<'a> Flow<'a> {
    /// Lays out the network; nothing is placed yet. Good prices, such as those of fewer candidates, shorten the way.
    pub(super) fn new(
        sides: &'a Sides,
        graph: &'a Candidates,
        terms: &Terms,
        prices: Vec<i64>,
    ) -> Self {
        let mut flow = Self {
            graph,
            capacities: &sides.capacities,
            nodes: Vec::new(),
            firsts: vec![0],
            owners: vec![0; graph.mentors.len()],
            is_open: vec![false; graph.mentors.len()],
            is_used: vec![false; graph.mentors.len()],
            used: vec![Vec::new(); sides.capacities.len()],
            prices,
            uncovered: 2 * most(sides, graph) + 1,
        };
        for mentee in 0..graph.mentees() {
            flow.add(sides, terms, mentee);
            flow.firsts.push(index(flow.nodes.len()));
        }
        flow
    }

    fn add(&mut self, sides: &Sides, terms: &Terms, mentee: usize) {
        let (start, end) = self.graph.range(mentee);
        let asked = terms.asked(sides, mentee);
        let mut start = start;
        for level in asked.first..asked.end {
            let reach = self.graph.end_above(mentee, terms.floor(asked, level));
            let is_first = level == asked.first;
            self.add_node((start, reach), (1, -self.uncovered), is_first);
            start = reach;
        }
        let asked = index(asked.end - asked.first);
        let rest = sides.mentees[mentee].open().saturating_sub(asked);
        if rest > 0 {
            self.add_node((start, end), (rest, 0), asked == 0);
        }
    }

    fn add_node(
        &mut self,
        (start, end): (usize, usize),
        (supply, unmatched): (u32, i64),
        is_first: bool,
    ) {
        self.owners[start..end].fill(index(self.nodes.len()));
        self.is_open[start..end].fill(true);
        self.nodes.push(Node {
            start: index(start),
            end: index(end),
            supply,
            idle: 0,
            handed: 0,
            unmatched,
            value: 0,
            is_first,
        });
    }

    pub(super) fn score(&self, pair: u32) -> i64 {
        i64::from(self.graph.scores[pair as usize])
    }

    pub(super) fn mentor(&self, pair: u32) -> usize {
        self.graph.mentors[pair as usize] as usize
    }

    pub(super) fn has_place(&self, mentor: usize) -> bool {
        self.used[mentor].len() < self.capacities[mentor] as usize
    }

    /// Returns the pairs by mentee and mentor.
    pub(super) fn pairs(&self) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for mentee in 0..self.graph.mentees() {
            let (start, end) = self.graph.range(mentee);
            let used = (start..end).filter(|pair| self.is_used[*pair]);
            pairs.extend(used.map(|pair| Pair {
                mentee: index(mentee),
                mentor: self.graph.mentors[pair],
                score: self.graph.scores[pair],
            }));
        }
        pairs.sort_unstable();
        pairs
    }

    /// Returns the prices that prove it.
    pub(super) fn prices(&self) -> Prices {
        let nodes = self.firsts.windows(2);
        let nodes = nodes.map(|two| &self.nodes[two[0] as usize..two[1] as usize]);
        let has_floor = |node: &&Node| node.unmatched < 0;
        let value = |node: &Node| node.value;
        Prices {
            floors: nodes
                .clone()
                .map(|nodes| nodes.iter().filter(has_floor).map(value).collect())
                .collect(),
            mentees: nodes.map(|nodes| nodes.last().map_or(0, value)).collect(),
            mentors: self.prices.clone(),
            uncovered: self.uncovered,
        }
    }
}

/// No total is further from nothing than this.
fn most(sides: &Sides, graph: &Candidates) -> i64 {
    let of = |mentee: usize| {
        let (start, end) = graph.range(mentee);
        let most = graph.scores[start..end]
            .iter()
            .map(|score| i64::from(score.unsigned_abs()))
            .max();
        let open = (end - start).min(sides.mentees[mentee].open() as usize);
        most.unwrap_or(0) * i64::from(index(open))
    };
    (0..graph.mentees()).map(of).sum()
}
