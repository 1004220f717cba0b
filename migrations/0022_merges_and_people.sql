-- A party that becomes another one may take part in a round in which the other takes part too: both stay with their
-- meetings. "merged_from" tells which party such a participant was, and is the exception to one record, one participant.

ALTER TABLE round_participant ADD COLUMN merged_from UUID;
DROP INDEX round_participant_party;
CREATE UNIQUE INDEX round_participant_party ON round_participant (round, party) WHERE party IS NOT NULL AND merged_from IS NULL;
CREATE INDEX round_attendee_person ON round_attendee (person) WHERE person IS NOT NULL;

-- Who of the directory is at a gathering: asked at each registration, of which most are of people who have no record.
CREATE INDEX registration_of_people ON registration (gathering, state, person, listed) WHERE person IS NOT NULL;
