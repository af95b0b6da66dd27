//! Browsing and searching the directory of mentors.

mod sql;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::Deserialize;
use tokio_postgres::Row;
use tokio_postgres::types::{Json, Type};
use uuid::Uuid;

use super::db::Param;
use super::mentor::{self, MentorCard};
use super::{Read, StoreError};
use crate::domain::id::Id;
use crate::domain::score::Thousandths;
use crate::domain::search::{Key, Place, Search, Sort};
use crate::domain::time::Span;

use sql::Wanted;

/// A part of what was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The mentors, each with their place in the list.
    pub mentors: Vec<(MentorCard, Place)>,
    /// How many of all that were found have what, if somebody asked.
    pub counts: Option<Counts>,
}

/// How many of all that were found have what.
#[derive(Clone, Debug, Deserialize)]
pub struct Counts {
    /// All that were found.
    pub total: i64,
    /// Names of expertise, industries, stages and languages: the 50 most frequent of each kind.
    pub named: Vec<Named>,
    /// Prices, by currency.
    pub prices: Vec<Prices>,
    /// Those rated at least 4.5, 4, 3.5 and 3.
    pub ratings: [i64; 4],
}

/// How many have one name.
#[derive(Clone, Debug, Deserialize)]
pub struct Named {
    /// `expertise`, `industry`, `stage` or `language`.
    pub kind: String,
    /// The name as it is compared.
    pub value: String,
    /// How many.
    pub count: i64,
}

/// What an hour costs in one currency.
#[derive(Clone, Debug, Deserialize)]
pub struct Prices {
    /// The currency, if one was named.
    pub currency: Option<String>,
    /// The lowest price in minor units.
    pub min: i32,
    /// The highest price in minor units.
    pub max: i32,
    /// How many name a price in it.
    pub count: i64,
}

/// Which part of which list.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// Which mentors, in which order.
    pub search: &'a Search,
    /// Behind which place.
    pub after: Option<&'a Place>,
    /// How many.
    pub limit: i64,
    /// Whether all that were found are counted.
    pub is_counted: bool,
}

/// Lists mentors, and counts them all if asked to: one statement, whatever is asked.
///
/// Free time is not decided here: who has no hours around it is left out, the others are still to be asked.
pub async fn list(db: &impl Read, part: Part<'_>) -> Result<Found, StoreError> {
    let values = Values::of(part);
    let rows = db
        .query(wanted(part).statement(), &values.params(&part))
        .await?;
    let placed = rows
        .iter()
        .filter_map(|row| placed(row, part.search.sort).transpose());
    Ok(Found {
        mentors: placed.collect::<Result<_, _>>()?,
        counts: if part.is_counted {
            counts(&rows)?
        } else {
            None
        },
    })
}

/// Shows how the database goes about it: which indexes it uses, line by line.
pub async fn explain(db: &impl Read, part: Part<'_>) -> Result<Vec<String>, StoreError> {
    let values = Values::of(part);
    let statement = format!("EXPLAIN {}", wanted(part).statement());
    let rows = db.query(&statement, &values.params(&part)).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

fn wanted(part: Part<'_>) -> Wanted {
    let search = part.search;
    let plain = Search {
        words: search.words.clone(),
        sort: search.sort,
        ..Search::default()
    };
    Wanted {
        sort: search.sort,
        has_words: search.words.is_some(),
        has_filters: *search != plain,
        is_counted: part.is_counted,
    }
}

/// The parameters of a statement, as the driver takes them.
struct Values<'a> {
    number: Option<i32>,
    text: Option<&'a str>,
    mentor: Option<Uuid>,
    names: [Option<&'a [String]>; 5],
    stages: Option<Vec<&'static str>>,
    min_rating: Option<i32>,
    first_day: Option<Date>,
    last_day: Option<Date>,
    weekdays: Option<Vec<i16>>,
}

impl<'a> Values<'a> {
    fn of(part: Part<'a>) -> Self {
        let search = part.search;
        let (number, text) = match part.after.map(|place| &place.key) {
            None => (None, None),
            Some(Key::Number(number)) => (Some(*number), None),
            Some(Key::Text(text)) => (None, Some(text.as_str())),
        };
        let names = [
            &search.topics,
            &search.expertise,
            &search.industries,
            &search.companies,
            &search.languages,
        ];
        let stages: Vec<_> = search.stages.iter().map(|stage| stage.as_str()).collect();
        let days = search.free.map(|free| days_around(free.within));
        Self {
            number,
            text,
            mentor: part.after.map(|place| place.mentor.uuid()),
            // No names are no filter.
            names: names.map(|names| (!names.is_empty()).then_some(names.as_slice())),
            stages: (!stages.is_empty()).then_some(stages),
            min_rating: search.min_rating.map(Thousandths::get),
            first_day: days.map(|[first, _]| first),
            last_day: days.map(|[_, last]| last),
            weekdays: days.map(weekdays),
        }
    }

    fn params(&'a self, part: &'a Part<'a>) -> [Param<'a>; 18] {
        let search = part.search;
        let [topics, expertise, industries, companies, languages] = &self.names;
        [
            (&search.words, Type::TEXT),
            (&part.limit, Type::INT8),
            match search.sort {
                Sort::Name => (&self.text, Type::TEXT),
                Sort::Relevance
                | Sort::Newest
                | Sort::Rating
                | Sort::Price
                | Sort::PriceReversed => (&self.number, Type::INT4),
            },
            (&self.mentor, Type::UUID),
            (topics, Type::TEXT_ARRAY),
            (expertise, Type::TEXT_ARRAY),
            (industries, Type::TEXT_ARRAY),
            (&self.stages, Type::TEXT_ARRAY),
            (companies, Type::TEXT_ARRAY),
            (languages, Type::TEXT_ARRAY),
            (&search.currency, Type::TEXT),
            (&self.min_rating, Type::INT4),
            (&search.price_min, Type::INT4),
            (&search.price_max, Type::INT4),
            (&search.accepting, Type::BOOL),
            (&self.first_day, Type::DATE),
            (&self.last_day, Type::DATE),
            (&self.weekdays, Type::INT2_ARRAY),
        ]
    }
}

/// Reads a mentor; none in the row that is there only for the counts.
fn placed(row: &Row, sort: Sort) -> Result<Option<(MentorCard, Place)>, StoreError> {
    if row.try_get::<_, Option<Uuid>>("mentor_id")?.is_none() {
        return Ok(None);
    }
    let card = mentor::from_row(row)?;
    let key = match sort {
        Sort::Name => Key::Text(row.try_get("key")?),
        Sort::Relevance | Sort::Newest | Sort::Rating | Sort::Price | Sort::PriceReversed => {
            Key::Number(row.try_get("key")?)
        }
    };
    let mentor = card.id;
    Ok(Some((card, Place { key, mentor })))
}

fn counts(rows: &[Row]) -> Result<Option<Counts>, StoreError> {
    let first = rows
        .first()
        .ok_or_else(|| StoreError::inconsistent("mentor_search", "no counts came back"))?;
    let Json(counts) = first.try_get("counts")?;
    Ok(Some(counts))
}

/// The first and the last day on which hours may lie in a span, in whatever zone: no clock is a whole day away from UTC's.
fn days_around(span: Span) -> [Date; 2] {
    let day = SignedDuration::from_hours(24);
    let first = span.start.checked_sub(day).unwrap_or(Timestamp::MIN);
    let last = span.end.checked_add(day).unwrap_or(Timestamp::MAX);
    [first, last].map(|at| Offset::UTC.to_datetime(at).date())
}

/// The days of the week between two days; 0 is Sunday.
fn weekdays([first, last]: [Date; 2]) -> Vec<i16> {
    let days = first.series(1.day()).take_while(|day| *day <= last);
    days.take(7)
        .map(|day| day.weekday().to_sunday_zero_offset().into())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_around_a_span_are_those_of_every_zone() {
        let span = |from: &str, to: &str| Span::new(from.parse().unwrap(), to.parse().unwrap());

        let days = days_around(span("2026-03-03T15:00:00Z", "2026-03-03T18:00:00Z"));
        assert_eq!(
            days.map(|day| day.to_string()),
            ["2026-03-02", "2026-03-04"]
        );
        assert_eq!(weekdays(days), [1, 2, 3]);

        let days = days_around(span("2026-03-03T15:00:00Z", "2026-03-31T18:00:00Z"));
        assert_eq!(weekdays(days).len(), 7);
    }
}
