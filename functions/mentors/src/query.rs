//! What `GET /api/mentors` takes.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use jiff::SignedDuration;
use shared::domain::profile::StartupStage;
use shared::domain::score::Thousandths;
use shared::domain::search::{Free, Place, Search, Sort};
use shared::domain::time::{Minutes, Span};
use shared::domain::value::{Currency, Text, ValueError};
use shared::http::{Limit, Moment, Problems, SearchCursor, SessionMinutes};
use utoipa::{IntoParams, ToSchema};

/// The longest time in which somebody may be free: 31 days.
const LONGEST: SignedDuration = SignedDuration::from_hours(31 * 24);
/// Most entries of one list.
const MOST_NAMES: usize = 20;

/// Which mentors.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchQuery {
    /// Words of names, title, company, expertise, industries and bio. All must be there; the last may be a beginning.
    /// When nobody has them, mentors of whom something but the bio looks alike.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    q: Option<Text<1, 200>>,
    /// Topics they talk about, separated by commas: any of them.
    #[deserr(default)]
    #[param(nullable = false, value_type = Option<String>, example = "Pricing,Hiring")]
    topic: Option<Names>,
    /// What they know, separated by commas: any of it.
    #[deserr(default)]
    #[param(nullable = false, value_type = Option<String>)]
    expertise: Option<Names>,
    /// Industries they know, separated by commas: any of them.
    #[deserr(default)]
    #[param(nullable = false, value_type = Option<String>)]
    industry: Option<Names>,
    /// Stages they help, separated by commas: any of `idea`, `pre_seed`, `seed`, `series_a`, `series_b_plus`.
    #[deserr(default)]
    #[param(nullable = false, value_type = Option<String>, example = "idea,pre_seed")]
    stage: Option<Stages>,
    /// Companies they work for, separated by commas: any of them.
    #[deserr(default)]
    #[param(nullable = false, value_type = Option<String>)]
    company: Option<Names>,
    /// Languages they speak, separated by commas: any of them.
    #[deserr(default)]
    #[param(nullable = false, value_type = Option<String>)]
    language: Option<Names>,
    /// The lowest mean of their ratings, 1–5. Who has fewer than three ratings has no mean.
    #[deserr(default)]
    #[param(nullable = false, value_type = Option<f64>, minimum = 1, maximum = 5)]
    min_rating: Option<Stars>,
    /// The lowest price of an hour in minor units; without `currency`, of whatever currency.
    #[deserr(default)]
    #[param(nullable = false, value_type = Option<i32>, minimum = 0, maximum = 2_147_483_646)]
    price_min: Option<Price>,
    /// The highest price of an hour in minor units; without `currency`, of whatever currency.
    #[deserr(default)]
    #[param(nullable = false, value_type = Option<i32>, minimum = 0, maximum = 2_147_483_646)]
    price_max: Option<Price>,
    /// Those who name their price in it.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    currency: Option<Currency>,
    /// Those who have a slot from this moment on; together with `available_to`.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    available_from: Option<Moment>,
    /// Until when that slot ends, at most 31 days later.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    available_to: Option<Moment>,
    /// How long that slot is, 30–180 minutes.
    #[deserr(default)]
    #[param(required = false, inline)]
    duration_minutes: SessionMinutes,
    /// Those who take new sessions at the moment, or those who do not.
    #[deserr(default)]
    #[param(nullable = false, value_type = Option<bool>)]
    accepting: Option<YesNo>,
    /// Whether `meta.facets` counts everything that was found; whether somebody is free is not part of what it counts.
    #[deserr(default)]
    #[param(nullable = false, value_type = Option<bool>)]
    facets: Option<YesNo>,
    /// By relevance when there are words, else newest first.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    sort: Option<SortWord>,
    /// How many, 1–100. Of those with free time there may be fewer on a page, and still a next one.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before, for the same question.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    cursor: Option<SearchCursor>,
}

/// The order of the list; a minus turns it round.
#[derive(Clone, Copy, Debug, Deserr, ToSchema)]
#[deserr(error = Problems, rename_all = lowercase)]
#[schema(rename_all = "lowercase")]
enum SortWord {
    Relevance,
    Newest,
    Rating,
    Price,
    #[deserr(rename = "-price")]
    #[schema(rename = "-price")]
    PriceReversed,
    Name,
}

impl From<SortWord> for Sort {
    fn from(word: SortWord) -> Self {
        match word {
            SortWord::Relevance => Self::Relevance,
            SortWord::Newest => Self::Newest,
            SortWord::Rating => Self::Rating,
            SortWord::Price => Self::Price,
            SortWord::PriceReversed => Self::PriceReversed,
            SortWord::Name => Self::Name,
        }
    }
}

struct Names(Vec<String>);
struct Stages(Vec<StartupStage>);
struct Stars(Thousandths);
struct Price(i32);
struct YesNo(bool);

/// Reads each of the texts between commas.
fn each<T>(text: &str, read: impl Fn(&str) -> Result<T, ValueError>) -> Result<Vec<T>, ValueError> {
    let entries = text.split(',').map(read).collect::<Result<Vec<_>, _>>()?;
    if entries.len() > MOST_NAMES {
        return Err(ValueError::TooMany(MOST_NAMES));
    }
    Ok(entries)
}

macro_rules! read_from_text {
    ($($type:ident: $read:expr;)+) => {$(
        impl Deserr<Problems> for $type {
            fn deserialize_from_value<V: IntoValue>(value: Value<V>, at: ValuePointerRef<'_>) -> Result<Self, Problems> {
                let text = <String as Deserr<Problems>>::deserialize_from_value(value, at)?;
                let read: fn(&str) -> Result<_, ValueError> = $read;
                read(&text).map(Self).map_err(|refusal| Problems::refused(&refusal, at))
            }
        }
    )+};
}

read_from_text! {
    Names: |text| each(text, |name| Text::<1, 80>::parse(name).map(Text::into_string));
    Stages: |text| each(text, |stage| StartupStage::parse(stage.trim()));
    Price: |text| {
        let price = text.parse().ok().filter(|price| (0..i32::MAX).contains(price));
        price.ok_or(ValueError::OutOfRange(0, i64::from(i32::MAX) - 1))
    };
    YesNo: |text| text.parse().map_err(|_| ValueError::NotOneOf("true, false"));
}

impl Deserr<Problems> for Stars {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        at: ValuePointerRef<'_>,
    ) -> Result<Self, Problems> {
        let text = <String as Deserr<Problems>>::deserialize_from_value(value, at)?;
        let stars: Option<Thousandths> = text.parse().ok();
        let stars = stars.filter(|stars| (1000..=5000).contains(&stars.get()));
        stars.map(Self).ok_or_else(|| {
            let message = "must be a number from 1 to 5 with at most three decimal places";
            Problems::of("min_rating", "out_of_range", message)
        })
    }
}

/// A question whose parts fit together.
pub(crate) struct Question {
    pub(crate) search: Search,
    pub(crate) limit: i64,
    pub(crate) after: Option<Place>,
    pub(crate) is_counted: bool,
}

impl SearchQuery {
    /// Checks what concerns more than one field.
    pub(crate) fn validate(self) -> Result<Question, Problems> {
        let free = self.free();
        let mut problems = self.contradictions();
        let sort = Sort::usual(self.q.is_some());
        let names = |names: Option<Names>| names.map_or_else(Vec::new, |names| names.0);
        let search = Search {
            words: self.q.map(Text::into_string),
            topics: names(self.topic),
            expertise: names(self.expertise),
            industries: names(self.industry),
            stages: self.stage.map_or_else(Vec::new, |stages| stages.0),
            companies: names(self.company),
            languages: names(self.language),
            min_rating: self.min_rating.map(|stars| stars.0),
            price_min: self.price_min.map(|price| price.0),
            price_max: self.price_max.map(|price| price.0),
            currency: self.currency.map(Currency::into_string),
            accepting: self.accepting.map(|answer| answer.0),
            free: free.unwrap_or_else(|wrong| {
                problems = std::mem::take(&mut problems).and(wrong);
                None
            }),
            sort: self.sort.map_or(sort, Sort::from),
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        let place =
            |cursor: SearchCursor| search.place(&cursor.0).ok_or_else(SearchCursor::refused);
        Ok(Question {
            after: self.cursor.map(place).transpose()?,
            limit: self.limit.get().into(),
            is_counted: self.facets.is_some_and(|answer| answer.0),
            search,
        })
    }

    fn contradictions(&self) -> Problems {
        let mut problems = Problems::default();
        if let (Some(min), Some(max)) = (&self.price_min, &self.price_max)
            && max.0 < min.0
        {
            let message = "must not be lower than price_min";
            problems = problems.and(Problems::of("price_max", "out_of_range", message));
        }
        if matches!(self.sort, Some(SortWord::Relevance)) && self.q.is_none() {
            let message = "is required where relevance decides";
            problems = problems.and(Problems::of("q", "missing_field", message));
        }
        problems
    }

    fn free(&self) -> Result<Option<Free>, Problems> {
        let (from, to) = match (self.available_from, self.available_to) {
            (None, None) => return Ok(None),
            (Some(from), Some(to)) => (from.0, to.0),
            (Some(_), None) => return Err(required("available_to")),
            (None, Some(_)) => return Err(required("available_from")),
        };
        let wrong = |code, message| Err(Problems::of("available_to", code, message));
        if to <= from {
            return wrong("ends_before_it_begins", "must be later than available_from");
        }
        if to.duration_since(from) > LONGEST {
            return wrong(
                "range_too_long",
                "must be at most 31 days after available_from",
            );
        }
        Ok(Some(Free {
            within: Span::new(from, to),
            duration: Minutes(self.duration_minutes.get()),
        }))
    }
}

fn required(field: &str) -> Problems {
    let message = "available_from and available_to belong together";
    Problems::of(field, "missing_field", message)
}
