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
                    _ => Err(crate::domain::value::ValueError::NotOneOf(concat!("one of", $(" ", $word),+))),
                }
            }
        }
    };
}

pub(super) use words;
