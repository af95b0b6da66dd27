//! The decision about one field, of three values: what both agreed on last, what we say, what is said there.

use super::{Cell, Owner};

/// What becomes of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merged {
    /// Both say the same.
    Agreed,
    /// Our word counts; it is to be written there.
    Ours,
    /// The other word counts; it is to be written here.
    Theirs,
    /// Both changed it. What came in last counts, which is theirs: ours was here before we heard of it.
    Clashed,
}

/// Decides about a field.
#[must_use]
pub fn merge(owner: Owner, base: &Cell, ours: &Cell, theirs: &Cell) -> Merged {
    if ours == theirs {
        return Merged::Agreed;
    }
    match owner {
        Owner::Platform => Merged::Ours,
        Owner::Airtable => Merged::Theirs,
        Owner::Shared if theirs == base => Merged::Ours,
        Owner::Shared if ours == base => Merged::Theirs,
        Owner::Shared => Merged::Clashed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_side_that_changed_wins_and_of_two_the_later() {
        use Merged::{Agreed, Clashed, Ours, Theirs};
        use Owner::{Airtable, Platform, Shared};
        for (owner, [base, ours, theirs], expected) in [
            (Shared, ["a", "a", "a"], Agreed),
            (Shared, ["a", "b", "b"], Agreed),
            (Shared, ["a", "b", "a"], Ours),
            (Shared, ["a", "a", "b"], Theirs),
            (Shared, ["a", "b", "c"], Clashed),
            (Shared, ["", "b", "c"], Clashed),
            (Shared, ["", "", "c"], Theirs),
            (Shared, ["a", "", "a"], Ours),
            (Platform, ["a", "a", "b"], Ours),
            (Platform, ["a", "b", "b"], Agreed),
            (Airtable, ["a", "b", "a"], Theirs),
            (Airtable, ["a", "b", "c"], Theirs),
        ] {
            let merged = merge(
                owner,
                &Cell::text(base),
                &Cell::text(ours),
                &Cell::text(theirs),
            );
            assert_eq!(merged, expected, "{owner:?} {base} {ours} {theirs}");
        }
    }
}
