-- Exchange of data: answers to repeated API calls, and imports with what is needed to take them back.

-- What was answered to a POST with an Idempotency-Key (web::records::api). Kept for two days.
CREATE TABLE idempotency (
    account UUID NOT NULL,
    key TEXT NOT NULL,
    -- SHA-256 of address and body; another request under the same key is refused.
    request_hash TEXT NOT NULL,
    status BIGINT NOT NULL,
    location TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account, key)
);
CREATE INDEX idempotency_created_at ON idempotency (created_at);

-- One table that somebody brings in (web::records::exchange).
CREATE TABLE import_run (
    id UUID PRIMARY KEY NOT NULL,
    record_type TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ready', 'running', 'done', 'stopped', 'undoing', 'undone')),
    -- Who imports, with the rights of the moment of the start.
    actor JSONB NOT NULL,
    account UUID,
    -- Header and rows as they were recognized; emptied after a month.
    sheet JSONB NOT NULL,
    options JSONB NOT NULL,
    -- Counts and row errors of the run, or of its undoing.
    result JSONB,
    job UUID,
    -- The stretch of the change feed in which the changes of this import lie.
    feed_from BIGINT,
    feed_to BIGINT,
    created_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ
);
CREATE INDEX import_run_created_at ON import_run (created_at);
