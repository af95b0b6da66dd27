//! A person's profile as cells, and cells as a profile.

use super::{Cell, Cells, SyncField};
use crate::domain::profile::{MenteeProfile, MentorProfile, RoleProfile, StartupStage};
use crate::domain::time::Zone;
use crate::domain::user::User;
use crate::domain::value::{Bounded, List, Text, ValueError};

type Name = Text<1, 80>;
type Short = Text<1, 160>;
type Long = Text<0, 1000>;

/// The fields of a person that their role has.
#[must_use]
pub fn cells_of(user: &User) -> Cells {
    let role = user.role();
    let has = |field: &&SyncField| field.role().is_none_or(|needed| needed == role);
    let fields = SyncField::ALL.iter().filter(has);
    fields
        .map(|field| (*field, cell_of(user, *field)))
        .collect()
}

fn cell_of(user: &User, field: SyncField) -> Cell {
    let profile = &user.profile;
    let maybe = |text: &Option<String>| text.as_deref().map_or(Cell::Empty, Cell::text);
    match field {
        SyncField::Email => Cell::text(user.email.as_str()),
        SyncField::Role => Cell::text(user.role().as_str()),
        SyncField::Status => Cell::text(user.status.as_str()),
        SyncField::FirstName => Cell::text(&profile.first_name),
        SyncField::LastName => Cell::text(&profile.last_name),
        SyncField::Bio => maybe(&profile.bio),
        SyncField::Location => maybe(&profile.location),
        SyncField::Timezone => Cell::text(profile.timezone.name()),
        SyncField::Languages => Cell::list(&profile.languages),
        _ => match &profile.role {
            RoleProfile::Mentor(mentor) => of_mentor(mentor, field),
            RoleProfile::Mentee(mentee) => of_mentee(mentee, field),
            RoleProfile::Admin => Cell::Empty,
        },
    }
}

fn of_mentor(mentor: &MentorProfile, field: SyncField) -> Cell {
    let maybe = |text: &Option<String>| text.as_deref().map_or(Cell::Empty, Cell::text);
    match field {
        SyncField::Vetting => Cell::text(mentor.vetting.as_str()),
        SyncField::Company => maybe(&mentor.company),
        SyncField::Title => maybe(&mentor.title),
        SyncField::YearsExperience => mentor
            .years_experience
            .map_or(Cell::Empty, |years| Cell::Number(years.into())),
        SyncField::ExpertiseAreas => Cell::list(&mentor.expertise_areas),
        SyncField::Industries => Cell::list(&mentor.industries),
        _ => Cell::Empty,
    }
}

fn of_mentee(mentee: &MenteeProfile, field: SyncField) -> Cell {
    let maybe = |text: &Option<String>| text.as_deref().map_or(Cell::Empty, Cell::text);
    match field {
        SyncField::StartupName => maybe(&mentee.startup_name),
        SyncField::IndustryFocus => Cell::list(&mentee.industry_focus),
        SyncField::StartupStage => mentee
            .startup_stage
            .map_or(Cell::Empty, |stage| Cell::text(stage.as_str())),
        SyncField::Goals => maybe(&mentee.goals),
        SyncField::Interests => Cell::list(&mentee.interests),
        _ => Cell::Empty,
    }
}

/// Writes a cell into a profile, within the limits that its person has too.
///
/// # Errors
/// When it is beyond them, or the field has its own ways to change.
pub fn put(user: &mut User, field: SyncField, cell: &Cell) -> Result<(), ValueError> {
    let profile = &mut user.profile;
    match field {
        SyncField::FirstName => profile.first_name = needed::<80>(cell)?,
        SyncField::LastName => profile.last_name = needed::<80>(cell)?,
        SyncField::Bio => profile.bio = long(cell)?,
        SyncField::Location => profile.location = short(cell)?,
        SyncField::Timezone => profile.timezone = zone(cell)?,
        SyncField::Languages => profile.languages = list::<20>(cell)?,
        SyncField::Email | SyncField::Role | SyncField::Status | SyncField::Vetting => {
            return Err(ValueError::NotOneOf(
                "the fields that are changed elsewhere",
            ));
        }
        _ => match &mut profile.role {
            RoleProfile::Mentor(mentor) => put_mentor(mentor, field, cell)?,
            RoleProfile::Mentee(mentee) => put_mentee(mentee, field, cell)?,
            RoleProfile::Admin => {}
        },
    }
    Ok(())
}

fn put_mentor(mentor: &mut MentorProfile, field: SyncField, cell: &Cell) -> Result<(), ValueError> {
    match field {
        SyncField::Company => mentor.company = short(cell)?,
        SyncField::Title => mentor.title = short(cell)?,
        SyncField::YearsExperience => mentor.years_experience = number::<0, 80>(cell)?,
        SyncField::ExpertiseAreas => mentor.expertise_areas = list::<10>(cell)?,
        SyncField::Industries => mentor.industries = list::<20>(cell)?,
        _ => {}
    }
    Ok(())
}

fn put_mentee(mentee: &mut MenteeProfile, field: SyncField, cell: &Cell) -> Result<(), ValueError> {
    match field {
        SyncField::StartupName => mentee.startup_name = short(cell)?,
        SyncField::IndustryFocus => mentee.industry_focus = list::<10>(cell)?,
        SyncField::StartupStage => mentee.startup_stage = stage(cell)?,
        SyncField::Goals => mentee.goals = long(cell)?,
        SyncField::Interests => mentee.interests = list::<10>(cell)?,
        _ => {}
    }
    Ok(())
}

/// A number in a column of texts is the text of that number.
fn text_of(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Empty => None,
        Cell::Number(number) => Some(number.to_string()),
        Cell::Text(text) => Some(text.clone()),
        Cell::List(entries) => Some(entries.join(", ")),
    }
}

fn needed<const MAX: usize>(cell: &Cell) -> Result<String, ValueError> {
    let text = text_of(cell).unwrap_or_default();
    Text::<1, MAX>::parse(&text).map(Text::into_string)
}

fn short(cell: &Cell) -> Result<Option<String>, ValueError> {
    let text = text_of(cell).map(|text| Short::parse(&text));
    Ok(text.transpose()?.map(Text::into_string))
}

fn long(cell: &Cell) -> Result<Option<String>, ValueError> {
    let text = text_of(cell).map(|text| Long::parse(&text));
    Ok(text.transpose()?.map(Text::into_string))
}

fn zone(cell: &Cell) -> Result<Zone, ValueError> {
    let zone = text_of(cell).and_then(|name| name.parse().ok());
    zone.ok_or(ValueError::NotOneOf("the zones of the tz database"))
}

fn stage(cell: &Cell) -> Result<Option<StartupStage>, ValueError> {
    let stage = text_of(cell).map(|text| StartupStage::parse(&text));
    stage.transpose()
}

fn number<const MIN: i32, const MAX: i32>(cell: &Cell) -> Result<Option<i32>, ValueError> {
    let out_of_range = ValueError::OutOfRange(MIN.into(), MAX.into());
    let number = match cell {
        Cell::Empty => return Ok(None),
        Cell::Number(number) => *number,
        Cell::Text(text) => text.parse().map_err(|_| out_of_range)?,
        Cell::List(_) => return Err(out_of_range),
    };
    Bounded::<MIN, MAX>::new(number).map(|number| Some(number.get()))
}

/// A text in a column of lists is a list of one.
fn list<const MAX: usize>(cell: &Cell) -> Result<Vec<String>, ValueError> {
    let entries = match cell {
        Cell::Empty => Vec::new(),
        Cell::Number(number) => vec![number.to_string()],
        Cell::Text(text) => vec![text.clone()],
        Cell::List(entries) => entries.clone(),
    };
    let entries = entries.iter().map(|entry| Name::parse(entry));
    let entries = List::<Name, MAX>::new(entries.collect::<Result<_, _>>()?)?;
    let entries = entries.into_vec().into_iter();
    Ok(entries.map(Text::into_string).collect())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::domain::profile::{Profile, Vetting};
    use crate::domain::user::Email;

    fn mentor() -> User {
        let role = RoleProfile::Mentor(Box::new(MentorProfile::new(Vetting::Approved)));
        let profile = Profile::new("Ada".to_owned(), "Lovelace".to_owned(), Zone::UTC, role);
        let email = Email::parse("ada@example.com").unwrap();
        User::new(Uuid::nil().into(), email, profile, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn what_was_put_into_a_profile_is_read_from_it() {
        let mut user = mentor();
        for (field, cell) in [
            (SyncField::FirstName, Cell::text("Augusta")),
            (SyncField::Bio, Cell::text("Numbers")),
            (SyncField::Bio, Cell::Empty),
            (SyncField::Timezone, Cell::text("Europe/London")),
            (SyncField::Languages, Cell::list(["English", "French"])),
            (SyncField::YearsExperience, Cell::Number(12)),
            (SyncField::ExpertiseAreas, Cell::list(["Engines"])),
        ] {
            put(&mut user, field, &cell).unwrap();
            assert_eq!(cells_of(&user)[&field], cell, "{field:?}");
        }
    }

    #[test]
    fn a_role_has_its_own_fields() {
        let cells = cells_of(&mentor());
        assert!(cells.contains_key(&SyncField::Company));
        assert!(!cells.contains_key(&SyncField::Goals));
    }

    #[test]
    fn a_profile_takes_nothing_that_its_person_could_not_say() {
        let mut user = mentor();
        for (field, cell) in [
            (SyncField::FirstName, Cell::Empty),
            (SyncField::FirstName, Cell::text(&"x".repeat(81))),
            (SyncField::Bio, Cell::text(&"x".repeat(1001))),
            (SyncField::Bio, Cell::text("bell\u{7}")),
            (SyncField::Timezone, Cell::text("Mars/Olympus")),
            (SyncField::YearsExperience, Cell::Number(-1)),
            (SyncField::YearsExperience, Cell::text("many")),
            (SyncField::Languages, Cell::list(["English", "English"])),
            (SyncField::Role, Cell::text("admin")),
            (SyncField::Email, Cell::text("eve@example.com")),
        ] {
            assert!(put(&mut user, field, &cell).is_err(), "{field:?} {cell:?}");
        }
        assert_eq!(user.profile.first_name, "Ada");
    }
}
