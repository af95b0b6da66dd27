//! A hundred thousand inputs each that nobody would send: nothing of them makes the platform panic.

use serde_json::{Value, json};
use shared::domain::sync::{
    Cell, Change, FieldMap, FieldRule, PayloadPage, Ping, Record, SyncField, Told,
};
use tests::Dice;
use tests::garbage::{bent, inputs, mangle};

const PING: &str = r#"{"base": {"id": "app00000000000000"}, "webhook": {"id": "ach00000000000000"}, "timestamp": "2022-02-01T21:25:05.663Z"}"#;

fn page() -> Value {
    json!({
        "cursor": 7, "mightHaveMore": true,
        "payloads": [{
            "timestamp": "2026-03-02T08:00:00Z", "baseTransactionNumber": 4, "payloadFormat": "v0",
            "actionMetadata": { "source": "publicApi", "sourceMetadata": { "user": { "id": "usr1", "email": "x" } } },
            "changedTablesById": { "tbl1": {
                "createdRecordsById": { "rec1": { "createdTime": "…", "cellValuesByFieldId": { "fldBio": "a" } } },
                "changedRecordsById": { "rec2": { "current": { "cellValuesByFieldId": {
                    "fldBio": "b", "fldLanguages": [{ "id": "sel1", "name": "English" }], "fldYears": 3,
                } } } },
                "destroyedRecordIds": ["rec3"],
            } },
        }, { "error": true, "code": "INTERNAL_ERROR" }],
    })
}

fn map() -> FieldMap {
    let rule = |field, id: &str| FieldRule {
        id: Some(id.to_owned()),
        ..FieldRule::usual(field)
    };
    FieldMap::of(&[
        rule(SyncField::Bio, "fldBio"),
        rule(SyncField::Languages, "fldLanguages"),
        rule(SyncField::YearsExperience, "fldYears"),
    ])
    .unwrap()
}

/// Takes in whatever a page says, as the worker does.
fn take_in(page: &PayloadPage, map: &FieldMap) {
    let cells = map.active().map(|(rule, _)| (rule.field, Cell::Empty));
    let mut record = Record {
        ours: cells.collect(),
        ..Record::default()
    };
    for payload in &page.payloads {
        for change in &payload.changes {
            let Change::Touched(touched) = change else {
                continue;
            };
            let mut told = Told::default();
            for (id, value) in &touched.cells {
                if let Some(field) = map.field_of(id) {
                    let is_us = payload.author.may_be("usr1");
                    record.listen(&mut told, field, is_us, &Cell::read(value));
                }
            }
            let there = map.read(&touched.cells);
            record.absorb(map, &there, &told, |_, cell| !cell.is_empty());
        }
    }
}

#[test]
fn garbage_pings_never_panic() {
    let mut dice = Dice::new(1);
    let mut read = 0;
    for _ in 0..inputs() {
        read += u64::from(Ping::read(&bent(PING, &mut dice)).is_some());
    }
    assert!(read < inputs(), "every input was a good one");
}

#[test]
fn garbage_payloads_never_panic() {
    let mut dice = Dice::new(2);
    let (map, good) = (map(), page());
    let text = good.to_string();
    let mut read = 0_u64;
    for number in 0..inputs() {
        let value = if number % 2 == 0 {
            let mut value = good.clone();
            for _ in 0..=dice.below(3) {
                mangle(&mut value, &mut dice);
            }
            value
        } else {
            serde_json::from_slice(&bent(&text, &mut dice)).unwrap_or_default()
        };
        if let Some(page) = PayloadPage::read(&value, "tbl1") {
            take_in(&page, &map);
            read += 1;
        }
    }
    assert!(read > inputs() / 10, "only {read} inputs were read at all");
}
