//! Minimum-cost flow by successive shortest paths: one place of one mentee after the other, each by the cheapest chain of
//! moves, with prices that keep every search short.
//!
//! The value of a node is what one unit there can still earn; the price of a mentor is what a place costs. A search goes along
//! what is lost against these, which is never negative, so Dijkstra finds the cheapest way.

use super::network::{Flow, Node};
use super::search::{From, Search};

impl Flow<'_> {
    /// Places every match at the highest total.
    pub(super) fn solve(&mut self) {
        let mut search = Search::new(self.nodes.len() + self.prices.len());
        for mentee in 0..self.firsts.len() - 1 {
            let nodes = self.firsts[mentee] as usize..self.firsts[mentee + 1] as usize;
            self.value(nodes.clone());
            for node in nodes {
                self.place_all(&mut search, node);
            }
        }
        self.refill(&mut search);
    }

    fn place_all(&mut self, search: &mut Search, node: usize) {
        for placed in 0..self.nodes[node].supply {
            let stays_empty = self.place(search, node);
            // What one more of the same kind would find, too.
            if stays_empty {
                self.nodes[node].idle += self.nodes[node].supply - placed - 1;
                return;
            }
        }
    }

    /// Values the nodes of a mentee of whom nothing is placed yet, as low as the prices allow.
    fn value(&mut self, nodes: std::ops::Range<usize>) {
        let mut least = i64::MIN;
        for node in nodes {
            let Node {
                start,
                end,
                unmatched,
                ..
            } = self.nodes[node];
            let earned = (start..end).map(|pair| self.score(pair) - self.prices[self.mentor(pair)]);
            least = earned.max().unwrap_or(i64::MIN).max(unmatched).max(least);
            self.nodes[node].value = least;
        }
    }

    /// Places one unit of a node by the cheapest chain of moves; true when the unit itself stays empty.
    fn place(&mut self, search: &mut Search, start: usize) -> bool {
        search.begin(start);
        let (mut best, mut goal) = (i64::MAX, start);
        while let Some((distance, node)) = search.next() {
            if distance >= best {
                break;
            }
            if node < self.nodes.len() {
                self.leave_node(search, (node, distance), (&mut best, &mut goal));
            } else {
                self.leave_mentor(search, (node, distance));
            }
        }
        for (node, distance) in search.reached().filter(|(_, distance)| *distance < best) {
            match self.nodes.get_mut(node) {
                Some(node) => node.value -= best - distance,
                None => self.prices[node - self.nodes.len()] += best - distance,
            }
        }
        self.shift(search, goal);
        goal == start
    }

    fn leave_node(
        &self,
        search: &mut Search,
        (at, distance): (usize, i64),
        (best, goal): (&mut i64, &mut usize),
    ) {
        let node = &self.nodes[at];
        let empty = distance + node.value - node.unmatched;
        if node.idle < node.supply && empty < *best {
            (*best, *goal) = (empty, at);
        }
        if !node.is_first {
            let lost = node.value - self.nodes[at - 1].value;
            search.reach(at - 1, distance + lost, From::Later);
        }
        if self.nodes.get(at + 1).is_some_and(|later| later.handed > 0) {
            let lost = node.value - self.nodes[at + 1].value;
            search.reach(at + 1, distance + lost, From::Earlier);
        }
        for pair in node.start..node.end {
            // Pairs stand best first, and no price is below nothing.
            let least = distance + node.value - self.score(pair);
            if least >= *best {
                break;
            }
            let mentor = self.mentor(pair);
            let there = least + self.prices[mentor];
            if there >= *best || self.is_used[pair as usize] {
                continue;
            }
            let target = self.nodes.len() + mentor;
            if !self.has_place(mentor) {
                search.reach(target, there, From::Pair(pair));
            } else if search.note(target, there, From::Pair(pair)) {
                (*best, *goal) = (there, target);
            }
        }
    }

    /// From a full mentor to those who hold the places.
    fn leave_mentor(&self, search: &mut Search, (at, distance): (usize, i64)) {
        let mentor = at - self.nodes.len();
        for pair in &self.used[mentor] {
            let owner = self.owners[*pair as usize] as usize;
            let lost = self.score(*pair) - self.prices[mentor] - self.nodes[owner].value;
            search.reach(owner, distance + lost, From::Pair(*pair));
        }
    }

    /// Moves everybody along the path that ends at a free place or at a match that stays empty.
    fn shift(&mut self, search: &Search, goal: usize) {
        let mut at = goal;
        if let Some(node) = self.nodes.get_mut(at) {
            node.idle += 1;
        }
        loop {
            let is_mentor = at >= self.nodes.len();
            match search.from(at) {
                From::Start => return,
                From::Later => {
                    at += 1;
                    self.nodes[at].handed += 1;
                }
                From::Earlier => {
                    self.nodes[at].handed -= 1;
                    at -= 1;
                }
                From::Pair(pair) if is_mentor => {
                    self.is_used[pair as usize] = true;
                    self.used[at - self.nodes.len()].push(pair);
                    at = self.owners[pair as usize] as usize;
                }
                From::Pair(pair) => {
                    let mentor = self.mentor(pair);
                    self.is_used[pair as usize] = false;
                    self.used[mentor].retain(|other| *other != pair);
                    at = self.nodes.len() + mentor;
                }
            }
        }
    }
}
