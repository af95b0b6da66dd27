//! Somebody in a calendar entry: a name to show, and an address.

use crate::domain::text::one_line;

/// Somebody in a calendar entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name to show; may be empty.
    pub name: String,
    /// The bare address.
    pub email: String,
}

impl Person {
    /// Reads somebody who is written `Name <address>`, or as the address alone.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, email) = match text.trim().strip_suffix('>') {
            Some(named) => named.rsplit_once('<')?,
            None => ("", text),
        };
        let (name, email) = (name.trim(), email.trim());
        let (local, host) = email.rsplit_once('@')?;
        let is_address = !local.is_empty() && !host.is_empty();
        let is_one = !email.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ','));
        (is_address && is_one && !name.contains(['<', '>'])).then(|| Self {
            name: name.trim_matches('"').to_owned(),
            email: email.to_owned(),
        })
    }

    /// The name on one line.
    #[must_use]
    pub fn shown_name(&self) -> String {
        let name = one_line(&self.name);
        if name.is_empty() {
            "somebody".to_owned()
        } else {
            name
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_written_with_or_without_a_name() {
        for (text, name, email) in [
            (
                "Office Hours <hello@a.example>",
                "Office Hours",
                "hello@a.example",
            ),
            (
                " \"Hours, Office\" <hello@a.example> ",
                "Hours, Office",
                "hello@a.example",
            ),
            ("hello@a.example", "", "hello@a.example"),
        ] {
            let person = Person {
                name: name.to_owned(),
                email: email.to_owned(),
            };
            assert_eq!(Person::parse(text), Some(person), "{text}");
        }
        for bad in [
            "",
            "nobody",
            "<@a>",
            "a@",
            "Two <a@b>, <c@d",
            "a b@c",
            "a@b, c@d",
            "One <a@b>, Two <c@d>",
        ] {
            assert_eq!(Person::parse(bad), None, "{bad}");
        }
    }
}
