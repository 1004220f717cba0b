-- Gatherings: series, editions, programme, registration (encounter::gatherings).
-- Columns follow the record descriptions (encounter::gatherings::records); a test compares them.

CREATE TABLE series (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    "name" JSONB,
    kind TEXT,
    summary JSONB,
    about JSONB,
    host UUID,
    parent UUID,
    "since" TEXT,
    website TEXT,
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
CREATE UNIQUE INDEX series_code ON series (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX series_host ON series (host) WHERE deleted_at IS NULL;
CREATE INDEX series_parent ON series (parent) WHERE deleted_at IS NULL;

CREATE TABLE series_member (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    series UUID,
    party UUID,
    "role" TEXT,
    period TEXT,
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
CREATE UNIQUE INDEX series_member_code ON series_member (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX series_member_series ON series_member (series) WHERE deleted_at IS NULL;
CREATE INDEX series_member_party ON series_member (party) WHERE deleted_at IS NULL;

CREATE TABLE agenda_item (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    title JSONB,
    gathering UUID,
    ordinal BIGINT,
    minutes JSONB,
    decision JSONB,
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
CREATE UNIQUE INDEX agenda_item_code ON agenda_item (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX agenda_item_gathering ON agenda_item (gathering) WHERE deleted_at IS NULL;

CREATE TABLE action_item (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    title JSONB,
    gathering UUID,
    party UUID,
    due TEXT,
    done BOOLEAN,
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
CREATE UNIQUE INDEX action_item_code ON action_item (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX action_item_gathering ON action_item (gathering) WHERE deleted_at IS NULL;
CREATE INDEX action_item_party ON action_item (party) WHERE deleted_at IS NULL;

CREATE TABLE gathering (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    title JSONB,
    kind TEXT,
    state TEXT,
    series UUID,
    edition BIGINT,
    umbrella UUID,
    summary JSONB,
    about JSONB,
    "start" TEXT,
    "end" TEXT,
    "zone" TEXT,
    "format" TEXT,
    place JSONB,
    venue UUID,
    online_url TEXT,
    languages JSONB,
    fields JSONB,
    registration TEXT,
    registration_url TEXT,
    opens TEXT,
    closes TEXT,
    capacity BIGINT,
    waiting_list TEXT,
    group_max BIGINT,
    price JSONB,
    show_participants BOOLEAN,
    mail_note JSONB,
    hold_mails BOOLEAN,
    contact TEXT,
    website TEXT,
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
CREATE UNIQUE INDEX gathering_code ON gathering (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX gathering_series ON gathering (series) WHERE deleted_at IS NULL;
CREATE INDEX gathering_umbrella ON gathering (umbrella) WHERE deleted_at IS NULL;
CREATE INDEX gathering_venue ON gathering (venue) WHERE deleted_at IS NULL;

CREATE TABLE gathering_part (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    gathering UUID,
    party UUID,
    "role" TEXT,
    ordinal BIGINT,
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
CREATE UNIQUE INDEX gathering_part_code ON gathering_part (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX gathering_part_gathering ON gathering_part (gathering) WHERE deleted_at IS NULL;
CREATE INDEX gathering_part_party ON gathering_part (party) WHERE deleted_at IS NULL;

CREATE TABLE registration_question (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    gathering UUID,
    label JSONB,
    hint JSONB,
    kind TEXT,
    options JSONB,
    "required" BOOLEAN,
    ordinal BIGINT,
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
CREATE UNIQUE INDEX registration_question_code ON registration_question (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX registration_question_gathering ON registration_question (gathering) WHERE deleted_at IS NULL;

CREATE TABLE gathering_room (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    gathering UUID,
    "name" JSONB,
    seats BIGINT,
    ordinal BIGINT,
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
CREATE UNIQUE INDEX gathering_room_code ON gathering_room (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX gathering_room_gathering ON gathering_room (gathering) WHERE deleted_at IS NULL;

CREATE TABLE gathering_session (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    title JSONB,
    gathering UUID,
    kind TEXT,
    "start" TEXT,
    "end" TEXT,
    room UUID,
    languages JSONB,
    summary JSONB,
    about JSONB,
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
CREATE UNIQUE INDEX gathering_session_code ON gathering_session (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX gathering_session_gathering ON gathering_session (gathering) WHERE deleted_at IS NULL;
CREATE INDEX gathering_session_room ON gathering_session (room) WHERE deleted_at IS NULL;

CREATE TABLE speaker (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    session UUID,
    person UUID,
    "name" JSONB,
    party UUID,
    "role" TEXT,
    ordinal BIGINT,
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
CREATE UNIQUE INDEX speaker_code ON speaker (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX speaker_session ON speaker (session) WHERE deleted_at IS NULL;
CREATE INDEX speaker_person ON speaker (person) WHERE deleted_at IS NULL;
CREATE INDEX speaker_party ON speaker (party) WHERE deleted_at IS NULL;

-- What is derived from a gathering or counted for it. The database itself refuses a seat too many.
CREATE TABLE gathering_seats (
    -- The gathering.
    id UUID PRIMARY KEY NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    -- NULL: no limit.
    capacity BIGINT,
    -- People who are confirmed, and people on the waiting list.
    taken BIGINT NOT NULL DEFAULT 0 CHECK (taken >= 0),
    waiting BIGINT NOT NULL DEFAULT 0 CHECK (waiting >= 0),
    -- SEQUENCE of the calendar entry (RFC 5545 3.8.7.4).
    sequence BIGINT NOT NULL DEFAULT 0,
    -- When the agreements were told that it took place.
    told_at TIMESTAMPTZ,
    CHECK (capacity IS NULL OR taken <= capacity)
);
CREATE INDEX gathering_seats_starts ON gathering_seats (starts_at, id);

-- One person who takes part or asked to. People who registered together share a party; the first of them leads it.
CREATE TABLE registration (
    id UUID PRIMARY KEY NOT NULL,
    gathering UUID NOT NULL,
    party UUID NOT NULL,
    leads BOOLEAN NOT NULL,
    account UUID,
    person UUID,
    name TEXT NOT NULL,
    organization TEXT NOT NULL,
    email TEXT,
    email_key TEXT,
    language TEXT NOT NULL CHECK (language IN ('ja', 'en')),
    state TEXT NOT NULL CHECK (state IN ('asked', 'confirmed', 'waiting', 'declined', 'cancelled')),
    -- Agrees to be named to the other participants.
    listed BOOLEAN NOT NULL,
    answers JSONB,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    checked_in_at TIMESTAMPTZ,
    reminded_at TIMESTAMPTZ
);
CREATE INDEX registration_party ON registration (party);
CREATE INDEX registration_queue ON registration (gathering, state, created_at, id);
CREATE INDEX registration_account ON registration (account) WHERE account IS NOT NULL;
CREATE UNIQUE INDEX registration_once ON registration (gathering, email_key) WHERE email_key IS NOT NULL AND state IN ('asked', 'confirmed', 'waiting');

-- Secrets in mails by which people without an account reach their registration; SHA-256 only.
CREATE TABLE registration_ticket (
    secret BYTEA PRIMARY KEY NOT NULL,
    party UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- Mails that gatherings caused, to hold and release them.
CREATE TABLE registration_mail (
    mail UUID PRIMARY KEY NOT NULL,
    gathering UUID NOT NULL,
    registration UUID NOT NULL,
    kind TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX registration_mail_gathering ON registration_mail (gathering);

-- Calendar addresses that only their owner knows; SHA-256 only.
CREATE TABLE gathering_feed (
    account UUID PRIMARY KEY NOT NULL,
    secret BYTEA NOT NULL UNIQUE,
    language TEXT NOT NULL CHECK (language IN ('ja', 'en')),
    created_at TIMESTAMPTZ NOT NULL
);

-- Sessions that somebody marked for the own schedule.
CREATE TABLE session_star (
    account UUID NOT NULL,
    session UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account, session)
);
