-- How often an address registered lately is asked at every registration.
CREATE INDEX registration_address ON registration (email_key, created_at) WHERE email_key IS NOT NULL;
