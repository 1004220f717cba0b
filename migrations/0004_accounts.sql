-- Accounts and access: who may sign in, how, and what is open at the moment (directory::accounts).
-- Secrets are never here: passwords as Argon2id, every other one as its SHA-256.

CREATE TABLE account (
    id UUID PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    -- As it was written, for mails; and folded, for finding.
    email TEXT,
    email_key TEXT UNIQUE,
    label TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('ja', 'en')),
    person UUID,
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'closed')),
    roles JSONB NOT NULL,
    manages JSONB NOT NULL,
    password TEXT,
    -- Made for a demonstration, with a password that everybody knows.
    sample BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    signed_in_at TIMESTAMPTZ
);
CREATE INDEX account_person ON account (person) WHERE person IS NOT NULL;

CREATE TABLE account_session (
    id UUID PRIMARY KEY NOT NULL,
    account UUID NOT NULL REFERENCES account (id),
    secret BYTEA NOT NULL UNIQUE,
    method TEXT NOT NULL CHECK (method IN ('password', 'passkey', 'oidc', 'invitation', 'setup', 'recovery')),
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    -- When the person last proved to be the owner; sensitive acts ask for it again.
    confirmed_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX account_session_account ON account_session (account);

-- Browsers in which an account has signed in before: attackers elsewhere cannot slow them down.
CREATE TABLE account_device (
    secret BYTEA PRIMARY KEY NOT NULL,
    account UUID NOT NULL REFERENCES account (id),
    seen_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX account_device_account ON account_device (account);

CREATE TABLE account_passkey (
    id UUID PRIMARY KEY NOT NULL,
    account UUID NOT NULL REFERENCES account (id),
    credential BYTEA NOT NULL UNIQUE,
    passkey JSONB NOT NULL,
    label TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX account_passkey_account ON account_passkey (account);

-- Accounts elsewhere (OpenID Connect) that open an account here.
CREATE TABLE account_identity (
    id UUID PRIMARY KEY NOT NULL,
    account UUID NOT NULL REFERENCES account (id),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    UNIQUE (issuer, subject)
);
CREATE INDEX account_identity_account ON account_identity (account);

CREATE TABLE account_token (
    id UUID PRIMARY KEY NOT NULL,
    account UUID NOT NULL REFERENCES account (id),
    secret BYTEA NOT NULL UNIQUE,
    prefix TEXT NOT NULL,
    label TEXT NOT NULL,
    permissions JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX account_token_account ON account_token (account);

-- Links that work once: invitations, recovery, a new e-mail address, the first set-up.
CREATE TABLE account_link (
    id UUID PRIMARY KEY NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('invitation', 'recovery', 'email', 'setup')),
    secret BYTEA NOT NULL UNIQUE,
    account UUID REFERENCES account (id),
    email TEXT,
    payload JSONB NOT NULL,
    created_by UUID,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    cancelled_at TIMESTAMPTZ
);
CREATE INDEX account_link_account ON account_link (account, purpose);

-- What the hub remembers between the two halves of a passkey or OpenID Connect sign-in.
CREATE TABLE account_ceremony (
    secret BYTEA PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    account UUID,
    state JSONB NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

-- Tries that failed, per account and per address (both hashed), and until when to wait.
CREATE TABLE account_try (
    subject BYTEA PRIMARY KEY NOT NULL,
    failures BIGINT NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    wait_until TIMESTAMPTZ
);

-- What a person agreed to, in which version, and when it was taken back.
CREATE TABLE consent (
    id UUID PRIMARY KEY NOT NULL,
    account UUID NOT NULL REFERENCES account (id),
    purpose TEXT NOT NULL,
    wording TEXT NOT NULL,
    given_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ
);
CREATE INDEX consent_account ON consent (account, purpose, given_at);
CREATE UNIQUE INDEX consent_standing ON consent (account, purpose) WHERE withdrawn_at IS NULL;

-- Requests to be forgotten; staff answer them.
CREATE TABLE privacy_request (
    id UUID PRIMARY KEY NOT NULL,
    account UUID NOT NULL REFERENCES account (id),
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'declined', 'withdrawn')),
    answer TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    decided_at TIMESTAMPTZ,
    decided_by UUID
);
CREATE UNIQUE INDEX privacy_request_open ON privacy_request (account) WHERE state = 'open';
