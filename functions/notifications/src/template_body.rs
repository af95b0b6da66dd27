//! What `/api/notifications/templates` takes and gives.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::UserId;
use shared::domain::letter::{Kind, Source, Templates, Written};
use shared::domain::value::Text;
use shared::http::Problems;
use shared::store::notification::Template;
use utoipa::ToSchema;

type Subject = Text<1, 500>;
type Body = Text<1, 50_000>;

/// Whose words a kind of message has.
#[derive(Serialize, ToSchema)]
pub(crate) struct TemplateSummary {
    #[schema(example = "session_requested")]
    event: &'static str,
    /// Whether nobody has put other words in the place of the built-in ones.
    is_built_in: bool,
    /// 0 as long as nobody ever has.
    version: i32,
    changed_by: Option<UserId>,
    #[schema(value_type = Option<String>, format = DateTime)]
    changed_at: Option<Timestamp>,
}

impl TemplateSummary {
    pub(crate) fn new(kind: Kind, template: Option<&Template>) -> Self {
        Self {
            event: kind.as_str(),
            is_built_in: template.is_none_or(|template| template.source.is_none()),
            version: template.map_or(0, |template| template.version),
            changed_by: template.and_then(|template| template.created_by),
            changed_at: template.map(|template| template.created_at),
        }
    }
}

/// The words of a kind of message.
#[derive(Serialize, ToSchema)]
pub(crate) struct TemplateBody {
    #[serde(flatten)]
    summary: TemplateSummary,
    /// One line, with `{{ name }}` where a fact stands.
    subject: String,
    /// For readers without HTML.
    text: String,
    /// A whole document; it may extend `layout.html`, as the built-in ones do.
    html: String,
    /// The facts that the words can name.
    facts: Vec<FactBody>,
}

/// A fact that words can name.
#[derive(Serialize, ToSchema)]
pub(crate) struct FactBody {
    #[schema(example = "other")]
    name: String,
    /// What it is in a sample.
    #[schema(example = "Grace Hopper")]
    sample: String,
}

impl TemplateBody {
    pub(crate) fn new(kind: Kind, template: Option<&Template>) -> Self {
        let words = words_of(kind, template);
        let facts = Templates::facts_of(kind).into_iter();
        Self {
            summary: TemplateSummary::new(kind, template),
            subject: words.subject,
            text: words.text,
            html: words.html,
            facts: facts
                .map(|(name, sample)| FactBody { name, sample })
                .collect(),
        }
    }
}

/// The words that count: an admin's, or else the built-in ones.
pub(crate) fn words_of(kind: Kind, template: Option<&Template>) -> Source {
    let own = template.and_then(|template| template.source.clone());
    own.unwrap_or_else(|| Templates::built_in(kind))
}

/// Other words for a kind of message.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateChange {
    subject: Subject,
    text: Body,
    html: Body,
}

impl From<TemplateChange> for Source {
    fn from(change: TemplateChange) -> Self {
        Self {
            subject: change.subject.into_string(),
            text: change.text.into_string(),
            html: change.html.into_string(),
        }
    }
}

/// Words to try out. What is left out is taken from the words that count.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateTrial {
    #[deserr(default, from(Subject) = Some)]
    #[schema(nullable = false)]
    subject: Option<Subject>,
    #[deserr(default, from(Body) = Some)]
    #[schema(nullable = false)]
    text: Option<Body>,
    #[deserr(default, from(Body) = Some)]
    #[schema(nullable = false)]
    html: Option<Body>,
}

impl TemplateTrial {
    pub(crate) fn apply(self, words: Source) -> Source {
        let or = |given: Option<Body>, kept| given.map_or(kept, Text::into_string);
        Source {
            subject: self.subject.map_or(words.subject, Text::into_string),
            text: or(self.text, words.text),
            html: or(self.html, words.html),
        }
    }
}

/// A message as somebody would get it.
#[derive(Serialize, ToSchema)]
pub(crate) struct TemplatePreview {
    subject: String,
    text: String,
    html: String,
}

impl From<Written> for TemplatePreview {
    fn from(written: Written) -> Self {
        Self {
            subject: written.subject,
            text: written.text,
            html: written.html,
        }
    }
}
