-- The meetings of a participant on the second side, and the people of one participant, are asked for by themselves.
CREATE INDEX round_meeting_of_b ON round_meeting (b);
CREATE INDEX round_attendee_participant ON round_attendee (participant);
