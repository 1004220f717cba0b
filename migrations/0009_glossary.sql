-- The hub's own glossary.
CREATE TABLE term (
    "id" UUID PRIMARY KEY NOT NULL,
    "version" BIGINT NOT NULL,
    "code" TEXT,
    "audience" TEXT NOT NULL,
    "field_levels" JSONB,
    "source" TEXT,
    "fictional" BOOLEAN NOT NULL DEFAULT FALSE,
    "sort_ja" BYTEA NOT NULL,
    "sort_en" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "created_by" UUID,
    "deleted_at" TIMESTAMPTZ,
    "name" JSONB,
    "reading" TEXT,
    "others_ja" TEXT,
    "others_en" TEXT,
    "definition" JSONB
);
CREATE UNIQUE INDEX term_code ON term ("code") WHERE "code" IS NOT NULL AND deleted_at IS NULL;

