//! Passwords that everybody tries first.
//!
//! `common.txt` is made of the 30,000 most common passwords that come with zxcvbn (the Rust port 3.1.1, MIT, Copyright
//! 2016 Joshua Holmer; the list itself is Mark Burnett's, released into the public domain). Hardly any of them has four
//! classes of characters, so it is not they that people choose here, but what they make of them: the list holds the
//! words in them, and those of at least 8 characters with a digit or a symbol, in lower case. A password is looked up
//! in each plain form it may be a disguise of.

use std::collections::HashSet;
use std::sync::LazyLock;

const LIST: &str = include_str!("common.txt");

static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| LIST.lines().collect());

/// Fewer letters than these are no word: they do not make a password one that others have.
const SHORTEST_WORD: usize = 3;

/// Whether a password is a common one, or a common word in disguise, or one of the `personal` words in disguise.
pub(super) fn is_common(password: &str, personal: &[String]) -> bool {
    let typed = password.to_lowercase();
    if [&typed, &unshifted(&typed)]
        .into_iter()
        .any(|form| COMMON.contains(form.as_str()))
    {
        return true;
    }
    plain_forms(&typed).into_iter().any(|form| {
        form.chars().count() >= SHORTEST_WORD
            && (COMMON.contains(form.as_str()) || personal.contains(&form))
    })
}

/// A word about the person as it is compared: in lower case, its letters and digits only.
pub(super) fn personal_word(text: &str) -> Option<String> {
    let word: String = text
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    (word.chars().count() >= SHORTEST_WORD).then_some(word)
}

/// What a password is without its decoration: digits and symbols at either end left off or kept, leetspeak undone,
/// what joins the words taken out.
fn plain_forms(typed: &str) -> Vec<String> {
    let is_decoration = |c: char| !c.is_alphabetic();
    let ends = [
        typed,
        typed.trim_start_matches(is_decoration),
        typed.trim_end_matches(is_decoration),
        typed.trim_matches(is_decoration),
    ];
    let mut forms = Vec::with_capacity(16);
    for end in ends {
        for one in ['i', 'l'] {
            let letters: String = end.chars().map(|c| unleeted(c, one)).collect();
            forms.push(letters.chars().filter(|c| c.is_alphanumeric()).collect());
            forms.push(letters);
        }
        forms.push(end.chars().filter(|c| c.is_alphanumeric()).collect());
    }
    forms
}

fn unleeted(c: char, one: char) -> char {
    match c {
        '@' | '4' => 'a',
        '8' => 'b',
        '3' => 'e',
        '6' | '9' => 'g',
        '1' | '!' | '|' => one,
        '0' => 'o',
        '$' | '5' => 's',
        '7' | '+' => 't',
        '2' => 'z',
        other => other,
    }
}

/// The digits of the keys that were pressed together with shift, on an American keyboard.
fn unshifted(typed: &str) -> String {
    let key = |c| match c {
        '!' => '1',
        '@' => '2',
        '#' => '3',
        '$' => '4',
        '%' => '5',
        '^' => '6',
        '&' => '7',
        '*' => '8',
        '(' => '9',
        ')' => '0',
        other => other,
    };
    typed.chars().map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::user::password::{NewPassword, PasswordError, PasswordRules};

    /// What people make of a word when four classes are asked for.
    fn disguises() -> impl Iterator<Item = String> {
        let words = LIST
            .lines()
            .filter(|word| word.len() >= 6 && word.bytes().all(|b| b.is_ascii_lowercase()));
        words.map(|word| format!("{}{}1!", word[..1].to_uppercase(), &word[1..]))
    }

    #[test]
    fn thousands_of_passwords_that_keep_the_rules_are_refused_all_the_same() {
        let (mut refused, rules) = (
            0,
            PasswordRules {
                needs_classes: true,
                personal: &[],
            },
        );
        for password in disguises() {
            let new = NewPassword::parse(&password).unwrap();
            assert_eq!(
                new.accept(&rules).err(),
                Some(PasswordError::TooCommon),
                "{password}"
            );
            refused += 1;
        }
        assert!(refused >= 3000, "{refused}");
    }

    #[test]
    fn the_disguises_that_everybody_knows_are_seen_through() {
        for password in [
            "P@ssw0rd",
            "Passw0rd!",
            "Password1!",
            "Password123!",
            "P@$$w0rd1",
            "Welcome1!",
            "Welcome@123",
            "Admin@123",
            "@dm1n2024!!",
            "Qwerty123!",
            "Qwerty!23",
            "1qaz@WSX",
            "!QAZ2wsx",
            "Abc123!@#",
            "Iloveyou1!",
            "Dr@g0n2024!",
            "Summer2025!",
            "Letmein1!",
            "M0nkey!!",
            "Football#1",
            "!!Sunshine99",
            "Trustno1!",
        ] {
            assert!(is_common(password, &[]), "{password}");
        }
    }

    #[test]
    fn words_that_do_not_belong_together_are_left_alone() {
        for password in [
            "Demo-Passw0rd!",
            "Bench-Passw0rd!",
            "correct Horse 7 battery!",
            "xK7#qPv2!mZ",
            "Tr0ub4dor&3x",
        ] {
            assert!(!is_common(password, &[]), "{password}");
        }
    }

    #[test]
    fn a_name_in_disguise_is_that_name() {
        let personal: Vec<String> = ["Grace", "O'Hopper", "Al"]
            .into_iter()
            .filter_map(personal_word)
            .collect();
        assert_eq!(personal, ["grace", "ohopper"]);
        assert!(is_common("O-H0pper1906!", &personal));
        assert!(!is_common("Al-1906-xx!Q", &personal));
    }
}
