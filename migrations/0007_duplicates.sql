-- Duplicates (directory::duplicates): pairs that may be one thing, what was merged, and where old addresses lead.

-- A projection that a check rebuilds, except for what people decided: "different" stands for ever.
CREATE TABLE duplicate_pair (
    -- The smaller id, then the larger.
    one UUID NOT NULL,
    other UUID NOT NULL,
    record_type TEXT NOT NULL,
    -- 3 certain, 2 likely, 1 possible.
    class BIGINT NOT NULL CHECK (class BETWEEN 1 AND 3),
    reasons JSONB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'different')),
    found_at TIMESTAMPTZ NOT NULL,
    decided_at TIMESTAMPTZ,
    decided_by UUID,
    PRIMARY KEY (one, other)
);
CREATE INDEX duplicate_pair_other ON duplicate_pair (other);
CREATE INDEX duplicate_pair_open ON duplicate_pair (class, one, other) WHERE state = 'open';

-- How far in the feed the last check looked.
CREATE TABLE duplicate_check (
    one BIGINT PRIMARY KEY NOT NULL CHECK (one = 1),
    feed_seq BIGINT NOT NULL,
    checked_at TIMESTAMPTZ NOT NULL,
    records BIGINT NOT NULL
);

-- Each merge with every record it touched, before and after, so that it can be taken back exactly.
CREATE TABLE record_merge (
    id UUID PRIMARY KEY NOT NULL,
    record_type TEXT NOT NULL,
    survivor UUID NOT NULL,
    loser UUID NOT NULL,
    journal JSONB NOT NULL,
    label TEXT NOT NULL,
    merged_at TIMESTAMPTZ NOT NULL,
    merged_by UUID,
    undone_at TIMESTAMPTZ,
    undone_by UUID
);
CREATE UNIQUE INDEX record_merge_standing ON record_merge (loser) WHERE undone_at IS NULL;
CREATE INDEX record_merge_recent ON record_merge (merged_at, id);

-- Old ids, codes and identifiers, and the record that stands for them now.
CREATE TABLE merged_from (
    old_id UUID PRIMARY KEY NOT NULL,
    record_type TEXT NOT NULL,
    code TEXT,
    identifiers JSONB NOT NULL,
    survivor UUID NOT NULL,
    merge_id UUID NOT NULL REFERENCES record_merge (id)
);
CREATE INDEX merged_from_survivor ON merged_from (survivor);
