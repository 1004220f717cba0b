-- Surveys after a gathering (encounter::gatherings::actions::survey).
-- Columns of "survey_question" follow its description (encounter::gatherings::records); a test compares them.

-- Named or anonymous; NULL: none.
ALTER TABLE gathering ADD COLUMN survey TEXT;

CREATE TABLE survey_question (
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
CREATE UNIQUE INDEX survey_question_code ON survey_question (code) WHERE code IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX survey_question_gathering ON survey_question (gathering) WHERE deleted_at IS NULL;

-- Who may answer, and who has: one answer each. Tells nothing about what was answered.
CREATE TABLE survey_turn (
    registration UUID PRIMARY KEY NOT NULL,
    gathering UUID NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    answered BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX survey_turn_gathering ON survey_turn (gathering);

-- The answers. Anonymous ones name no registration and no time, and their ids are random, so that their order tells nothing.
CREATE TABLE survey_answer (
    id UUID PRIMARY KEY NOT NULL,
    gathering UUID NOT NULL,
    -- NULL: anonymous.
    registration UUID UNIQUE,
    answers JSONB NOT NULL
);
CREATE INDEX survey_answer_gathering ON survey_answer (gathering, id);
