//! The base as a program manager has set it up: nobody is in it yet.

use std::collections::BTreeMap;

use crate::base::{Base, Field, FieldKind, Table};

const PEOPLE: &[(&str, FieldKind)] = &[
    ("Platform ID", FieldKind::Text),
    ("First Name", FieldKind::Text),
    ("Last Name", FieldKind::Text),
    ("Email", FieldKind::Text),
    ("Role", FieldKind::Text),
    ("Status", FieldKind::Text),
    ("Vetting", FieldKind::Text),
    ("Bio", FieldKind::Text),
    ("Location", FieldKind::Text),
    ("Timezone", FieldKind::Text),
    ("Languages", FieldKind::Choices),
    ("Company", FieldKind::Text),
    ("Title", FieldKind::Text),
    ("Years of Experience", FieldKind::Number),
    ("Expertise", FieldKind::Choices),
    ("Industries", FieldKind::Choices),
    ("Startup", FieldKind::Text),
    ("Industry Focus", FieldKind::Choices),
    ("Stage", FieldKind::Text),
    ("Goals", FieldKind::Text),
    ("Interests", FieldKind::Choices),
    // Of no interest to the platform.
    ("Notes of the team", FieldKind::Text),
];

const SESSIONS: &[(&str, FieldKind)] = &[
    ("Platform ID", FieldKind::Text),
    ("Mentor", FieldKind::Text),
    ("Mentee", FieldKind::Text),
    ("Starts At", FieldKind::Text),
    ("Ends At", FieldKind::Text),
    ("Status", FieldKind::Text),
    ("Topic", FieldKind::Text),
];

pub(crate) fn base() -> Base {
    let mut base = Base::default();
    for (name, fields) in [("People", PEOPLE), ("Sessions", SESSIONS)] {
        let fields = fields.iter().map(|(name, kind)| Field {
            id: base.id("fld"),
            name: (*name).to_owned(),
            kind: *kind,
        });
        let fields = fields.collect();
        let id = base.id("tbl");
        base.tables.push(Table {
            id,
            name: name.to_owned(),
            fields,
            records: BTreeMap::new(),
        });
    }
    base
}
