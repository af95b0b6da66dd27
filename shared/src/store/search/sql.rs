//! The statements of a search: one for each order, with and without words, with and without counts.
//!
//! They are written out because SQL takes neither an order nor a source as a parameter. A filter that is not asked for
//! is a constant by the time a plan is made, and costs nothing.
//!
//! $1 words, $2 limit, $3 and $4 where to go on, $5–$10 lists of names, $11 currency, $12 rating, $13 and $14 price,
//! $15 accepting, $16–$18 the first and the last day and the weekdays on which they must be open.

use crate::domain::search::Sort;

/// What a card shows.
macro_rules! card {
    () => {
        "mentor_id, first_name, last_name, bio, profile_picture_url, location, timezone, languages, company, title,
         years_experience, expertise_areas, industries, stages, hourly_rate, hourly_rate_currency, accepting, rating,
         rating_count, sessions_completed, answer_rate"
    };
}

/// What lists are sorted by, and what is counted.
macro_rules! keys {
    () => {
        "tags, name_key, price_up, price_down, rating_key"
    };
}

/// Every filter but the words. Somebody who may be free has hours that touch the days; the slots themselves decide.
/// (An EXISTS would be answered by reading the hours of everybody first.)
macro_rules! filters {
    () => {
        " AND ($5::text[] IS NULL OR tags && (search_tags('topic', $5) || search_tags('expertise', $5)))
          AND ($6::text[] IS NULL OR tags && search_tags('expertise', $6))
          AND ($7::text[] IS NULL OR tags && search_tags('industry', $7))
          AND ($8::text[] IS NULL OR tags && search_tags('stage', $8))
          AND ($9::text[] IS NULL OR tags && search_tags('company', $9))
          AND ($10::text[] IS NULL OR tags && search_tags('language', $10))
          AND ($11::text IS NULL OR tags && search_tags('currency', ARRAY[$11]))
          AND ($12::integer IS NULL OR rating_key >= $12)
          AND ($13::integer IS NULL OR (price_up >= $13 AND hourly_rate IS NOT NULL))
          AND ($14::integer IS NULL OR price_up <= $14)
          AND ($15::boolean IS NULL OR accepting = $15)
          AND ($16::date IS NULL OR (accepting AND (
                SELECT true FROM availability
                 WHERE availability.mentor_id = mentor_search.mentor_id AND kind = 'open'
                   AND (valid_from IS NULL OR valid_from <= $17)
                   AND CASE WHEN is_recurring THEN (valid_until IS NULL OR valid_until >= $16)
                                                   AND day_of_week = ANY($18)
                            ELSE coalesce(valid_until, valid_from) >= $16 END
                 LIMIT 1)))"
    };
}

/// Where mentors are looked for: anywhere, among all that pass the filters, or among those with the words.
///
/// Only when nobody at all has the words are they taken for misspelt.
macro_rules! source {
    (anywhere) => {
        concat!("(SELECT ", card!(), ", ", keys!(), ", 0 AS score FROM mentor_search WHERE is_listed) AS found")
    };
    (filtered) => {
        concat!("(SELECT ", card!(), ", ", keys!(), ", 0 AS score FROM mentor_search WHERE is_listed", filters!(), ") AS found")
    };
    (worded) => {
        concat!(
            "(SELECT ", card!(), ", ", keys!(), ",
                     1000000 + (ts_rank(document, search_query($1)) * 1000000)::integer AS score
                FROM mentor_search
               WHERE is_listed AND document @@ search_query($1)", filters!(), "
           UNION ALL
              SELECT ", card!(), ", ", keys!(), ", likeness AS score
                FROM search_typos($1) JOIN mentor_search USING (mentor_id)
               WHERE is_listed AND NOT EXISTS (
                     SELECT FROM mentor_search WHERE is_listed AND document @@ search_query($1))", filters!(), ") AS found"
        )
    };
}

/// A page: mentors in an order, behind the one at which the page before has ended.
macro_rules! page {
    ($source:ident, $key:literal, $beyond:literal, $order:literal) => {
        concat!(
            "SELECT ",
            card!(),
            ", ",
            $key,
            " AS key
               FROM ",
            source!($source),
            "
              WHERE ($4::uuid IS NULL OR ",
            $beyond,
            ")
              ORDER BY ",
            $order,
            " LIMIT $2"
        )
    };
}

/// A page, and how many of all that were found have what: the counts stand in its first row, which there always is.
macro_rules! counted {
    ($source:ident, $key:literal, $beyond:literal, $order:literal) => {
        concat!(
            "WITH found AS MATERIALIZED (
                SELECT mentor_id, hourly_rate, hourly_rate_currency, rating, ", keys!(), ", score FROM ", source!($source), "),
             page AS (
                SELECT mentor_id, ", $key, " AS key, row_number() OVER (ORDER BY ", $order, ") AS place
                  FROM found WHERE ($4::uuid IS NULL OR ", $beyond, ")
                 ORDER BY ", $order, " LIMIT $2),
             tagged AS (
                SELECT split_part(tag, ':', 1) AS kind, substr(tag, strpos(tag, ':') + 1) AS value, total
                  FROM (SELECT unnest(tags) AS tag, count(*) AS total FROM found GROUP BY 1) AS each),
             ranked AS (
                SELECT kind, value, total,
                       row_number() OVER (PARTITION BY kind ORDER BY total DESC, value) AS place
                  FROM tagged WHERE kind IN ('expertise', 'industry', 'stage', 'language')),
             priced AS (
                SELECT hourly_rate_currency AS currency, min(hourly_rate) AS lowest, max(hourly_rate) AS highest,
                       count(hourly_rate) AS total, count(*) AS everybody,
                       count(*) FILTER (WHERE rating >= 4500) AS from_45,
                       count(*) FILTER (WHERE rating >= 4000) AS from_40,
                       count(*) FILTER (WHERE rating >= 3500) AS from_35,
                       count(*) FILTER (WHERE rating >= 3000) AS from_30
                  FROM found GROUP BY 1),
             counts AS (
                SELECT jsonb_build_object(
                   'total', (SELECT coalesce(sum(everybody), 0) FROM priced),
                   'named', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'value', value, 'count', total)
                                                       ORDER BY kind, place), '[]')
                               FROM ranked WHERE place <= 50),
                   'prices', (SELECT coalesce(jsonb_agg(jsonb_build_object('currency', currency, 'min', lowest,
                                                                          'max', highest, 'count', total)
                                                        ORDER BY total DESC, currency), '[]')
                                FROM priced WHERE total > 0),
                   'ratings', (SELECT jsonb_build_array(coalesce(sum(from_45), 0), coalesce(sum(from_40), 0),
                                                        coalesce(sum(from_35), 0), coalesce(sum(from_30), 0))
                                 FROM priced)) AS counts)
             SELECT ", card!(), ", key, CASE WHEN place IS NULL OR place = 1 THEN counts END AS counts
               FROM counts LEFT JOIN (page JOIN mentor_search USING (mentor_id)) ON true
              ORDER BY place"
        )
    };
}

/// The statements of one order.
struct Ordered {
    page: &'static str,
    page_of_words: &'static str,
    counted: &'static str,
    counted_of_words: &'static str,
}

macro_rules! ordered {
    ($key:literal, $beyond:literal, $order:literal) => {
        Ordered {
            page: page!(filtered, $key, $beyond, $order),
            page_of_words: page!(worded, $key, $beyond, $order),
            counted: counted!(filtered, $key, $beyond, $order),
            counted_of_words: counted!(worded, $key, $beyond, $order),
        }
    };
}

const RELEVANCE: Ordered = ordered!(
    "score",
    "(score, mentor_id) < ($3::integer, $4)",
    "score DESC, mentor_id DESC"
);
// Ids are UUIDv7: they alone are in the order of time.
const NEWEST: Ordered = ordered!("0", "mentor_id < $4", "mentor_id DESC");
const RATING: Ordered = ordered!(
    "rating_key",
    "(rating_key, mentor_id) < ($3::integer, $4)",
    "rating_key DESC, mentor_id DESC"
);
const PRICE: Ordered = ordered!(
    "price_up",
    "(price_up, mentor_id) > ($3::integer, $4)",
    "price_up, mentor_id"
);
const PRICE_REVERSED: Ordered = ordered!(
    "price_down",
    "(price_down, mentor_id) < ($3::integer, $4)",
    "price_down DESC, mentor_id DESC"
);
const NAME: Ordered = ordered!(
    "name_key",
    "(name_key, mentor_id) > ($3::text, $4)",
    "name_key, mentor_id"
);
/// The list that everybody sees first: half of its time would go into filters that nobody has asked for.
const EVERYBODY: &str = page!(anywhere, "0", "mentor_id < $4", "mentor_id DESC");

/// Which of the statements is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) sort: Sort,
    pub(super) has_words: bool,
    pub(super) has_filters: bool,
    pub(super) is_counted: bool,
}

impl Wanted {
    /// Gives the statement.
    pub(super) const fn statement(self) -> &'static str {
        let ordered = match self.sort {
            Sort::Relevance => &RELEVANCE,
            Sort::Newest => &NEWEST,
            Sort::Rating => &RATING,
            Sort::Price => &PRICE,
            Sort::PriceReversed => &PRICE_REVERSED,
            Sort::Name => &NAME,
        };
        match (self.has_words, self.is_counted) {
            (false, false) if !self.has_filters && matches!(self.sort, Sort::Newest) => EVERYBODY,
            (false, false) => ordered.page,
            (true, false) => ordered.page_of_words,
            (false, true) => ordered.counted,
            (true, true) => ordered.counted_of_words,
        }
    }
}
