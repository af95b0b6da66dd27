//! Mentors to search among: some with a profile, or very many.

use http::StatusCode;
use serde_json::Value;
use shared::domain::id::UserId;
use shared::domain::search::Search;
use shared::store;
use shared::store::search::Part;

use crate::TestApp;

impl TestApp {
    /// A mentor who has written these fields of their profile.
    pub async fn given_profile(&self, profile: Value) -> UserId {
        let mentor = self.given_mentor().await;
        let (status, body) = self.patch_as(mentor, "/api/users/me", &profile).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        mentor
    }

    /// Ratings of a mentor, as feedback will add them.
    pub async fn given_ratings(&self, mentor: UserId, stars: &[i64]) {
        let (count, sum) = (stars.len(), stars.iter().sum::<i64>());
        let statement = format!(
            "UPDATE mentor_search SET rating_count = rating_count + {count}, rating_sum = rating_sum + {sum}
              WHERE mentor_id = '{mentor}'"
        );
        self.database.sql(&statement).await;
    }

    /// A request that nobody answered.
    pub async fn given_expired_session(&self, mentee: UserId, mentor: UserId, at: &str) {
        let id = self.given_session(mentee, mentor, at).await;
        let statement = format!(
            "WITH freed AS (DELETE FROM busy WHERE session_id = '{id}')
             UPDATE sessions SET status = 'expired' WHERE id = '{id}'"
        );
        self.database.sql(&statement).await;
    }

    /// So many mentors that the database chooses its ways as it does in earnest.
    pub async fn given_crowd(&self, count: u32) {
        self.database
            .sql(&format!(
                "INSERT INTO users (id, email, password_hash, role, email_verified_at, first_name, last_name, bio, timezone,
                                    languages, created_at, updated_at)
                 SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'mentor-' || n || '@example.com',
                        'none', 'mentor', now(), 'Given' || n % 997, 'Family' || n % 983, 'Has seen a lot.', 'UTC',
                        ARRAY['Language ' || n % 89], now(), now()
                   FROM generate_series(1, {count}) AS n"
            ))
            .await;
        self.database
            .sql(&format!(
                "INSERT INTO mentors (user_id, company, title, expertise_areas, industries, stages, hourly_rate,
                                      hourly_rate_currency, max_mentees, buffer_minutes, min_notice_minutes,
                                      cancellation_notice_minutes, booking_horizon_days, accepting, vetting)
                 SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Company ' || n % 499, 'Founder',
                        ARRAY['Area ' || n % 211, 'Skill ' || n % 101], ARRAY['Industry ' || n % 97],
                        ARRAY[CASE WHEN n % 83 = 0 THEN 'idea' ELSE 'seed' END], n,
                        CASE WHEN n % 79 = 0 THEN 'EUR' ELSE 'USD' END, 5, 0, 120, 120, 60, n % 3 > 0, 'approved'
                   FROM generate_series(1, {count}) AS n"
            ))
            .await;
        self.database
            .sql("UPDATE mentor_search SET rating_count = 3, rating_sum = 14 WHERE price_up % 71 = 0")
            .await;
        self.database
            .sql(
                "INSERT INTO availability (id, mentor_id, kind, is_recurring, day_of_week, start_minute, end_minute,
                                           timezone, created_at, updated_at)
                 SELECT gen_random_uuid(), user_id, 'open', true, day, 540, 1020, 'UTC', now(), now()
                   FROM mentors, generate_series(1, 3) AS day",
            )
            .await;
        self.database.sql("VACUUM ANALYZE").await;
    }

    /// How the database answers a search for the first twenty.
    pub async fn plan_of(&self, search: &Search, is_counted: bool) -> String {
        let client = self.state.db.client().await.unwrap();
        let part = Part {
            search,
            after: None,
            limit: 21,
            is_counted,
        };
        store::search::explain(&client, part)
            .await
            .unwrap()
            .join("\n")
    }

    /// How the database looks for what a misspelt word may mean.
    pub async fn plan_of_typo(&self, word: &str) -> String {
        let statement = format!(
            "EXPLAIN SELECT mentor_id FROM mentor_search WHERE is_listed AND '{word}' <% names"
        );
        let lines = self.database.sql(&statement).await;
        let lines = lines.into_iter().flatten().flatten();
        lines.collect::<Vec<_>>().join("\n")
    }
}
