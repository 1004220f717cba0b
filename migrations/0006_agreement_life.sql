-- The life of agreements: times of rest, and reminders that were sent.
-- The columns of "suspension" follow its description (alliance::agreements::records); a test compares them.

CREATE TABLE suspension (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    agreement UUID,
    since TEXT,
    until TEXT,
    reason JSONB,
    audience TEXT NOT NULL CHECK (audience IN ('me', 'parties', 'staff', 'members', 'partners', 'public')),
    field_levels JSONB,
    source TEXT,
    fictional BOOLEAN NOT NULL DEFAULT FALSE,
    sort_ja BYTEA NOT NULL,
    sort_en BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    created_by UUID,
    deleted_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX suspension_code ON suspension (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX suspension_agreement ON suspension (agreement) WHERE deleted_at IS NULL;
-- An agreement rests once at a time, whatever two members of the staff do at the same moment.
CREATE UNIQUE INDEX suspension_open ON suspension (agreement) WHERE until IS NULL AND deleted_at IS NULL;

-- Each reminder goes out once: per agreement, deadline and number of days before it.
CREATE TABLE agreement_reminder (
    id UUID PRIMARY KEY NOT NULL,
    agreement UUID NOT NULL,
    subject TEXT NOT NULL CHECK (subject IN ('end', 'notice')),
    due TEXT NOT NULL,
    days BIGINT NOT NULL,
    -- How many people got a mail; 0 for steps that had passed when the deadline became known.
    mails BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (agreement, subject, due, days)
);
