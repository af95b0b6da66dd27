//! Long-term mentoring in a test.

use shared::domain::id::{MentorshipId, UserId};
use shared::domain::mentorship::{NewMentorship, Origin, Pair};
use shared::store;
use shared::store::mentorship::Formed;

use crate::TestApp;

impl TestApp {
    /// A mentor and a mentee who were brought together and have not met yet.
    pub async fn given_match(&self, mentee: UserId, mentor: UserId) -> MentorshipId {
        let formed = self.given_run(&[(mentor, mentee)]).await;
        formed.made.first().expect("the two can be matched").id
    }

    /// Brings mentors and mentees together in one transaction, as an assignment run does.
    pub async fn given_run(&self, pairs: &[(UserId, UserId)]) -> Formed {
        let wanted: Vec<NewMentorship> = pairs
            .iter()
            .map(|(mentor_id, mentee_id)| NewMentorship {
                id: self.clock.id(),
                pair: Pair {
                    mentor_id: *mentor_id,
                    mentee_id: *mentee_id,
                },
                origin: Origin::Assigned,
                request_id: None,
                run_id: None,
                score: None,
            })
            .collect();
        let now = self.clock.now();
        let mut client = self.state.db.client().await.unwrap();
        let tx = client.transaction();
        let formed = store::mentorship::form(&tx, &wanted, now).await.unwrap();
        tx.commit().await.unwrap();
        formed
    }

    /// How many of a mentor's places are taken.
    pub async fn places_taken(&self, mentor: UserId) -> u64 {
        self.count(&format!(
            "SELECT count(*) FROM mentorships
              WHERE mentor_id = '{mentor}' AND status IN ('pending', 'active', 'paused')"
        ))
        .await
    }

    /// Requests of which it is not so that one batch is open exactly while they are open: never any.
    pub async fn torn_requests(&self) -> u64 {
        self.count(
            "SELECT count(*) FROM mentoring_requests r
              WHERE (r.status = 'open') <> ((SELECT count(*) FROM proposal_batches b
                                              WHERE b.request_id = r.id AND b.status = 'open') = 1)
                 OR (r.status <> 'open' AND EXISTS (SELECT FROM mentoring_candidates c
                                                     WHERE c.request_id = r.id AND c.outcome = 'proposed'))",
        )
        .await
    }
}
