-- What must not be forgotten, and what an admin reads in order.

-- When the worker of a payment was last woken by the schedule rather than by what happened to its session.
ALTER TABLE payments ADD COLUMN woken_at timestamptz;

-- Payments of which the provider was or may have to be asked.
CREATE INDEX payments_open ON payments (greatest(updated_at, woken_at))
 WHERE step IS NOT NULL OR status IN ('pending', 'authorized');

-- The sessions of everybody, page by page.
CREATE INDEX sessions_created ON sessions (created_at, id);
CREATE INDEX sessions_scheduled ON sessions (scheduled_at, id);
