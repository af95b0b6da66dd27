//! The question: a mentee and an ask, read once against the words and phrases of a catalog, as far as a program needs it.

use super::catalog::Catalog;
use super::facts::{Ask, MenteeFacts, MenteeField, MentorFacts, ambitions, entries, wanted};
use super::fixed::FULL;
use super::inquiry::{Best, Inquiry, Wish, best, joined};

use super::scored::ComponentName;
use super::stage::Offered;
use super::wants::WantKind::{Phrase, Text};
use super::weights::Weights;
use super::words::Reader;

/// What one mentee asks of all mentors.
pub(super) struct Question<'a> {
    pub(super) mentee: &'a MenteeFacts,
    pub(super) ask: &'a Ask,
    inquiries: Vec<(ComponentName, Inquiry<'a>)>,
    pub(super) industries: Vec<Wish<'a>>,
    pub(super) places: Vec<Wish<'a>>,
    pub(super) languages: Vec<Wish<'a>>,
}

impl<'a> Question<'a> {
    pub(super) fn read(
        catalog: &Catalog,
        mentee: &'a MenteeFacts,
        ask: &'a Ask,
        weights: Weights,
    ) -> Self {
        let mut reader = Reader::new(Some(&catalog.vocabulary)).with_meanings(&mentee.meanings);
        let inquiries = [
            ComponentName::Expertise,
            ComponentName::CareerGoals,
            ComponentName::ResearchInterests,
            ComponentName::TechnicalSkills,
            ComponentName::CommunicationPreferences,
        ];
        let needed = inquiries.into_iter().filter(|name| {
            let is_part = *name == ComponentName::Expertise
                && weights.of(ComponentName::IndustryAndExpertise) > 0;
            is_part || weights.of(*name) > 0
        });
        let inquiries = needed
            .map(|name| (name, inquiry(catalog, &mut reader, name, (mentee, ask))))
            .collect();
        let industries = industry_wishes(catalog, &mut reader, &mentee.industry_focus);
        let places = place_wishes(catalog, &mut reader, mentee.location.as_slice());
        let languages = language_wishes(catalog, &mut reader, &mentee.languages);
        Self {
            mentee,
            ask,
            inquiries,
            industries,
            places,
            languages,
        }
    }

    /// What a component asks of the mentors' texts, if it asks them.
    pub(super) fn inquiry(&self, name: ComponentName) -> Option<&Inquiry<'a>> {
        let found = self.inquiries.iter().find(|(known, _)| *known == name);
        found.map(|(_, inquiry)| inquiry)
    }

    /// One component of every mentor, 0 to 100 000; free slots and ratings are no question of the mentee's.
    pub(super) fn scores(&self, catalog: &Catalog, name: ComponentName) -> Vec<u32> {
        match name {
            ComponentName::Expertise
            | ComponentName::CareerGoals
            | ComponentName::ResearchInterests
            | ComponentName::TechnicalSkills => self
                .inquiry(name)
                .map_or_else(|| vec![0; catalog.len()], |asked| asked.scores(catalog)),
            ComponentName::Industry => self.industry(catalog),
            ComponentName::IndustryAndExpertise => {
                let expertise = self.scores(catalog, ComponentName::Expertise);
                self.industry_and_expertise(catalog, &expertise)
            }
            ComponentName::Stage => self.stage(catalog),
            ComponentName::Location => {
                let places = best(&self.places, &catalog.locations);
                let each = places.into_iter().zip(&catalog.mentors);
                each.map(|(place, mentor)| location(place, self.mentee, mentor))
                    .collect()
            }
            ComponentName::CommunicationPreferences => self.communication(catalog),
            ComponentName::Availability | ComponentName::Rating => vec![0; catalog.len()],
        }
    }

    /// Industry and expertise of every mentor, given their expertise.
    pub(super) fn industry_and_expertise(&self, catalog: &Catalog, expertise: &[u32]) -> Vec<u32> {
        let both = expertise.iter().zip(self.industry(catalog));
        both.map(|(expertise, industry)| {
            industry_and_expertise(&self.industries, *expertise, industry)
        })
        .collect()
    }

    fn industry(&self, catalog: &Catalog) -> Vec<u32> {
        best(&self.industries, &catalog.industries)
            .into_iter()
            .map(industry)
            .collect()
    }

    fn stage(&self, catalog: &Catalog) -> Vec<u32> {
        let score = |offered: &Offered| {
            let wanted = self.mentee.startup_stage;
            wanted.map_or(0, |wanted| offered.score(wanted))
        };
        catalog.stages.iter().map(score).collect()
    }

    fn communication(&self, catalog: &Catalog) -> Vec<u32> {
        let languages = best(&self.languages, &catalog.languages);
        let words = self
            .inquiry(ComponentName::CommunicationPreferences)
            .map_or_else(
                || vec![0; catalog.len()],
                |asked| catalog.lexicon.similarities(&asked.terms),
            );
        languages
            .into_iter()
            .zip(words)
            .map(|(language, words)| communication(self.mentee, language.closest(), words))
            .collect()
    }
}

pub(super) fn industry_wishes<'a>(
    catalog: &Catalog,
    reader: &mut Reader<'_>,
    industries: &'a [String],
) -> Vec<Wish<'a>> {
    let field = (MenteeField::IndustryFocus, Phrase);
    Wish::all(reader, &catalog.industries, field, industries)
}

pub(super) fn place_wishes<'a>(
    catalog: &Catalog,
    reader: &mut Reader<'_>,
    place: &'a [String],
) -> Vec<Wish<'a>> {
    Wish::all(
        reader,
        &catalog.locations,
        (MenteeField::Location, Phrase),
        place,
    )
}

pub(super) fn language_wishes<'a>(
    catalog: &Catalog,
    reader: &mut Reader<'_>,
    languages: &'a [String],
) -> Vec<Wish<'a>> {
    Wish::all(
        reader,
        &catalog.languages,
        (MenteeField::Languages, Phrase),
        languages,
    )
}

fn inquiry<'a>(
    catalog: &Catalog,
    reader: &mut Reader<'_>,
    name: ComponentName,
    (mentee, ask): (&'a MenteeFacts, &'a Ask),
) -> Inquiry<'a> {
    let goals = (MenteeField::Goals, Text, mentee.goals.as_slice());
    let career = mentee.career_goals.as_slice();
    let of_list = |reader: &mut Reader<'_>, field, list: &'a [String]| {
        let standing = [(field, Phrase, list)];
        Inquiry::read(catalog, reader, entries(field, list), [&[], &standing])
    };
    match name {
        ComponentName::CareerGoals => {
            let standing = [(MenteeField::CareerGoals, Text, career), goals];
            Inquiry::read(catalog, reader, ambitions(mentee), [&[], &standing])
        }
        ComponentName::ResearchInterests => of_list(
            reader,
            MenteeField::ResearchInterests,
            &mentee.research_interests,
        ),
        ComponentName::TechnicalSkills => of_list(
            reader,
            MenteeField::TechnicalSkills,
            &mentee.technical_skills,
        ),
        // How somebody wants to talk is no expertise: only what mentors write about it counts.
        ComponentName::CommunicationPreferences => {
            let field = MenteeField::CommunicationPreferences;
            let words = entries(field, &mentee.communication_preferences);
            Inquiry::read(catalog, reader, words, [&[], &[]])
        }
        _ => {
            let interests = mentee.interests.as_slice();
            let asked = [
                (MenteeField::Topic, Phrase, ask.topic.as_slice()),
                (MenteeField::Need, Text, ask.need.as_slice()),
            ];
            let standing = [(MenteeField::Interests, Phrase, interests), goals];
            Inquiry::read(catalog, reader, wanted(mentee, ask), [&asked, &standing])
        }
    }
}

/// Industry of one mentor, 0 to 100 000: the closest pair counts 75 %, how many are shared 25 %.
pub(super) fn industry(best: Best) -> u32 {
    (3 * best.closest() + best.mean()) / 4
}

/// Both in equal parts; expertise alone when the mentee names no industry.
pub(super) fn industry_and_expertise(
    industries: &[Wish<'_>],
    expertise: u32,
    industry: u32,
) -> u32 {
    if industries.is_empty() {
        expertise
    } else {
        u32::midpoint(expertise, industry)
    }
}

/// The same place counts in full, a place that is named alike in part, and the same time zone half at least.
pub(super) fn location(place: Best, mentee: &MenteeFacts, mentor: &MentorFacts) -> u32 {
    let zone = if share_zone(mentee, mentor) {
        FULL / 2
    } else {
        0
    };
    place.closest().max(zone)
}

pub(super) fn share_zone(mentee: &MenteeFacts, mentor: &MentorFacts) -> bool {
    mentee.timezone.is_some() && mentee.timezone == mentor.timezone
}

/// A language that both speak, and words on how to talk: whichever the mentee names, or both joined.
pub(super) fn communication(mentee: &MenteeFacts, language: u32, words: u32) -> u32 {
    match (
        mentee.languages.is_empty(),
        mentee.communication_preferences.is_empty(),
    ) {
        (true, _) => words,
        (false, true) => language,
        (false, false) => joined(language, words),
    }
}
