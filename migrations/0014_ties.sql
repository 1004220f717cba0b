-- The map (insight): ties as they follow from records and from what other subsystems tell, where each circle of readers
-- sees whom, names of communities, and lists of introductions that somebody kept.

-- A projection of the change feed; it can be made anew from nothing.
CREATE TABLE tie (
    -- The record whose change makes these ties anew, and the place among its ties.
    origin UUID NOT NULL,
    place BIGINT NOT NULL,
    kind TEXT NOT NULL,
    a UUID NOT NULL,
    b UUID NOT NULL,
    -- EDTF; empty when nobody wrote it down.
    period TEXT NOT NULL,
    -- Strength on its best day, in thousandths.
    weight BIGINT NOT NULL CHECK (weight BETWEEN 1 AND 1000),
    proof_type TEXT NOT NULL,
    proof UUID NOT NULL,
    -- Every one of these audiences must admit the reader.
    audiences JSONB NOT NULL,
    PRIMARY KEY (origin, place),
    CHECK (a < b)
);

-- Places of parties on the map, per circle of readers, so that the map is the same tomorrow.
CREATE TABLE map_layout (
    circle TEXT PRIMARY KEY NOT NULL,
    places JSONB NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

-- A name that staff gave to a community, with the parties that were in it.
CREATE TABLE map_community (
    id UUID PRIMARY KEY NOT NULL,
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL,
    members JSONB NOT NULL,
    named_by TEXT NOT NULL,
    named_at TIMESTAMPTZ NOT NULL
);

-- Introductions that somebody kept, to look later at what became of them. Only the account that kept them sees them.
CREATE TABLE map_bridges (
    id UUID PRIMARY KEY NOT NULL,
    account UUID NOT NULL,
    left_group TEXT NOT NULL,
    right_group TEXT NOT NULL,
    -- Expected reach between the groups when the list was made, in millionths.
    reach BIGINT NOT NULL,
    pairs JSONB NOT NULL,
    kept_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX map_bridges_account ON map_bridges (account, kept_at);
