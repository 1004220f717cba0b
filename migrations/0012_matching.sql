-- Matching (encounter::matching): what people answered to suggestions.

-- "Not again" is for ever, until the same side takes it back.
CREATE TABLE match_answer (
    id UUID PRIMARY KEY NOT NULL,
    party UUID NOT NULL,
    other UUID NOT NULL,
    answer TEXT NOT NULL CHECK (answer IN ('never')),
    said_at TIMESTAMPTZ NOT NULL,
    said_by UUID,
    CHECK (party <> other)
);
CREATE UNIQUE INDEX match_answer_pair ON match_answer (party, other);
