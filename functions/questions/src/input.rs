//! What `/api/questions` takes.

use deserr::Deserr;
use shared::domain::id::PostId;
use shared::domain::question::{Draft, Wording};
use shared::domain::value::{Bounded, List, Text};
use shared::http::Problems;
use utoipa::ToSchema;

type Title = Text<1, 120>;
type Words = Text<1, 2000>;
type Topics = List<Text<1, 80>, 5>;
type Content = Text<1, 4000>;
type Stars = Bounded<1, 5>;
pub(crate) type Reason = Text<1, 500>;

/// What a mentee wants to know.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionInput {
    #[schema(example = "How do I price a pilot for a bank?")]
    title: Title,
    #[schema(
        example = "They want to try our fraud detection for three months before they sign anything."
    )]
    text: Words,
    /// Short phrases, at most five.
    #[deserr(default, from(Topics) = Some)]
    #[schema(nullable = false, example = json!(["B2B pricing"]))]
    topics: Option<Topics>,
}

impl QuestionInput {
    pub(crate) fn wording(self) -> Wording {
        let topics = self.topics.map(List::into_vec).unwrap_or_default();
        Wording {
            title: self.title.into_string(),
            text: self.text.into_string(),
            topics: topics.into_iter().map(Text::into_string).collect(),
        }
    }
}

/// What somebody writes in the thread of a question.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionPostInput {
    #[schema(example = "Charge for the pilot, and take it off the first year's price.")]
    content: Content,
}

impl QuestionPostInput {
    pub(crate) fn draft(self, id: PostId) -> Draft {
        Draft {
            id,
            content: self.content,
        }
    }
}

/// How good an answer was.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionRatingInput {
    /// 1 to 5 stars.
    #[schema(example = 5)]
    rating: Stars,
}

impl QuestionRatingInput {
    pub(crate) fn stars(&self) -> i16 {
        i16::try_from(self.rating.get()).unwrap_or(1)
    }
}

/// Why a question is removed.
#[derive(Default, Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionRemovalInput {
    /// Admins must say it: both people read it, and the audit log keeps it.
    #[deserr(default)]
    #[schema(example = "It advertises.")]
    pub(crate) reason: Option<Reason>,
}
