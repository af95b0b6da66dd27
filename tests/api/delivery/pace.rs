//! No faster than the account may, and not more to one person than they read.

use std::num::NonZeroU16;
use std::time::Instant;

use futures_util::future::join_all;
use tests::{Setup, TestApp, api};

use super::Desk;

#[tokio::test]
async fn the_twenty_first_mail_to_a_person_rests_and_a_password_is_reset_all_the_same() {
    let setup = Setup {
        rate_limit_scale: 1,
        ..Setup::default()
    };
    let desk = Desk::of(TestApp::with(api(), setup).await).await;
    let mentee = desk.app.given_mentee().await;
    for _ in 0..21 {
        let reminder = desk.reminder_of(mentee).await;
        desk.post.deliver(&reminder).await.unwrap();
    }

    desk.post.deliver(&desk.resets(mentee)).await.unwrap();

    let mails = desk.app.mails_of(mentee).await;
    let sent = mails.iter().filter(|(_, status)| status == "sent").count();
    assert_eq!(sent, 21);
    assert_eq!(mails[20].1, "queued");
    assert_eq!(mails[21].0, "reset_password");
    // It is not tried again before its time: the event is done with.
    assert_eq!(desk.post.mails_to(mentee).len(), 21);
}

#[tokio::test]
async fn mails_wait_for_the_accounts_turn_and_come_again_when_that_is_too_long() {
    let setup = Setup {
        mail_rate: NonZeroU16::MIN,
        ..Setup::default()
    };
    let desk = Desk::of(TestApp::with(api(), setup).await).await;
    let mut resets = Vec::new();
    for _ in 0..6 {
        let mentee = desk.app.given_mentee().await;
        resets.push(desk.resets(mentee));
    }
    let begun = Instant::now();

    let ends = join_all(resets.iter().map(|reset| desk.post.deliver(reset))).await;

    // One at once, and two in the two seconds that a worker waits.
    assert_eq!(ends.iter().filter(|end| end.is_ok()).count(), 3, "{ends:?}");
    assert_eq!(desk.post.mailbox.calls(), 3);
    assert!(begun.elapsed().as_millis() >= 1_900);
}
