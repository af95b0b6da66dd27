//! `meta.facets` of a search: how many of all that were found have what.

use serde::Serialize;
use shared::domain::score::Thousandths;
use shared::store::search::{Counts, Named, Prices};
use utoipa::ToSchema;

/// The lowest means of ratings that are counted, in thousandths.
const RATINGS: [i32; 4] = [4500, 4000, 3500, 3000];

/// How many of all that were found have what: of each kind at most 50 names, the most frequent first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Facets)]
pub(crate) struct FacetsBody {
    /// All that were found.
    total: i64,
    expertise: Vec<FacetBody>,
    industry: Vec<FacetBody>,
    stage: Vec<FacetBody>,
    language: Vec<FacetBody>,
    price: Vec<PriceFacetBody>,
    min_rating: Vec<RatingFacetBody>,
}

/// How many have one name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Facet)]
struct FacetBody {
    /// What the field of the same name takes: in small letters, without accents.
    #[schema(example = "b2b pricing")]
    value: String,
    count: i64,
}

/// What an hour costs in one currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceFacet)]
struct PriceFacetBody {
    /// `null` where prices are named without one.
    currency: Option<String>,
    /// The lowest price in minor units.
    min: i32,
    /// The highest price in minor units.
    max: i32,
    /// How many name a price in it.
    count: i64,
}

/// How many are rated at least so high.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RatingFacet)]
struct RatingFacetBody {
    value: Thousandths,
    count: i64,
}

impl From<Counts> for FacetsBody {
    fn from(counts: Counts) -> Self {
        let of = |kind: &str| {
            let named = counts.named.iter().filter(|named| named.kind == kind);
            named.map(FacetBody::from).collect()
        };
        let ratings = RATINGS.into_iter().zip(counts.ratings);
        Self {
            total: counts.total,
            expertise: of("expertise"),
            industry: of("industry"),
            stage: of("stage"),
            language: of("language"),
            price: counts
                .prices
                .into_iter()
                .map(PriceFacetBody::from)
                .collect(),
            min_rating: ratings
                .map(|(mean, count)| RatingFacetBody {
                    value: Thousandths::new(mean),
                    count,
                })
                .collect(),
        }
    }
}

impl From<&Named> for FacetBody {
    fn from(named: &Named) -> Self {
        Self {
            value: named.value.clone(),
            count: named.count,
        }
    }
}

impl From<Prices> for PriceFacetBody {
    fn from(prices: Prices) -> Self {
        Self {
            currency: prices.currency,
            min: prices.min,
            max: prices.max,
            count: prices.count,
        }
    }
}
