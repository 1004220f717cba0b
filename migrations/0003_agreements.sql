-- Agreements: parties, clauses, signatories, amendments, evidence of use, documents, membership benefits.
-- Columns follow the record descriptions (alliance::agreements::records); a test compares them.

CREATE TABLE agreement (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    title JSONB,
    type TEXT,
    state TEXT,
    summary JSONB,
    signed TEXT,
    effective TEXT,
    "end" TEXT,
    renewal TEXT,
    notice_days BIGINT,
    membership_type TEXT,
    unit UUID,
    ip_terms JSONB,
    confidentiality JSONB,
    responsible TEXT,
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
CREATE UNIQUE INDEX agreement_code ON agreement (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX agreement_unit ON agreement (unit) WHERE deleted_at IS NULL;

CREATE TABLE agreement_party (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    agreement UUID,
    party UUID,
    capacity TEXT,
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
CREATE UNIQUE INDEX agreement_party_code ON agreement_party (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX agreement_party_agreement ON agreement_party (agreement) WHERE deleted_at IS NULL;
CREATE INDEX agreement_party_party ON agreement_party (party) WHERE deleted_at IS NULL;

CREATE TABLE clause (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    agreement UUID,
    letter TEXT,
    text JSONB,
    open_ended BOOLEAN,
    place JSONB,
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
CREATE UNIQUE INDEX clause_code ON clause (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX clause_agreement ON clause (agreement) WHERE deleted_at IS NULL;

CREATE TABLE signatory (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    agreement UUID,
    person UUID,
    party UUID,
    title JSONB,
    signed_on TEXT,
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
CREATE UNIQUE INDEX signatory_code ON signatory (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX signatory_agreement ON signatory (agreement) WHERE deleted_at IS NULL;
CREATE INDEX signatory_person ON signatory (person) WHERE deleted_at IS NULL;
CREATE INDEX signatory_party ON signatory (party) WHERE deleted_at IS NULL;

CREATE TABLE amendment (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    agreement UUID,
    title JSONB,
    signed TEXT,
    new_end TEXT,
    text JSONB,
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
CREATE UNIQUE INDEX amendment_code ON amendment (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX amendment_agreement ON amendment (agreement) WHERE deleted_at IS NULL;

CREATE TABLE evidence (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    clause UUID,
    happened TEXT,
    title JSONB,
    url TEXT,
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
CREATE UNIQUE INDEX evidence_code ON evidence (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX evidence_clause ON evidence (clause) WHERE deleted_at IS NULL;

CREATE TABLE document (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    agreement UUID,
    title JSONB,
    file TEXT,
    dated TEXT,
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
CREATE UNIQUE INDEX document_code ON document (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX document_agreement ON document (agreement) WHERE deleted_at IS NULL;

CREATE TABLE benefit (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL,
    code TEXT,
    membership_type TEXT,
    benefit TEXT,
    limit_per_month BIGINT,
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
CREATE UNIQUE INDEX benefit_code ON benefit (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
