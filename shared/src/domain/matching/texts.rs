//! Texts compared by themselves, as profiles are: for measuring how well that ranks.

use super::facts::{MenteeField, Source};
use super::lexicon::{Lexicon, Profile};
use super::words::{Reader, Vocabulary};

/// Profiles of any kind, each of one text or more.
pub struct Texts {
    vocabulary: Vocabulary,
    lexicon: Lexicon,
}

impl Texts {
    /// Reads profiles.
    #[must_use]
    pub fn build(profiles: &[Vec<String>]) -> Self {
        let mut reader = Reader::new(None);
        let lexicon = Lexicon::build(
            &mut reader,
            profiles.iter().map(|texts| pieces(texts)),
            None,
        );
        Self {
            vocabulary: reader.into_vocabulary(),
            lexicon,
        }
    }

    /// Returns how similar each profile is to some texts, 0 to 100 000.
    #[must_use]
    pub fn similarities(&self, texts: &[String]) -> Vec<u32> {
        let mut reader = Reader::new(Some(&self.vocabulary));
        let sources = texts.iter().map(|text| Source {
            field: MenteeField::Need,
            boost: 1,
            text,
        });
        let terms = self.lexicon.read(&mut reader, sources);
        self.lexicon.similarities(&terms)
    }
}

fn pieces(texts: &[String]) -> Profile<'_> {
    texts.iter().map(|text| vec![text.as_str()]).collect()
}
