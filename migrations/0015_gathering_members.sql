-- Gatherings and memberships: seats kept for members, and which membership granted what.
-- The new columns of "gathering" follow its description (encounter::gatherings::records); a test compares them.

ALTER TABLE gathering ADD COLUMN member_seats BIGINT;
ALTER TABLE gathering ADD COLUMN member_opens TEXT;
ALTER TABLE gathering ADD COLUMN member_price JSONB;

-- Seats kept for members, and how many of them are taken. The database itself refuses one too many.
ALTER TABLE gathering_seats ADD COLUMN reserved BIGINT NOT NULL DEFAULT 0 CHECK (reserved >= 0);
ALTER TABLE gathering_seats ADD COLUMN reserved_taken BIGINT NOT NULL DEFAULT 0 CHECK (reserved_taken >= 0 AND reserved_taken <= reserved);

-- Sits on a seat that was kept for members.
ALTER TABLE registration ADD COLUMN reserved BOOLEAN NOT NULL DEFAULT FALSE;

-- What a membership granted a party of people who registered together. Gone when they give it back.
CREATE TABLE registration_grant (
    -- The party of the registration.
    party UUID NOT NULL,
    perk TEXT NOT NULL CHECK (perk IN ('priority', 'discount')),
    -- The membership agreement.
    agreement UUID NOT NULL,
    -- The month of the gathering, such as 2026-12.
    "month" TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (party, perk)
);
CREATE INDEX registration_grant_agreement ON registration_grant (agreement);

-- Uses of a benefit that a membership limits by the month, counted by people.
CREATE TABLE membership_use (
    agreement UUID NOT NULL,
    perk TEXT NOT NULL CHECK (perk IN ('priority', 'discount')),
    "month" TEXT NOT NULL,
    used BIGINT NOT NULL DEFAULT 0 CHECK (used >= 0),
    PRIMARY KEY (agreement, perk, "month")
);

-- One mail a registration and change of a gathering, whatever is restarted: written with the mail.
CREATE TABLE registration_told (
    registration UUID NOT NULL,
    -- SEQUENCE of the gathering that the mail tells about.
    sequence BIGINT NOT NULL,
    PRIMARY KEY (registration, sequence)
);
