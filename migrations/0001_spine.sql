-- The spine: change feed, jobs, mail to send, attachments.
-- Written in PostgreSQL; for SQLite the store swaps the type names and makes tables STRICT (store::migrate).

-- One entry per change, in the order of commits, chained by hash. It is the audit log (store::feed).
CREATE TABLE change (
    seq BIGINT PRIMARY KEY NOT NULL,
    id UUID NOT NULL UNIQUE,
    at TIMESTAMPTZ NOT NULL,
    actor JSONB NOT NULL,
    action TEXT NOT NULL,
    record_type TEXT NOT NULL,
    record_id UUID NOT NULL,
    before JSONB,
    after JSONB,
    request_id TEXT,
    prev_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL
);
CREATE INDEX change_record ON change (record_type, record_id, seq);

-- The newest entry; its one row is locked while entries are added, which keeps seq without gaps.
CREATE TABLE feed_head (
    one BIGINT PRIMARY KEY NOT NULL CHECK (one = 1),
    seq BIGINT NOT NULL,
    hash BYTEA
);
INSERT INTO feed_head (one, seq) VALUES (1, 0);

-- How far each consumer has read.
CREATE TABLE feed_cursor (
    consumer TEXT PRIMARY KEY NOT NULL,
    seq BIGINT NOT NULL
);

-- Work that outlives a request (store::jobs).
CREATE TABLE job (
    id UUID PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    unique_key TEXT,
    payload JSONB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
    done BIGINT NOT NULL DEFAULT 0,
    total BIGINT,
    note JSONB,
    result JSONB,
    error TEXT,
    attempts BIGINT NOT NULL DEFAULT 0,
    run_at TIMESTAMPTZ NOT NULL,
    locked_until TIMESTAMPTZ,
    worker TEXT,
    cancel_requested BOOLEAN NOT NULL DEFAULT FALSE,
    created_by UUID,
    created_at TIMESTAMPTZ NOT NULL,
    started_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX job_active_key ON job (kind, unique_key) WHERE unique_key IS NOT NULL AND state IN ('queued', 'running');
CREATE INDEX job_due ON job (run_at, id) WHERE state = 'queued';
CREATE INDEX job_leased ON job (locked_until) WHERE state = 'running';
CREATE INDEX job_recent ON job (created_at, id);

-- The last time slot of each schedule, so that one node of many enqueues it.
CREATE TABLE job_schedule (
    name TEXT PRIMARY KEY NOT NULL,
    slot BIGINT NOT NULL
);

-- Mail written in the transaction that causes it, sent later (store::outbox).
CREATE TABLE mail (
    id UUID PRIMARY KEY NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    text_body TEXT NOT NULL,
    html_body TEXT,
    message_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'held')),
    attempts BIGINT NOT NULL DEFAULT 0,
    error TEXT,
    run_at TIMESTAMPTZ NOT NULL,
    locked_until TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ
);
CREATE INDEX mail_due ON mail (run_at, id) WHERE state IN ('queued', 'sending');

-- Attachments; the bytes lie under their SHA-256 in the file store (store::files).
CREATE TABLE file (
    id UUID PRIMARY KEY NOT NULL,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size >= 0),
    created_at TIMESTAMPTZ NOT NULL,
    created_by UUID
);
CREATE INDEX file_sha256 ON file (sha256);
