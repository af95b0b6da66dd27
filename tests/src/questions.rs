//! Quick questions in a test.

use shared::domain::id::{QuestionId, UserId};
use shared::domain::question::{Draft, Question, Wording};
use shared::domain::user::Role;
use shared::domain::value::Text;
use shared::store;

use crate::TestApp;

impl TestApp {
    /// A question that nobody has claimed.
    pub async fn given_question(&self, mentee: UserId, title: &str) -> QuestionId {
        self.given_question_about(mentee, title, "It is for a bank.", &[])
            .await
    }

    /// The same in other words.
    pub async fn given_question_about(
        &self,
        mentee: UserId,
        title: &str,
        text: &str,
        topics: &[&str],
    ) -> QuestionId {
        let wording = Wording {
            title: title.to_owned(),
            text: text.to_owned(),
            topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
        };
        let (id, now) = (self.clock.id(), self.clock.now());
        let question = Question::ask(id, mentee, (wording, 0), now).unwrap();
        let mut client = self.state.db.client().await.unwrap();
        let tx = client.transaction();
        store::question::insert(&tx, &question, None).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// A question that this mentor has claimed.
    pub async fn given_claimed_question(&self, mentee: UserId, mentor: UserId) -> QuestionId {
        let id = self.given_question(mentee, "How do I price a pilot?").await;
        self.change_question(id, |question| {
            let by = self.actor(mentor, Role::Mentor);
            question.claim(by, 0, self.clock.now()).unwrap().0
        })
        .await;
        id
    }

    /// A question that this mentor has answered.
    pub async fn given_answered_question(&self, mentee: UserId, mentor: UserId) -> QuestionId {
        let id = self.given_claimed_question(mentee, mentor).await;
        let draft = Draft {
            id: self.clock.id(),
            content: Text::parse("Ask what it saves them.").unwrap(),
        };
        let mut client = self.state.db.client().await.unwrap();
        let tx = client.transaction();
        let question = store::question::lock(&tx, id).await.unwrap().unwrap();
        let by = self.actor(mentor, Role::Mentor);
        let (answered, post, _) = question.write(draft, by, self.clock.now()).unwrap();
        store::question::update(&tx, &answered).await.unwrap();
        store::question::insert_post(&tx, &post).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// An answer of this mentor that was rated now.
    pub async fn given_rated_answer(
        &self,
        mentee: UserId,
        mentor: UserId,
        stars: i16,
    ) -> QuestionId {
        let id = self.given_answered_question(mentee, mentor).await;
        self.change_question(id, |question| {
            let (by, now) = (self.actor(mentee, Role::Mentee), self.clock.now());
            let (completed, _) = question.complete(by, now).unwrap();
            completed.rate(stars, by, now).unwrap().0
        })
        .await;
        id
    }

    /// Takes a step with a question and tells nobody.
    async fn change_question(&self, id: QuestionId, step: impl FnOnce(Question) -> Question) {
        let mut client = self.state.db.client().await.unwrap();
        let tx = client.transaction();
        let question = store::question::lock(&tx, id).await.unwrap().unwrap();
        let changed = step(question);
        store::question::update(&tx, &changed).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Forgets every question.
    pub async fn given_no_questions(&self) {
        self.database.sql("DELETE FROM questions").await;
    }

    /// A question as its row says, whatever the time.
    pub async fn stored_question(&self, id: QuestionId) -> Question {
        let client = self.state.db.client().await.unwrap();
        let found = store::question::find(&client, id).await.unwrap();
        found.expect("the question is there")
    }
}
