-- Discussion rounds and partnering: who takes part, what they wish, which meetings are planned, what was published.
-- The columns of "round" follow its description (encounter::rounds::records); a test compares them.

CREATE TABLE round (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    name JSONB,
    kind TEXT,
    state TEXT,
    about JSONB,
    days TEXT,
    slot_minutes BIGINT,
    pause_minutes BIGINT,
    zone TEXT,
    deadline TEXT,
    side_a JSONB,
    side_b JSONB,
    rooms TEXT,
    tables BIGINT,
    venue JSONB,
    interpreters BIGINT,
    video BOOLEAN,
    open_to TEXT,
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
CREATE UNIQUE INDEX round_code ON round (code) WHERE code IS NOT NULL AND deleted_at IS NULL;

-- A laboratory, company or person in one round; linked to the directory or with a name of its own.
CREATE TABLE round_participant (
    id UUID PRIMARY KEY NOT NULL,
    round UUID NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('a', 'b')),
    party UUID,
    name TEXT NOT NULL,
    name_en TEXT NOT NULL,
    room TEXT NOT NULL,
    most BIGINT,
    most_per_day BIGINT,
    language TEXT NOT NULL CHECK (language IN ('ja', 'en')),
    interpreter BOOLEAN NOT NULL,
    remote BOOLEAN NOT NULL,
    representatives TEXT NOT NULL,
    offer TEXT NOT NULL,
    issue TEXT NOT NULL,
    email TEXT NOT NULL,
    -- Opens the participant's own page without an account.
    secret TEXT NOT NULL UNIQUE,
    withdrawn BOOLEAN NOT NULL DEFAULT FALSE,
    answered_at TIMESTAMPTZ,
    position BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX round_participant_round ON round_participant (round, side, position);
CREATE UNIQUE INDEX round_participant_party ON round_participant (round, party) WHERE party IS NOT NULL;

-- Slots in which a participant cannot come, by their beginning: they survive a change of the grid.
CREATE TABLE round_off (
    participant UUID NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    round UUID NOT NULL,
    PRIMARY KEY (participant, starts_at)
);
CREATE INDEX round_off_round ON round_off (round);

CREATE TABLE round_wish (
    asker UUID NOT NULL,
    asked UUID NOT NULL,
    round UUID NOT NULL,
    wish TEXT NOT NULL CHECK (wish IN ('must', 'want', 'no')),
    note TEXT NOT NULL,
    PRIMARY KEY (asker, asked)
);
CREATE INDEX round_wish_round ON round_wish (round);

-- The working plan. Nobody meets two at once, no table holds two meetings, no pair meets twice: the database refuses it.
CREATE TABLE round_meeting (
    id UUID PRIMARY KEY NOT NULL,
    round UUID NOT NULL,
    a UUID NOT NULL,
    b UUID NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    table_no BIGINT,
    frozen BOOLEAN NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'held', 'no_show', 'cancelled')),
    -- A person cancelled it: no run plans it again.
    barred BOOLEAN NOT NULL,
    -- Counts published changes (RFC 5545 3.8.7.4).
    sequence BIGINT NOT NULL,
    version BIGINT NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX round_meeting_a ON round_meeting (a, starts_at) WHERE state <> 'cancelled';
CREATE UNIQUE INDEX round_meeting_b ON round_meeting (b, starts_at) WHERE state <> 'cancelled';
CREATE UNIQUE INDEX round_meeting_table ON round_meeting (round, starts_at, table_no) WHERE state <> 'cancelled' AND table_no IS NOT NULL;
CREATE UNIQUE INDEX round_meeting_pair ON round_meeting (a, b);
CREATE INDEX round_meeting_round ON round_meeting (round);

-- What readers see: each publication keeps the whole timetable, and what changed.
CREATE TABLE round_version (
    id UUID PRIMARY KEY NOT NULL,
    round UUID NOT NULL,
    number BIGINT NOT NULL,
    meetings JSONB NOT NULL,
    changes JSONB NOT NULL,
    note TEXT NOT NULL,
    mails BIGINT NOT NULL,
    published_by TEXT NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    UNIQUE (round, number)
);

-- A search for the best timetable and what is known about its result.
CREATE TABLE round_run (
    id UUID PRIMARY KEY NOT NULL,
    round UUID NOT NULL,
    job UUID,
    repair BOOLEAN NOT NULL,
    binding BOOLEAN NOT NULL,
    fill BOOLEAN NOT NULL,
    seconds BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'stopped', 'impossible', 'none')),
    result JSONB,
    meetings JSONB,
    accepted_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX round_run_round ON round_run (round, created_at);

-- A sheet that was sent and waits for the officer's look.
CREATE TABLE round_sheet (
    id UUID PRIMARY KEY NOT NULL,
    round UUID NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('participants', 'wishes')),
    name TEXT NOT NULL,
    sheet JSONB NOT NULL,
    taken_at TIMESTAMPTZ,
    created_by UUID,
    created_at TIMESTAMPTZ NOT NULL
);

-- Days that run late: meetings from an instant on begin some minutes later.
CREATE TABLE round_delay (
    round UUID NOT NULL,
    from_at TIMESTAMPTZ NOT NULL,
    minutes BIGINT NOT NULL,
    PRIMARY KEY (round, from_at)
);

-- What came of a meeting: a private note per side, and the next step that both see.
CREATE TABLE round_outcome (
    meeting UUID NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('a', 'b', 'both')),
    words TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (meeting, side)
);
