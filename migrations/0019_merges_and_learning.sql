-- What a merge of parties leaves on introductions (encounter::introductions), and what became of suggestions
-- (encounter::matching).

-- When a side became another party. What was agreed before then holds for those alone who agreed.
ALTER TABLE introduction ADD COLUMN asker_merged_at TIMESTAMPTZ;
ALTER TABLE introduction ADD COLUMN other_merged_at TIMESTAMPTZ;

-- The last word about a pair of parties, the smaller id first; who of the two said it is not kept.
CREATE TABLE match_log (
    one UUID NOT NULL,
    other UUID NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('declined', 'accepted', 'met')),
    said_at TIMESTAMPTZ NOT NULL,
    -- The parts of the score as everybody could know them then; NULL until the matcher has noted them.
    parts JSONB,
    PRIMARY KEY (one, other)
);
CREATE INDEX match_log_said ON match_log (said_at);
