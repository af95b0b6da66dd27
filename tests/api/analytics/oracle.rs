//! The same figures, computed slowly from the facts: every one of them is looked at for every question.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::domain::session::SessionStatus;
use shared::domain::time::Zone;
use tests::Fact;

/// Which days, in which zone, of which program.
pub(super) struct Question {
    pub(super) zone: Zone,
    pub(super) from: Date,
    pub(super) to: Date,
    pub(super) program: Option<&'static str>,
}

impl Question {
    pub(super) fn query(&self) -> String {
        let Self { zone, from, to, .. } = self;
        let program = self.program.map(|key| format!("&program={key}"));
        let program = program.unwrap_or_default();
        format!("?zone={zone}&from={from}&to={to}{program}")
    }

    pub(super) fn has(&self, at: Timestamp) -> bool {
        let day = self.zone.date(at);
        self.from <= day && day <= self.to
    }

    fn is_of_program(&self, fact: &Fact) -> bool {
        self.program.is_none() || fact.program == self.program
    }

    /// Those that start in these days.
    pub(super) fn starting<'a>(&self, facts: &'a [Fact]) -> Vec<&'a Fact> {
        let facts = facts.iter().filter(|fact| self.is_of_program(fact));
        facts.filter(|fact| self.has(fact.scheduled_at)).collect()
    }

    /// Those that were asked for in these days.
    pub(super) fn requested<'a>(&self, facts: &'a [Fact]) -> Vec<&'a Fact> {
        let facts = facts.iter().filter(|fact| self.is_of_program(fact));
        facts.filter(|fact| self.has(fact.created_at)).collect()
    }
}

pub(super) const fn is_booked(fact: &Fact) -> bool {
    matches!(
        fact.status,
        SessionStatus::Confirmed | SessionStatus::Completed | SessionStatus::NoShow
    )
}

pub(super) fn count(facts: &[&Fact], status: SessionStatus) -> usize {
    facts.iter().filter(|fact| fact.status == status).count()
}

pub(super) fn booked_minutes(facts: &[&Fact]) -> i64 {
    let booked = facts.iter().filter(|fact| is_booked(fact));
    booked.map(|fact| fact.minutes).sum()
}

/// How mentees rate them, as the API writes it.
pub(super) fn ratings(facts: &[&Fact]) -> Value {
    let seen = facts.iter().filter(|fact| !fact.is_hidden);
    let stars: Vec<i64> = seen.filter_map(|fact| fact.ratings[0]).collect();
    let count = i64::try_from(stars.len()).unwrap();
    json!({ "count": count, "average": share(stars.iter().sum(), count) })
}

/// A share as the API writes it: three places, and no more than needed.
pub(super) fn share(part: i64, whole: i64) -> Value {
    if whole == 0 {
        return Value::Null;
    }
    let thousandths = (part * 2000 + whole) / (2 * whole);
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    let number: f64 = text.parse().unwrap();
    if thousandths % 1000 == 0 {
        json!(thousandths / 1000)
    } else {
        json!(number)
    }
}

/// The volume of each bucket, which begins on the first of these days that is one of `is_first`.
pub(super) fn volume(
    question: &Question,
    facts: &[Fact],
    is_first: impl Fn(Date) -> bool,
) -> Vec<Value> {
    let mut buckets: Vec<(Date, Date)> = Vec::new();
    let mut day = question.from;
    while day <= question.to {
        match buckets.last_mut() {
            Some(last) if !is_first(day) => last.1 = day,
            _ => buckets.push((day, day)),
        }
        day = day.tomorrow().unwrap();
    }
    let bucket = |(from, to): (Date, Date)| {
        let part = Question {
            zone: question.zone.clone(),
            from,
            to,
            program: question.program,
        };
        let starting = part.starting(facts);
        json!({
            "from": from,
            "to": to,
            "requested": part.requested(facts).len(),
            "booked": starting.iter().filter(|fact| is_booked(fact)).count(),
            "completed": count(&starting, SessionStatus::Completed),
            "booked_minutes": booked_minutes(&starting),
        })
    };
    buckets.into_iter().map(bucket).collect()
}

/// How many people of one side were active.
pub(super) fn active(question: &Question, facts: &[Fact], side: impl Fn(&Fact) -> UserId) -> usize {
    let requested = question.requested(facts).into_iter();
    let starting = question.starting(facts).into_iter();
    let mut people: Vec<UserId> = requested
        .chain(starting.filter(|fact| is_booked(fact)))
        .map(side)
        .collect();
    people.sort();
    people.dedup();
    people.len()
}

pub(super) fn funnel(facts: &[&Fact]) -> Value {
    let of = |status| i64::try_from(count(facts, status)).unwrap();
    let [
        pending,
        confirmed,
        declined,
        cancelled,
        expired,
        completed,
        no_show,
    ] = SessionStatus::ALL.map(of);
    let booked = confirmed + completed + no_show;
    let decided = booked + declined + expired;
    json!({
        "sessions": facts.len(),
        "pending": pending,
        "confirmed": confirmed,
        "declined": declined,
        "cancelled": cancelled,
        "expired": expired,
        "completed": completed,
        "no_show": no_show,
        "acceptance_rate": share(booked, decided),
        "expiry_rate": share(expired, decided),
        "cancel_rate": share(cancelled, booked + cancelled),
        "no_show_rate": share(no_show, completed + no_show),
    })
}

pub(super) fn answers(facts: &[&Fact]) -> Value {
    let minutes = |fact: &&Fact| {
        let took = fact.answered_at?.duration_since(fact.created_at);
        Some(rounded(took.as_mins()))
    };
    let mut times: Vec<i64> = facts.iter().filter_map(minutes).collect();
    times.sort_unstable();
    json!({
        "count": times.len(),
        "median_minutes": percentile(&times, 50),
        "p90_minutes": percentile(&times, 90),
    })
}

/// Minutes as answers are told: the longer, the rougher.
pub(super) const fn rounded(minutes: i64) -> i64 {
    let step = match minutes {
        0..120 => 5,
        120..720 => 15,
        _ => 60,
    };
    minutes / step * step
}

/// The nearest rank of what is sorted.
pub(super) fn percentile(sorted: &[i64], percent: usize) -> Option<&i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.max(1) - 1)
}

/// What becomes of sessions, by something they have.
pub(super) fn funnels<'a>(
    facts: &[&'a Fact],
    key: impl Fn(&'a Fact) -> Option<&'static str>,
) -> BTreeMap<Option<&'static str>, Value> {
    let mut groups: BTreeMap<_, Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        groups.entry(key(fact)).or_default().push(fact);
    }
    groups
        .into_iter()
        .map(|(key, facts)| (key, funnel(&facts)))
        .collect()
}

/// Hours of days begin and end with one.
const STEP: i64 = 15;

/// How many minutes of these days are within weekly hours, a quarter of an hour after the other.
pub(super) fn offered(
    question: &Question,
    (days, zone): (&[i8], &Zone),
    hours: std::ops::Range<i8>,
    since: Timestamp,
) -> i64 {
    let mut at: Timestamp = "2026-02-01T00:00:00Z".parse().unwrap();
    let end: Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
    let mut minutes = 0;
    while at < end {
        let local = zone.local(at);
        let day = local.date().weekday().to_sunday_zero_offset();
        let is_open = days.contains(&day) && hours.contains(&local.hour());
        minutes += STEP * i64::from(is_open && at >= since && question.has(at));
        at += SignedDuration::from_mins(STEP);
    }
    minutes
}
