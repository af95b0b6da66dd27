//! What `/api/feedback` takes.

use deserr::Deserr;
use shared::domain::feedback::{About, FeedbackStatus, Moderation, Opinion};
use shared::domain::id::{SessionId, UserId};
use shared::domain::page::PageRequest;
use shared::domain::value::{Bounded, List, Text};
use shared::http::{Limit, Moment, PageCursor, Problems, QueryNumber};
use shared::store::feedback::Filter;
use utoipa::{IntoParams, ToSchema};

type Stars = Bounded<1, 5>;
type Topics = List<Text<1, 80>, 10>;

/// A body of what somebody thinks of a session, beside what else it names.
macro_rules! opinion_input {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Deserr, ToSchema)]
        #[deserr(error = Problems, deny_unknown_fields)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name {
            $(pub(crate) $field: $kind,)*
            /// All in all.
            rating: Stars,
            /// How much it helped.
            helpfulness_rating: Stars,
            /// Whether you would recommend the other one.
            would_recommend: bool,
            /// In your words. In what is anonymous, say nothing that only you can know.
            #[deserr(default)]
            written_feedback: Option<Text<1, 4000>>,
            /// What you talked about. Of what is anonymous nobody sees the topics one by one.
            #[deserr(default)]
            #[schema(required = false)]
            topics_covered: Topics,
            /// Whether nobody but admins shall know that it was you.
            is_anonymous: bool,
        }

        impl $name {
            pub(crate) fn opinion(self) -> Opinion {
                Opinion {
                    rating: stars(self.rating),
                    helpfulness_rating: stars(self.helpfulness_rating),
                    would_recommend: self.would_recommend,
                    written_feedback: self.written_feedback.map(Text::into_string),
                    topics_covered: words(self.topics_covered),
                    is_anonymous: self.is_anonymous,
                }
            }
        }
    };
}

opinion_input! {
    /// What somebody thinks of a session that took place.
    SessionFeedbackInput { session_id: SessionId, }
}

opinion_input! {
    /// What somebody thinks of a session by now: all of it, in the place of what they said before.
    SessionFeedbackChange {}
}

fn stars(stars: Stars) -> i16 {
    i16::try_from(stars.get()).unwrap_or_default()
}

fn words(topics: Topics) -> Vec<String> {
    let topics = topics.into_vec().into_iter();
    topics.map(Text::into_string).collect()
}

/// What an admin does to a feedback, and why.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedbackModerationInput {
    /// Whose feedback on the session it is.
    pub(crate) author_id: UserId,
    pub(crate) action: Moderation,
    /// For the audit log, and for the author.
    #[schema(example = "an insult")]
    pub(crate) reason: Text<1, 500>,
}

/// Which feedback.
#[derive(Clone, Copy, Debug, Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FeedbackQuery {
    /// What mentees say of mentors (`mentor`), or mentors of mentees.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    about: Option<About>,
    #[deserr(default)]
    #[param(nullable = false, inline)]
    status: Option<FeedbackStatus>,
    /// Who said so; others than yourself for admins alone.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    author_id: Option<UserId>,
    /// Whom it is about.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    subject_id: Option<UserId>,
    /// With at least so many stars.
    #[deserr(default)]
    #[param(required = false, inline)]
    min_rating: QueryNumber<1, 5, 1>,
    /// With at most so many stars.
    #[deserr(default)]
    #[param(required = false, inline)]
    max_rating: QueryNumber<1, 5, 5>,
    /// Given at or after this moment.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    from: Option<Moment>,
    /// Given before this moment.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    to: Option<Moment>,
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    cursor: Option<PageCursor>,
}

impl FeedbackQuery {
    /// Whether it asks for what somebody else said.
    pub(crate) fn is_of_others(&self, asker: UserId) -> bool {
        self.author_id.is_some_and(|author| author != asker)
    }

    pub(crate) fn filter(&self) -> Filter {
        let stars = |number: u32| i16::try_from(number).unwrap_or_default();
        Filter {
            about: self.about,
            status: self.status,
            author_id: self.author_id,
            subject_id: self.subject_id,
            min_rating: stars(self.min_rating.get()),
            max_rating: stars(self.max_rating.get()),
            from: self.from.map(|from| from.0),
            to: self.to.map(|to| to.0),
        }
    }

    pub(crate) fn page(&self) -> PageRequest {
        self.limit.after(self.cursor)
    }
}
