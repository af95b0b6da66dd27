//! The lexicon: every text of every mentor as a sparse vector of words and pairs, turned round into lists of texts per term.
//!
//! A text keeps a vector of its own, and the best few of a mentor count: what they know well is not thinned by what else
//! they wrote, and one more text never lowers their similarity. So measured on texts of other kinds than ours (descriptions
//! of occupations and of software), together with these: pairs at half the weight of words, rarity by mentors rather than
//! by texts, its logarithm plus one, and lengths with a little added, lest a text of one word be the surest.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::corpus::Corpus;
use super::facts::{MenteeField, Source};
use super::fixed::{narrow, rarity};
use super::meaning::{Meanings, Nearest, Norms};
use super::sparse::{
    BEST_TEXTS, Counts, MAX_TERMS, UNIT, cosines, count, holders, known_holders, length, stretched,
    unit_vector, weight, weight_of,
};
use super::vector::Vector;
use super::words::{Reader, Term};

/// The texts of all mentors.
pub(super) struct Lexicon {
    ids: HashMap<Term, u32>,
    /// How much one use of each term counts, in thousandths.
    weights: Vec<u32>,
    /// Whether more than one mentor has it.
    is_common: Vec<bool>,
    /// How much a word counts that no mentor uses: as much as if one did.
    strange: u32,
    /// Per term, by rising text.
    postings: Vec<Vec<Posting>>,
    /// Where the texts of each mentor begin, and where the last one's end.
    starts: Vec<u32>,
    meanings: Option<Meanings>,
    norms: Norms,
}

struct Posting {
    text: u32,
    weight: u16,
}

/// What is asked for, as a sparse vector over the lexicon.
pub(super) struct Terms<'a> {
    asked: Vec<Asked<'a>>,
    meanings: Vec<(MenteeField, Vector)>,
    /// All of them together.
    meaning: Option<Vector>,
}

/// One term of an ask and the first piece of text it was read from.
pub(super) struct Asked<'a> {
    pub(super) term: Term,
    pub(super) field: MenteeField,
    pub(super) piece: &'a str,
    id: Option<u32>,
    weight: u64,
}

/// The texts of one profile; words of two pieces of a text are no neighbours.
pub(super) type Profile<'a> = Vec<Vec<&'a str>>;

impl Lexicon {
    /// Reads profiles. Without a corpus these profiles alone say how rare a term is.
    pub(super) fn build<'a>(
        reader: &mut Reader<'_>,
        profiles: impl Iterator<Item = Profile<'a>>,
        corpus: Option<&Corpus>,
    ) -> Self {
        let mut ids = HashMap::new();
        let mut texts: Vec<Counts> = Vec::new();
        let mut starts = vec![0];
        for profile in profiles {
            texts.extend(profile.iter().map(|text| count(reader, text, &mut ids)));
            starts.push(u32::try_from(texts.len()).unwrap_or(u32::MAX));
        }
        let holders = match corpus {
            None => holders(&texts, &starts, ids.len()),
            Some(corpus) => known_holders(reader, corpus, &ids),
        };
        let all = corpus.map_or(starts.len() - 1, |corpus| corpus.profiles() as usize);
        let mut weights = vec![0; ids.len()];
        for (term, id) in &ids {
            weights[*id as usize] = weight_of(*term, rarity(all, holders[*id as usize]));
        }
        let mut postings: Vec<Vec<Posting>> = ids.iter().map(|_| Vec::new()).collect();
        for (text, counts) in (0u32..).zip(texts) {
            for (term, weight) in unit_vector(counts, &weights) {
                postings[term as usize].push(Posting { text, weight });
            }
        }
        Self {
            ids,
            weights,
            is_common: holders.into_iter().map(|count| count > 1).collect(),
            strange: rarity(all, 1),
            postings,
            starts,
            meanings: None,
            norms: Norms::default(),
        }
    }

    /// Compares meanings too.
    pub(super) fn with_meanings(self, meanings: Option<Meanings>, norms: Norms) -> Self {
        Self {
            meanings,
            norms,
            ..self
        }
    }

    /// Turns texts into a vector. Words that no mentor uses count for its length, so that what nobody answers lowers the score.
    pub(super) fn read<'a>(
        &self,
        reader: &mut Reader<'_>,
        sources: impl Iterator<Item = Source<'a, MenteeField>>,
    ) -> Terms<'a> {
        let mut found: HashMap<Term, Asked<'a>> = HashMap::new();
        let mut boosts: Vec<(MenteeField, u32)> = Vec::new();
        for Source { field, boost, text } in sources {
            if boosts.iter().all(|(known, _)| *known != field) {
                boosts.push((field, boost));
            }
            reader.terms(text, |term, piece| {
                let id = self.ids.get(&term).copied();
                if id.is_some() || term.second.is_none() {
                    let asked = Asked {
                        term,
                        field,
                        piece,
                        id,
                        weight: 0,
                    };
                    found.entry(term).or_insert(asked).weight += u64::from(boost);
                }
            });
        }
        let asked = |field| boosts.iter().find(|(known, _)| *known == field);
        let meant = reader.meanings().iter();
        let meant: Vec<(u32, (MenteeField, Vector))> = meant
            .filter_map(|meaning| Some((asked(meaning.0)?.1, *meaning)))
            .collect();
        Terms {
            asked: self.weigh(found.into_values().collect()),
            meaning: Vector::pool(meant.iter().map(|(boost, (_, vector))| (*boost, vector))),
            meanings: meant.into_iter().map(|(_, meaning)| meaning).collect(),
        }
    }

    /// Pairs that fewer than two mentors have count without adding to the length: else one mentor who writes something
    /// new would lower the scores of all others.
    fn weigh<'a>(&self, mut terms: Vec<Asked<'a>>) -> Vec<Asked<'a>> {
        for term in &mut terms {
            let of_one = term.id.map_or(self.strange, |id| self.weights[id as usize]);
            term.weight = weight(narrow(term.weight), of_one);
        }
        let is_new = |term: &Asked<'_>| {
            term.term.second.is_some() && term.id.is_none_or(|id| !self.is_common[id as usize])
        };
        terms.sort_unstable_by_key(|term| (is_new(term), Reverse(term.weight), term.term));
        terms.truncate(MAX_TERMS);
        let lasting = terms.iter().filter(|term| !is_new(term));
        let length = length(lasting.map(|term| term.weight), 0);
        for term in &mut terms {
            term.weight = (term.weight * UNIT / length).min(UNIT);
        }
        terms.retain(|term| term.id.is_some());
        terms
    }

    /// The similarity of every mentor to what is asked for, 0 to [`FULL`](super::fixed::FULL).
    pub(super) fn similarities(&self, asked: &Terms<'_>) -> Vec<u32> {
        let by_words = self.by_words(asked).into_iter();
        let Some(by_meaning) = self.by_meaning(asked) else {
            return by_words.map(stretched).collect();
        };
        let fuse = |(words, meaning): (u64, Option<i32>)| {
            stretched(meaning.map_or(words, |meaning| self.norms.fused(words, meaning)))
        };
        by_words.zip(by_meaning).map(fuse).collect()
    }

    /// The similarity of one mentor to what is asked for, the same as among [`Self::similarities`] of all.
    pub(super) fn similarity(&self, asked: &Terms<'_>, mentor: u32) -> u32 {
        let (start, end) = (
            self.starts[mentor as usize],
            self.starts[mentor as usize + 1],
        );
        let mut dots = vec![0u32; (end - start) as usize];
        for (term, postings) in self.matching(asked) {
            let weight = narrow(term.weight);
            let first = postings.partition_point(|posting| posting.text < start);
            let own = postings[first..].iter();
            for posting in own.take_while(|posting| posting.text < end) {
                let dot = &mut dots[(posting.text - start) as usize];
                *dot = dot.saturating_add(weight * u32::from(posting.weight));
            }
        }
        let words = cosines(&dots);
        let compared = self.meanings.as_ref().zip(asked.meaning.as_ref());
        let meaning = compared.and_then(|(meanings, asked)| meanings.similarity(asked, mentor));
        stretched(meaning.map_or(words, |meaning| self.norms.fused(words, meaning)))
    }

    /// The cosines of every mentor's best texts, added, in billionths.
    pub(super) fn by_words(&self, asked: &Terms<'_>) -> Vec<u64> {
        let texts = self.starts.last().map_or(0, |end| *end as usize);
        let mut dots = vec![0u32; texts];
        for (term, postings) in self.matching(asked) {
            let weight = narrow(term.weight);
            for posting in postings {
                let dot = &mut dots[posting.text as usize];
                *dot = dot.saturating_add(weight * u32::from(posting.weight));
            }
        }
        let of_mentor = |range: &[u32]| cosines(&dots[range[0] as usize..range[1] as usize]);
        self.starts.windows(2).map(of_mentor).collect()
    }

    /// How near every mentor's texts come by their meaning, in hundred-thousandths, if meanings are known.
    pub(super) fn by_meaning(&self, asked: &Terms<'_>) -> Option<Vec<Option<i32>>> {
        let (meanings, asked) = self.meanings.as_ref().zip(asked.meaning.as_ref())?;
        Some(meanings.similarities(asked))
    }

    /// The texts of both sides that mean nearly the same, if meanings are compared.
    pub(super) fn nearest(&self, asked: &Terms<'_>, mentor: u32) -> Option<Nearest> {
        self.meanings.as_ref()?.nearest(&asked.meanings, mentor)
    }

    /// What each shared term adds to the similarity to one mentor: its products in the texts that count.
    pub(super) fn parts<'a>(&self, asked: &'a Terms<'_>, mentor: u32) -> Vec<(&'a Asked<'a>, u64)> {
        let (start, end) = (
            self.starts[mentor as usize],
            self.starts[mentor as usize + 1],
        );
        let mut found = Vec::new();
        let mut dots = vec![0u64; (end - start) as usize];
        for (term, postings) in self.matching(asked) {
            let first = postings.partition_point(|posting| posting.text < start);
            for posting in postings[first..]
                .iter()
                .take_while(|posting| posting.text < end)
            {
                let product = term.weight * u64::from(posting.weight);
                dots[(posting.text - start) as usize] += product;
                found.push((term, (posting.text - start) as usize, product));
            }
        }
        let mut order: Vec<usize> = (0..dots.len()).collect();
        order.sort_by_key(|text| Reverse(dots[*text]));
        order.truncate(BEST_TEXTS);
        let mut parts: Vec<(&Asked<'_>, u64)> = Vec::new();
        for (term, _, product) in found.iter().filter(|(_, text, _)| order.contains(text)) {
            match parts.last_mut() {
                Some((last, sum)) if last.term == term.term => *sum += product,
                _ => parts.push((term, *product)),
            }
        }
        parts.retain(|(_, product)| *product > 0);
        parts
    }

    fn matching<'a, 'b>(
        &'b self,
        asked: &'a Terms<'a>,
    ) -> impl Iterator<Item = (&'a Asked<'a>, &'b Vec<Posting>)> {
        asked
            .asked
            .iter()
            .filter_map(|term| Some((term, &self.postings[term.id? as usize])))
    }
}
