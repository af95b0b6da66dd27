//! Calendars that we send are read back by somebody else's program: a thousand invitations, each with an update, a
//! cancellation and a download, with everything in names and topics that people type, and that others smuggle in.

use std::io::Write;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use email_worker::mime::{self, Cover};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::domain::calendar::{Appointment, Method, Person};
use shared::domain::letter::Letter;
use shared::domain::letter::Written;
use shared::domain::letter::{CalledOffBy, Office, Reader, SessionFacts, Side};
use shared::domain::session::SessionStatus;
use shared::domain::text::{lines, one_line, shorten};
use uuid::Uuid;

use crate::schemathesis::check_tool;

const EVENTS: u64 = 1_000;

/// What texts are put together from.
const PIECES: &[&str] = &[
    "Ada",
    "Grace Hopper",
    "Zoë",
    "Müller-Lüdenscheidt",
    "李小龙",
    "محمد",
    "👩‍🚀",
    "🦀🦀🦀",
    "e\u{301}",
    ", ",
    "; ",
    ": ",
    "\"",
    "'",
    "\\",
    "\\n",
    "\\,",
    "^n",
    "^^",
    "\r\n",
    "\n",
    "\r",
    "\t",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "\u{feff}",
    "\r\nATTENDEE:mailto:eve@evil.example",
    "\r\nBcc: eve@evil.example\r\n\r\n",
    "\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil",
    "\r\n X-EVIL:1",
    "%0D%0A",
    "{{ 7*7 }}",
    "<b>",
    "&amp;",
    " word",
    "pricing",
    "a-rather-long-word-without-any-place-to-break-it-that-goes-on-and-on-and-on-and-on",
];

/// The same numbers in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn text(&mut self, most: usize) -> String {
        let count = self.below(most + 1);
        (0..count)
            .map(|_| PIECES[self.below(PIECES.len())])
            .collect()
    }

    fn person(&mut self, number: u64) -> Person {
        let mailboxes = ["ada", "o'neill", "a+b", "first.last", "x_y-z"];
        Person {
            name: self.text(6),
            email: format!(
                "{}{number}@example.com",
                mailboxes[self.below(mailboxes.len())]
            ),
        }
    }

    fn moment(&mut self) -> Timestamp {
        let minutes = i64::try_from(self.below(5 * 525_600)).unwrap();
        "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
    }

    fn session(&mut self, number: u64) -> SessionFacts {
        let starts_at = self.moment();
        let minutes = i64::try_from(30 + self.below(151)).unwrap();
        SessionFacts {
            id: Uuid::from_u128(0x0195_f3a0_0000_7000_8000_0000_0000_0000 + u128::from(number))
                .into(),
            sequence: u32::try_from(self.below(3)).unwrap(),
            starts_at,
            ends_at: starts_at + SignedDuration::from_mins(minutes),
            topic: (self.below(8) > 0).then(|| self.text(20)),
            meeting_link: self.place(),
            mentor: self.person(number),
            mentee: self.person(number + EVENTS),
        }
    }

    fn place(&mut self) -> Option<String> {
        match self.below(4) {
            0 => None,
            1 => Some(format!(
                "https://meet.example/{}?x=1,2;3&y=\\n",
                "room".repeat(self.below(60))
            )),
            2 => Some("https://meet.example/a,b;c:d".to_owned()),
            _ => Some(self.text(5)),
        }
    }
}

/// Something that a calendar gets, and what it must read in it.
struct Sent {
    asked: Value,
    expected: Value,
}

fn office() -> Office {
    Office {
        sender: Person {
            name: "Office Hours – Zürich".to_owned(),
            email: "hello@office-hours.example".to_owned(),
        },
        app_url: "https://app.office-hours.example".to_owned(),
    }
}

/// A parameter knows no escapes, so these characters are replaced.
fn common_name(person: &Person) -> Option<String> {
    let name = one_line(&person.name)
        .replace('"', "'")
        .replace(['\\', '^'], "/");
    (!name.is_empty()).then_some(name)
}

fn shown(person: &Person) -> String {
    let name = one_line(&person.name);
    if name.is_empty() {
        "somebody".to_owned()
    } else {
        name
    }
}

/// What any calendar must read in the entry of a session.
fn entry(session: &SessionFacts, method: &str, status: &str, stamp: Timestamp) -> Value {
    let topic = session
        .topic
        .as_deref()
        .map(one_line)
        .filter(|topic| !topic.is_empty());
    let topic = shorten(&topic.unwrap_or_else(|| "Office hours".to_owned()), 120);
    let (mentor, mentee) = (shown(&session.mentor), shown(&session.mentee));
    let place = session
        .meeting_link
        .as_deref()
        .map(one_line)
        .filter(|place| !place.is_empty());
    let is_uri = |place: &String| {
        let is_good = |c: char| c.is_ascii_graphic() && !"\\\"<>^`{|}".contains(c);
        place.starts_with("https://") && place.chars().all(is_good)
    };
    let is_web = place.as_ref().is_some_and(is_uri);
    let whereabouts = place
        .as_ref()
        .map_or_else(String::new, |place| format!("Where: {place}\n"));
    let mut properties = vec![
        "DESCRIPTION",
        "DTEND",
        "DTSTAMP",
        "DTSTART",
        "ORGANIZER",
        "SEQUENCE",
        "STATUS",
        "SUMMARY",
        "TRANSP",
        "UID",
    ];
    let is_published = method == "PUBLISH";
    properties.extend((!is_published).then_some("ATTENDEE"));
    properties.extend(place.is_some().then_some("LOCATION"));
    properties.extend(is_web.then_some("URL"));
    properties.sort_unstable();
    let rsvp = if method == "REQUEST" { "TRUE" } else { "FALSE" };
    let attendees: Vec<Value> = [&session.mentor, &session.mentee]
        .iter()
        .filter(|_| !is_published)
        .map(|person| {
            let address = format!("mailto:{}", person.email);
            json!({ "name": common_name(person), "address": address, "rsvp": rsvp })
        })
        .collect();
    json!({
        "version": "2.0",
        "method": method,
        "properties": properties,
        "uid": format!("{}@office-hours.example", session.id),
        "sequence": session.sequence,
        "status": status,
        "stamp": stamp.to_string(),
        "starts_at": session.starts_at.to_string(),
        "ends_at": session.ends_at.to_string(),
        "summary": format!("{topic}: {} and {}", shorten(&mentor, 60), shorten(&mentee, 60)),
        "description": lines(&format!(
            "Mentor: {mentor}\nMentee: {mentee}\n{whereabouts}\nOffice Hours: https://app.office-hours.example"
        )),
        "location": place,
        "url": place.filter(|_| is_web),
        "organizer": { "name": "Office Hours – Zürich", "address": "mailto:hello@office-hours.example", "rsvp": null },
        "attendees": attendees,
    })
}

/// A mail to the mentee, put together as the worker does it.
fn mail(letter: &Letter, session: &SessionFacts, status: &str, stamp: Timestamp) -> Sent {
    let (office, to) = (office(), session.mentee.clone());
    let reader = Reader {
        first_name: to.name.clone(),
        email: to.email.clone(),
        zone: "Europe/Berlin".parse().unwrap(),
        unsubscribe_url: None,
    };
    // What people read is tested beside the templates.
    let written = Written {
        subject: letter.subject(&reader),
        text: "See the calendar.\n".to_owned(),
        html: "<p>See the calendar.</p>".to_owned(),
    };
    let invitation = letter.invitation(&office, stamp).expect("an invitation");
    let cover = Cover {
        id: Uuid::from_u128(7).into(),
        from: office.sender,
        to: to.clone(),
        date: stamp,
        unsubscribe_url: None,
    };
    let raw = mime::mail(&cover, &written, Some(&invitation)).unwrap();
    let method = invitation.method.as_str();
    let expected = json!({
        "headers": [
            "Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To",
        ],
        "subject": one_line(&written.subject),
        "to": { "name": one_line(&to.name), "address": to.email },
        "kinds": [
            "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
        ],
        "offered_method": method,
        "charset": "utf-8",
        "file": "invite.ics",
        "calendar": entry(session, method, status, stamp),
    });
    Sent {
        asked: json!({ "mail": STANDARD.encode(raw) }),
        expected,
    }
}

fn download(session: &SessionFacts, status: SessionStatus, stamp: Timestamp) -> Sent {
    let office = office();
    let appointment = Appointment {
        session_id: session.id,
        sequence: session.sequence,
        starts_at: session.starts_at,
        ends_at: session.ends_at,
        topic: session.topic.as_deref(),
        meeting_link: session.meeting_link.as_deref(),
        mentor: &session.mentor,
        mentee: &session.mentee,
    };
    let method = Method::Publish(status.into());
    let ics = appointment
        .invitation(method, &office.sender, &office.app_url, stamp)
        .to_ics();
    let word = match status {
        SessionStatus::Pending => "TENTATIVE",
        SessionStatus::Confirmed | SessionStatus::Completed | SessionStatus::NoShow => "CONFIRMED",
        SessionStatus::Declined | SessionStatus::Cancelled | SessionStatus::Expired => "CANCELLED",
    };
    Sent {
        asked: json!({ "ics": STANDARD.encode(ics) }),
        expected: json!({ "calendar": entry(session, "PUBLISH", word, stamp) }),
    }
}

/// An invitation, an update, a cancellation, and a download of one session.
fn life(dice: &mut Dice, number: u64) -> [Sent; 4] {
    let session = dice.session(number);
    let moved = SessionFacts {
        sequence: session.sequence + 1,
        starts_at: session.starts_at + SignedDuration::from_hours(25),
        ends_at: session.ends_at + SignedDuration::from_hours(25),
        meeting_link: dice.place(),
        ..session.clone()
    };
    let cancelled = SessionFacts {
        sequence: moved.sequence + 1,
        ..moved.clone()
    };
    let stamp = dice.moment();
    let confirmation = |session: &SessionFacts| Letter::SessionConfirmed {
        session: session.clone(),
        to: Side::Mentee,
        is_soon: false,
    };
    let cancellation = Letter::SessionCancelled {
        session: cancelled.clone(),
        to: Side::Mentee,
        by: CalledOffBy::Other,
        reason: Some(dice.text(9)),
        was_confirmed: true,
    };
    let status = SessionStatus::ALL[dice.below(SessionStatus::ALL.len())];
    [
        mail(&confirmation(&session), &session, "CONFIRMED", stamp),
        mail(&confirmation(&moved), &moved, "CONFIRMED", stamp),
        mail(&cancellation, &cancelled, "CANCELLED", stamp),
        download(&cancelled, status, stamp),
    ]
}

/// Lets the other program read everything.
fn read(asked: String) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/platform/calendar.py");
    let mut program = Command::new(check_tool("python"))
        .arg(script)
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("icalendar is installed: run `infra/setup.sh checks`");
    let mut input = program.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        // It stops reading when it finds something wrong.
        let _ = input.write_all(asked.as_bytes());
    });
    let output = program.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let answers = String::from_utf8(output.stdout).unwrap();
    answers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn another_program_reads_our_calendars_as_we_meant_them() {
    let mut dice = Dice(20_260_302);
    let sent: Vec<Sent> = (0..EVENTS)
        .flat_map(|number| life(&mut dice, number))
        .collect();
    let asked: Vec<String> = sent.iter().map(|sent| sent.asked.to_string()).collect();

    let answers = read(asked.join("\n"));

    assert_eq!(answers.len(), sent.len());
    for (answer, sent) in answers.iter().zip(&sent) {
        assert_eq!(answer, &sent.expected);
    }
    // One session is one entry for ever, and the newer announcement wins.
    for life in answers.chunks(4) {
        let of = |n: usize, name: &str| life[n]["calendar"][name].clone();
        assert!((1..4).all(|n| of(n, "uid") == of(0, "uid")));
        let sequences = [0, 1, 2].map(|n| of(n, "sequence").as_u64().unwrap());
        assert!(
            sequences.is_sorted_by(|one, next| one < next),
            "{sequences:?}"
        );
    }
}
