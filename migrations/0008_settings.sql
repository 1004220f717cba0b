-- Settings that belong to the data and not to the machine: the hub's names, zone and own organization.
CREATE TABLE setting (
    key TEXT PRIMARY KEY NOT NULL,
    value JSONB NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
