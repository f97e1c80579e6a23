"""The log as the first releases made it: events, the head row, tree heads, commands, mentions."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

SQLITE = """
CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY CHECK (position > 0), node TEXT NOT NULL, stream TEXT NOT NULL,
    version INTEGER NOT NULL, topic TEXT NOT NULL, payload TEXT NOT NULL, sealed BLOB, class_version INTEGER NOT NULL,
    occurred_on TEXT NOT NULL, occurred_at TEXT, recorded_at INTEGER NOT NULL, command_id TEXT NOT NULL,
    command TEXT NOT NULL, actor TEXT NOT NULL, post TEXT NOT NULL, source TEXT NOT NULL, reason TEXT,
    corrects INTEGER, entry TEXT, facility TEXT, region TEXT, leaf BLOB NOT NULL, UNIQUE (stream, version)) STRICT;
CREATE INDEX IF NOT EXISTS events_entry ON events (entry) WHERE entry IS NOT NULL;
CREATE TABLE IF NOT EXISTS head (
    one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
    frontier BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS heads (
    size INTEGER PRIMARY KEY, root BLOB NOT NULL, recorded_at INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS commands (
    command_id TEXT PRIMARY KEY, digest BLOB NOT NULL, command TEXT NOT NULL, stream TEXT NOT NULL,
    first_position INTEGER NOT NULL, last_position INTEGER NOT NULL, breaches TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mentions (
    stream TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (stream, position)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT OR IGNORE INTO head VALUES (1, 0, 0, x'');
INSERT OR IGNORE INTO meta VALUES ('format', '1');
"""
SQLITE_GUARD = """CREATE TRIGGER IF NOT EXISTS {table}_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"""

POSTGRES = """
CREATE TABLE IF NOT EXISTS log.events (
    position bigint PRIMARY KEY CHECK (position > 0), node text NOT NULL, stream text NOT NULL,
    version bigint NOT NULL, topic text NOT NULL, payload text NOT NULL, sealed bytea, class_version int NOT NULL,
    occurred_on text NOT NULL, occurred_at text, recorded_at bigint NOT NULL, command_id text NOT NULL,
    command text NOT NULL, actor text NOT NULL, post text NOT NULL, source text NOT NULL, reason text,
    corrects bigint, entry text, facility text, region text, leaf bytea NOT NULL, UNIQUE (stream, version));
CREATE INDEX IF NOT EXISTS events_entry ON log.events (entry) WHERE entry IS NOT NULL;
CREATE TABLE IF NOT EXISTS log.head (
    one int PRIMARY KEY CHECK (one = 1), position bigint NOT NULL, recorded_at bigint NOT NULL,
    frontier bytea NOT NULL) WITH (fillfactor = 10);
CREATE TABLE IF NOT EXISTS log.heads (size bigint PRIMARY KEY, root bytea NOT NULL, recorded_at bigint NOT NULL);
CREATE TABLE IF NOT EXISTS log.commands (
    command_id text PRIMARY KEY, digest bytea NOT NULL, command text NOT NULL, stream text NOT NULL,
    first_position bigint NOT NULL, last_position bigint NOT NULL, breaches text NOT NULL);
CREATE TABLE IF NOT EXISTS log.mentions (stream text, position bigint, PRIMARY KEY (stream, position));
CREATE TABLE IF NOT EXISTS log.meta (key text PRIMARY KEY, value text NOT NULL);
INSERT INTO log.head VALUES (1, 0, 0, '') ON CONFLICT DO NOTHING;
INSERT INTO log.meta VALUES ('format', '1') ON CONFLICT DO NOTHING;
CREATE OR REPLACE FUNCTION log.refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
"""
POSTGRES_GUARD = """
CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log.{table}
    FOR EACH STATEMENT EXECUTE FUNCTION log.refuse();
REVOKE UPDATE, DELETE, TRUNCATE ON log.{table} FROM PUBLIC;
"""
GUARDED = ("events", "commands", "mentions", "heads")


def upgrade() -> None:
    """Make what is missing."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(POSTGRES)
        for table in GUARDED:
            connection.exec_driver_sql(POSTGRES_GUARD.format(table=table))
        return
    for statement in SQLITE.split(";")[:-1]:
        connection.exec_driver_sql(statement)
    for table in GUARDED:
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(SQLITE_GUARD.format(table=table, verb=verb))
