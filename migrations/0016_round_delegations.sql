-- Rounds, second part: who attends for a participant, what is known from earlier rounds, suggestions, time zones, video, and
-- the newest publication as rows, so that a personal schedule reads its own meetings alone.

-- What an earlier meeting of a pair means: ignore, prefer_new, forbid.
ALTER TABLE round ADD COLUMN met_before TEXT;

ALTER TABLE round_participant ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
-- IANA name; empty: the zone of the round.
ALTER TABLE round_participant ADD COLUMN zone TEXT NOT NULL DEFAULT '';
-- any: one of those named attends a meeting; all: everyone named.
ALTER TABLE round_participant ADD COLUMN attendance TEXT NOT NULL DEFAULT 'any';
CREATE INDEX round_participant_by_party ON round_participant (party);

-- Taken over from a suggestion; a word of the participant itself makes it an ordinary wish.
ALTER TABLE round_wish ADD COLUMN suggested BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE round_meeting ADD COLUMN video_link TEXT NOT NULL DEFAULT '';

-- Meetings of a version, for its page; their places are in round_published as long as it is the newest.
ALTER TABLE round_version ADD COLUMN meeting_count BIGINT NOT NULL DEFAULT 0;

CREATE TABLE round_attendee (
    id UUID PRIMARY KEY NOT NULL,
    round UUID NOT NULL,
    participant UUID NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    -- The directory's record of the person.
    person UUID,
    position BIGINT NOT NULL
);
CREATE INDEX round_attendee_round ON round_attendee (round, participant);

CREATE TABLE round_attendee_off (
    attendee UUID NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    round UUID NOT NULL,
    PRIMARY KEY (attendee, starts_at)
);
CREATE INDEX round_attendee_off_round ON round_attendee_off (round);

-- Who is in a meeting. Somebody who attends for two participants is one person here, and the key keeps that person from
-- two meetings at once.
CREATE TABLE round_presence (
    round UUID NOT NULL,
    person TEXT NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    meeting UUID NOT NULL,
    attendee UUID NOT NULL,
    PRIMARY KEY (round, person, starts_at)
);
CREATE INDEX round_presence_meeting ON round_presence (meeting);

CREATE TABLE round_published (
    meeting UUID PRIMARY KEY NOT NULL,
    round UUID NOT NULL,
    a UUID NOT NULL,
    b UUID NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    table_no BIGINT,
    state TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    attending JSONB NOT NULL
);
CREATE INDEX round_published_round ON round_published (round);
CREATE INDEX round_published_a ON round_published (a);
CREATE INDEX round_published_b ON round_published (b);
CREATE INDEX round_wish_asked ON round_wish (asked);
