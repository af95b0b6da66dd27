//! Every letter as its readers get it: what stands in the snapshots was looked at, and another program reads the same.

use std::fmt::Write;

use mail_parser::MessageParser;
use shared::domain::letter::{Class, Kind, Letter, Source, sample};
use uuid::Uuid;

use crate::desk::{Addressee, Desk, Moments};
use crate::sample::{MENTEE_ID, MENTOR_ID, account, office};

/// The bytes of a letter.
fn mail(letter: &Letter, source: Option<&Source>) -> Vec<u8> {
    let desk = Desk::of(office()).unwrap();
    let reader = sample::reader_of(letter);
    let account = account(
        &reader,
        if reader.first_name == "Grace" {
            MENTOR_ID
        } else {
            MENTEE_ID
        },
    );
    let is_courtesy = letter.kind().class() == Class::Courtesy;
    let end = "https://api.office-hours.example/api/notifications/unsubscribe/sample";
    let to = Addressee {
        account: &account,
        unsubscribe_url: is_courtesy.then(|| end.to_owned()),
        source,
    };
    let now = "2026-03-02T10:00:00Z".parse().unwrap();
    let moments = Moments { now, fact: now };
    desk.write(Uuid::from_u128(7).into(), letter, &to, moments)
        .unwrap()
}

/// What another program reads in a mail: the headers that matter, and every part.
fn read(raw: &[u8]) -> String {
    let mail = MessageParser::default().parse(raw).unwrap();
    let mut read = format!("Subject: {}\n", mail.subject().unwrap());
    for name in ["List-Unsubscribe", "List-Unsubscribe-Post"] {
        if let Some(value) = mail.header_raw(name) {
            writeln!(read, "{name}: {}", value.trim()).unwrap();
        }
    }
    for part in mail.parts.iter().filter_map(|part| part.text_contents()) {
        let part = part.replace("\r\n", "\n");
        write!(read, "\n-----\n{}\n", part.trim_end()).unwrap();
    }
    read
}

#[test]
fn every_letter_reads_as_it_was_looked_at() {
    for kind in Kind::ALL {
        let letters = sample::letters(kind);
        let full = read(&mail(&letters[0], None));
        insta::assert_snapshot!(kind.as_str(), full);
    }
}

#[test]
fn every_letter_that_leaves_something_out_has_no_hole() {
    for kind in Kind::ALL {
        for letter in sample::letters(kind) {
            let read = read(&mail(&letter, None));
            for hole in [
                ": none",
                " none.",
                ">none<",
                "undefined",
                "{{",
                "{%",
                "\n\n\n\n",
            ] {
                assert!(!read.contains(hole), "{kind:?}: {hole:?} in {read}");
            }
        }
    }
}

#[test]
fn the_built_in_words_as_an_admins_say_the_same() {
    for kind in Kind::ALL {
        let words = shared::domain::letter::Templates::built_in(kind);
        for letter in sample::letters(kind) {
            assert_eq!(
                read(&mail(&letter, Some(&words))),
                read(&mail(&letter, None)),
                "{kind:?}"
            );
        }
    }
}
