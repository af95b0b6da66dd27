//! Whether words that an admin wrote can take the place of the built-in ones: they are tried on every sample of their
//! kind, also on ones in which people have typed markup.

use super::page::{TemplateError, Written};
use super::{Kind, Letter, Source, Templates, sample};
use crate::domain::refusal::{Refusal, RefusalKind};

/// What somebody types who wants to get markup into other people's mail.
const MARK: &str = "\"'><img src=x onerror=alert(1)>";
/// What of it must never come out as it went in.
const MARKUP: &str = "<img src=x";

/// Why words were refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// They cannot be read as a template, or name something that there is not.
    #[error("{reason}")]
    Broken {
        /// Which of the three.
        part: &'static str,
        /// What is wrong, and where.
        reason: String,
    },
    /// What people have typed would get into the mail as markup.
    #[error("must write facts as text: leave out `autoescape`")]
    LetsMarkupThrough,
    /// Nobody could go on from there.
    #[error("must contain the link: {{{{ link }}}}")]
    NoLink(&'static str),
}

impl Refusal for SourceError {
    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Broken { .. } => "broken_template",
            Self::LetsMarkupThrough => "unsafe_template",
            Self::NoLink(_) => "link_missing",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Broken { part, .. } | Self::NoLink(part) => Some(part),
            Self::LetsMarkupThrough => Some("html"),
        }
    }
}

impl From<TemplateError> for SourceError {
    fn from(error: TemplateError) -> Self {
        Self::Broken {
            part: error.part(),
            reason: error.reason(),
        }
    }
}

impl Templates {
    /// Tries words on all samples of a kind.
    ///
    /// # Errors
    /// When one of the samples cannot be written with them, or not safely.
    pub fn check(&self, kind: Kind, source: &Source) -> Result<(), SourceError> {
        for letter in sample::letters_with(kind, MARK) {
            let written = self.write_sample(&letter, Some(source))?;
            if written.html.contains(MARKUP) {
                return Err(SourceError::LetsMarkupThrough);
            }
            let link = self.write_sample(&letter, None)?;
            for (part, has_link, should) in [
                ("text", has_token(&written.text), has_token(&link.text)),
                ("html", has_token(&written.html), has_token(&link.html)),
            ] {
                if should && !has_link {
                    return Err(SourceError::NoLink(part));
                }
            }
        }
        Ok(())
    }

    fn write_sample(
        &self,
        letter: &Letter,
        source: Option<&Source>,
    ) -> Result<Written, TemplateError> {
        self.write(
            letter,
            &sample::reader_of(letter),
            &sample::office(),
            source,
        )
    }
}

fn has_token(text: &str) -> bool {
    text.contains("token=sample-token")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: Kind, change: impl FnOnce(&mut Source)) -> Result<(), SourceError> {
        let mut source = Templates::built_in(kind);
        change(&mut source);
        Templates::shared().unwrap().check(kind, &source)
    }

    fn broken(part: &'static str) -> impl FnOnce(Result<(), SourceError>) -> String {
        move |result| match result {
            Err(SourceError::Broken { part: at, reason }) if at == part => reason,
            other => panic!("{part}: {other:?}"),
        }
    }

    #[test]
    fn the_built_in_words_of_every_kind_pass() {
        for kind in Kind::ALL {
            assert_eq!(check(kind, |_| ()), Ok(()), "{kind:?}");
        }
    }

    #[test]
    fn words_may_name_what_there_is_and_nothing_else() {
        let kind = Kind::SessionDeclined;
        assert_eq!(
            check(kind, |source| source.subject = "No: {{ other }}".to_owned()),
            Ok(())
        );
        let unknown = check(kind, |source| {
            source.subject = "No: {{ mentor_email }}".to_owned();
        });
        assert!(broken("subject")(unknown).contains("undefined"));
        let unread = check(kind, |source| source.text = "one\n{% if %}".to_owned());
        assert!(broken("text")(unread).contains("line 2"));
        let file = check(kind, |source| {
            source.html = "{% include 'secret' %}".to_owned();
        });
        broken("html")(file);
    }

    #[test]
    fn words_cannot_let_markup_through() {
        let kind = Kind::SessionDeclined;
        let off = "{% autoescape false %}{{ other }}{% endautoescape %}".to_owned();
        assert_eq!(
            check(kind, |source| source.html = off),
            Err(SourceError::LetsMarkupThrough)
        );
        let safe = check(kind, |source| source.html = "{{ other | safe }}".to_owned());
        broken("html")(safe);
    }

    #[test]
    fn words_that_run_for_long_are_stopped() {
        let endless =
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        let refused = check(Kind::SessionDeclined, |source| {
            source.text = endless.to_owned();
        });
        assert!(broken("text")(refused).contains("fuel"));
    }

    #[test]
    fn a_letter_with_a_secret_needs_its_link() {
        let refused = check(Kind::VerifyEmail, |source| {
            source.html = "<p>Welcome!</p>".to_owned();
        });
        assert_eq!(refused, Err(SourceError::NoLink("html")));
    }
}
