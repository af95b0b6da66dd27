//! Words: enums that the database and the API know by a word each.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word for the database and the API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// Reads the word of the database or the API.
            ///
            /// # Errors
            /// When it is none of them.
            pub fn parse(text: &str) -> Result<Self, crate::domain::value::ValueError> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(crate::domain::value::ValueError::NotOneOf(crate::domain::words::listed!($($word),+))),
                }
            }
        }
    };
}

/// Words as a sentence lists them.
macro_rules! listed {
    ($first:literal $(, $word:literal)*) => {
        concat!($first $(, ", ", $word)*)
    };
}

pub(super) use {listed, words};

#[cfg(test)]
mod tests {
    use crate::domain::report::Format;

    #[test]
    fn a_refusal_lists_the_words() {
        let refused = Format::parse("xlsx").unwrap_err();
        assert_eq!(refused.to_string(), "must be one of: csv, json");
        assert_eq!(Format::parse("csv"), Ok(Format::Csv));
    }
}
