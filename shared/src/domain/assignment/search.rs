//! The state of one shortest-path search, kept from one search to the next.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::index;

/// How a search came to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// It began here.
    Start,
    /// Over a pair: forwards to its mentor, or backwards to the place that holds it.
    Pair(u32),
    /// From the next later place of the same mentee, which may use better pairs too.
    Later,
    /// From the next earlier place of the same mentee, which gives back what it uses here.
    Earlier,
}

/// Distances and paths.
pub(super) struct Search {
    distances: Vec<i64>,
    from: Vec<From>,
    reached: Vec<u32>,
    heap: BinaryHeap<Reverse<(i64, u32)>>,
}

impl Search {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            distances: vec![i64::MAX; nodes],
            from: vec![From::Start; nodes],
            reached: Vec::new(),
            heap: BinaryHeap::new(),
        }
    }

    /// Forgets the last search and begins at a node.
    pub(super) fn begin(&mut self, node: usize) {
        for node in self.reached.drain(..) {
            self.distances[node as usize] = i64::MAX;
        }
        self.heap.clear();
        self.reach(node, 0, From::Start);
    }

    /// Notes a way to a node if it is the shortest so far.
    pub(super) fn reach(&mut self, node: usize, distance: i64, from: From) {
        if self.note(node, distance, from) {
            self.heap.push(Reverse((distance, index(node))));
        }
    }

    /// Notes a way to a node that leads no further.
    pub(super) fn note(&mut self, node: usize, distance: i64, from: From) -> bool {
        let known = self.distances[node];
        if distance >= known {
            return false;
        }
        if known == i64::MAX {
            self.reached.push(index(node));
        }
        self.distances[node] = distance;
        self.from[node] = from;
        true
    }

    /// Takes the nearest node that has not been taken yet.
    pub(super) fn next(&mut self) -> Option<(i64, usize)> {
        while let Some(Reverse((distance, node))) = self.heap.pop() {
            if distance == self.distances[node as usize] {
                return Some((distance, node as usize));
            }
        }
        None
    }

    pub(super) fn from(&self, node: usize) -> From {
        self.from[node]
    }

    /// Every node that was reached and its distance.
    pub(super) fn reached(&self) -> impl Iterator<Item = (usize, i64)> {
        let nodes = self.reached.iter().map(|node| *node as usize);
        nodes.map(|node| (node, self.distances[node]))
    }
}
