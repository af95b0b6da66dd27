"""Reads mails with calendars as a program of somebody else does: the mail with Python's own parser, the calendar with
the library `icalendar`. Takes JSON lines {"mail" | "ics": base64}, answers each with one JSON line of what it read.

    calendar.py < LINES
"""

import base64
import datetime
import email
import email.header
import email.policy
import email.utils
import json
import re
import sys

import icalendar


def check_lines(raw):
    """RFC 5545 §3.1: lines end in CRLF and have at most 75 octets; here none is folded inside a character either."""
    assert raw.endswith(b"\r\n"), "the last line has no end"
    for line in raw[:-2].split(b"\r\n"):
        assert 0 < len(line) <= 75, f"{len(line)} octets: {line!r}"
        assert b"\r" not in line and b"\n" not in line, f"a bare line break: {line!r}"
        line.decode("utf-8")


def moment(event, name):
    value = event[name].dt
    assert isinstance(value, datetime.datetime) and value.utcoffset() == datetime.timedelta(0), (name, value)
    assert event[name].to_ical().endswith(b"Z"), (name, event[name].to_ical())
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def person(address):
    return {"name": address.params.get("CN"), "address": str(address), "rsvp": address.params.get("RSVP")}


def several(event, name):
    values = event.get(name, [])
    return values if isinstance(values, list) else [values]


def text(event, name):
    value = event.get(name)
    assert not isinstance(value, list), f"{name} stands there twice"
    return None if value is None else str(value)


def read_calendar(raw):
    check_lines(raw)
    calendar = icalendar.Calendar.from_ical(raw)
    assert not calendar.errors, calendar.errors
    components = [component.name for component in calendar.walk()]
    assert components == ["VCALENDAR", "VEVENT"], components
    event = calendar.walk("VEVENT")[0]
    assert not event.errors, event.errors
    return {
        "version": text(calendar, "VERSION"),
        "method": text(calendar, "METHOD"),
        "properties": sorted(event.keys()),
        "uid": text(event, "UID"),
        "sequence": int(event["SEQUENCE"]),
        "status": text(event, "STATUS"),
        "stamp": moment(event, "DTSTAMP"),
        "starts_at": moment(event, "DTSTART"),
        "ends_at": moment(event, "DTEND"),
        "summary": text(event, "SUMMARY"),
        "description": text(event, "DESCRIPTION"),
        "location": text(event, "LOCATION"),
        "url": text(event, "URL"),
        "organizer": person(event["ORGANIZER"]),
        "attendees": [person(address) for address in several(event, "ATTENDEE")],
    }


def unfolded(values):
    """The one value of a header. Python's newer parser of addresses keeps the space between encoded words, the older
    one drops it as RFC 2047 §6.2 wants, so this is done by hand."""
    [value] = values
    return re.sub(r"\r?\n(?=[ \t])", "", value)


def decoded(value):
    return str(email.header.make_header(email.header.decode_header(value)))


def read_mail(raw):
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    parts = list(mail.walk())
    assert not any(part.defects for part in parts), [part.defects for part in parts]
    kinds = [part.get_content_type() for part in parts]
    offered, attached = parts[kinds.index("text/calendar")], parts[kinds.index("application/ics")]
    ics = offered.get_payload(decode=True)
    assert attached.get_payload(decode=True) == ics, "what is attached is not what is offered"
    name, address = email.utils.parseaddr(unfolded(mail.get_all("To")))
    return {
        "headers": sorted(mail.keys()),
        "subject": decoded(unfolded(mail.get_all("Subject"))),
        "to": {"name": decoded(name), "address": address},
        "kinds": kinds,
        "offered_method": offered.get_param("method"),
        "charset": offered.get_content_charset(),
        "file": attached.get_filename(),
        "calendar": read_calendar(ics),
    }


def main():
    for line in sys.stdin:
        asked = json.loads(line)
        if "mail" in asked:
            answer = read_mail(base64.b64decode(asked["mail"]))
        else:
            answer = {"calendar": read_calendar(base64.b64decode(asked["ics"]))}
        print(json.dumps(answer))


if __name__ == "__main__":
    main()
