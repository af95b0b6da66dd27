//! What `/api/feedback/stats` gives.

use serde::Serialize;
use shared::domain::feedback::{Figures, Month, TopicCount, Usual};
use shared::domain::id::UserId;
use shared::domain::matching::PRIOR_RATINGS;
use shared::domain::score::Thousandths;
use utoipa::ToSchema;

/// What many say of one mentor. While fewer than three have said something in public, everything is `null` or empty.
///
/// The figures are of what is public: anonymous feedback counts from when it is published, together with that of at least
/// two other people.
#[derive(Serialize, ToSchema)]
pub(crate) struct MentorFeedbackStatsBody {
    mentor_id: UserId,
    /// How many feedbacks.
    count: Option<i64>,
    /// The mean of the ratings.
    mean: Option<Thousandths>,
    /// The mean as if the mentor had been given `prior.ratings` ratings of `prior.mean` besides, which is what matching
    /// does too: (sum of the ratings + prior.ratings × prior.mean) ÷ (count + prior.ratings).
    shrunken_mean: Option<Thousandths>,
    prior: Option<RatingPriorBody>,
    /// How many gave how many stars, from one to five.
    distribution: Vec<StarsBody>,
    /// Which share would recommend the mentor, 0 to 1.
    recommending: Option<Thousandths>,
    /// The mean of how much it helped, 1 to 5.
    helpfulness: Option<Thousandths>,
    /// The months in which three or more became public, the oldest first.
    trend: Vec<FeedbackMonthBody>,
    /// In which zone months begin.
    #[schema(example = "UTC")]
    timezone: &'static str,
    /// Up to twenty topics that three or more said they had covered, the most frequent first. Anonymous feedback counts as
    /// far as three or more of those that were published together say the same.
    topics: Vec<TopicCountBody>,
}

/// What is usual: the mean of all ratings of the mentors who can be matched and have three or more.
#[derive(Serialize, ToSchema)]
struct RatingPriorBody {
    mean: Option<Thousandths>,
    /// How many ratings it weighs as much as.
    ratings: i64,
}

/// How many gave so many stars.
#[derive(Serialize, ToSchema)]
struct StarsBody {
    #[schema(minimum = 1, maximum = 5)]
    rating: i16,
    count: i64,
}

/// What became public in one month.
#[derive(Serialize, ToSchema)]
struct FeedbackMonthBody {
    #[schema(example = "2026-03", pattern = "^[0-9]{4}-[0-9]{2}$")]
    month: String,
    count: i64,
    mean: Thousandths,
}

/// How many said that they had covered a topic.
#[derive(Serialize, ToSchema)]
struct TopicCountBody {
    /// In small letters.
    #[schema(example = "pricing")]
    topic: String,
    count: i64,
}

impl MentorFeedbackStatsBody {
    pub(crate) fn new(
        mentor_id: UserId,
        months: Vec<Month>,
        topics: Vec<TopicCount>,
        usual: Usual,
    ) -> Self {
        let Some(figures) = Figures::of(months) else {
            return Self::nothing(mentor_id);
        };
        let counts = figures.distribution().into_iter().zip(1..);
        Self {
            count: Some(figures.count()),
            mean: Some(figures.mean()),
            shrunken_mean: Some(figures.shrunken_mean(usual)),
            prior: Some(RatingPriorBody {
                mean: usual.mean(),
                ratings: PRIOR_RATINGS,
            }),
            distribution: counts
                .map(|(count, rating)| StarsBody { rating, count })
                .collect(),
            recommending: Some(figures.recommending()),
            helpfulness: Some(figures.helpfulness()),
            trend: figures.trend().map(FeedbackMonthBody::from).collect(),
            topics: topics.into_iter().map(TopicCountBody::from).collect(),
            ..Self::nothing(mentor_id)
        }
    }

    const fn nothing(mentor_id: UserId) -> Self {
        Self {
            mentor_id,
            count: None,
            mean: None,
            shrunken_mean: None,
            prior: None,
            distribution: Vec::new(),
            recommending: None,
            helpfulness: None,
            trend: Vec::new(),
            timezone: "UTC",
            topics: Vec::new(),
        }
    }
}

impl From<&Month> for FeedbackMonthBody {
    fn from(month: &Month) -> Self {
        Self {
            month: month.month.clone(),
            count: month.count(),
            mean: month.mean(),
        }
    }
}

impl From<TopicCount> for TopicCountBody {
    fn from(TopicCount { topic, count }: TopicCount) -> Self {
        Self { topic, count }
    }
}
