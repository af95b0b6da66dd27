//! The other direction of the flow: a free place that still has a price finds somebody, or loses its price.
//!
//! A search that starts from the prices of an earlier round may leave places empty that were dear then. Each looks backwards
//! for the cheapest chain of moves that fills it: from a place whose price can fall to nothing, or from a match that is empty.

use super::network::Flow;
use super::search::{From, Search};

impl Flow<'_> {
    /// Fills free places or takes away their price, until only full mentors have one.
    pub(super) fn refill(&mut self, search: &mut Search) {
        let is_dear = |flow: &Self, mentor| flow.prices[mentor] > 0 && flow.has_place(mentor);
        if !(0..self.prices.len()).any(|mentor| is_dear(self, mentor)) {
            return;
        }
        let pairs = self.pairs_of_mentors();
        for mentor in 0..self.prices.len() {
            while is_dear(self, mentor) {
                self.fill_one(search, &pairs, mentor);
            }
        }
    }

    /// All pairs of each mentor: in one list, and where each begins.
    fn pairs_of_mentors(&self) -> (Vec<u32>, Vec<u32>) {
        let mut starts = vec![0_u32; self.prices.len() + 1];
        for mentor in &self.graph.mentors {
            starts[*mentor as usize + 1] += 1;
        }
        for mentor in 1..starts.len() {
            starts[mentor] += starts[mentor - 1];
        }
        let mut next = starts.clone();
        let mut pairs = vec![0; self.graph.mentors.len()];
        for (pair, mentor) in (0..).zip(&self.graph.mentors) {
            let place = &mut next[*mentor as usize];
            pairs[*place as usize] = pair;
            *place += 1;
        }
        (starts, pairs)
    }

    fn fill_one(&mut self, search: &mut Search, pairs: &(Vec<u32>, Vec<u32>), start: usize) {
        let start = self.nodes.len() + start;
        search.begin(start);
        let (mut best, mut goal) = (i64::MAX, start);
        while let Some((distance, at)) = search.next() {
            if distance >= best {
                break;
            }
            if let Some(mentor) = at.checked_sub(self.nodes.len()) {
                let falls = distance + self.prices[mentor];
                if falls < best {
                    (best, goal) = (falls, at);
                }
                let own = pairs.0[mentor] as usize..pairs.0[mentor + 1] as usize;
                self.come_to_mentor(search, (mentor, distance, best), &pairs.1[own]);
            } else {
                let node = &self.nodes[at];
                let gains = distance + node.unmatched - node.value;
                if node.idle > 0 && gains < best {
                    (best, goal) = (gains, at);
                }
                self.come_to_node(search, (at, distance));
            }
        }
        for (node, distance) in search.reached().filter(|(_, distance)| *distance < best) {
            match self.nodes.get_mut(node) {
                Some(node) => node.value += best - distance,
                None => self.prices[node - self.nodes.len()] -= best - distance,
            }
        }
        self.shift_back(search, goal);
    }

    /// From whoever could use a place of this mentor.
    fn come_to_mentor(
        &self,
        search: &mut Search,
        (mentor, distance, best): (usize, i64, i64),
        pairs: &[u32],
    ) {
        for pair in pairs {
            if self.is_used[*pair as usize] || !self.is_open[*pair as usize] {
                continue;
            }
            let owner = self.owners[*pair as usize] as usize;
            let lost = self.nodes[owner].value - self.score(*pair) + self.prices[mentor];
            if distance + lost < best {
                search.reach(owner, distance + lost, From::Pair(*pair));
            }
        }
    }

    /// From the mentors whom a node has, and from its neighbours.
    fn come_to_node(&self, search: &mut Search, (at, distance): (usize, i64)) {
        let node = &self.nodes[at];
        for pair in node.start..node.end {
            if self.is_used[pair as usize] {
                let mentor = self.mentor(pair);
                let lost = self.score(pair) - self.prices[mentor] - node.value;
                search.reach(self.nodes.len() + mentor, distance + lost, From::Pair(pair));
            }
        }
        if let Some(later) = self.nodes.get(at + 1).filter(|later| !later.is_first) {
            search.reach(at + 1, distance + later.value - node.value, From::Earlier);
        }
        if node.handed > 0 {
            let lost = self.nodes[at - 1].value - node.value;
            search.reach(at - 1, distance + lost, From::Later);
        }
    }

    /// Moves everybody along the path from its far end to the free place.
    fn shift_back(&mut self, search: &Search, goal: usize) {
        let mut at = goal;
        if let Some(node) = self.nodes.get_mut(at) {
            node.idle -= 1;
        }
        loop {
            let is_mentor = at >= self.nodes.len();
            match search.from(at) {
                From::Start => return,
                // Handed on to the earlier one, which the search came from.
                From::Earlier => {
                    self.nodes[at].handed += 1;
                    at -= 1;
                }
                From::Later => {
                    at += 1;
                    self.nodes[at].handed -= 1;
                }
                From::Pair(pair) if is_mentor => {
                    self.is_used[pair as usize] = false;
                    self.used[at - self.nodes.len()].retain(|other| *other != pair);
                    at = self.owners[pair as usize] as usize;
                }
                From::Pair(pair) => {
                    let mentor = self.mentor(pair);
                    self.is_used[pair as usize] = true;
                    self.used[mentor].push(pair);
                    at = self.nodes.len() + mentor;
                }
            }
        }
    }
}
