//! Batch matching in a test.

use shared::domain::event::EventRecord;
use shared::worker::WorkError;

use crate::TestApp;

impl TestApp {
    /// Every event that went to the worker, in order.
    pub async fn assignment_events(&self) -> Vec<EventRecord> {
        let rows = self
            .database
            .sql("SELECT record FROM outbox WHERE queue = 'assignment' ORDER BY event_id")
            .await;
        rows.iter()
            .map(|row| serde_json::from_str(row[0].as_deref().unwrap()).unwrap())
            .collect()
    }

    /// Lets the worker act on an event.
    pub async fn solve(&self, event: &EventRecord) -> Result<(), WorkError> {
        Box::pin(assignment_worker::handle(self.state.clone(), event.clone())).await
    }

    /// Lets the worker act on every event.
    pub async fn solve_all(&self) {
        for event in self.assignment_events().await {
            self.solve(&event).await.unwrap();
        }
    }
}
