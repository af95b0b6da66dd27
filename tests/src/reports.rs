//! Reports in a test: many rows, files that are read back, and workers that die over them.

use std::time::Duration;

use shared::domain::id::UserId;

use crate::TestApp;

impl TestApp {
    /// Very many people, each with a story of some length.
    pub async fn given_masses(&self, people: u32) {
        self.given_masses_from(1, people).await;
    }

    /// More of them.
    pub async fn given_more_masses(&self, people: u32) {
        self.given_masses_from(1_000_001, people).await;
    }

    async fn given_masses_from(&self, first: u32, people: u32) {
        let last = first + people - 1;
        let statement = format!(
            "INSERT INTO users (id, email, password_hash, role, status, first_name, last_name, bio, timezone,
                                created_at, updated_at)
             SELECT gen_random_uuid(), 'crowd-' || n || '@example.com', NULL, 'mentee', 'active', 'Person', n::text,
                    repeat('A story. ', 20), 'UTC', timestamptz '2026-01-01T00:00:00Z' + make_interval(secs => n),
                    timestamptz '2026-01-01T00:00:00Z'
               FROM generate_series({first}, {last}) AS n"
        );
        self.database.sql(&statement).await;
    }

    /// A text in a profile that no form lets through.
    pub async fn given_bio(&self, person: UserId, bio: &str) {
        let bio = bio.replace('\'', "''");
        self.database
            .sql(&format!(
                "UPDATE users SET bio = '{bio}' WHERE id = '{person}'"
            ))
            .await;
    }

    /// The upload that the worker of a job has begun, if any.
    pub async fn upload_of(&self, job: &str) -> Option<String> {
        let statement = format!("SELECT result->>'upload' FROM jobs WHERE id = '{job}'");
        let mut rows = self.database.sql(&statement).await;
        rows.pop()?.pop().flatten()
    }

    /// How many uploads of a file are begun, and neither finished nor thrown away.
    pub async fn uploads_of(&self, key: &str) -> usize {
        let query = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1)
            .append_pair("uploads", "")
            .append_pair("prefix", key)
            .finish();
        let list = self.link_for(&query, Duration::from_mins(1)).await;
        let (status, body) = self.fetch(&list.unwrap()).await;
        let body = String::from_utf8(body).unwrap();
        assert_eq!(status, 200, "{body}");
        body.matches("<Upload>").count()
    }

    /// The most memory that this process has held at once since it was last forgotten, in bytes.
    pub fn peak_memory() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let kibibytes = line.and_then(|line| line.split_whitespace().nth(1));
        kibibytes.unwrap().parse::<u64>().unwrap() * 1024
    }
}
