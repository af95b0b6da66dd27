//! A hundred thousand reports that nobody would send: nobody panics, and no other mail is touched.

use serde_json::Value;
use shared::domain::delivery::Report;
use tests::Dice;
use tests::garbage::{bent, inputs, mangle};

use super::{Desk, RECORDED, recorded};

/// How many of them go through a database.
const ACTED_ON: u64 = 400;

/// A recorded event with something wrong in it.
fn spoilt(text: &str, dice: &mut Dice) -> String {
    if dice.below(2) == 0 {
        return String::from_utf8_lossy(&bent(text, dice)).into_owned();
    }
    let mut value: Value = serde_json::from_str(text).unwrap();
    for _ in 0..=dice.below(3) {
        mangle(&mut value, dice);
    }
    value.to_string()
}

#[test]
fn garbage_reports_never_panic() {
    let mut dice = Dice::new(3);
    let mut read = 0_u64;
    for _ in 0..inputs() {
        let (_, text) = *dice.pick(&RECORDED);
        read += u64::from(Report::read(&spoilt(text, &mut dice)).is_ok());
    }
    assert!(read > inputs() / 100, "only {read} were read at all");
    assert!(read < inputs(), "every one was a good one");
}

#[tokio::test]
async fn garbage_reports_touch_no_other_mail() {
    let desk = Desk::new().await;
    let (bystander, _) = desk.given_sent().await;
    let (_, mail) = desk.given_sent().await;
    let mut dice = Dice::new(4);
    for _ in 0..ACTED_ON {
        let (name, _) = *dice.pick(&RECORDED);
        let report = spoilt(&recorded(name, &mail), &mut dice);
        desk.post.hear(&[report]).await;
    }

    assert_eq!(desk.status(bystander).await, "sent");
    assert_eq!(desk.app.reports_of(bystander).await, [""; 0]);
    for (address, _) in desk.app.suppressed().await {
        assert_eq!(address, mail.to[0]);
    }
}
