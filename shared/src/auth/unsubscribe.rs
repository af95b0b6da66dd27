//! Links that end one kind of mail without a login (RFC 8058): whoever has the mail has the right to have no more.
//!
//! A link is `kind.base64url(person ‖ tag)`; the tag is the first half of an HMAC-SHA256 over person and kind.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::domain::id::{Id, UserId};
use crate::domain::letter::Kind;

/// Names the MACs of these links among all that the key is used for.
pub const SCOPE: &str = "unsubscribe";

const TAG_BYTES: usize = 16;

/// What a link ends: one kind of mail to one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsubscribe {
    /// Who gets no more.
    pub person: UserId,
    /// Of what.
    pub kind: Kind,
}

impl Unsubscribe {
    /// What the MAC is made of.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}:{}", self.person, self.kind.as_str())
    }

    /// Writes the end of the link, given the MAC of [`Unsubscribe::text`].
    #[must_use]
    pub fn token(&self, mac: &[u8]) -> String {
        let mut bytes = self.person.uuid().as_bytes().to_vec();
        bytes.extend(mac.iter().take(TAG_BYTES));
        format!("{}.{}", self.kind.as_str(), URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads the end of a link: what it wants to end, and the tag that has to be looked at before that is done.
    #[must_use]
    pub fn read(token: &str) -> Option<(Self, Tag)> {
        let (kind, rest) = token.split_once('.')?;
        let bytes = URL_SAFE_NO_PAD.decode(rest).ok()?;
        let (person, tag) = bytes.split_at_checked(16)?;
        let wanted = Self {
            person: Uuid::from_slice(person).ok()?.into(),
            kind: Kind::parse(kind).ok()?,
        };
        Some((wanted, Tag(tag.to_vec())))
    }
}

/// What a link brings along to prove that it is ours.
pub struct Tag(Vec<u8>);

impl Tag {
    /// Whether it is the one of this MAC; it takes the same time whether it is or not.
    #[must_use]
    pub fn proves(&self, mac: &[u8]) -> bool {
        let expected = mac.get(..TAG_BYTES);
        expected.is_some_and(|expected| verify_slices_are_equal(&self.0, expected).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::letter::Topic;

    const MAC: [u8; 32] = [7; 32];

    fn survey() -> Unsubscribe {
        Unsubscribe {
            person: Uuid::from_u128(5).into(),
            kind: Kind::Mentoring(Topic::Survey),
        }
    }

    #[test]
    fn a_link_comes_back_as_it_went() {
        let token = survey().token(&MAC);

        let (wanted, tag) = Unsubscribe::read(&token).unwrap();

        assert_eq!(wanted, survey());
        assert!(tag.proves(&MAC));
        assert!(!tag.proves(&[8; 32]) && !tag.proves(&[]));
    }

    #[test]
    fn what_is_no_link_of_ours_ends_nothing() {
        let token = survey().token(&MAC);
        let (kind, rest) = token.split_once('.').unwrap();

        for bad in [
            "",
            ".",
            kind,
            rest,
            &format!("spam.{rest}"),
            &format!("{kind}.AAAA"),
        ] {
            assert!(Unsubscribe::read(bad).is_none(), "{bad}");
        }
        let short = &token[..token.len() - 4];
        assert!(!Unsubscribe::read(short).unwrap().1.proves(&MAC));
    }
}
