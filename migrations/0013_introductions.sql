-- Introductions (encounter::introductions): two parties who both said yes before either is handed to the other.

CREATE TABLE introduction (
    id UUID PRIMARY KEY NOT NULL,
    -- Who wishes to meet; of an introduction by the concierge, the first of the two.
    asker UUID NOT NULL,
    other UUID NOT NULL,
    -- The common contact who is asked first.
    through UUID,
    by_staff BOOLEAN NOT NULL,
    -- The offer or need it is about.
    about UUID,
    message TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'offered', 'made', 'declined', 'expired', 'withdrawn')),
    -- Never shown: 'veto' is a "not again" that had been said before.
    declined_by TEXT CHECK (declined_by IN ('asker', 'through', 'other', 'veto')),
    asker_yes_at TIMESTAMPTZ,
    other_yes_at TIMESTAMPTZ,
    -- The accounts that said yes: their addresses are handed over.
    asker_account UUID,
    other_account UUID,
    created_at TIMESTAMPTZ NOT NULL,
    created_by UUID,
    -- Until when the common contact may pass it on, and until when both may say yes.
    contact_until TIMESTAMPTZ,
    expires_at TIMESTAMPTZ NOT NULL,
    offered_at TIMESTAMPTZ,
    made_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    asker_reminded_at TIMESTAMPTZ,
    through_reminded_at TIMESTAMPTZ,
    other_reminded_at TIMESTAMPTZ,
    -- When the sides were asked what came of it, and the agreements told.
    two_weeks_at TIMESTAMPTZ,
    three_months_at TIMESTAMPTZ,
    told_at TIMESTAMPTZ,
    next_step TEXT NOT NULL
);
CREATE INDEX introduction_asker ON introduction (asker, created_at);
CREATE INDEX introduction_other ON introduction (other, created_at);
CREATE INDEX introduction_through ON introduction (through, created_at) WHERE through IS NOT NULL;
CREATE INDEX introduction_open ON introduction (state, expires_at);
CREATE UNIQUE INDEX introduction_once ON introduction (asker, other) WHERE state IN ('asked', 'offered');

-- One row a party: held while it asks, so that two requests at once do not pass its cap.
CREATE TABLE introduction_turn (
    id UUID PRIMARY KEY NOT NULL
);

-- Secrets in mails by which people without an account answer, once; SHA-256 only.
CREATE TABLE introduction_ticket (
    secret BYTEA PRIMARY KEY NOT NULL,
    introduction UUID NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('asker', 'through', 'other')),
    created_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX introduction_ticket_introduction ON introduction_ticket (introduction);

-- What came of it, as each side says: after two weeks, and again after three months.
CREATE TABLE introduction_outcome (
    introduction UUID NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('asker', 'other')),
    stage TEXT NOT NULL CHECK (stage IN ('two_weeks', 'three_months')),
    result TEXT NOT NULL CHECK (result IN ('met', 'talking', 'agreement', 'nothing', 'not_yet')),
    said_at TIMESTAMPTZ NOT NULL,
    said_by UUID,
    PRIMARY KEY (introduction, side, stage)
);

-- Notes that only their writer reads.
CREATE TABLE introduction_note (
    introduction UUID NOT NULL,
    account UUID NOT NULL,
    words TEXT NOT NULL,
    written_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (introduction, account)
);
CREATE INDEX introduction_note_account ON introduction_note (account);
