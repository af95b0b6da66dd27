//! Where a search goes on: behind one mentor, by what the list is sorted by.

use std::hash::{Hash, Hasher};

use super::{Search, Sort};
use crate::domain::id::{Id, UserId};

/// The mentor at which a page has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What the list is sorted by.
    pub key: Key,
    /// Decides between mentors of one key.
    pub mentor: UserId,
}

/// What a list is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// A rating, a price, a relevance; nothing where ids say it all.
    Number(i32),
    /// A name, as it is compared.
    Text(String),
}

impl Search {
    /// Writes a place as the bytes of a cursor, which leads on in this very search and in no other.
    #[must_use]
    pub fn cursor(&self, place: &Place) -> Vec<u8> {
        let mut bytes = self.fingerprint().to_be_bytes().to_vec();
        bytes.extend_from_slice(place.mentor.uuid().as_bytes());
        match &place.key {
            Key::Number(number) => bytes.extend_from_slice(&number.to_be_bytes()),
            Key::Text(text) => bytes.extend_from_slice(text.as_bytes()),
        }
        bytes
    }

    /// Reads the bytes of a cursor; none when it is of another search, or of none.
    #[must_use]
    pub fn place(&self, cursor: &[u8]) -> Option<Place> {
        let (fingerprint, rest) = cursor.split_first_chunk()?;
        let (mentor, key) = rest.split_first_chunk()?;
        if u64::from_be_bytes(*fingerprint) != self.fingerprint() {
            return None;
        }
        let key = match self.sort {
            Sort::Name => Key::Text(readable(key)?),
            Sort::Relevance | Sort::Newest | Sort::Rating | Sort::Price | Sort::PriceReversed => {
                Key::Number(i32::from_be_bytes(key.try_into().ok()?))
            }
        };
        Some(Place {
            key,
            mentor: uuid::Uuid::from_bytes(*mentor).into(),
        })
    }

    /// Tells searches apart.
    fn fingerprint(&self) -> u64 {
        let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// The database takes no text with a zero in it.
fn readable(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8(bytes.to_vec()).ok()?;
    (!text.contains('\0')).then_some(text)
}

/// FNV-1a: the same in every build, which the hasher of the standard library does not promise.
struct Fnv(u64);

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn search(sort: Sort) -> Search {
        Search {
            sort,
            ..Search::default()
        }
    }

    fn at(key: Key) -> Place {
        Place {
            key,
            mentor: Uuid::from_u128(7).into(),
        }
    }

    #[test]
    fn a_cursor_leads_on_in_its_own_search_only() {
        let newest = search(Sort::Newest);
        let cursor = newest.cursor(&at(Key::Number(0)));
        assert_eq!(newest.place(&cursor), Some(at(Key::Number(0))));

        let others = [
            search(Sort::Rating),
            Search {
                words: Some("growth".to_owned()),
                ..search(Sort::Newest)
            },
            Search {
                industries: vec!["growth".to_owned()],
                ..search(Sort::Newest)
            },
            Search {
                languages: vec!["growth".to_owned()],
                ..search(Sort::Newest)
            },
        ];
        for other in others {
            assert_eq!(other.place(&cursor), None, "{other:?}");
        }
    }

    #[test]
    fn a_name_travels_with_its_cursor() {
        let by_name = search(Sort::Name);
        let place = at(Key::Text("lovelace ada".to_owned()));
        assert_eq!(by_name.place(&by_name.cursor(&place)), Some(place));
        assert_eq!(
            by_name.place(&by_name.cursor(&at(Key::Text("a\0".to_owned())))),
            None
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_place_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..64), key: i32) {
            let by_price = search(Sort::Price);
            prop_assert_eq!(by_price.place(&bytes), None);
            let place = at(Key::Number(key));
            prop_assert_eq!(by_price.place(&by_price.cursor(&place)), Some(place));
        }
    }
}
