-- Directory: organizations, units, people, their roles, relations, other names, listings and claims.
-- Columns follow the record descriptions (directory::records); a test compares them.

-- The parties that may see records whose audience is "parties".
CREATE TABLE audience_party (
    record_id UUID NOT NULL,
    party_id UUID NOT NULL,
    PRIMARY KEY (record_id, party_id)
);
CREATE INDEX audience_party_party ON audience_party (party_id);

CREATE TABLE organization (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    name JSONB,
    kana TEXT,
    short JSONB,
    kind TEXT,
    legal_form TEXT,
    summary JSONB,
    about JSONB,
    fields JSONB,
    modalities JSONB,
    stages JSONB,
    specialties JSONB,
    languages JSONB,
    country TEXT,
    region JSONB,
    address JSONB,
    website TEXT,
    email TEXT,
    phone TEXT,
    founded TEXT,
    dissolved TEXT,
    employees TEXT,
    ror TEXT,
    corporate_number TEXT,
    lei TEXT,
    isni TEXT,
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
CREATE UNIQUE INDEX organization_code ON organization (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX organization_ror ON organization (ror) WHERE ror IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX organization_corporate_number ON organization (corporate_number) WHERE corporate_number IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX organization_lei ON organization (lei) WHERE lei IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX organization_isni ON organization (isni) WHERE isni IS NOT NULL AND deleted_at IS NULL;

CREATE TABLE unit (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    name JSONB,
    kana TEXT,
    organization UUID,
    parent UUID,
    kind TEXT,
    summary JSONB,
    about JSONB,
    fields JSONB,
    modalities JSONB,
    stages JSONB,
    specialties JSONB,
    languages JSONB,
    website TEXT,
    email TEXT,
    established TEXT,
    closed TEXT,
    funders JSONB,
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
CREATE UNIQUE INDEX unit_code ON unit (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX unit_organization ON unit (organization) WHERE deleted_at IS NULL;
CREATE INDEX unit_parent ON unit (parent) WHERE deleted_at IS NULL;

CREATE TABLE person (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    family JSONB,
    given JSONB,
    kana TEXT,
    romaji TEXT,
    name_order TEXT,
    headline JSONB,
    about JSONB,
    fields JSONB,
    languages JSONB,
    country TEXT,
    email TEXT,
    phone TEXT,
    website TEXT,
    orcid TEXT,
    consent TEXT,
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
CREATE UNIQUE INDEX person_code ON person (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX person_orcid ON person (orcid) WHERE orcid IS NOT NULL AND deleted_at IS NULL;

CREATE TABLE role (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    person UUID,
    party UUID,
    title JSONB,
    kind TEXT,
    period TEXT,
    is_contact BOOLEAN,
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
CREATE UNIQUE INDEX role_code ON role (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX role_person ON role (person) WHERE deleted_at IS NULL;
CREATE INDEX role_party ON role (party) WHERE deleted_at IS NULL;

CREATE TABLE relation (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    "from" UUID,
    kind TEXT,
    "to" UUID,
    period TEXT,
    note JSONB,
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
CREATE UNIQUE INDEX relation_code ON relation (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX relation_from ON relation ("from") WHERE deleted_at IS NULL;
CREATE INDEX relation_to ON relation ("to") WHERE deleted_at IS NULL;

CREATE TABLE alias (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    party UUID,
    name JSONB,
    kind TEXT,
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
CREATE UNIQUE INDEX alias_code ON alias (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX alias_party ON alias (party) WHERE deleted_at IS NULL;

CREATE TABLE listing (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    party UUID,
    side TEXT,
    kind TEXT,
    title JSONB,
    summary JSONB,
    fields JSONB,
    modality JSONB,
    stage JSONB,
    place JSONB,
    amount TEXT,
    quantity TEXT,
    available TEXT,
    languages JSONB,
    contact UUID,
    state TEXT,
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
CREATE UNIQUE INDEX listing_code ON listing (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX listing_party ON listing (party) WHERE deleted_at IS NULL;
CREATE INDEX listing_contact ON listing (contact) WHERE deleted_at IS NULL;

CREATE TABLE claim (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    subject UUID,
    about TEXT,
    label JSONB,
    value TEXT,
    value_text JSONB,
    definition JSONB,
    as_of TEXT,
    preferred BOOLEAN,
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
CREATE UNIQUE INDEX claim_code ON claim (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX claim_subject ON claim (subject) WHERE deleted_at IS NULL;

-- Changes that parties propose to their own records, for staff to accept or decline.
CREATE TABLE proposal (
    id UUID PRIMARY KEY NOT NULL,
    record_type TEXT NOT NULL,
    record_id UUID NOT NULL,
    before JSONB NOT NULL,
    after JSONB NOT NULL,
    created_by UUID NOT NULL,
    label TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'declined', 'replaced')),
    decided_at TIMESTAMPTZ,
    decided_by UUID
);
CREATE INDEX proposal_waiting ON proposal (created_at, id) WHERE state = 'waiting';
CREATE INDEX proposal_record ON proposal (record_id);

-- Forms that somebody has begun and not sent.
CREATE TABLE draft (
    account UUID NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account, key)
);
