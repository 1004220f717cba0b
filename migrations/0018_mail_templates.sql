-- Mails of a gathering in the words of its staff; where there is no row, the hub's own words (encounter::gatherings::mails).
CREATE TABLE gathering_mail_template (
    gathering UUID NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('ja', 'en')),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    -- Grows with each change, so that two editors do not overwrite each other.
    version BIGINT NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    updated_by UUID,
    PRIMARY KEY (gathering, kind, language)
);
